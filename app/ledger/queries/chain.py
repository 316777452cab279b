"""What is hashed of journals and entries, in one canonical form on both engines, and where each chain ends."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Integer, Text, and_, cast, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.kernel.clock import to_ms
from app.kernel.database import is_sqlite
from app.kernel.json import dumps
from app.kernel.sets import among
from app.ledger.models import Entry, Journal

FORM = "pandian-journal-1"  # the canonical form's name is hashed with it, so that a later form is another hash
_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed journal of a site, and how many wait for the sequencer."""

    site_id: UUID
    number: int
    chain_hash: bytes | None
    journal_id: UUID | None
    unsealed: int


def journals_in_order(session: Session, which: ColumnElement[bool]) -> list[Journal]:
    """The journals in the order they are sealed in: by site, number, and else as they were recorded."""
    return list(
        session.scalars(
            select(Journal)
            .where(which)
            .order_by(Journal.site_id, Journal.chain_number, Journal.recorded_at, Journal.id)
        )
    )


def entries_hashes(session: Session, journals: Collection[Journal], which: ColumnElement[bool]) -> dict[UUID, bytes]:
    """SHA-256 of each journal's header and entries in number order, one canonical JSON line each.

    `which` is the condition on Journal that gave `journals`; their entries are streamed in one query. The engine
    writes the ids as hexadecimal text: 100,000 entries are hashed in well under two seconds.
    """
    digests = {journal.id.hex: hashlib.sha256(dumps(_header(journal))) for journal in journals}
    for journal_id, *values in session.execute(_canonical_entries(session, which), execution_options=_streaming()):
        digest = digests.get(journal_id)
        if digest is not None:  # None: a journal that came after `journals` was read
            digest.update(b"\n" + dumps(values))
    return {UUID(hex=own): digest.digest() for own, digest in digests.items()}


def _streaming() -> dict[str, int]:
    return {"yield_per": _AT_A_TIME}


def _header(journal: Journal) -> list[Any]:
    return [
        FORM,
        journal.id.hex,
        journal.site_id.hex,
        journal.kind,
        journal.source_key,
        journal.document,
        journal.reverses_id.hex if journal.reverses_id else None,
        journal.stocktake_id.hex if journal.stocktake_id else None,
        journal.person_id.hex,
        journal.note,
        to_ms(journal.recorded_at),
        journal.content_hash.hex() if journal.content_hash else None,
    ]


def _canonical_entries(session: Session, which: ColumnElement[bool]) -> Any:
    sqlite = is_sqlite(session.connection())

    def hexadecimal(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
        return func.lower(func.hex(column)) if sqlite else func.replace(cast(column, Text), "-", "")

    return (
        select(
            hexadecimal(Entry.journal_id),
            Entry.number,
            hexadecimal(Entry.item_id),
            Entry.lot,
            hexadecimal(Entry.from_location_id),
            hexadecimal(Entry.to_location_id),
            Entry.quantity,
            type_coerce(Entry.occurred_at, BigInteger),
            type_coerce(Entry.date_only, Integer) if sqlite else cast(Entry.date_only, Integer),
            Entry.unit_cost,
            Entry.reason_code,
            Entry.count_line_id,
        )
        .join(Journal, Journal.id == Entry.journal_id)
        .where(which)
        .order_by(Entry.journal_id, Entry.number)
    )


def heads(session: Session, site_ids: Collection[UUID]) -> dict[UUID, Head]:
    """The end of each site's chain; number 0 where nothing is sealed yet."""
    ends = (
        select(Journal.site_id, func.max(Journal.chain_number).label("number"), func.count().label("journals"))
        .add_columns(func.count(Journal.chain_number).label("sealed"))
        .where(among(session, Journal.site_id, site_ids))
        .group_by(Journal.site_id)
        .subquery("ends")
    )
    last = aliased(Journal)
    rows = session.execute(
        select(ends.c.site_id, ends.c.number, last.chain_hash, last.id, ends.c.journals - ends.c.sealed).outerjoin(
            last, and_(last.site_id == ends.c.site_id, last.chain_number == ends.c.number)
        )
    )
    found = {row[0]: Head(row[0], row[1] or 0, *row[2:]) for row in rows}
    return {site_id: found.get(site_id, Head(site_id, 0, None, None, 0)) for site_id in site_ids}
