"""HTTP of orders."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.paging import Page
from app.kernel.transaction import reading, transact
from app.purchasing import queries, service
from app.purchasing.api.blueprint import blueprint
from app.purchasing.models import PurchaseOrder
from app.purchasing.schemas.orders import (
    OrderBody,
    OrderDetail,
    OrderPage,
    OrderPatch,
    OrderQuery,
    PlaceBody,
    ReasonBody,
)


@blueprint.route("/purchase-orders", methods=["GET"])
@blueprint.arguments(OrderQuery, location="query")
@blueprint.response(200, OrderPage)
@requires("supervisor")
def list_orders(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """The orders of the viewer's sites, the newest first."""
    limit, after = query.pop("limit"), query.pop("after")
    wanted = queries.DocumentFilter(states=query.pop("state"), **query)
    with reading() as session:
        return queries.find_orders(session, current_viewer(), wanted, limit=limit, after=after)


@blueprint.route("/purchase-orders", methods=["POST"])
@blueprint.arguments(OrderBody)
@blueprint.response(201, OrderDetail)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def create_order(body: dict[str, Any]) -> dict[str, Any]:
    """Draft an order."""
    lines = tuple(service.NewOrderLine(**line) for line in body.pop("lines"))
    command = service.NewOrder(**body, lines=lines)
    return _done(lambda session: service.create_order(session, current_viewer(), command, now()))


@blueprint.route("/purchase-orders/<uuid:order_id>", methods=["GET"])
@blueprint.response(200, OrderDetail)
@requires("supervisor")
def get_order(order_id: UUID) -> dict[str, Any]:
    """One order with its lines, and what of it its supplier's terms do not like."""
    with reading() as session:
        queries.order_for(session, current_viewer(), order_id)
        return queries.order_view(session, order_id)


@blueprint.route("/purchase-orders/<uuid:order_id>", methods=["PATCH"])
@blueprint.arguments(OrderPatch)
@blueprint.response(200, OrderDetail)
@blueprint.alt_response(409, description="document_changed; fixed_once_ordered, with the fields; wrong_state")
@blueprint.alt_response(422, description="below_received, with what was received")
@requires("supervisor")
def edit_order(body: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """Change a draft freely; of a placed order its note, its days and its quantities."""
    lines = body.pop("lines", None)
    edits = None if lines is None else tuple(service.LineEdit(line.pop("id", None), line) for line in lines)
    version = body.pop("version", None)
    command = service.EditOrder(order_id, body, edits, version)
    return _done(lambda session: service.edit_order(session, current_viewer(), command, now()))


@blueprint.route("/purchase-orders/<uuid:order_id>/order", methods=["POST"])
@blueprint.arguments(PlaceBody)
@blueprint.response(200, OrderDetail)
@blueprint.alt_response(409, description="document_changed; wrong_state; no_lines")
@requires("supervisor")
def place_order(body: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """It has gone to the supplier: devices may receive against it."""
    return _done(lambda session: service.place_order(session, current_viewer(), order_id, now(), body.get("version")))


@blueprint.route("/purchase-orders/<uuid:order_id>/close", methods=["POST"])
@blueprint.arguments(ReasonBody)
@blueprint.response(200, OrderDetail)
@blueprint.alt_response(409, description="wrong_state")
@requires("supervisor")
def close_order(body: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """What is still open on it will not come."""
    return _done(lambda session: service.close_order(session, current_viewer(), order_id, body["reason"], now()))


@blueprint.route("/purchase-orders/<uuid:order_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonBody)
@blueprint.response(200, OrderDetail)
@blueprint.alt_response(409, description="wrong_state; already_received")
@requires("supervisor")
def cancel_order(body: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """Nothing of it will come; what a device receives of it all the same is flagged."""
    return _done(lambda session: service.cancel_order(session, current_viewer(), order_id, body["reason"], now()))


def _done(work: Callable[[Session], PurchaseOrder]) -> dict[str, Any]:
    return transact(lambda session: queries.order_view(session, work(session).id))
