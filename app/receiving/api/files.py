"""HTTP of receipts and their lines as files."""

from typing import Any
from uuid import UUID

from flask import Response

from app.kernel.access import current_viewer, requires
from app.kernel.http import Blueprint
from app.kernel.table_http import FileQuery, file_answer, form_of, gives_file
from app.kernel.transaction import reading
from app.receiving import exports, schemas
from app.receiving.api.wanted import lines_wanted, receipts_wanted
from app.receiving.service import posting_run

blueprint = Blueprint("receipt_files", __name__, url_prefix="/api/v1", description="Goods receipts as files")


class ReceiptFileQuery(schemas.ReceiptQuery, FileQuery):
    """A file of which receipts."""

    class Meta(FileQuery.Meta):
        exclude = ("limit", "after")


class ReceiptLineFileQuery(schemas.ReceiptLineQuery, FileQuery):
    """A file of which lines, in which order."""

    class Meta(FileQuery.Meta):
        exclude = ("limit", "after")


@blueprint.route("/receipts/export", methods=["GET"])
@blueprint.arguments(ReceiptFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_receipts(query: dict[str, Any]) -> Response:
    """The receipts of the list, the newest first."""
    form = form_of(query)
    wanted = receipts_wanted(query)
    with reading() as session:
        data = exports.export_receipts(session, wanted, current_viewer(), form)
    return file_answer(data, "receipts", form)


@blueprint.route("/receipts/<uuid:receipt_id>/lines/export", methods=["GET"])
@blueprint.arguments(ReceiptLineFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_receipt_lines(query: dict[str, Any], receipt_id: UUID) -> Response:
    """The lines of the workbench, in its order."""
    form, viewer = form_of(query), current_viewer()
    wanted = lines_wanted(query, receipt_id)
    posting_run.up_to_date(viewer, receipt_id)
    with reading() as session:
        data = exports.export_lines(session, wanted, viewer, form)
    return file_answer(data, "receipt-lines", form)
