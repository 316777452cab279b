"""Posting from end to end: the chunks of `posting`, each in a transaction of its own, until nothing is left."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import Conflict, invalid_field
from app.kernel.transaction import reading, transact
from app.ledger.models import ReasonCode
from app.stocktake.health_queries import MISSING, records_missing
from app.stocktake.line_making import make_lines
from app.stocktake.line_queries import posting_problems, ready_totals, uncounted_totals
from app.stocktake.models import Stocktake
from app.stocktake.plan import note_override
from app.stocktake.plan_queries import stocktake_for
from app.stocktake.posting import (
    POSTABLE_STATES,
    Chunk,
    Posting,
    Stretch,
    all_done,
    finish_part,
    post_stretch,
    ready,
    reverse_next,
    start_reversal,
    stretches,
)


def dry_run(viewer: Viewer, posting: Posting) -> dict[str, Any]:
    """What posting would do, and everything that stands in its way, at once. Changes nothing."""
    with reading() as session:
        stocktake_for(session, viewer, posting.stocktake_id, role="supervisor")
        return {**_outlook(session, posting), "part": None, "journals": 0, "posted": False}


def post(viewer: Viewer, posting: Posting) -> dict[str, Any]:
    """Post the part. Raises Conflict posting_refused with all problems unless only what is ready was asked for."""
    outlook, todo = transact(lambda session: _prepare(session, viewer, posting))
    chunks: list[Chunk] = []
    for stretch in todo:
        part = chunks[0].part if chunks else None
        chunk = transact(partial(_post_stretch, viewer, posting, stretch, part))
        chunks += [chunk] if chunk.lines else []
    stocktake = transact(lambda session: finish_part(session, viewer, posting.stocktake_id, now()))
    if todo and not chunks:
        raise Conflict("posted_meanwhile", "These lines were posted or changed by somebody else just now; look again.")
    return {
        **outlook,
        "lines": sum(chunk.lines for chunk in chunks),
        "part": chunks[0].part if chunks else None,
        "journals": sum(chunk.journals for chunk in chunks),
        "posted": stocktake.state == "posted",
    }


def _post_stretch(viewer: Viewer, posting: Posting, stretch: Stretch, part: int | None, session: Session) -> Chunk:
    return post_stretch(session, viewer, posting, stretch, now(), part=part)


def _prepare(session: Session, viewer: Viewer, posting: Posting) -> tuple[dict[str, Any], list[Stretch]]:
    stocktake = stocktake_for(session, viewer, posting.stocktake_id, role="supervisor")
    if stocktake.state not in POSTABLE_STATES:
        raise Conflict("stocktake_not_open", f"The stocktake is {stocktake.state}; it cannot be posted.")
    if posting.uncounted == "zero":
        make_lines(session, stocktake.id)  # what the book has come to expect since the start is taken as zero too
    outlook = _outlook(session, posting)
    unasked = any(problem["code"] in MISSING for problem in outlook["problems"])
    if unasked or (outlook["problems"] and not posting.only_ready):
        raise Conflict(
            "posting_refused",
            "Some lines are not ready, or records are held; nothing was posted. Decide them or post only what is "
            "ready; held records need a reason.",
            problems=outlook["problems"],
        )
    if posting.override_reason and records_missing(session, stocktake):
        note_override(stocktake, posting.override_reason)
    if outlook["lines"] == 0 and not all_done(session, stocktake):
        raise Conflict("nothing_to_post", "No line is ready to be posted.", problems=outlook["problems"])
    return outlook, stretches(session, posting)


def _outlook(session: Session, posting: Posting) -> dict[str, Any]:
    stocktake = session.get_one(Stocktake, posting.stocktake_id)
    missing = [] if posting.override_reason else records_missing(session, stocktake)
    return {
        "problems": [*missing, *posting_problems(session, posting)],
        "uncounted": uncounted_totals(session, posting),
        **ready_totals(session, ready(posting)),
    }


def reverse(viewer: Viewer, stocktake_id: UUID, *, reason_code: str, note: str) -> int:
    """Reverse all the stocktake's journals; returns how many. Repeating it after a crash goes on where it stopped."""
    with reading() as session:
        reason = session.get(ReasonCode, reason_code)
    if reason is None or not reason.active:
        raise invalid_field("reason_code", "unknown_reason", "Choose one of the reason codes.")
    transact(lambda session: start_reversal(session, viewer, stocktake_id, now()))
    journals = 0
    while transact(
        lambda session: reverse_next(session, viewer, stocktake_id, reason_code=reason_code, note=note, now=now())
    ):
        journals += 1
    return journals
