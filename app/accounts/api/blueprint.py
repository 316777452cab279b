"""The blueprint of accounts."""

from app.kernel.http import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/api/v1", description="People, devices, signing in")
