"""What a file of zones and bins comes to: every mistake in it, and the places it wants. Decides, and writes nothing."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.kernel.ids import new_id
from app.kernel.table import Column, Row, RowError
from app.kernel.table_cells import choice_cell, whole_cell, yes_no_cell
from app.kernel.table_words import YES_NO, Words
from app.kernel.text import code_text, name_text
from app.sites.queries import LocationFacts, SiteFacts
from app.sites.rules import PARENT_KINDS, WALK_ORDER_MAX, default_barcode, keeps_own_stock

_KIND = Words("库区 或 库位", "zone or bin")
_PARENT = Words("所在库区的编码;留空为门店本身", "The code of the zone it lies in; empty: the site itself")
_MOBILE = Words("推车填“是”:上架时不会建议放到这里", "yes for a cart: goods are never sent there to stay")
COLUMNS = (
    Column("kind", choice_cell(tuple(PARENT_KINDS)), required=True, example="bin", kind="word", note=_KIND),
    Column("code", code_text, required=True, example="A-01"),
    Column("parent", code_text, example="A", note=_PARENT),
    Column("name", name_text, example=Words("A 通道 1 号架", "Aisle A, shelf 1")),
    Column("barcode", code_text, example="LOC-S1-A-01"),
    Column("walk_order", whole_cell(0, WALK_ORDER_MAX), example="10", kind="number"),
    Column("active", yes_no_cell, example="yes", kind="word", note=YES_NO),
    Column("mobile", yes_no_cell, example="no", kind="word", note=_MOBILE),
)
Known = Mapping[str, LocationFacts]


@dataclass(slots=True)
class FilePlan:
    """The places as the file wants them, by code, and what is wrong with it."""

    wanted: dict[str, LocationFacts] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


def plan_locations(site: SiteFacts, known: Known, rows: Sequence[Row], errors: Sequence[RowError]) -> FilePlan:
    """Judge the file's rows against the site's places (`known`, by code)."""
    named = [row for row in rows if not row.bad & {"code", "kind"}]
    plan = FilePlan(errors=[*errors, *_doubled(rows), *_misnamed(named, known), *_misplaced(named, known)])
    faulty = {error.row for error in plan.errors if error.column in {"code", "kind", "parent"}}
    around = ChainMap(plan.wanted, dict(known))
    code_of = {location.id: location.code for location in known.values()}
    for row in sorted(named, key=lambda row: row.values["kind"] != "zone"):  # a bin's stock may be kept in its zone
        parent = _parent(row, known, code_of, site)
        if row.number not in faulty and parent in around:
            plan.wanted[row.values["code"]] = _wanted(row, known.get(row.values["code"]), around[parent], site)
    plan.errors += _barcodes_taken(named, around, plan.wanted)
    return plan


def _parent(row: Row, around: Mapping[str, LocationFacts], code_of: Mapping[UUID, str], site: SiteFacts) -> str:
    """The code of the place around it: the cell's; where that is empty, what it is now, or the site."""
    before = around.get(row.values["code"])
    now = code_of.get(before.parent_id) if before and before.parent_id else None
    return str(row.values["parent"] or now or site.code)


def _wanted(row: Row, before: LocationFacts | None, parent: LocationFacts, site: SiteFacts) -> LocationFacts:
    """The place as the row wants it; an empty cell leaves what is there, or takes the default."""
    kind, code = row.values["kind"], row.values["code"]
    own = before.id if before else new_id()

    def cell(name: str, default: Any) -> Any:
        value = row.values[name]
        return (getattr(before, name) if before else default) if value is None else value

    return LocationFacts(
        id=own,
        site_id=site.id,
        parent_id=parent.id,
        stock_location_id=own if keeps_own_stock(kind, site.stock_level) else parent.stock_location_id,
        kind=kind,
        code=code,
        name=cell("name", code),
        barcode=cell("barcode", default_barcode(site.code, code)),
        walk_order=cell("walk_order", 0),
        active=cell("active", True),
        mobile=cell("mobile", False),
    )


def _doubled(rows: Sequence[Row]) -> Iterator[RowError]:
    first: dict[str, int] = {}
    for row in rows:
        code = row.values["code"]
        if code is not None and first.setdefault(code, row.number) != row.number:
            yield RowError(row.number, "code", code, "doubled_code", f"This code stands in row {first[code]} already.")


def _misnamed(rows: Sequence[Row], known: Known) -> Iterator[RowError]:
    """A code that is another kind of place here."""
    for row in rows:
        before = known.get(row.values["code"])
        if before is not None and before.kind != row.values["kind"]:
            message = f"{before.code} is a {before.kind} here; a place cannot become another kind."
            yield RowError(row.number, "kind", row.values["kind"], "kind_fixed", message)


def _misplaced(rows: Sequence[Row], known: Known) -> Iterator[RowError]:
    """A parent that is nowhere, or of the wrong kind."""
    kinds = {row.values["code"]: row.values["kind"] for row in rows}
    kinds |= {code: location.kind for code, location in known.items()}
    for row in rows:
        parent, kind = row.values["parent"], row.values["kind"]
        if parent is None:
            continue
        if parent not in kinds:
            message = "There is no such place, neither here nor in this file."
            yield RowError(row.number, "parent", parent, "unknown_location", message)
        elif kinds[parent] not in PARENT_KINDS[kind]:
            message = f"A {kind} lies in a {' or '.join(PARENT_KINDS[kind])}; {parent} is a {kinds[parent]}."
            yield RowError(row.number, "parent", parent, "wrong_parent", message)


def _barcodes_taken(rows: Sequence[Row], around: Known, wanted: Known) -> Iterator[RowError]:
    """A barcode that two places would have."""
    holders: dict[str, list[str]] = {}
    for code, location in around.items():
        if location.barcode is not None:
            holders.setdefault(location.barcode, []).append(code)
    for row in rows:
        place = wanted.get(row.values["code"])
        if place is not None and place.barcode is not None:
            others = [code for code in holders[place.barcode] if code != place.code]
            if others:
                message = f"The place {others[0]} has this barcode too."
                yield RowError(row.number, "barcode", place.barcode, "barcode_taken", message)
