"""What a count line can be, what is always looked at, and which decisions need what. Pure."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Literal

from app.kernel.quantity import QUANTITY_LIMIT

Decision = Literal["accept", "keep_book", "recount"]
READY_STATES = ("agreed", "within_tolerance", "accepted", "kept_book")  # what posting takes
DECIDABLE_STATES = ("agreed", "within_tolerance", "needs_decision", "accepted", "kept_book")
DECIDED_STATES = ("accepted", "kept_book")


class Mark(IntFlag):
    """What a line is marked with; stored as bits of `count_line.flags`."""

    OVERLAP = 1  # two sheets of the same place and round, and nobody said yet what they are to each other
    MOVED_WHILE_COUNTED = 2  # a movement between the first and the last look
    TIME_UNCERTAIN = 4  # a movement within the doubt about the last look's time, or known only by its day
    NEGATIVE_BOOK = 8
    UNEXPECTED = 16  # the book had nothing here
    MISSING = 32  # the book had some, the shelf none
    CHANGED_AFTER_DECISION = 64
    CATALOGUE_CHANGED = 128  # a pack factor is not today what it was at the scan
    EXPLAINED_LATE = 256  # a movement that came late changed the book


# counting.md, "Thresholds without holes": never passed by a tolerance alone.
ALWAYS_REVIEWED = (
    Mark.OVERLAP
    | Mark.MOVED_WHILE_COUNTED
    | Mark.TIME_UNCERTAIN
    | Mark.NEGATIVE_BOOK
    | Mark.UNEXPECTED
    | Mark.MISSING
    | Mark.CATALOGUE_CHANGED
)


def names_of(flags: int) -> list[str]:
    """The marks in `flags` by name, as the API and the screen know them."""
    return [mark.name.lower() for mark in Mark if flags & mark and mark.name]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one line was not decided."""

    line_id: int
    code: str
    detail: str


def refuse_decision(
    decision: Decision,
    *,
    state: str,
    variance: int | None,
    posted: bool,
    place_open: bool,
    counted_by_viewer: bool,
    self_approval: bool,
) -> tuple[str, str] | None:
    """The code and sentence that refuse this decision on a line, or None when it may be taken.

    A recount that ended without the line can be asked for again, and its book can be kept: it must not hang for ever.
    Four eyes (counting.md): who counted a line does not decide its difference, unless the site allows it.
    A recount needs no second person: it decides nothing about the stock.
    """
    if posted:
        return "line_posted", "This line is posted; a posted line is changed by a reversal only."
    if decision == "recount" and state == "recount" and place_open:
        return "recount_running", "A recount of this line is under way already."
    if decision == "recount" or (decision == "keep_book" and state == "recount"):
        return None
    return _refuse_difference(decision, state, variance, own=counted_by_viewer and not self_approval)


def _refuse_difference(decision: Decision, state: str, variance: int | None, *, own: bool) -> tuple[str, str] | None:
    """Why a counted line's difference cannot be decided so. `own`: the viewer counted it; another must judge it."""
    if state not in DECIDABLE_STATES or variance is None:
        return "line_not_counted", "There is no counted quantity to decide on yet."
    if own:
        return "counted_by_you", "You counted this line; somebody else must decide it."
    if decision == "accept" and abs(variance) > QUANTITY_LIMIT:
        return "variance_out_of_range", f"No entry moves more than {QUANTITY_LIMIT:,}; count again, or keep the book."
    return None
