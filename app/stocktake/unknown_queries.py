"""Codes that nobody knew when they were scanned: where, by whom, how often, and what was scanned just before."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.catalogue.models import Barcode, Item
from app.device_log.models import DeviceRecord
from app.device_log.queries.looks import superseded, voided
from app.kernel.paging import Page, offset_of, page
from app.sites.models import Location
from app.stocktake.models import Sheet, Stocktake
from app.stocktake.rules import LOOKS, OPEN_STATES


def find_unknown(session: Session, stocktake_id: UUID, *, limit: int, after: str | None) -> Page[dict[str, Any]]:
    """The codes of a stocktake that mean nothing yet, the most pieces first."""
    look = aliased(DeviceRecord)
    code = _code(look).label("code")
    grouped = (
        select(
            code,
            func.min(look.code).label("as_scanned"),
            func.count().label("scans"),
            func.sum(look.quantity).label("pieces"),
            func.max(look.server_seq).label("last"),
            func.min(look.occurred_at).label("first_at"),
            func.max(look.occurred_at).label("last_at"),
        )
        .where(*_unknown(look, stocktake_id))
        .group_by(code)
    )
    total = count_unknown(session, stocktake_id)
    offset = offset_of(after)
    most = grouped.order_by(func.sum(look.quantity).desc(), code).limit(limit).offset(offset)
    rows = [dict(row) for row in session.execute(most).mappings()]
    codes = [row["code"] for row in rows]
    places, beside = _whereabouts(session, stocktake_id, codes), _beside(session, [row.pop("last") for row in rows])
    for row in rows:
        row.update(pieces=int(row["pieces"]), beside=beside.get(row["code"]), **places[row["code"]])
    return page(rows, total=total, offset=offset)


def count_unknown(session: Session, stocktake_id: UUID) -> int:
    """How many codes of a stocktake mean nothing yet."""
    look = aliased(DeviceRecord)
    distinct = func.count(_code(look).distinct())
    return session.scalar(select(distinct).where(*_unknown(look, stocktake_id))) or 0


def _code(look: type[DeviceRecord]) -> ColumnElement[str]:
    """The code's normal form; the text as it came where it has none."""
    return func.coalesce(look.code_normal, look.code)


def _unknown(look: type[DeviceRecord], stocktake_id: UUID) -> tuple[ColumnElement[bool], ...]:
    known_now = exists().where(Barcode.normal_form == look.code_normal)
    return (
        look.document_id == stocktake_id,
        look.item_id.is_(None),
        look.kind.in_(LOOKS),
        ~known_now,
        ~voided(look),
        ~superseded(look),
    )


def _whereabouts(session: Session, stocktake_id: UUID, codes: list[str]) -> dict[str, dict[str, list[str]]]:
    look = aliased(DeviceRecord)
    rows = session.execute(
        select(_code(look), Location.code, Person.name)
        .join_from(look, Location, Location.id == look.location_id)
        .join(Person, Person.id == look.person_id)
        .where(_code(look).in_(codes), *_unknown(look, stocktake_id))
        .distinct()
        .order_by(Location.code, Person.name)
    )
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"places": [], "persons": []})
    for code, place, person in rows:
        there = found[code]
        there["places"] += [place] if place not in there["places"] else []
        there["persons"] += [person] if person not in there["persons"] else []
    return found


def _beside(session: Session, last_scans: list[int]) -> dict[str, dict[str, Any]]:
    """For each code the item of the last known scan before it on the same sheet: its neighbour on the shelf."""
    look, before, known = aliased(DeviceRecord), aliased(DeviceRecord), aliased(DeviceRecord)
    neighbour = (
        select(func.max(before.device_seq))
        .where(
            before.sheet_id == look.sheet_id,
            before.item_id.is_not(None),
            before.kind == "scan",
            before.device_seq < look.device_seq,
        )
        .correlate(look)
        .scalar_subquery()
    )
    rows = session.execute(
        select(_code(look), Item.id, Item.sku, Item.name, known.occurred_at)
        .join_from(look, known, known.device_id == look.device_id)
        .join(Item, Item.id == known.item_id)
        .where(look.server_seq.in_(last_scans), known.device_seq == neighbour)
    )
    return {code: {"item_id": item, "sku": sku, "name": name, "at": at} for code, item, sku, name, at in rows}


def sheets_with(code: ColumnElement[bool]) -> Select[Any]:
    """The sheets of open stocktakes with a look at a code nobody knew, `code` being a condition on DeviceRecord."""
    unknown = (DeviceRecord.item_id.is_(None), DeviceRecord.kind.in_(LOOKS), code)
    return (
        select(Sheet.id)
        .join(Stocktake, Stocktake.id == Sheet.stocktake_id)
        .where(Stocktake.state.in_(OPEN_STATES), exists().where(DeviceRecord.sheet_id == Sheet.id, *unknown))
        .order_by(Sheet.id)
    )
