"""HTTP of a receipt on paper."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint, Shape
from app.kernel.table_http import language_asked_for
from app.kernel.table_words import Language
from app.kernel.transaction import reading
from app.receiving.service import posting_run

blueprint = Blueprint("receipt_report", __name__, url_prefix="/api/v1", description="Goods receipts on paper")
PDF = "application/pdf"


class ReportQuery(Shape):
    """How the report is wanted."""

    lang = fields.String(
        load_default=None,
        validate=validate.OneOf(("zh", "en")),
        metadata={"description": "by default what Accept-Language says, or en"},
    )
    lines = fields.String(
        load_default="all",
        validate=validate.OneOf(("all", "odd")),
        metadata={"description": "odd: only those with a variance, a mark or a decision"},
    )


@blueprint.route("/receipts/<uuid:receipt_id>/report.pdf", methods=["GET"])
@blueprint.arguments(ReportQuery, location="query")
@blueprint.alt_response(
    200, schema={"type": "string", "format": "binary"}, content_type=PDF, description="The report, A4"
)
@requires("supervisor")
def receipt_report(query: dict[str, Any], receipt_id: UUID) -> Response:
    """What was expected, what came and what was decided, with room for signatures."""
    from app.receiving import report, report_queries  # noqa: PLC0415  # reportlab takes 0.2 s to load

    viewer = current_viewer()
    language: Language = "zh" if (query["lang"] or language_asked_for()) == "zh" else "en"
    posting_run.up_to_date(viewer, receipt_id)
    with reading() as session:
        head, lines = report_queries.report_of(session, viewer, receipt_id, now(), language)
    data = report.receipt_report(head, lines, language, only_odd=query["lines"] == "odd")
    name = f'inline; filename="{head.label}.pdf"'
    return Response(data, content_type=PDF, headers={"Content-Disposition": name})
