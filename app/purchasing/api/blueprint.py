"""The slice's one blueprint."""

from app.kernel.http import Blueprint

blueprint = Blueprint(
    "purchasing", __name__, url_prefix="/api/v1", description="Suppliers, purchase orders, expected deliveries"
)
