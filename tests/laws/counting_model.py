"""What a count should say, by the slowest and plainest road: lists of looks, movements, anchors, summed each time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

Key = tuple[UUID, UUID]  # bin, item


@dataclass
class Look:
    """A scan, or a set that says so many in all. `replaces`: the looks a set supersedes."""

    id: str
    item: UUID
    quantity: int
    when: datetime
    replaces: list["Look"] = field(default_factory=list)
    voided: bool = False


@dataclass
class Sheet:
    """What one counter found at a bin in a round."""

    id: UUID
    owner: int
    bin: UUID
    round: int
    continues: "Sheet | None" = None
    fate: str = "counts"  # counts, set_aside, undecided
    looks: list[Look] = field(default_factory=list)
    zeros: dict[UUID, datetime] = field(default_factory=dict)
    closed_at: datetime | None = None

    def tally(self, item: UUID) -> tuple[int, datetime] | None:
        """What stands of an item, and when it was last looked at; None where nothing stands."""
        seen = [look for look in self.looks if look.item == item and not look.voided]
        replaced = [id(old) for look in self.looks if not look.voided for old in look.replaces]
        standing = [look for look in seen if id(look) not in replaced]
        if standing:
            return sum(look.quantity for look in standing), max(look.when for look in seen)
        return (0, self.zeros[item]) if item in self.zeros else None


@dataclass
class Posted:
    """What was posted of a line. An anchor unless the book was kept."""

    counted: int | None
    counted_at: datetime | None
    kept: bool
    round: int


@dataclass
class Count:
    """A stocktake: sheets, what was asked to be counted again, what was decided, what is posted."""

    id: UUID
    bins: list[UUID]
    state: str = "counting"
    sheets: list[Sheet] = field(default_factory=list)
    rounds: dict[UUID, int] = field(default_factory=dict)  # bin → the round it is in
    asked: dict[Key, int] = field(default_factory=dict)  # line → the round it was asked for again
    decided: dict[Key, tuple[str, int | None, int | None]] = field(default_factory=dict)  # → state, counted, book
    posted: dict[Key, Posted] = field(default_factory=dict)

    def at(self, place: UUID, number: int) -> list[Sheet]:
        """The sheets of a bin and round."""
        return [sheet for sheet in self.sheets if (sheet.bin, sheet.round) == (place, number)]

    def round_of(self, key: Key) -> int:
        """The round that speaks for a line: as asked, else the first in which it was seen."""
        seen = [s.round for s in self.sheets if s.bin == key[0] and s.fate != "set_aside" and s.tally(key[1])]
        return self.asked.get(key) or min(seen, default=1)

    def counted(self, key: Key) -> tuple[int, datetime] | None:
        """The sum of the line's sheets and its last look; None where nobody looked or two counts stand side by side."""
        sheets = [s for s in self.at(key[0], self.round_of(key)) if s.fate != "set_aside" and s.tally(key[1])]
        if not sheets or any(sheet.fate == "undecided" for sheet in sheets):
            return None
        tallies = [tally for sheet in sheets if (tally := sheet.tally(key[1]))]
        return sum(quantity for quantity, _ in tallies), max(when for _, when in tallies)

    def last_look(self, key: Key) -> datetime | None:
        """When the last sheet of the line's round was closed."""
        of_round = self.at(key[0], self.round_of(key))
        return max((s.closed_at for s in of_round if s.closed_at and s.fate == "counts"), default=None)

    def closed(self, place: UUID) -> bool:
        """Whether everybody who works at the bin in its present round is done."""
        working = [s for s in self.at(place, self.rounds.get(place, 1)) if s.fate != "set_aside"]
        continued = [id(s.continues) for s in working if s.continues]
        return bool(working) and all(s.closed_at for s in working if id(s) not in continued)

    def add(self, sheet: Sheet) -> None:
        """A new sheet: it goes on with another, or nobody knows what it is to those that are there."""
        there = self.at(sheet.bin, sheet.round)
        self.sheets.append(sheet)
        if sheet.continues:
            sheet.fate = sheet.continues.fate
        elif there:
            for one in [*there, sheet]:
                one.fate = "undecided"

    def chain(self, sheet: Sheet) -> list[Sheet]:
        """The sheets joined to this one by `continues`."""
        joined = [sheet]
        for _ in self.sheets:
            joined += [s for s in self.sheets if s not in joined and (s.continues in joined or s in _befores(joined))]
        return joined


def _befores(sheets: list[Sheet]) -> list[Sheet]:
    return [sheet.continues for sheet in sheets if sheet.continues]


@dataclass
class Shop:
    """The book as it must be: what moved, and the anchors that posted lines are."""

    moved: list[tuple[Key, datetime, int]] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def anchors(self, key: Key) -> Iterator[tuple[datetime, int]]:
        """When a line of this stock was counted for good, and to what."""
        for count in self.counts:
            line = count.posted.get(key)
            if line and not line.kept and count.state != "reversed":
                assert line.counted_at is not None
                assert line.counted is not None
                yield line.counted_at, line.counted

    def book(self, key: Key, when: datetime) -> int:
        """As the last anchor before says, and what moved since; without one, all that moved."""
        since, quantity = max(
            ((at, counted) for at, counted in self.anchors(key) if at <= when), default=(None, 0), key=lambda it: it[0]
        )
        moved = [delta for stock, at, delta in self.moved if stock == key and at <= when]
        if since is not None:
            moved = [delta for stock, at, delta in self.moved if stock == key and since < at <= when]
        return quantity + sum(moved)
