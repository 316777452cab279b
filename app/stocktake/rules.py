"""Sheets of one place and round: which belong together, whether they overlap, when the place is done. Pure.

counting.md, "Two people, one shelf": sheets joined by `continues` are one piece of work (a handover, or counting on
after closing). Several such chains are an accident or shared work, and only a person can say which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LOOKS: Final = ("scan", "set")  # kinds of record that say how much there is
SCANS: Final = ("scan",)  # those that say it piece by piece
OPEN_STATES: Final = ("counting", "closed")  # of a stocktake whose lines can still change
OVERLAP_DECISIONS: Final = ("sum", "use", "handover")


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the rules need of a sheet. `fresh`: made by the very records that are being applied."""

    id: UUID
    continues: UUID | None
    closed: bool
    disposition: str
    fresh: bool = False


def chains(sheets: Sequence[SheetFacts]) -> list[list[SheetFacts]]:
    """Part the sheets of one place and round into those joined by `continues`; each chain in the given order."""
    root = {sheet.id: sheet.id for sheet in sheets}

    def find(sheet_id: UUID) -> UUID:
        while root[sheet_id] != sheet_id:
            sheet_id = root[sheet_id]
        return sheet_id

    for sheet in sheets:
        if sheet.continues in root:
            root[find(sheet.id)] = find(sheet.continues)
    parts: dict[UUID, list[SheetFacts]] = {}
    for sheet in sheets:
        parts.setdefault(find(sheet.id), []).append(sheet)
    return list(parts.values())


def dispositions(sheets: Sequence[SheetFacts]) -> dict[UUID, str]:
    """What each sheet of one place and round is now: counts, set_aside or undecided.

    One chain counts. A chain that is all fresh beside another is an overlap, and every sheet is undecided, also
    where an earlier overlap was decided. A sheet that goes on with a chain shares its fate.
    """
    parts = chains(sheets)
    if len(parts) <= 1:
        return {sheet.id: "counts" for sheet in sheets}
    settled: dict[UUID, str] = {}
    for part in parts:
        known = {sheet.disposition for sheet in part if not sheet.fresh}
        if len(known) != 1:
            return {sheet.id: "undecided" for sheet in sheets}
        settled.update(dict.fromkeys((sheet.id for sheet in part), known.pop()))
    return settled


def place_state(sheets: Sequence[SheetFacts]) -> str:
    """The state of a place from its round's sheets.

    Open without any, closed when every counting chain is, else counting. A chain is closed when the sheets that nobody
    went on from are.
    """
    working = [sheet for sheet in sheets if sheet.disposition != "set_aside"]
    if not working:
        return "open"
    continued = {sheet.continues for sheet in working if sheet.continues != sheet.id}
    ends = [sheet for sheet in working if sheet.id not in continued]
    return "closed" if ends and all(sheet.closed for sheet in ends) else "counting"
