"""HTTP of the inbox."""

from typing import Any

from app.catalogue.service import NewBarcode, NewItem
from app.inbox import queries, service
from app.inbox.schemas import InboxBindBody, InboxBound, InboxPage, InboxQuery
from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page
from app.kernel.transaction import reading, transact

blueprint = Blueprint("inbox", __name__, url_prefix="/api/v1", description="Codes nobody knew")


@blueprint.route("/unknown-codes", methods=["GET"])
@blueprint.arguments(InboxQuery, location="query")
@blueprint.response(200, InboxPage)
@requires("supervisor")
def list_inbox(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Codes scanned in open stocktakes and receipts that mean nothing yet."""
    with reading() as session:
        return queries.find_unknown(
            session, current_viewer(), query["site_id"], limit=query["limit"], after=query["after"]
        )


@blueprint.route("/unknown-codes/bind", methods=["POST"])
@blueprint.arguments(InboxBindBody)
@blueprint.response(200, InboxBound)
@blueprint.alt_response(404, description="there is no such item")
@blueprint.alt_response(409, description="code_taken, with the other item; pack_factor_differs; sku_taken")
@requires("supervisor")
def bind_from_inbox(body: dict[str, Any]) -> service.Bound:
    """Say what a code means, or make the item it means; every record that carried it is credited."""
    wanted = body["item_id"] or _new_item(body["new_item"])
    command = service.BindCode(body["code"], body["pack_factor"], wanted)
    return transact(lambda session: service.bind(session, current_viewer(), command, now()))


def _new_item(body: dict[str, Any]) -> NewItem:
    codes = tuple(NewBarcode(**code) for code in body["barcodes"])
    return NewItem(**body | {"barcodes": codes})
