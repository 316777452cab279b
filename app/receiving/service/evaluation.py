"""What a receipt's lines say: expected, received, marks, state. A line is evaluated until its receipt is posted.

Orders change, and are cancelled, without telling anybody above them. So a receipt is compared with its order whenever
a record changes it, and again whenever it is looked at, closed, decided or posted: `bring_up_to_date` and its callers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.kernel.sets import among
from app.receiving.models import GoodsReceipt, ReceiptLine, ReceiptTally
from app.receiving.queries.expecting import Compared, compared_with, prices_for
from app.receiving.queries.oddities import Tallied, oddities
from app.receiving.rules import DECIDED_STATES, OPEN_STATES, Arrived, Mark, marks_of, state_of
from app.sites.queries import site_of

_LINE = cast(Table, ReceiptLine.__table__)
_FACTS = ("quantity_expected", "quantity_good", "quantity_damaged", "flags")  # a decision must know of these
_NOBODY: dict[str, Any] = {
    "damaged_kept": False,
    "reason_code": "",
    "note": "",
    "decided_by": None,
    "decided_at": None,
}


@dataclass(slots=True)
class Changes:
    """What an evaluation writes: lines to make, lines that say something else now."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed)


def evaluate(
    session: Session, receipt: GoodsReceipt, item_ids: Collection[UUID] | None = None, *, moved: Collection[UUID] = ()
) -> bool:
    """Bring the receipt's lines up to date, those of `item_ids` or all; whether any changed.

    `moved` items changed in their tallies, be it between two lots: a decision about them no longer stands. The caller
    has locked the receipt. A receipt that is posted, or is being posted, stays as it is.
    """
    session.flush()
    changes = changes_of(session, receipt, item_ids, moved=moved)
    if changes.fresh:
        session.execute(insert(_LINE), changes.fresh)
    if changes.changed:
        session.execute(update(_LINE).where(_LINE.c.id == bindparam("line")), changes.changed)
    return bool(changes)


def changes_of(
    session: Session, receipt: GoodsReceipt, item_ids: Collection[UUID] | None = None, *, moved: Collection[UUID] = ()
) -> Changes:
    """What `evaluate` would write. Changes nothing."""
    changes = Changes()
    if not can_change(receipt):
        return changes
    compared, tallies = compared_with(session, receipt), _tallies(session, receipt.id, item_ids)
    lines = _lines(session, receipt.id, item_ids)
    items = set(item_ids) if item_ids is not None else {*compared.items, *lines}
    items |= {tally.item_id for tally in tallies}
    for line in _wanted(session, receipt, compared, tallies, items):
        known = lines.get(line["item_id"])
        if known is None:
            if line["quantity_expected"] or line["item_id"] in {tally.item_id for tally in tallies}:
                changes.fresh.append(line | _NOBODY | {"receipt_id": receipt.id, "version": 1, "quantity_posted": None})
        elif any(known[name] != line[name] for name in _FACTS) or line["item_id"] in moved:
            changes.changed.append(_anew(known, line))
        elif known["unit_cost"] != line["unit_cost"] or _left_alone(known, line) != known["state"]:
            changes.changed.append(_repriced(known, line))
    return changes


def can_change(receipt: GoodsReceipt) -> bool:
    """Whether records and orders still change what the receipt says: not once its first journal is written."""
    return receipt.state in OPEN_STATES and receipt.journals == 0


def _left_alone(known: Mapping[str, Any], line: Mapping[str, Any]) -> Any:
    return known["state"] if known["state"] in DECIDED_STATES else line["state"]


def _anew(known: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """The line with its new facts, undecided."""
    facts = {name: value for name, value in line.items() if name != "item_id"}
    return facts | _NOBODY | {"line": known["id"], "version": known["version"] + 1}


def _repriced(known: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """The line with another price: that is no new fact, and a decision stands."""
    kept = {name: known[name] for name in (*_FACTS, *_NOBODY, "version")}
    return kept | {"line": known["id"], "unit_cost": line["unit_cost"], "state": _left_alone(known, line)}


def _wanted(
    session: Session, receipt: GoodsReceipt, compared: Compared, tallies: Sequence[Tallied], items: set[UUID]
) -> Iterable[dict[str, Any]]:
    """What each line should say, undecided, in the order of the items."""
    odd = oddities(session, receipt.id, site_of(session, receipt.site_id).time_zone, tallies, items)
    prices = prices_for(session, receipt, items)
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for tally in tallies:
        sums[tally.item_id][tally.damaged] += tally.quantity
    for item_id in sorted(items):
        good, damaged = sums[item_id]
        expected = compared.items.get(item_id)
        marks = marks_of(
            Arrived(good, damaged, odd.get(item_id, 0)),
            expected,
            against=compared.against,
            cancelled=compared.cancelled,
            receiving=receipt.state == "receiving",
        )
        yield {
            "item_id": item_id,
            "quantity_expected": expected.quantity if expected else 0,
            "quantity_good": good,
            "quantity_damaged": damaged,
            "unit_cost": prices.get(item_id, 0),
            "flags": int(marks),
            "state": state_of(Mark(marks)),
        }


def _tallies(session: Session, receipt_id: UUID, item_ids: Collection[UUID] | None) -> list[Tallied]:
    tally = ReceiptTally
    wanted = select(tally.item_id, tally.lot, tally.damaged, tally.quantity).where(tally.receipt_id == receipt_id)
    if item_ids is not None:
        wanted = wanted.where(among(session, tally.item_id, item_ids))
    return [Tallied(*row) for row in session.execute(wanted)]


def _lines(session: Session, receipt_id: UUID, item_ids: Collection[UUID] | None) -> dict[UUID, Mapping[str, Any]]:
    wanted = select(_LINE).where(_LINE.c.receipt_id == receipt_id)
    if item_ids is not None:
        wanted = wanted.where(among(session, _LINE.c.item_id, item_ids))
    return {row["item_id"]: dict(row) for row in session.execute(wanted).mappings()}
