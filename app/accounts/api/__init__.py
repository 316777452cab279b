"""HTTP of accounts."""

import app.accounts.api.devices
import app.accounts.api.people
import app.accounts.api.session  # noqa: F401  # each puts its views on the blueprint
from app.accounts.api.blueprint import blueprint

__all__ = ["blueprint"]
