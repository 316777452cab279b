"""Writing to the book: journals, their two-sided entries, and the balances folded from them, in one transaction.

Everything is set-based: the number of statements does not depend on the number of journals or entries.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Select, Table, func, insert, literal, null, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from app.kernel.clock import to_ms
from app.kernel.database import BigInt, Flag, Id, insert_on
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.ledger.models import Balance, Entry, Journal
from app.ledger.queries.places import shortages
from app.ledger.rules import content_hash
from app.ledger.service.checks import checked_entries, refuse_wrong_rows
from app.ledger.service.commands import AfterJournals, NewEntry, NewJournal, Shortage, Written
from app.ledger.service.costs import remember_costs
from app.sites.models import Location

_after_journals: list[AfterJournals] = []
_JOURNAL, _ENTRY, _BALANCE = (cast(Table, model.__table__) for model in (Journal, Entry, Balance))


def register_after_journals(handler: AfterJournals) -> None:
    """Have `handler(session, journal_ids, now)` called once for all new journals that are written together.

    It runs in their transaction, after their balances. They are of one site and at least one.
    """
    if handler not in _after_journals:
        _after_journals.append(handler)


def write_journal(session: Session, journal: NewJournal, entries: Sequence[NewEntry], now: datetime) -> Written:
    """Write one journal; see `write_journals`."""
    return write_journals(session, [(journal, entries)], now)[0]


def write_journals(
    session: Session, postings: Sequence[tuple[NewJournal, Sequence[NewEntry]]], now: datetime
) -> list[Written]:
    """Write journals of one site with their entries and balances; the answers stand in the order of `postings`.

    A source key that was posted before with the same content answers `repeated` and changes nothing; with other
    content it raises Conflict `source_key_reused`. A deeper place is booked at its stock location. Raises Invalid
    with every mistake at once: no entry, a place above the stock-keeping level, of another site or closed, an unknown
    item, a quantity out of range, a time to come. Stock may go below zero: the answer says where.
    """
    journals = [journal for journal, _ in postings]
    hashes = [journal.content or _content_hash(journal, entries) for journal, entries in postings]
    with session.begin_nested():  # whoever catches a refusal keeps no half of it
        written = _insert_journals(session, journals, hashes, now)
        new = [
            (answer.journal_id, posting)
            for answer, posting in zip(written, postings, strict=True)
            if not answer.repeated
        ]
        if new:
            entries = checked_entries(session, [posting for _, posting in new], now)
            rows = [
                _row(journal_id, number, entry)
                for (journal_id, _), own in zip(new, entries, strict=True)
                for number, entry in enumerate(own, start=1)
            ]
            session.execute(insert(_ENTRY), rows)
        return _finish(session, journals, written, now)


def write_journal_from(session: Session, journal: NewJournal, rows: Select[*tuple[Any, ...]], now: datetime) -> Written:
    """Write one journal from a query, without the rows passing through Python.

    `rows` yields item_id, from_location_id, to_location_id, quantity and occurred_at, and where it has them number
    (else counted from 1), lot, date_only, unit_cost, reason_code, count_line_id. Refusals as in `write_journals`; no
    row at all is Invalid `no_entries`. Without `journal.content` a repeat is told from its header alone.
    """
    hashed = journal.content or _content_hash(journal, ())
    with session.begin_nested():
        written = _insert_journals(session, [journal], [hashed], now)
        if not written[0].repeated:
            _insert_entries_from(session, written[0].journal_id, rows)
            refuse_wrong_rows(session, journal, written[0].journal_id, now)
        return _finish(session, [journal], written, now)[0]


def _content_hash(journal: NewJournal, entries: Iterable[NewEntry]) -> bytes:
    header = [journal.kind, journal.document, journal.note, journal.reverses_id, journal.stocktake_id]
    return content_hash(
        header,
        (
            [
                *(e.item_id, e.lot, e.from_location_id, e.to_location_id, e.quantity, to_ms(e.occurred_at)),
                *(e.date_only, e.unit_cost, e.reason_code, e.count_line_id),
            ]
            for e in entries
        ),
    )


def _insert_journals(
    session: Session, journals: Sequence[NewJournal], hashes: Sequence[bytes], now: datetime
) -> list[Written]:
    """Insert what is not there yet. The unique keys decide between two that come at the same time."""
    site_id = journals[0].site_id
    if any(journal.site_id != site_id for journal in journals):
        raise ValueError("journals written together belong to one site")
    ids = [new_id() for _ in journals]
    rows = [
        {
            "id": own,
            "site_id": site_id,
            "kind": journal.kind,
            "source_key": journal.source_key,
            "document": journal.document,
            "note": journal.note,
            "reverses_id": journal.reverses_id,
            "stocktake_id": journal.stocktake_id,
            "person_id": journal.person_id,
            "recorded_at": now,
            "content_hash": hashed,
        }
        for own, journal, hashed in zip(ids, journals, hashes, strict=True)
    ]
    rows.sort(key=lambda row: str(row["source_key"]))  # two imports of the same documents must not deadlock
    session.execute(insert_on(session, _JOURNAL).on_conflict_do_nothing(), rows)
    keys = [journal.source_key for journal in journals]
    found = {
        row.source_key: row
        for row in session.execute(
            select(Journal.source_key, Journal.id, Journal.content_hash).where(
                Journal.site_id == site_id, among(session, Journal.source_key, keys)
            )
        )
    }
    return [
        _told_apart(session, journal, found.get(journal.source_key), own, hashed)
        for own, journal, hashed in zip(ids, journals, hashes, strict=True)
    ]


def _told_apart(session: Session, journal: NewJournal, found: Any, own: UUID, hashed: bytes) -> Written:
    if found is None:  # its source key is free, so it is the journal it reverses that is taken
        other = session.scalar(select(Journal.id).where(Journal.reverses_id == journal.reverses_id))
        raise Conflict("already_reversed", "This journal was reversed before.", reversed_by=str(other))
    if found.id != own and found.content_hash != hashed:
        raise Conflict(
            "source_key_reused",
            f"The source key {journal.source_key!r} was used before for something else.",
            source_key=journal.source_key,
            journal_id=str(found.id),
        )
    return Written(found.id, 0, repeated=found.id != own)


def _row(journal_id: UUID, number: int, entry: NewEntry) -> dict[str, Any]:
    return {
        "journal_id": journal_id,
        "number": number,
        "item_id": entry.item_id,
        "lot": entry.lot,
        "from_location_id": entry.from_location_id,
        "to_location_id": entry.to_location_id,
        "quantity": entry.quantity,
        "occurred_at": entry.occurred_at,
        "date_only": entry.date_only,
        "unit_cost": entry.unit_cost,
        "reason_code": entry.reason_code,
        "count_line_id": entry.count_line_id,
    }


def _insert_entries_from(session: Session, journal_id: UUID, rows: Select[*tuple[Any, ...]]) -> None:
    given = rows.subquery("given")
    giver, taker = aliased(Location), aliased(Location)
    by_row = func.row_number().over(order_by=(given.c.from_location_id, given.c.to_location_id, given.c.item_id))
    defaults: dict[str, Any] = {
        "number": by_row,
        "lot": literal(""),
        "date_only": literal(False, Flag()),
        "unit_cost": literal(0),
        "reason_code": literal(""),
        "count_line_id": sql_cast(null(), BigInt),
    }
    values: dict[str, Any] = {name: given.c.get(name, default) for name, default in defaults.items()}
    values |= {name: given.c[name] for name in ("item_id", "quantity", "occurred_at")}
    values["journal_id"] = literal(journal_id, Id())
    # Unknown places stay as they are, for the foreign key to refuse.
    values["from_location_id"] = func.coalesce(giver.stock_location_id, given.c.from_location_id)
    values["to_location_id"] = func.coalesce(taker.stock_location_id, given.c.to_location_id)
    query = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(given)
        .outerjoin(giver, giver.id == given.c.from_location_id)
        .outerjoin(taker, taker.id == given.c.to_location_id)
    )
    session.execute(insert(_ENTRY).from_select(list(values), query))


def _finish(session: Session, journals: Sequence[NewJournal], written: list[Written], now: datetime) -> list[Written]:
    """Fold the new entries into the balances, remember costs, tell the floors above, and count."""
    new = {answer.journal_id: journal for answer, journal in zip(written, journals, strict=True) if not answer.repeated}
    below: dict[UUID, list[Shortage]] = {journal_id: [] for journal_id in new}
    if new:
        _fold_into_balances(session, list(new))
        for journal_id, *shortage in shortages(session, list(new)):
            below[journal_id].append(Shortage(*shortage))
        remember_costs(session, new)
        for handler in _after_journals:
            handler(session, list(new), now)
    ids = [answer.journal_id for answer in written]
    counted = select(Entry.journal_id, func.count()).where(among(session, Entry.journal_id, ids))
    counts = {row[0]: row[1] for row in session.execute(counted.group_by(Entry.journal_id))}
    return [
        Written(own, counts.get(own, 0), answer.repeated, tuple(below.get(own, ())) if not answer.repeated else ())
        for answer in written
        for own in (answer.journal_id,)
    ]


def _fold_into_balances(session: Session, journal_ids: Sequence[UUID]) -> None:
    """Both sides of all entries in one statement; in the order of the key, so that no two postings deadlock."""
    mine = among(session, Entry.journal_id, journal_ids)
    moved = union_all(
        select(Entry.to_location_id.label("location_id"), Entry.item_id, Entry.lot, Entry.quantity).where(mine),
        select(Entry.from_location_id, Entry.item_id, Entry.lot, -Entry.quantity).where(mine),
    ).subquery("moved")
    key = (moved.c.location_id, moved.c.item_id, moved.c.lot)
    folded = select(*key, sql_cast(func.sum(moved.c.quantity), BigInteger)).group_by(*key).order_by(*key)
    upsert = insert_on(session, _BALANCE).from_select(["location_id", "item_id", "lot", "quantity"], folded)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=["location_id", "item_id", "lot"],
            set_={"quantity": _BALANCE.c.quantity + upsert.excluded.quantity},
        )
    )
