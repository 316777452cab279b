"""HTTP of the workbench: lines, decisions, posting, reversal."""

from typing import Any
from uuid import UUID

from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.transaction import reading, transact
from app.stocktake import posting_run
from app.stocktake.decisions import Decided, DecideLines, decide
from app.stocktake.line_evidence import add_causes, evidence
from app.stocktake.line_queries import LineFilter, find_lines, one_line
from app.stocktake.line_rules import Mark
from app.stocktake.line_schemas import (
    DecisionAnswer,
    DecisionBody,
    LineDetail,
    LinePage,
    LineQuery,
    PostAnswer,
    PostBody,
    ReversalAnswer,
    StocktakeReversalBody,
)
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.posting import Posting

blueprint = Blueprint("stocktake_lines", __name__, url_prefix="/api/v1", description="Lines, decisions, posting")


def line_filter(query: dict[str, Any], stocktake_id: UUID) -> LineFilter:
    """What a query for lines, or for a file of them, asks."""
    return LineFilter(
        stocktake_id=stocktake_id,
        states=tuple(query["state"]),
        zone_id=query["zone_id"],
        search=query["search"].strip(),
        marked=int(Mark[query["mark"].upper()]) if query["mark"] else 0,
        posted=query["posted"],
        sort=query["sort"],
        descending=query["order"] == "desc",
    )


@blueprint.route("/stocktakes/<uuid:stocktake_id>/lines", methods=["GET"])
@blueprint.arguments(LineQuery, location="query")
@blueprint.response(200, LinePage)
@requires("supervisor")
def list_lines(query: dict[str, Any], stocktake_id: UUID) -> dict[str, Any]:
    """The lines of a stocktake with their variances and the likeliest cause of each."""
    wanted = line_filter(query, stocktake_id)
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id, role="supervisor")
        found, totals = find_lines(session, wanted, limit=query["limit"], after=query["after"])
        add_causes(session, found.rows)
    return {
        "rows": found.rows,
        "total": found.total,
        "next": found.next,
        "value": totals.value,
        "value_absolute": totals.value_absolute,
    }


@blueprint.route("/stocktakes/<uuid:stocktake_id>/lines/<int(max=9223372036854775807):line_id>", methods=["GET"])
@blueprint.response(200, LineDetail)
@requires("supervisor")
def get_line(stocktake_id: UUID, line_id: int) -> dict[str, Any]:
    """One line down to the beeps and the movements."""
    with reading() as session:
        stocktake_for(session, current_viewer(), stocktake_id, role="supervisor")
        line, row = one_line(session, stocktake_id, line_id)
        add_causes(session, [row])
        return row | evidence(session, line)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/decisions", methods=["POST"])
@blueprint.arguments(DecisionBody)
@blueprint.response(200, DecisionAnswer)
@blueprint.alt_response(409, description="stocktake_not_open; lines_refused, with each line and why")
@requires("supervisor")
def decide_lines(body: dict[str, Any], stocktake_id: UUID) -> Decided:
    """Accept the difference, keep the book, or count again."""
    command = DecideLines(
        stocktake_id=stocktake_id,
        decision=body["decision"],
        versions={line["id"]: line["version"] for line in body["lines"]},
        reason_code=body["reason_code"],
        note=body["note"],
        other_counter=body["other_counter"],
        partial=body["allow_partial"],
    )
    return transact(lambda session: decide(session, current_viewer(), command, now()))


@blueprint.route("/stocktakes/<uuid:stocktake_id>/post", methods=["POST"])
@blueprint.arguments(PostBody)
@blueprint.response(200, PostAnswer)
@blueprint.alt_response(
    409,
    description="stocktake_not_open, nothing_to_post, posted_meanwhile; posting_refused, with all that hinders",
)
@requires("supervisor")
def post_stocktake(body: dict[str, Any], stocktake_id: UUID) -> dict[str, Any]:
    """Post what is decided, or say everything that stands in the way of it."""
    posting = Posting(
        stocktake_id=stocktake_id,
        zone_ids=tuple(body["zone_ids"]) if body["zone_ids"] else None,
        uncounted=body["uncounted"],
        only_ready=body["only_ready"],
        override_reason=body["override_reason"].strip(),
    )
    if body["dry_run"]:
        return posting_run.dry_run(current_viewer(), posting)
    return posting_run.post(current_viewer(), posting)


@blueprint.route("/stocktakes/<uuid:stocktake_id>/reverse", methods=["POST"])
@blueprint.arguments(StocktakeReversalBody)
@blueprint.response(200, ReversalAnswer)
@blueprint.alt_response(409, description="nothing_posted")
@requires("manager")
def reverse_stocktake(body: dict[str, Any], stocktake_id: UUID) -> dict[str, int]:
    """Take a posted stocktake back: each of its journals is reversed at the time of what it reverses."""
    journals = posting_run.reverse(current_viewer(), stocktake_id, reason_code=body["reason_code"], note=body["note"])
    return {"journals": journals}
