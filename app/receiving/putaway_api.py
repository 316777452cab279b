"""HTTP of putting away: what waits where receipts landed, and where it belongs."""

from typing import Any

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page, offset_of
from app.kernel.transaction import reading
from app.receiving.putaway_queries import Waiting, waiting_goods
from app.receiving.putaway_schemas import PutawayPage, PutawayQuery

blueprint = Blueprint("putaway", __name__, url_prefix="/api/v1")


@blueprint.route("/putaway", methods=["GET"])
@blueprint.arguments(PutawayQuery, location="query")
@blueprint.response(200, PutawayPage)
@requires("counter")
def list_waiting(query: dict[str, Any]) -> Page[Waiting]:
    """What the receipts of the last 14 days brought and nobody has moved off yet, with a bin for each."""
    current_viewer().require("counter", query["site_id"])
    with reading() as session:
        return waiting_goods(session, query["site_id"], now(), limit=query["limit"], offset=offset_of(query["after"]))
