"""HTTP of expected deliveries."""

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
from app.purchasing.models import ExpectedDelivery
from app.purchasing.schemas.deliveries import (
    DeliveryBody,
    DeliveryDetail,
    DeliveryPage,
    DeliveryPatch,
    DeliveryQuery,
)
from app.purchasing.schemas.orders import ReasonBody


@blueprint.route("/expected-deliveries", methods=["GET"])
@blueprint.arguments(DeliveryQuery, location="query")
@blueprint.response(200, DeliveryPage)
@requires("supervisor")
def list_deliveries(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """The expected deliveries of the viewer's sites, the newest first."""
    limit, after = query.pop("limit"), query.pop("after")
    wanted = queries.DocumentFilter(states=query.pop("state"), **query)
    with reading() as session:
        return queries.find_deliveries(session, current_viewer(), wanted, limit=limit, after=after)


@blueprint.route("/expected-deliveries", methods=["POST"])
@blueprint.arguments(DeliveryBody)
@blueprint.response(201, DeliveryDetail)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def create_delivery(body: dict[str, Any]) -> dict[str, Any]:
    """Write down what a supplier announced."""
    command = service.NewDelivery(**body | {"lines": _lines(body["lines"])})
    return _done(lambda session: service.create_delivery(session, current_viewer(), command, now()))


@blueprint.route("/expected-deliveries/<uuid:delivery_id>", methods=["GET"])
@blueprint.response(200, DeliveryDetail)
@requires("supervisor")
def get_delivery(delivery_id: UUID) -> dict[str, Any]:
    """One expected delivery with its lines."""
    with reading() as session:
        queries.delivery_for(session, current_viewer(), delivery_id)
        return queries.delivery_view(session, delivery_id)


@blueprint.route("/expected-deliveries/<uuid:delivery_id>", methods=["PATCH"])
@blueprint.arguments(DeliveryPatch)
@blueprint.response(200, DeliveryDetail)
@blueprint.alt_response(409, description="document_changed; already_received; wrong_state")
@requires("supervisor")
def edit_delivery(body: dict[str, Any], delivery_id: UUID) -> dict[str, Any]:
    """Change what is named; once goods came, only its day and note."""
    lines = body.pop("lines", None)
    version = body.pop("version", None)
    command = service.EditDelivery(delivery_id, body, None if lines is None else _lines(lines), version)
    return _done(lambda session: service.edit_delivery(session, current_viewer(), command, now()))


@blueprint.route("/expected-deliveries/<uuid:delivery_id>/close", methods=["POST"])
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DeliveryDetail)
@blueprint.alt_response(409, description="wrong_state")
@requires("supervisor")
def close_delivery(body: dict[str, Any], delivery_id: UUID) -> dict[str, Any]:
    """What is missing will not come with it."""
    reason = body["reason"]
    return _done(lambda session: service.close_delivery(session, current_viewer(), delivery_id, reason, now()))


@blueprint.route("/expected-deliveries/<uuid:delivery_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DeliveryDetail)
@blueprint.alt_response(409, description="wrong_state; already_received")
@requires("supervisor")
def cancel_delivery(body: dict[str, Any], delivery_id: UUID) -> dict[str, Any]:
    """It will not come."""
    reason = body["reason"]
    return _done(lambda session: service.cancel_delivery(session, current_viewer(), delivery_id, reason, now()))


def _lines(lines: list[dict[str, Any]]) -> tuple[service.NewDeliveryLine, ...]:
    return tuple(service.NewDeliveryLine(**line) for line in lines)


def _done(work: Callable[[Session], ExpectedDelivery]) -> dict[str, Any]:
    return transact(lambda session: queries.delivery_view(session, work(session).id))
