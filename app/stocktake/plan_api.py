"""HTTP of the plan: stocktakes, their places, overlaps, unknown codes, and who is missing."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.device_log.schemas import SyncHealthAnswer
from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.paging import Page, PageQuery
from app.kernel.transaction import reading, transact
from app.stocktake import hindrance_schemas, plan, plan_schemas, unknown_codes
from app.stocktake.evaluation_run import evaluate_all
from app.stocktake.health_queries import SyncHealth, sync_health
from app.stocktake.line_queries import lines_by_state, variance_totals
from app.stocktake.models import Stocktake
from app.stocktake.overlap_queries import find_overlaps
from app.stocktake.overlaps import DecideOverlap, decide_overlap
from app.stocktake.plan_queries import (
    PlaceFilter,
    find_places,
    find_stocktakes,
    overlaps_undecided,
    places_by_state,
    stocktake_for,
    zones_of,
)
from app.stocktake.unknown_queries import count_unknown, find_unknown

blueprint = Blueprint("stocktake", __name__, url_prefix="/api/v1", description="Stocktakes, places, overlaps, codes")


@blueprint.route("/stocktakes", methods=["GET"])
@blueprint.arguments(plan_schemas.StocktakeQuery, location="query")
@blueprint.response(200, plan_schemas.StocktakePage)
@requires("supervisor")
def list_stocktakes(query: dict[str, Any]) -> Page[Stocktake]:
    """The stocktakes of the viewer's sites, the newest first."""
    with reading() as session:
        return find_stocktakes(
            session,
            current_viewer(),
            site_id=query["site_id"],
            states=query["state"],
            limit=query["limit"],
            after=query["after"],
        )


@blueprint.route("/stocktakes", methods=["POST"])
@blueprint.arguments(plan_schemas.StocktakeBody)
@blueprint.response(201, plan_schemas.StocktakeDetail)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def create_stocktake(body: dict[str, Any]) -> dict[str, Any]:
    """Draft a stocktake."""
    command = plan.NewStocktake(**body | {"zone_ids": tuple(body["zone_ids"])})
    made = transact(lambda session: plan.create(session, current_viewer(), command, now()))
    return _detail(made.id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>", methods=["GET"])
@blueprint.response(200, plan_schemas.StocktakeDetail)
@requires("supervisor")
def get_stocktake(stocktake_id: UUID) -> dict[str, Any]:
    """One stocktake and how far it is."""
    return _detail(stocktake_id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/start", methods=["POST"])
@blueprint.response(200, plan_schemas.StocktakeDetail)
@blueprint.alt_response(409, description="wrong_state; place_in_other_stocktake, with the places")
@requires("supervisor")
def start_stocktake(stocktake_id: UUID) -> dict[str, Any]:
    """Open its places for counting, and say what the book expects there."""
    transact(lambda session: plan.start(session, current_viewer(), stocktake_id, now()))
    evaluate_all(stocktake_id)
    return _detail(stocktake_id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/cancel", methods=["POST"])
@blueprint.response(200, plan_schemas.StocktakeDetail)
@blueprint.alt_response(409, description="wrong_state; stocktake_posted_in_part")
@requires("supervisor")
def cancel_stocktake(stocktake_id: UUID) -> dict[str, Any]:
    """Give it up; what was counted stays as evidence."""
    transact(lambda session: plan.cancel(session, current_viewer(), stocktake_id, now()))
    return _detail(stocktake_id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/close", methods=["POST"])
@blueprint.arguments(plan_schemas.CloseBody)
@blueprint.response(200, plan_schemas.StocktakeDetail)
@blueprint.alt_response(409, description="wrong_state; records_outstanding, with the devices and the number held")
@requires("supervisor")
def close_stocktake(body: dict[str, Any], stocktake_id: UUID) -> dict[str, Any]:
    """End the counting. Over outstanding records only with a reason."""
    reason = body["override_reason"].strip()
    transact(lambda session: plan.close(session, current_viewer(), stocktake_id, reason, now()))
    return _detail(stocktake_id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/sync-health", methods=["GET"])
@blueprint.response(200, SyncHealthAnswer)
@requires("supervisor")
def get_sync_health(stocktake_id: UUID) -> SyncHealth:
    """The devices that worked on it, and what has not arrived from them."""
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id)
        return sync_health(session, stocktake_id)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/places", methods=["GET"])
@blueprint.arguments(plan_schemas.PlaceQuery, location="query")
@blueprint.response(200, plan_schemas.PlacePage)
@requires("supervisor")
def list_places(query: dict[str, Any], stocktake_id: UUID) -> Page[dict[str, Any]]:
    """Its counting places in walking order, with their sheets and counters."""
    wanted = PlaceFilter(stocktake_id, query["state"], query["zone_id"], query["search"].strip())
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id)
        return find_places(session, wanted, limit=query["limit"], after=query["after"])


@blueprint.route("/stocktakes/<uuid:stocktake_id>/overlaps", methods=["GET"])
@blueprint.response(200, hindrance_schemas.OverlapList)
@requires("supervisor")
def list_overlaps(stocktake_id: UUID) -> dict[str, Any]:
    """Places counted twice without saying why, side by side."""
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id)
        rows = find_overlaps(session, stocktake_id)
    return {"rows": rows, "total": len(rows), "next": None}


@blueprint.route("/stocktakes/<uuid:stocktake_id>/overlaps", methods=["POST"])
@blueprint.arguments(hindrance_schemas.OverlapBody)
@blueprint.response(200, hindrance_schemas.OverlapDecided)
@blueprint.alt_response(409, description="overlap_decided; overlap_changed; stocktake_not_open")
@requires("supervisor")
def post_overlap(body: dict[str, Any], stocktake_id: UUID) -> dict[str, int]:
    """Say whether the sheets sum or one of them is used."""
    shown = body.pop("sheet_ids")
    command = DecideOverlap(stocktake_id, **body, shown=frozenset(shown) if shown else None)
    return {"counting": transact(lambda session: decide_overlap(session, current_viewer(), command, now()))}


@blueprint.route("/stocktakes/<uuid:stocktake_id>/unknown-codes", methods=["GET"])
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, hindrance_schemas.UnknownCodePage)
@requires("supervisor")
def list_unknown_codes(query: dict[str, Any], stocktake_id: UUID) -> Page[dict[str, Any]]:
    """Codes scanned that mean nothing yet."""
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id)
        return find_unknown(session, stocktake_id, limit=query["limit"], after=query["after"])


@blueprint.route("/stocktakes/<uuid:stocktake_id>/unknown-codes/bind", methods=["POST"])
@blueprint.arguments(hindrance_schemas.BindBody)
@blueprint.response(200, hindrance_schemas.BindAnswer)
@blueprint.alt_response(409, description="the code means something else already")
@requires("supervisor")
def bind_unknown_code(body: dict[str, Any], stocktake_id: UUID) -> dict[str, int]:
    """Say what a code means; every record that carried it is credited."""
    command = unknown_codes.BindCode(stocktake_id, **body)
    return {"sheets": transact(lambda session: unknown_codes.bind(session, current_viewer(), command, now()))}


def _detail(stocktake_id: UUID) -> dict[str, Any]:
    with reading() as session:
        stocktake = stocktake_for(session, current_viewer(), stocktake_id)
        header = {name: getattr(stocktake, name) for name in plan_schemas.StocktakeHeader().fields}
        return {**header, "zones": zones_of(session, stocktake_id), "progress": _progress(session, stocktake_id)}


def _progress(session: Session, stocktake_id: UUID) -> dict[str, Any]:
    places, health = places_by_state(session, stocktake_id), sync_health(session, stocktake_id)
    return {
        "places_total": sum(places.values()),
        **{f"places_{state}": number for state, number in places.items()},
        "lines_by_state": lines_by_state(session, stocktake_id),
        **variance_totals(session, stocktake_id),
        "devices_outstanding": len(health.outstanding),
        "held": health.held,
        "overlaps": overlaps_undecided(session, stocktake_id),
        "unknown_codes": count_unknown(session, stocktake_id),
    }
