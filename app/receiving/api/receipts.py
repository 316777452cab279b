"""HTTP of goods receipts: open, look, close, cancel, post, reverse, send back."""

from typing import Any
from uuid import UUID

from app.device_log.queries.health import SyncHealth
from app.device_log.schemas import SyncHealthAnswer
from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page
from app.kernel.transaction import reading, transact
from app.ledger.service import Written
from app.receiving import schemas, service
from app.receiving.api.wanted import receipts_wanted
from app.receiving.queries.posting import Posting
from app.receiving.queries.receipts import described, find_receipts, receipt_for, sync_healths
from app.receiving.service import posting_run

blueprint = Blueprint("receiving", __name__, url_prefix="/api/v1", description="Goods receipts")


@blueprint.route("/receipts", methods=["GET"])
@blueprint.arguments(schemas.ReceiptQuery, location="query")
@blueprint.response(200, schemas.ReceiptPage)
@requires("supervisor")
def list_receipts(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """The receipts of the viewer's sites, the newest first."""
    wanted = receipts_wanted(query)
    with reading() as session:
        return find_receipts(session, current_viewer(), wanted, limit=query["limit"], after=query["after"])


@blueprint.route("/receipts", methods=["POST"])
@blueprint.arguments(schemas.ReceiptBody)
@blueprint.response(201, schemas.ReceiptAnswer)
@blueprint.alt_response(404, description="the site is not yours")
@blueprint.alt_response(409, description="document_not_open")
@requires("supervisor")
def open_receipt(body: dict[str, Any]) -> dict[str, Any]:
    """Open a receipt at the desk; devices may open theirs by scanning."""
    command = service.NewReceipt(**body)
    made = transact(lambda session: service.open_at_desk(session, current_viewer(), command, now()).id)
    return _answer(made)


@blueprint.route("/receipts/<uuid:receipt_id>", methods=["GET"])
@blueprint.response(200, schemas.ReceiptAnswer)
@requires("supervisor")
def get_receipt(receipt_id: UUID) -> dict[str, Any]:
    """One receipt and how far it is, compared with its order as that is now."""
    posting_run.up_to_date(current_viewer(), receipt_id)
    return _answer(receipt_id)


@blueprint.route("/receipts/<uuid:receipt_id>", methods=["PATCH"])
@blueprint.arguments(schemas.ReceiptPatch)
@blueprint.response(200, schemas.ReceiptAnswer)
@blueprint.alt_response(409, description="wrong_state; document_not_open")
@requires("supervisor")
def edit_receipt(body: dict[str, Any], receipt_id: UUID) -> dict[str, Any]:
    """Put right where the goods landed, what they were ordered by, or whose they are."""
    transact(lambda session: service.edit(session, current_viewer(), receipt_id, body, now()))
    return _answer(receipt_id)


@blueprint.route("/receipts/<uuid:receipt_id>/sync-health", methods=["GET"])
@blueprint.response(200, SyncHealthAnswer)
@requires("supervisor")
def get_receipt_sync_health(receipt_id: UUID) -> SyncHealth:
    """The devices that worked on it, and what has not arrived from them."""
    with reading() as session:
        receipt_for(session, current_viewer(), receipt_id)
        return sync_healths(session, [receipt_id])[receipt_id]


@blueprint.route("/receipts/<uuid:receipt_id>/close", methods=["POST"])
@blueprint.arguments(schemas.ReceiptCloseBody)
@blueprint.response(200, schemas.ReceiptAnswer)
@blueprint.alt_response(409, description="wrong_state; records_outstanding, with the devices and the number held")
@requires("supervisor")
def close_receipt(body: dict[str, Any], receipt_id: UUID) -> dict[str, Any]:
    """End the receiving. Over outstanding records only with a reason."""
    reason = body["override_reason"].strip()
    transact(lambda session: service.close(session, current_viewer(), receipt_id, reason, now()))
    return _answer(receipt_id)


@blueprint.route("/receipts/<uuid:receipt_id>/cancel", methods=["POST"])
@blueprint.arguments(schemas.ReceiptCancelBody)
@blueprint.response(200, schemas.ReceiptAnswer)
@blueprint.alt_response(409, description="wrong_state")
@requires("supervisor")
def cancel_receipt(body: dict[str, Any], receipt_id: UUID) -> dict[str, Any]:
    """Give it up; what was scanned stays as evidence."""
    transact(lambda session: service.cancel(session, current_viewer(), receipt_id, body["reason"].strip(), now()))
    return _answer(receipt_id)


@blueprint.route("/receipts/<uuid:receipt_id>/post", methods=["POST"])
@blueprint.arguments(schemas.ReceiptPostBody)
@blueprint.response(200, schemas.ReceiptPostAnswer)
@blueprint.alt_response(409, description="wrong_state; posting_refused, with all that hinders")
@requires("supervisor")
def post_receipt(body: dict[str, Any], receipt_id: UUID) -> dict[str, Any]:
    """Take the goods into stock as decided, or say everything that stands in the way of it."""
    run = posting_run.dry_run if body["dry_run"] else posting_run.post
    posting = Posting(receipt_id, body["leave_unknown"], body["override_reason"].strip())
    return run(current_viewer(), posting)


@blueprint.route("/receipts/<uuid:receipt_id>/reverse", methods=["POST"])
@blueprint.arguments(schemas.ReceiptReversalBody)
@blueprint.response(200, schemas.ReceiptAnswer)
@blueprint.alt_response(409, description="wrong_state; has_returns")
@requires("supervisor")
def reverse_receipt(body: dict[str, Any], receipt_id: UUID) -> dict[str, Any]:
    """Take a posted receipt back: each journal is reversed at the time of what it reverses, the order expects again."""
    posting_run.reverse(current_viewer(), receipt_id, note=body["note"])
    return _answer(receipt_id)


@blueprint.route("/receipts/<uuid:receipt_id>/returns", methods=["POST"])
@blueprint.arguments(schemas.ReturnBody)
@blueprint.response(201, schemas.ReturnAnswer)
@blueprint.alt_response(409, description="wrong_state; source_key_reused")
@requires("supervisor")
def return_goods(body: dict[str, Any], receipt_id: UUID) -> Written:
    """Send goods of a posted receipt back to the supplier."""
    command = service.ReturnGoods(
        receipt_id=receipt_id,
        lines=[service.ReturnLine(**line) for line in body["lines"]],
        reason_code=body["reason_code"],
        note=body["note"],
        location_id=body["location_id"],
        source_key=body["source_key"],
    )
    return transact(lambda session: service.return_goods(session, current_viewer(), command, now()))


def _answer(receipt_id: UUID) -> dict[str, Any]:
    with reading() as session:
        return described(session, [receipt_for(session, current_viewer(), receipt_id)])[0]
