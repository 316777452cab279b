"""HTTP of orders and expected deliveries by file."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
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
from app.purchasing import queries, service
from app.purchasing.api.blueprint import blueprint
from app.purchasing.schemas.files import DeliveryFileQuery, OrderFileQuery, SiteImportQuery


@blueprint.route("/purchase-orders/import", methods=["POST"])
@blueprint.arguments(SiteImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("supervisor")
def import_orders(query: dict[str, Any]) -> ImportReport:
    """Orders by file, known by supplier and reference: all rows or none."""
    file, viewer, moment = service.DocumentFile(query["site_id"], file_body()), current_viewer(), now()
    dry_run = query["dry_run"]
    return _imported(
        lambda session: service.import_orders(session, viewer, file, moment, dry_run=dry_run), dry_run=dry_run
    )


@blueprint.route("/purchase-orders/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def order_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.order_template(session, form), "purchase-orders-template", form)


@blueprint.route("/purchase-orders/export", methods=["GET"])
@blueprint.arguments(OrderFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_orders(query: dict[str, Any]) -> Response:
    """Those of the list with their lines, in the form the import takes."""
    form = form_of(query)
    wanted = queries.DocumentFilter(states=query.pop("state"), **query)
    with reading() as session:
        data = service.export_orders(session, current_viewer(), wanted, form)
    return file_answer(data, "purchase-orders", form)


@blueprint.route("/expected-deliveries/import", methods=["POST"])
@blueprint.arguments(SiteImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("supervisor")
def import_deliveries(query: dict[str, Any]) -> ImportReport:
    """Announced deliveries by file, known by supplier and reference: all rows or none."""
    file, viewer, moment = service.DocumentFile(query["site_id"], file_body()), current_viewer(), now()
    dry_run = query["dry_run"]
    return _imported(
        lambda session: service.import_deliveries(session, viewer, file, moment, dry_run=dry_run), dry_run=dry_run
    )


@blueprint.route("/expected-deliveries/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def delivery_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    return file_answer(service.delivery_template(form), "expected-deliveries-template", form)


@blueprint.route("/expected-deliveries/export", methods=["GET"])
@blueprint.arguments(DeliveryFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_deliveries(query: dict[str, Any]) -> Response:
    """Those of the list with their lines, in the form the import takes."""
    form = form_of(query)
    wanted = queries.DocumentFilter(states=query.pop("state"), **query)
    with reading() as session:
        data = service.export_deliveries(session, current_viewer(), wanted, form)
    return file_answer(data, "expected-deliveries", form)


def _imported(work: Callable[[Session], ImportReport], *, dry_run: bool) -> ImportReport:
    if dry_run:
        with reading() as session:
            return work(session)
    return transact(work)
