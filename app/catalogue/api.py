"""HTTP of items, their codes, units and categories."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.queries import CategoryFacts, ItemView, UnitFacts
from app.catalogue.schemas import (
    BarcodesBody,
    CategoryAnswer,
    CategoryBody,
    CategoryPage,
    CodeQuery,
    ItemAnswer,
    ItemBody,
    ItemFileQuery,
    ItemPage,
    ItemPatch,
    ItemQuery,
    UnitAnswer,
    UnitBody,
    UnitPage,
)
from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.errors import invalid_field
from app.kernel.http import Blueprint
from app.kernel.paging import Page, PageQuery, offset_of
from app.kernel.table import ImportReport
from app.kernel.table_http import (
    IMPORT_BODY,
    UNREADABLE,
    WRONG,
    FileQuery,
    ImportAnswer,
    ImportQuery,
    file_answer,
    file_body,
    form_of,
    gives_file,
)
from app.kernel.transaction import reading, transact
from scanner.meaning import CodeError

blueprint = Blueprint("catalogue", __name__, url_prefix="/api/v1")


def _sees_cost() -> bool:
    return current_viewer().may_somewhere("supervisor")


@blueprint.route("/items", methods=["GET"])
@blueprint.arguments(ItemQuery, location="query")
@blueprint.response(200, ItemPage)
@requires("counter")
def list_items(query: dict[str, Any]) -> Page[ItemView]:
    """Items by SKU."""
    offset = offset_of(query.pop("after"))
    with reading() as session:
        return queries.items_page(session, offset=offset, with_cost=_sees_cost(), **query)


@blueprint.route("/items", methods=["POST"])
@blueprint.arguments(ItemBody)
@blueprint.response(201, ItemAnswer)
@blueprint.alt_response(409, description="sku_taken; code_taken, with the other item")
@requires("manager")
def create_item(body: dict[str, Any]) -> ItemView:
    """Make an item with its codes."""
    codes = tuple(service.NewBarcode(**code) for code in body.pop("barcodes"))
    command = service.NewItem(**body, barcodes=codes)

    def work(session: Session) -> ItemView:
        return queries.item_view(session, service.create_item(session, command, now()), with_cost=True)

    return transact(work)


@blueprint.route("/items/by-code", methods=["GET"])
@blueprint.arguments(CodeQuery, location="query")
@blueprint.response(200, ItemAnswer)
@blueprint.alt_response(404, description="code_unknown")
@requires("counter")
def item_by_code(query: dict[str, Any]) -> ItemView:
    """The item a code stands for; GS1 messages and Digital Links are read too."""
    try:
        with reading() as session:
            return queries.item_by_code(session, query["code"], with_cost=_sees_cost())
    except CodeError as error:
        raise invalid_field("code", error.code, f"This is no code: {error}.") from error


@blueprint.route("/items/<uuid:item_id>", methods=["GET"])
@blueprint.response(200, ItemAnswer)
@requires("counter")
def get_item(item_id: UUID) -> ItemView:
    """One item."""
    with reading() as session:
        return queries.item_view(session, item_id, with_cost=_sees_cost())


@blueprint.route("/items/<uuid:item_id>", methods=["PATCH"])
@blueprint.arguments(ItemPatch)
@blueprint.response(200, ItemAnswer)
@blueprint.alt_response(409, description="sku_taken; scale_fixed: stock has moved")
@requires("manager")
def edit_item(body: dict[str, Any], item_id: UUID) -> ItemView:
    """Change what is named; what is not named stays."""

    def work(session: Session) -> ItemView:
        service.edit_item(session, item_id, body, now())
        return queries.item_view(session, item_id, with_cost=True)

    return transact(work)


@blueprint.route("/items/<uuid:item_id>/barcodes", methods=["PUT"])
@blueprint.arguments(BarcodesBody)
@blueprint.response(200, ItemAnswer)
@blueprint.alt_response(409, description="code_taken, with the other item")
@requires("manager")
def set_barcodes(body: dict[str, Any], item_id: UUID) -> ItemView:
    """Make these the item's codes, all of them."""
    codes = [service.NewBarcode(**code) for code in body["barcodes"]]

    def work(session: Session) -> ItemView:
        service.set_barcodes(session, item_id, codes, now())
        return queries.item_view(session, item_id, with_cost=True)

    return transact(work)


@blueprint.route("/items/import", methods=["POST"])
@blueprint.arguments(ImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("manager")
def import_items(query: dict[str, Any]) -> ImportReport:
    """Items by file, known by their SKU, several codes in several rows: all rows or none."""
    data, moment = file_body(), now()
    if query["dry_run"]:
        with reading() as session:
            return service.import_items(session, data, moment, dry_run=True)
    return transact(lambda session: service.import_items(session, data, moment, dry_run=False))


@blueprint.route("/items/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("manager")
def item_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.item_template(session, form), "items-template", form)


@blueprint.route("/items/export", methods=["GET"])
@blueprint.arguments(ItemFileQuery, location="query")
@gives_file(blueprint)
@requires("manager")
def export_items(query: dict[str, Any]) -> Response:
    """The items, all or those found, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.export_items(session, form, **query), "items", form)


@blueprint.route("/units", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, UnitPage)
@requires("counter")
def list_units(query: dict[str, Any]) -> Page[UnitFacts]:
    """Units by code."""
    offset = offset_of(query["after"])
    with reading() as session:
        return queries.units_page(session, limit=query["limit"], offset=offset)


@blueprint.route("/units", methods=["POST"])
@blueprint.arguments(UnitBody)
@blueprint.response(201, UnitAnswer)
@blueprint.alt_response(409, description="code_taken")
@requires("manager")
def create_unit(body: dict[str, Any]) -> UnitFacts:
    """Make a unit. Its decimals never change."""
    return transact(lambda session: service.create_unit(session, **body))


@blueprint.route("/categories", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, CategoryPage)
@requires("counter")
def list_categories(query: dict[str, Any]) -> Page[CategoryFacts]:
    """Categories by name."""
    offset = offset_of(query["after"])
    with reading() as session:
        return queries.categories_page(session, limit=query["limit"], offset=offset)


@blueprint.route("/categories", methods=["POST"])
@blueprint.arguments(CategoryBody)
@blueprint.response(201, CategoryAnswer)
@blueprint.alt_response(409, description="name_taken")
@requires("manager")
def create_category(body: dict[str, Any]) -> CategoryFacts:
    """Make a category."""
    return transact(lambda session: service.create_category(session, **body))
