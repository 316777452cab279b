"""HTTP of suppliers and their terms by file."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.kernel.access import requires
from app.kernel.clock import now
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
from app.purchasing import service
from app.purchasing.api.blueprint import blueprint
from app.purchasing.schemas.files import SupplierFileQuery, TermsFileQuery


@blueprint.route("/suppliers/import", methods=["POST"])
@blueprint.arguments(ImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("manager")
def import_suppliers(query: dict[str, Any]) -> ImportReport:
    """Suppliers by file, known by their code: all rows or none."""
    data, moment, dry_run = file_body(), now(), query["dry_run"]
    return _imported(lambda session: service.import_suppliers(session, data, moment, dry_run=dry_run), dry_run=dry_run)


@blueprint.route("/suppliers/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("manager")
def supplier_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    return file_answer(service.supplier_template(form), "suppliers-template", form)


@blueprint.route("/suppliers/export", methods=["GET"])
@blueprint.arguments(SupplierFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_suppliers(query: dict[str, Any]) -> Response:
    """The suppliers of the list, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.export_suppliers(session, form, **query), "suppliers", form)


@blueprint.route("/suppliers/items/import", methods=["POST"])
@blueprint.arguments(ImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("manager")
def import_terms(query: dict[str, Any]) -> ImportReport:
    """Terms by file, known by supplier and SKU: all rows or none."""
    data, dry_run = file_body(), query["dry_run"]
    return _imported(lambda session: service.import_terms(session, data, dry_run=dry_run), dry_run=dry_run)


@blueprint.route("/suppliers/items/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("manager")
def terms_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.terms_template(session, form), "supplier-items-template", form)


@blueprint.route("/suppliers/items/export", methods=["GET"])
@blueprint.arguments(TermsFileQuery, location="query")
@gives_file(blueprint)
@requires("supervisor")
def export_terms(query: dict[str, Any]) -> Response:
    """All terms, or one supplier's, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.export_terms(session, form, query["supplier_id"]), "supplier-items", form)


def _imported(work: Callable[[Session], ImportReport], *, dry_run: bool) -> ImportReport:
    if dry_run:
        with reading() as session:
            return work(session)
    return transact(work)
