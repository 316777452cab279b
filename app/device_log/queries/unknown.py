"""Codes that nobody knew when they were scanned: where, by whom, how often, and what was scanned just before."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.catalogue.models import Barcode, Item
from app.device_log.models import DeviceRecord
from app.device_log.queries.looks import superseded, voided
from app.kernel.paging import Page, offset_of, page
from app.kernel.sets import among
from app.sites.models import Location

Look = type[DeviceRecord]


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which documents; which kinds of record say how much there is; and which of them are scans, piece by piece."""

    document_ids: Collection[UUID]
    looks: tuple[str, ...]
    scans: tuple[str, ...]


def find_unknown(session: Session, asked: Asked, *, limit: int, after: str | None) -> Page[dict[str, Any]]:
    """The codes that mean nothing yet, the most pieces first."""
    look = aliased(DeviceRecord)
    code = code_of(look).label("code")
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
        .where(*unknown(session, look, asked))
        .group_by(code)
    )
    total = count_unknown(session, asked)
    offset = offset_of(after)
    most = grouped.order_by(func.sum(look.quantity).desc(), code).limit(limit).offset(offset)
    rows = [dict(row) for row in session.execute(most).mappings()]
    codes = [row["code"] for row in rows]
    places = _whereabouts(session, asked, codes)
    beside = _beside(session, asked, [row.pop("last") for row in rows])
    for row in rows:
        row.update(pieces=int(row["pieces"]), beside=beside.get(row["code"]), **places[row["code"]])
    return page(rows, total=total, offset=offset)


def count_unknown(session: Session, asked: Asked) -> int:
    """How many codes mean nothing yet."""
    look = aliased(DeviceRecord)
    distinct = func.count(code_of(look).distinct())
    return session.scalar(select(distinct).where(*unknown(session, look, asked))) or 0


def documents_with(session: Session, asked: Asked, codes: Sequence[str]) -> dict[str, list[UUID]]:
    """For each of these codes the documents in which it means nothing yet."""
    look = aliased(DeviceRecord)
    rows = session.execute(
        select(code_of(look), look.document_id)
        .where(code_of(look).in_(codes), *unknown(session, look, asked))
        .distinct()
        .order_by(look.document_id)
    )
    found: dict[str, list[UUID]] = defaultdict(list)
    for code, document_id in rows:
        found[code] += [document_id] if document_id else []
    return found


def code_of(look: Look) -> ColumnElement[str]:
    """The code's normal form; the text as it came where it has none."""
    return func.coalesce(look.code_normal, look.code)


def unknown(session: Session, look: Look, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """What holds for a look that stands and whose code means nothing yet."""
    return (*carrying(session, look, asked), ~voided(look), ~superseded(look))


def carrying(session: Session, look: Look, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """What holds for a look whose code means nothing yet, whether it stands or was taken back or written again."""
    known_now = exists().where(Barcode.normal_form == look.code_normal)
    return (
        among(session, look.document_id, asked.document_ids),
        look.item_id.is_(None),
        look.kind.in_(asked.looks),
        ~known_now,
    )


def _whereabouts(session: Session, asked: Asked, codes: list[str]) -> dict[str, dict[str, list[str]]]:
    look = aliased(DeviceRecord)
    rows = session.execute(
        select(code_of(look), Location.code, Person.name)
        .join_from(look, Location, Location.id == look.location_id)
        .join(Person, Person.id == look.person_id)
        .where(code_of(look).in_(codes), *unknown(session, look, asked))
        .distinct()
        .order_by(Location.code, Person.name)
    )
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"places": [], "persons": []})
    for code, place, person in rows:
        there = found[code]
        there["places"] += [place] if place not in there["places"] else []
        there["persons"] += [person] if person not in there["persons"] else []
    return found


def _beside(session: Session, asked: Asked, last_scans: list[int]) -> dict[str, dict[str, Any]]:
    """For each code the item of the last known scan before it on the same sheet: its neighbour on shelf or pallet."""
    look, before, known = aliased(DeviceRecord), aliased(DeviceRecord), aliased(DeviceRecord)
    neighbour = (
        select(func.max(before.device_seq))
        .where(
            before.sheet_id == look.sheet_id,
            before.item_id.is_not(None),
            before.kind.in_(asked.scans),
            before.device_seq < look.device_seq,
        )
        .correlate(look)
        .scalar_subquery()
    )
    rows = session.execute(
        select(code_of(look), Item.id, Item.sku, Item.name, known.occurred_at)
        .join_from(look, known, known.device_id == look.device_id)
        .join(Item, Item.id == known.item_id)
        .where(look.server_seq.in_(last_scans), known.device_seq == neighbour)
    )
    return {code: {"item_id": item, "sku": sku, "name": name, "at": at} for code, item, sku, name, at in rows}
