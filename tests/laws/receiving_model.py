"""What receipts, orders and deliveries should say, by the slowest and plainest road: lists, summed each time."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

Goods = tuple[UUID, str]  # item, lot
OPEN = ("receiving", "closed")


@dataclass
class Document:
    """An order or an announced delivery: its lines as (item, lot, quantity), and what receipts brought of it."""

    id: UUID
    lines: list[tuple[UUID, str, int]]
    ceiling_bp: int
    order: "Document | None" = None  # of a delivery: the order whose lines it names
    ended: str = ""  # closed, cancelled
    received: Counter[UUID] = field(default_factory=Counter)

    def ordered(self, item: UUID) -> int:
        """How much of an item all lines together want."""
        return sum(quantity for own, _lot, quantity in self.lines if own == item)

    def has(self, item: UUID) -> bool:
        """Whether the item stands on it."""
        return any(own == item for own, _lot, _quantity in self.lines)


@dataclass
class Look:
    """A scan, or a keyed number that says so many in all in place of the looks it replaces."""

    id: str
    goods: Goods
    damaged: bool
    quantity: int
    when: datetime
    replaces: list["Look"] = field(default_factory=list)
    voided: bool = False


@dataclass
class Decided:
    """What a supervisor said of a line, and what the line said then."""

    state: str
    keeps_damaged: bool
    facts: Any


@dataclass
class Receipt:
    """A receipt: what it is for, which looks came, what was decided, what was taken in."""

    id: UUID
    place: UUID
    document: Document | None
    state: str = "receiving"
    looks: list[Look] = field(default_factory=list)
    decided: dict[UUID, Decided] = field(default_factory=dict)
    taken: list[tuple[Goods, datetime, int]] = field(default_factory=list)  # when it was posted

    def standing(self) -> list[Look]:
        """The looks that count."""
        replaced = {id(old) for look in self.looks if not look.voided for old in look.replaces}
        return [look for look in self.looks if not look.voided and id(look) not in replaced]

    def tallies(self) -> dict[tuple[UUID, str, bool], int]:
        """What stands, by item, lot and condition."""
        found: Counter[tuple[UUID, str, bool]] = Counter()
        for look in self.standing():
            found[*look.goods, look.damaged] += look.quantity
        return {**dict.fromkeys(((*look.goods, look.damaged) for look in self.standing()), 0), **found}

    def pieces(self, item: UUID, *, damaged: bool) -> int:
        """What stands of an item in one condition."""
        return sum(look.quantity for look in self.standing() if look.goods[0] == item and look.damaged == damaged)

    def expected(self, item: UUID) -> int:
        """What is still to come of an item."""
        document = self.document
        if document is None or document.ended:
            return 0
        return max(0, document.ordered(item) - document.received[item])

    def most(self, item: UUID) -> int:
        """The most that passes without a person."""
        document = self.document
        if document is None or document.ended:
            return 0
        ordered = document.ordered(item)
        return max(self.expected(item), ordered * (10_000 + document.ceiling_bp) // 10_000 - document.received[item])

    def marks(self, item: UUID, *, tracks_lots: bool) -> set[str]:
        """What is unusual about an item."""
        damaged = self.pieces(item, damaged=True)
        came, document, found = self.pieces(item, damaged=False) + damaged, self.document, set()
        if damaged:
            found.add("damaged")
        if tracks_lots and any(not lot and n for (own, lot, _d), n in self.tallies().items() if own == item):
            found.add("lot_unknown")
        if document is None:
            return found
        if came and document.ended == "cancelled":
            found.add("order_cancelled")
        if not document.has(item):
            return found | ({"unexpected"} if came else set())
        if came < self.expected(item) and self.state != "receiving":
            found.add("short")
        if came > self.expected(item) and document.ended != "cancelled":
            found.add("over" if came <= self.most(item) else "over_ceiling")
        return found

    def facts(self, item: UUID, *, tracks_lots: bool) -> Any:
        """All that a decision about an item stands on."""
        of_item = {key: quantity for key, quantity in self.tallies().items() if key[0] == item}
        return self.expected(item), of_item, self.marks(item, tracks_lots=tracks_lots)

    def state_of(self, item: UUID, *, tracks_lots: bool) -> str:
        """The state of the item's line."""
        if item in self.decided:
            return self.decided[item].state
        marks = self.marks(item, tracks_lots=tracks_lots)
        if marks - {"over"}:
            return "needs_decision"
        return "within_ceiling" if marks else "agreed"

    def take_in(self, items: list[UUID]) -> list[tuple[Goods, datetime, int]]:
        """What posting brings into stock: look by look, the latest cut where only what was expected is accepted."""
        taken = []
        for item in items:
            decided = self.decided.get(item)
            if decided and decided.state == "refused":
                continue
            kept = bool(decided and decided.keeps_damaged)
            cut = decided is not None and decided.state == "accepted_expected"
            room = self.expected(item) if cut else 10**9
            for look in sorted(self.standing(), key=lambda look: look.when):
                if look.goods[0] == item and (kept or not look.damaged) and min(look.quantity, room):
                    taken.append((look.goods, look.when, min(look.quantity, room)))
                    room -= taken[-1][2]
        return taken


@dataclass
class Move:
    """Goods carried from place to place: how often the book must have it is whether it came and nobody took it back."""

    id: str
    goods: Goods
    source: UUID
    target: UUID
    quantity: int
    when: datetime
    came: bool = False
    voided: bool = False

    @property
    def stands(self) -> bool:
        """Whether the goods have moved."""
        return self.came and not self.voided
