"""HTTP of the look-up."""

from typing import Any

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.transaction import reading
from app.lookup import queries
from app.lookup.queries.views import Found
from app.lookup.schemas import LookupAnswer, LookupQuery

blueprint = Blueprint("lookup", __name__, url_prefix="/api/v1")


@blueprint.route("/lookup", methods=["GET"])
@blueprint.arguments(LookupQuery, location="query")
@blueprint.response(200, LookupAnswer)
@requires("counter")
def look_up(query: dict[str, Any]) -> Found:
    """Whatever was scanned: an item, a lot, a place, an order, a delivery, a receipt, or nothing known."""
    with reading() as session:
        return queries.look_up(session, current_viewer(), query["site_id"], query["code"], now())
