"""HTTP of fixed bins."""

from typing import Any

from flask import Response

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page, offset_of
from app.kernel.table import ImportReport
from app.kernel.table_http import (
    IMPORT_BODY,
    UNREADABLE,
    WRONG,
    FileQuery,
    ImportAnswer,
    file_answer,
    file_body,
    form_of,
    gives_file,
)
from app.kernel.transaction import reading, transact
from app.receiving import item_places, item_places_file, item_places_queries
from app.receiving.item_places_queries import FixedPlace
from app.receiving.item_places_schemas import (
    ItemPlaceAnswer,
    ItemPlaceBody,
    ItemPlaceFileQuery,
    ItemPlaceImportQuery,
    ItemPlaceKey,
    ItemPlacePage,
    ItemPlaceQuery,
)

blueprint = Blueprint("item_places", __name__, url_prefix="/api/v1")


@blueprint.route("/item-places", methods=["GET"])
@blueprint.arguments(ItemPlaceQuery, location="query")
@blueprint.response(200, ItemPlacePage)
@requires("supervisor")
def list_item_places(query: dict[str, Any]) -> Page[FixedPlace]:
    """The fixed bins of a site, by SKU."""
    site_id, offset = query.pop("site_id"), offset_of(query.pop("after"))
    current_viewer().require("supervisor", site_id)
    with reading() as session:
        return item_places_queries.fixed_page(session, site_id, offset=offset, **query)


@blueprint.route("/item-places", methods=["PUT"])
@blueprint.arguments(ItemPlaceBody)
@blueprint.response(200, ItemPlaceAnswer)
@requires("supervisor")
def set_item_place(body: dict[str, Any]) -> FixedPlace:
    """Say where an item belongs: put-away suggests it first."""
    command = item_places.SetPlace(**body)
    return transact(lambda session: item_places.set_place(session, current_viewer(), command, now()))


@blueprint.route("/item-places", methods=["DELETE"])
@blueprint.arguments(ItemPlaceKey, location="query")
@blueprint.response(204)
@requires("supervisor")
def remove_item_place(query: dict[str, Any]) -> None:
    """Let an item belong nowhere in particular."""
    transact(lambda session: item_places.remove_place(session, current_viewer(), **query, now=now()))


@blueprint.route("/item-places/import", methods=["POST"])
@blueprint.arguments(ItemPlaceImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("supervisor")
def import_item_places(query: dict[str, Any]) -> ImportReport:
    """Fixed bins by file, known by their SKU: all rows or none."""
    site_id, data, viewer, moment = query["site_id"], file_body(), current_viewer(), now()
    if query["dry_run"]:
        with reading() as session:
            return item_places_file.import_places(session, viewer, site_id, data, moment, dry_run=True)
    return transact(
        lambda session: item_places_file.import_places(session, viewer, site_id, data, moment, dry_run=False)
    )


@blueprint.route("/item-places/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def item_place_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    return file_answer(item_places_file.place_template(form), "item-places-template", form)


@blueprint.route("/item-places/export", methods=["GET"])
@blueprint.arguments(ItemPlaceFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_item_places(query: dict[str, Any]) -> Response:
    """All fixed bins of a site, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        data = item_places_file.export_places(session, current_viewer(), query["site_id"], form)
    return file_answer(data, "item-places", form)
