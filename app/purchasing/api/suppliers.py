"""HTTP of suppliers and their terms."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.access import requires
from app.kernel.clock import now
from app.kernel.paging import Page, offset_of
from app.kernel.transaction import reading, transact
from app.purchasing import queries, service
from app.purchasing.api.blueprint import blueprint
from app.purchasing.queries import TermsView
from app.purchasing.schemas.suppliers import (
    SupplierAnswer,
    SupplierBody,
    SupplierPage,
    SupplierPatch,
    SupplierQuery,
    TermsAnswer,
    TermsBody,
    TermsPage,
    TermsQuery,
)


@blueprint.route("/suppliers", methods=["GET"])
@blueprint.arguments(SupplierQuery, location="query")
@blueprint.response(200, SupplierPage)
@requires("supervisor")
def list_suppliers(query: dict[str, Any]) -> Page[Any]:
    """Suppliers by code."""
    offset = offset_of(query.pop("after"))
    with reading() as session:
        return queries.suppliers_page(session, offset=offset, **query)


@blueprint.route("/suppliers", methods=["POST"])
@blueprint.arguments(SupplierBody)
@blueprint.response(201, SupplierAnswer)
@blueprint.alt_response(409, description="code_taken")
@requires("manager")
def create_supplier(body: dict[str, Any]) -> Any:
    """Make a supplier."""

    def work(session: Session) -> Any:
        made = service.create_supplier(session, service.NewSupplier(**body), now())
        return queries.supplier_of(session, made)

    return transact(work)


@blueprint.route("/suppliers/<uuid:supplier_id>", methods=["GET"])
@blueprint.response(200, SupplierAnswer)
@requires("supervisor")
def get_supplier(supplier_id: UUID) -> Any:
    """One supplier."""
    with reading() as session:
        return queries.supplier_of(session, supplier_id)


@blueprint.route("/suppliers/<uuid:supplier_id>", methods=["PATCH"])
@blueprint.arguments(SupplierPatch)
@blueprint.response(200, SupplierAnswer)
@blueprint.alt_response(409, description="code_taken")
@requires("manager")
def edit_supplier(body: dict[str, Any], supplier_id: UUID) -> Any:
    """Change what is named; what is not named stays."""

    def work(session: Session) -> Any:
        service.edit_supplier(session, supplier_id, body, now())
        return queries.supplier_of(session, supplier_id)

    return transact(work)


@blueprint.route("/suppliers/<uuid:supplier_id>/items", methods=["GET"])
@blueprint.arguments(TermsQuery, location="query")
@blueprint.response(200, TermsPage)
@requires("supervisor")
def list_terms(query: dict[str, Any], supplier_id: UUID) -> Page[TermsView]:
    """What the supplier sells, by our SKU, with his terms."""
    offset = offset_of(query.pop("after"))
    with reading() as session:
        return queries.terms_page(session, supplier_id, offset=offset, **query)


@blueprint.route("/suppliers/<uuid:supplier_id>/items/<uuid:item_id>", methods=["PUT"])
@blueprint.arguments(TermsBody)
@blueprint.response(200, TermsAnswer)
@requires("manager")
def set_terms(body: dict[str, Any], supplier_id: UUID, item_id: UUID) -> TermsView:
    """Make these the supplier's terms for the item."""

    def work(session: Session) -> TermsView:
        service.set_terms(session, supplier_id, item_id, service.Terms(**body))
        return queries.terms_view(session, supplier_id, item_id)

    return transact(work)


@blueprint.route("/suppliers/<uuid:supplier_id>/items/<uuid:item_id>", methods=["DELETE"])
@blueprint.response(204)
@requires("manager")
def drop_terms(supplier_id: UUID, item_id: UUID) -> None:
    """The supplier does not sell the item any more."""
    transact(lambda session: service.drop_terms(session, supplier_id, item_id))
