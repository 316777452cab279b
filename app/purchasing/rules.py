"""What holds for orders and deliveries, whoever asks: states, what is open, and how received goods fall on lines."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from scanner.meaning import check_digit

BASIS_POINTS: Final = 10_000
ORDER_STATES: Final = ("draft", "ordered", "part_received", "received", "closed", "cancelled")
DELIVERY_STATES: Final = ("expected", "part_received", "received", "closed", "cancelled")
ORDERS_OPEN: Final = ("ordered", "part_received")  # what devices may receive against
DELIVERIES_OPEN: Final = ("expected", "part_received")
LEAD_TIME_MAX: Final = 1000  # days
OVER_RECEIPT_MAX: Final = 100_000  # basis points
LINES_MAX: Final = 5000  # of an order or delivery
VERSION_MAX: Final = 2**53 - 1  # of an order or delivery: what every reader of JSON keeps exactly
SSCC_LENGTH: Final = 18
_PERCENT: Final = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?")

Goods = Mapping[tuple[UUID, str], int]  # pieces by item and lot


@dataclass(slots=True)
class Bearer:
    """A line that received goods fall on; `lot` is empty where any lot will do."""

    id: UUID
    item_id: UUID
    lot: str
    quantity: int
    received: int

    @property
    def room(self) -> int:
        """How much is still to come on it."""
        return max(0, self.quantity - self.received)


def order_label(number: int) -> str:
    """What people call an order."""
    return f"PO-{number}"


def delivery_label(number: int) -> str:
    """What people call an expected delivery."""
    return f"ASN-{number}"


def within_ceiling(expected: int, over_receipt_bp: int) -> int:
    """The most that may arrive where `expected` is: the over-receipt ceiling, rounded down."""
    return expected + expected * over_receipt_bp // BASIS_POINTS


def state_after(state: str, untouched: str, lines: Iterable[Bearer]) -> str:
    """The state of an order or delivery whose lines received this much; one that ended otherwise stays as it is.

    `untouched` is its state while nothing has come: ordered, or expected.
    """
    if state in {"closed", "cancelled"}:
        return state
    lines = list(lines)
    if lines and not any(still_open(lines).values()):
        return "received"
    return "part_received" if any(line.received for line in lines) else untouched


def still_open(lines: Iterable[Bearer]) -> dict[UUID, int]:
    """How much is still to come on each line. What is too much on one is not missing on the item's other lines."""
    lines = list(lines)
    too_much: dict[UUID, int] = defaultdict(int)
    for line in lines:
        too_much[line.item_id] += max(0, line.received - line.quantity)
    found = {}
    for line in reversed(lines):
        came = min(line.room, too_much[line.item_id])
        too_much[line.item_id] -= came
        found[line.id] = line.room - came
    return found


def netted(lines: Iterable[Bearer]) -> dict[UUID, int]:
    """How much came on each line when what is too much on one fills the item's others; the sum stays what it is."""
    lines = list(lines)
    still = still_open(lines)
    found = {line.id: max(line.received, line.quantity - still[line.id]) for line in lines}
    filled: dict[UUID, int] = defaultdict(int)
    for line in lines:
        filled[line.item_id] += found[line.id] - line.received
    for line in lines:
        given = min(max(0, line.received - line.quantity), filled[line.item_id])
        found[line.id] -= given
        filled[line.item_id] -= given
    return found


def put(lines: Iterable[Bearer], goods: Goods) -> dict[UUID, int]:
    """Let goods fall on the lines, in their order; how much fell on which. Goods of no line's item fall on none.

    A lot fills its own lines first, then those that name no lot, then the item's others; what has room nowhere stays
    on the last line of the best of these three.
    """
    moved: dict[UUID, int] = {}
    for bearers, left in _by_item(lines, goods):
        for kind in range(3):
            for lot in left:
                for line in _ranked(bearers, lot)[kind]:
                    left[lot] -= _move(line, min(line.room, left[lot]), moved)
        for lot, rest in left.items():
            best = next((kind for kind in _ranked(bearers, lot) if kind), None)
            if best:
                _move(best[-1], rest, moved)
    return moved


def take(lines: Iterable[Bearer], goods: Goods) -> dict[UUID, int]:
    """Take goods back off the lines, never below nothing; how much (negative) off which.

    Off the lines that `put` would have filled first; of these what is too much on a line, then from the last one on.
    """
    moved: dict[UUID, int] = {}
    for bearers, left in _by_item(lines, goods):
        for kind in range(3):
            for lot in left:
                backwards = _ranked(bearers, lot)[kind][::-1]
                for line in backwards:
                    left[lot] += _move(line, -min(max(0, line.received - line.quantity), left[lot]), moved)
                for line in backwards:
                    left[lot] += _move(line, -min(line.received, left[lot]), moved)
    return moved


def _move(line: Bearer, quantity: int, moved: dict[UUID, int]) -> int:
    if quantity:
        line.received += quantity
        moved[line.id] = moved.get(line.id, 0) + quantity
    return quantity


def _by_item(lines: Iterable[Bearer], goods: Goods) -> Iterator[tuple[list[Bearer], dict[str, int]]]:
    """Item by item: its lines in their order, and its goods by lot."""
    bearers: dict[UUID, list[Bearer]] = defaultdict(list)
    for line in lines:
        bearers[line.item_id].append(line)
    lots: dict[UUID, dict[str, int]] = defaultdict(dict)
    for (item_id, lot), quantity in sorted(goods.items()):
        lots[item_id][lot] = quantity
    return ((bearers[item_id], left) for item_id, left in lots.items())


def _ranked(bearers: list[Bearer], lot: str) -> tuple[list[Bearer], list[Bearer], list[Bearer]]:
    """Lines that name this lot, that name none, that name others."""
    return (
        [line for line in bearers if line.lot == lot],
        [line for line in bearers if line.lot != lot and not line.lot],
        [line for line in bearers if line.lot not in {lot, ""}],
    )


def sscc_text(text: str) -> str:
    """An SSCC as it is kept: 18 digits; (00) and 00 before it are taken off. Raises ValueError with the sentence."""
    digits = text.strip().replace(" ", "").removeprefix("(00)")
    if len(digits) == SSCC_LENGTH + 2:
        digits = digits.removeprefix("00")
    if len(digits) != SSCC_LENGTH or not (digits.isascii() and digits.isdigit()):
        raise ValueError("An SSCC has 18 digits.")
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise ValueError(
            f"The check digit of this SSCC is wrong; {digits[:-1]}{check_digit(digits[:-1])} would be right."
        )
    return digits


def percent_to_bp(text: str) -> int:
    """Per cent as people write them (5 or 2.5) in basis points. Raises ValueError with the sentence."""
    found = _PERCENT.fullmatch(text.removesuffix("%").strip())
    points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else OVER_RECEIPT_MAX + 1
    if points > OVER_RECEIPT_MAX:
        raise ValueError("Give per cent between 0 and 1000, with at most two decimals.")
    return points


def bp_to_percent(points: int | None) -> str:
    """Basis points as per cent: the inverse of `percent_to_bp`; nothing for none."""
    if points is None:
        return ""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def term_warnings(quantity: int, moq: int, order_multiple: int) -> list[str]:
    """What about an ordered quantity the supplier's terms do not like; the order is placed all the same."""
    below = ["below_moq"] if quantity < moq else []
    return below + (["not_a_multiple"] if quantity % order_multiple else [])
