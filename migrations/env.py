"""How Alembic meets the application: its engine, its metadata, and columns written without naming app's types."""

from typing import Any

from alembic import context
from flask import current_app

import app.accounts.models
import app.catalogue.models
import app.device_log.models
import app.feed.models
import app.kernel.models
import app.ledger.models
import app.photos.models
import app.purchasing.models
import app.receiving.models
import app.sites.models
import app.stocktake.models  # noqa: F401  # each import adds its tables to the metadata
from app.kernel.database import Base, Day, Flag, Id, Instant


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Version files import nothing of app: its column types are written as the plain types they stand for."""
    if kind == "type":
        if isinstance(item, Id):
            return "Id"
        if isinstance(item, Flag):
            return "Flag"
        if isinstance(item, Instant) or item.__class__.__name__ == "BigInteger":
            return "BigInt"
        if isinstance(item, Day):
            return "sa.Text()"
    return False


def run() -> None:
    """Upgrade over the application's own engine, all of it in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            compare_type=False,
            render_as_batch=False,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
