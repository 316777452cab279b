"""HTTP of stocktakes and lines as files."""

from typing import Any
from uuid import UUID

from flask import Response

from app.kernel.access import current_viewer, requires
from app.kernel.http import Blueprint
from app.kernel.table_http import file_answer, form_of, gives_file
from app.kernel.transaction import reading
from app.stocktake import exports
from app.stocktake.line_api import line_filter
from app.stocktake.line_schemas import LineFileQuery
from app.stocktake.plan_schemas import StocktakeFileQuery

blueprint = Blueprint("stocktake_files", __name__, url_prefix="/api/v1", description="Stocktakes and lines as files")


@blueprint.route("/stocktakes/export", methods=["GET"])
@blueprint.arguments(StocktakeFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_stocktakes(query: dict[str, Any]) -> Response:
    """The stocktakes of the list, the newest first."""
    form = form_of(query)
    with reading() as session:
        data = exports.export_stocktakes(
            session, current_viewer(), form, site_id=query["site_id"], states=query["state"]
        )
    return file_answer(data, "stocktakes", form)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/lines/export", methods=["GET"])
@blueprint.arguments(LineFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_lines(query: dict[str, Any], stocktake_id: UUID) -> Response:
    """The lines of the workbench, in its order."""
    form = form_of(query)
    with reading() as session:
        data = exports.export_lines(session, line_filter(query, stocktake_id), current_viewer(), form)
    return file_answer(data, "stocktake-lines", form)
