"""What a line of a goods receipt can be, what is always decided by a person, and what is then taken in. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import IntFlag
from typing import Final, Literal

RECEIPT_STATES: Final = ("receiving", "closed", "posted", "reversed", "cancelled")
LINE_STATES: Final = ("agreed", "within_ceiling", "needs_decision", "accepted", "accepted_expected", "refused")
SORTS: Final = ("sku", "name", "variance", "value")  # of lines
LOOKS: Final = ("receive", "damaged", "receive_set", "damaged_set")  # kinds of record that say how much arrived
DAMAGED_LOOKS: Final = ("damaged", "damaged_set")
OPEN_STATES: Final = ("receiving", "closed")  # of a receipt whose lines can still change
DECIDED_STATES: Final = ("accepted", "accepted_expected", "refused")

Decision = Literal["accept", "accept_expected", "refuse"]
STATE_OF: Final[dict[Decision, str]] = {
    "accept": "accepted",
    "accept_expected": "accepted_expected",
    "refuse": "refused",
}


class Mark(IntFlag):
    """What a line is marked with; stored as bits of `receipt_line.flags`."""

    SHORT = 1  # less than expected, and nobody receives any more
    OVER = 2  # more than expected, within what the supplier may send too much
    OVER_CEILING = 4
    UNEXPECTED = 8  # not on the order or delivery
    DAMAGED = 16
    SHORT_LIFE = 32  # fewer days left than the item must have
    LOT_UNKNOWN = 64  # the item tracks lots (or serials), and nobody said which
    EXPIRY_DIFFERS = 128  # one lot, two expiry dates
    SERIAL_TWICE = 256  # a serial number scanned twice, or in stock already
    ORDER_CANCELLED = 512
    CATALOGUE_CHANGED = 1024  # a code means another item or pack today than at the scan


# Never passed without a person: everything but an over-receipt within its ceiling, and a code that changed since.
NEEDS_DECISION: Final = (
    Mark.SHORT
    | Mark.OVER_CEILING
    | Mark.UNEXPECTED
    | Mark.DAMAGED
    | Mark.SHORT_LIFE
    | Mark.LOT_UNKNOWN
    | Mark.EXPIRY_DIFFERS
    | Mark.SERIAL_TWICE
    | Mark.ORDER_CANCELLED
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the order or delivery says of an item. `limit`: the most that passes without a person."""

    quantity: int
    limit: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was scanned of an item, and what is odd about it, quantities apart."""

    good: int = 0
    damaged: int = 0
    odd: int = 0  # of the marks

    @property
    def received(self) -> int:
        """All pieces that arrived, whole or broken."""
        return self.good + self.damaged


def label(number: int) -> str:
    """What people call a receipt."""
    return f"GRN-{number}"


def names_of(flags: int) -> list[str]:
    """The marks in `flags` by name, as the API and the screen know them."""
    return [mark.name.lower() for mark in Mark if flags & mark and mark.name]


def expectation(*, ordered: int, received: int, still_open: int, over_receipt_bp: int, expects: bool) -> Expectation:
    """What an item's lines expect, and what may come beyond.

    The ceiling is a share of what was ordered, whatever part of it is still to come: 105 of 100 pass, in one truck or
    in three. A document that ended expects nothing and lets nothing pass.
    """
    if not expects:
        return Expectation(0, 0)
    ceiling = ordered + ordered * over_receipt_bp // 10_000
    return Expectation(still_open, max(still_open, ceiling - received))


def marks_of(
    arrived: Arrived, expected: Expectation | None, *, against: bool, cancelled: bool, receiving: bool
) -> Mark:
    """The marks of a line. `against`: there is an order or delivery; `expected` None: the item is not on it.

    While receiving goes on, "not there yet" is no finding. A blind receipt expects nothing, so nothing is amiss.
    """
    marks = Mark(arrived.odd)
    if arrived.damaged:
        marks |= Mark.DAMAGED
    if not against:
        return marks
    if cancelled and arrived.received:
        marks |= Mark.ORDER_CANCELLED
    if expected is None:
        return marks | Mark.UNEXPECTED if arrived.received else marks
    if arrived.received < expected.quantity and not receiving:
        marks |= Mark.SHORT
    if arrived.received > expected.quantity and not cancelled:
        marks |= Mark.OVER if arrived.received <= expected.limit else Mark.OVER_CEILING
    return marks


def state_of(marks: Mark) -> str:
    """The state of a line nobody decided."""
    if marks & NEEDS_DECISION:
        return "needs_decision"
    return "within_ceiling" if marks & Mark.OVER else "agreed"


def life_too_short(expires_on: date, received_on: date, minimum_life_days: int | None) -> bool:
    """Whether less than the minimum life was left on the day of the scan."""
    return minimum_life_days is not None and (expires_on - received_on).days < minimum_life_days


def taken_in(state: str, *, good: int, damaged: int, expected: int, damaged_kept: bool) -> int:
    """How much of a line goes into stock when the receipt is posted."""
    offered = good + damaged if damaged_kept else good
    if state == "refused":
        return 0
    return min(offered, expected) if state == "accepted_expected" else offered


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one line was not decided."""

    line_id: int
    code: str
    detail: str


def refuse_decision(decision: Decision, *, expected: int, own: bool) -> tuple[str, str] | None:
    """The code and sentence that refuse this decision on a line, or None when it may be taken.

    Four eyes: who scanned a line does not decide it, unless the site allows it; `own` says that both is so.
    """
    if own:
        return "received_by_you", "You scanned this line; somebody else must decide it."
    if decision == "accept_expected" and expected == 0:
        return "nothing_expected", "Nothing is expected of this item; accept or refuse what came."
    return None
