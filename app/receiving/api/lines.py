"""HTTP of a receipt's lines: what came against what was expected, and what was decided of it."""

from typing import Any
from uuid import UUID

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page
from app.kernel.transaction import reading, transact
from app.receiving import schemas, service
from app.receiving.api.wanted import lines_wanted
from app.receiving.queries.lines import find_lines, line_detail
from app.receiving.queries.receipts import receipt_for
from app.receiving.service import posting_run

blueprint = Blueprint("receiving_lines", __name__, url_prefix="/api/v1", description="Lines of goods receipts")


@blueprint.route("/receipts/<uuid:receipt_id>/lines", methods=["GET"])
@blueprint.arguments(schemas.ReceiptLineQuery, location="query")
@blueprint.response(200, schemas.ReceiptLinePage)
@requires("supervisor")
def list_receipt_lines(query: dict[str, Any], receipt_id: UUID) -> Page[dict[str, Any]]:
    """The lines of a receipt, compared with its order as that is now."""
    posting_run.up_to_date(current_viewer(), receipt_id)
    wanted = lines_wanted(query, receipt_id)
    with reading() as session:
        receipt_for(session, current_viewer(), receipt_id)
        return find_lines(session, wanted, limit=query["limit"], after=query["after"])


@blueprint.route("/receipts/<uuid:receipt_id>/lines/<int(max=9223372036854775807):line_id>", methods=["GET"])
@blueprint.response(200, schemas.ReceiptLineDetail)
@requires("supervisor")
def get_receipt_line(receipt_id: UUID, line_id: int) -> dict[str, Any]:
    """One line down to the beeps, the pictures and the lines of the order."""
    with reading() as session:
        return line_detail(session, receipt_for(session, current_viewer(), receipt_id), line_id)


@blueprint.route("/receipts/<uuid:receipt_id>/decisions", methods=["POST"])
@blueprint.arguments(schemas.ReceiptDecisionBody)
@blueprint.response(200, schemas.ReceiptDecisionAnswer)
@blueprint.alt_response(409, description="receipt_not_open; lines_refused, with each line and why")
@requires("supervisor")
def decide_receipt_lines(body: dict[str, Any], receipt_id: UUID) -> dict[str, int]:
    """Take in what came, only what was expected, or nothing."""
    command = service.DecideLines(
        receipt_id=receipt_id,
        decision=body["decision"],
        line_ids=body["line_ids"],
        versions=body["versions"],
        keep_damaged=body["damaged"] == "keep",
        reason_code=body["reason_code"],
        note=body["note"],
    )
    return {"decided": transact(lambda session: service.decide(session, current_viewer(), command, now()))}
