"""HTTP of the book."""

from typing import Any
from uuid import UUID

from flask import Response

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page, PageQuery, offset_of
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
from app.ledger import queries, service
from app.ledger.queries import Head, StockKey
from app.ledger.schemas import (
    BookAnswer,
    BookQuery,
    ExportQuery,
    HeadAnswer,
    HistoryPage,
    HistoryQuery,
    JournalBody,
    JournalDetail,
    JournalFileQuery,
    JournalPage,
    JournalQuery,
    MovementQuery,
    ReasonList,
    ReversalBody,
    StockFileQuery,
    StockPage,
    StockQuery,
    WrittenAnswer,
)
from app.ledger.service import Written
from app.sites.queries import site_of

blueprint = Blueprint("ledger", __name__, url_prefix="/api/v1")
Status = tuple[Written, int]


@blueprint.route("/journals", methods=["POST"])
@blueprint.arguments(JournalBody)
@blueprint.response(201, WrittenAnswer)
@blueprint.alt_response(200, schema=WrittenAnswer, description="booked before with the same source key")
@blueprint.alt_response(404, description="the site is not yours")
@blueprint.alt_response(409, description="source_key_reused")
@requires("supervisor")
def post_journal(body: dict[str, Any]) -> Status:
    """Book a document: opening stock, a receipt, an issue, a sale, scrap or a move. All mistakes are told at once."""
    drafts = [service.Draft(**entry) for entry in body.pop("entries")]
    command = service.PostJournal(entries=drafts, **body)
    written = transact(lambda session: service.post_journal(session, command, current_viewer(), now()))
    return written, 200 if written.repeated else 201


@blueprint.route("/journals", methods=["GET"])
@blueprint.arguments(JournalQuery, location="query")
@blueprint.response(200, JournalPage)
@requires("supervisor")
def list_journals(query: dict[str, Any]) -> Page[Any]:
    """The journals, newest first."""
    offset = offset_of(query.pop("after"))
    viewer = _supervising(query["site_id"])
    with reading() as session:
        return queries.journals_page(session, viewer, offset=offset, **query)


@blueprint.route("/journals/<uuid:journal_id>", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, JournalDetail)
@requires("supervisor")
def show_journal(query: dict[str, Any], journal_id: UUID) -> dict[str, Any]:
    """One journal with a page of its entries."""
    offset = offset_of(query["after"])
    with reading() as session:
        header = queries.journal_of(session, journal_id, current_viewer())
        entries = queries.entries_of(session, journal_id, limit=query["limit"], offset=offset)
    return {**header._mapping, "entries": entries}  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping


@blueprint.route("/journals/<uuid:journal_id>/reverse", methods=["POST"])
@blueprint.arguments(ReversalBody)
@blueprint.response(201, WrittenAnswer)
@blueprint.alt_response(409, description="already_reversed, is_a_reversal, of_a_stocktake")
@requires("manager")
def reverse_journal(body: dict[str, Any], journal_id: UUID) -> Written:
    """Take a journal back with one more journal that swaps its sides, at the times of its movements."""
    return transact(
        lambda session: service.reverse_posting(session, journal_id, viewer=current_viewer(), now=now(), **body)
    )


@blueprint.route("/sites/<uuid:site_id>/journals/import", methods=["POST"])
@blueprint.arguments(MovementQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("supervisor")
def import_movements(query: dict[str, Any], site_id: UUID) -> ImportReport:
    """Book movements by file: all rows or none; a document, or the file, booked before is left alone."""
    file, viewer, moment = service.MovementFile(site_id, query["kind"], file_body()), current_viewer(), now()
    if query["dry_run"]:
        with reading() as session:
            return service.import_movements(session, file, viewer, moment, dry_run=True)
    return transact(lambda session: service.import_movements(session, file, viewer, moment, dry_run=False))


@blueprint.route("/sites/<uuid:site_id>/journals/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def movement_template(query: dict[str, Any], site_id: UUID) -> Response:
    """A file to fill in, with examples."""
    current_viewer().require("supervisor", site_id)
    form = form_of(query)
    return file_answer(service.movement_template(form), "movements-template", form)


@blueprint.route("/sites/<uuid:site_id>/journals/export", methods=["GET"])
@blueprint.arguments(ExportQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_movements(query: dict[str, Any], site_id: UUID) -> Response:
    """What the site booked, for a spreadsheet: in the order recorded, amounts in base units."""
    form = form_of(query)
    with reading() as session:
        data = service.export_movements(session, service.MovementFilter(site_id, **query), current_viewer(), form)
    return file_answer(data, "movements", form)


@blueprint.route("/journals/export", methods=["GET"])
@blueprint.arguments(JournalFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_journals(query: dict[str, Any]) -> Response:
    """The journals of the list, newest first."""
    form, viewer = form_of(query), _supervising(query["site_id"])
    with reading() as session:
        data = service.export_journals(session, viewer, form, **query)
    return file_answer(data, "journals", form)


@blueprint.route("/stock/export", methods=["GET"])
@blueprint.arguments(StockFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_stock(query: dict[str, Any]) -> Response:
    """The stock of the list, in walking order."""
    form, key, viewer = form_of(query), _key(query), _supervising(query["site_id"])
    with reading() as session:
        data = service.export_stock(session, viewer, form, key=key, **query)
    return file_answer(data, "stock", form)


@blueprint.route("/stock", methods=["GET"])
@blueprint.arguments(StockQuery, location="query")
@blueprint.response(200, StockPage)
@requires("supervisor")
def list_stock(query: dict[str, Any]) -> Page[Any]:
    """How much is where, in walking order; what is zero is left out."""
    offset, key, viewer = offset_of(query.pop("after")), _key(query), _supervising(query["site_id"])
    with reading() as session:
        return queries.stock(session, viewer, key=key, offset=offset, **query)


@blueprint.route("/stock/book", methods=["GET"])
@blueprint.arguments(BookQuery, location="query")
@blueprint.response(200, BookAnswer)
@requires("supervisor")
def show_book(query: dict[str, Any]) -> dict[str, Any]:
    """What the book says of a moment, as it is known today: what was booked later for earlier counts."""
    at = query["at"] or now()
    with reading() as session:
        queries.require_location(session, query["location_id"], current_viewer())
        quantity = queries.book(session, query["location_id"], query["item_id"], query["lot"], at)
    return {"quantity": quantity, "at": at}


@blueprint.route("/stock/history", methods=["GET"])
@blueprint.arguments(HistoryQuery, location="query")
@blueprint.response(200, HistoryPage)
@requires("supervisor")
def show_history(query: dict[str, Any]) -> Page[Any]:
    """The movements of an item, of a place, or of both, newest first."""
    offset = offset_of(query.pop("after"))
    with reading() as session:
        return queries.history(session, _key(query), current_viewer(), limit=query["limit"], offset=offset)


@blueprint.route("/reason-codes", methods=["GET"])
@blueprint.response(200, ReasonList)
@requires("counter")
def list_reasons() -> dict[str, Any]:
    """The reasons to choose from."""
    with reading() as session:
        return {"rows": queries.reason_codes(session)}


@blueprint.route("/sites/<uuid:site_id>/chain-head", methods=["GET"])
@blueprint.response(200, HeadAnswer)
@requires("supervisor")
def show_chain_head(site_id: UUID) -> Head:
    """The end of the site's hash chain: kept elsewhere, it proves later that no past was changed."""
    current_viewer().require("supervisor", site_id)
    with reading() as session:
        site_of(session, site_id)
        return queries.heads(session, [site_id])[site_id]


def _supervising(site_id: UUID | None) -> Any:
    viewer = current_viewer()
    if site_id is not None:
        viewer.require("supervisor", site_id)
    return viewer


def _key(query: dict[str, Any]) -> StockKey:
    return StockKey(query.pop("item_id"), query.pop("location_id"), query.pop("lot"))
