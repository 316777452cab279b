"""Proving the book: balances are the sum of the entries, nothing came from nowhere, no sealed past has changed."""

from collections.abc import Iterator

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.kernel.findings import Finding
from app.ledger.models import Balance, Entry, Journal
from app.ledger.queries.chain import entries_hashes, journals_in_order
from app.ledger.rules import Link, check_chain
from app.sites.models import Location

FINDINGS_LISTED = 1000  # of each check: a book this wrong is not mended line by line


def verify(session: Session) -> list[Finding]:
    """Every check of the book; an empty list says that it holds.

    `balance`: on hand is the sum of the entries. `zero_sum`: over all places an item's quantities sum to zero.
    `entries_hash`, `chain_hash`, `chain_gap`: no sealed journal was changed, moved or taken out.
    `orphan_entry`, `entry_numbers`: every entry has its journal, every journal its entries from 1 on.
    """
    checks = (_balances, _zero_sums, _chains, _orphans, _entry_numbers)
    return [finding for check in checks for finding in check(session)]


def _balances(session: Session) -> Iterator[Finding]:
    nothing = literal(0)
    told = union_all(
        select(Entry.to_location_id, Entry.item_id, Entry.lot, Entry.quantity.label("booked"), nothing.label("kept")),
        select(Entry.from_location_id, Entry.item_id, Entry.lot, -Entry.quantity, nothing),
        select(Balance.location_id, Balance.item_id, Balance.lot, nothing, Balance.quantity),
    ).subquery("told")
    place, item, lot, booked, kept = told.c
    sums = (
        select(place, item, lot, func.sum(booked).label("booked"), func.sum(kept).label("kept"))
        .group_by(place, item, lot)
        .having(func.sum(booked) != func.sum(kept))
        .limit(FINDINGS_LISTED)
        .subquery("sums")
    )
    rows = session.execute(
        select(sums, Location.code, Item.sku)
        .outerjoin(Location, Location.id == sums.c[0])
        .outerjoin(Item, Item.id == sums.c[1])
        .order_by(Location.code, Item.sku, sums.c.lot)
    )
    for location_id, item_id, which, should, says, code, sku in rows:
        where = f"{sku or item_id} at {code or location_id}" + (f", lot {which}" if which else "")
        yield Finding("balance", where, str(should), str(says))


def _zero_sums(session: Session) -> Iterator[Finding]:
    total = func.sum(Balance.quantity)
    rows = session.execute(
        select(Balance.item_id, Item.sku, total)
        .outerjoin(Item, Item.id == Balance.item_id)
        .group_by(Balance.item_id, Item.sku)
        .having(total != 0)
        .order_by(Item.sku)
        .limit(FINDINGS_LISTED)
    )
    for item_id, sku, found in rows:
        yield Finding("zero_sum", f"{sku or item_id} over all places", "0", str(found))


def _chains(session: Session) -> Iterator[Finding]:
    sealed = Journal.chain_number.is_not(None)
    journals = journals_in_order(session, sealed)
    now = entries_hashes(session, journals, sealed)
    yield from check_chain(
        Link(j.site_id, j.id, j.chain_number or 0, j.entries_hash or b"", j.chain_hash or b"", now[j.id])
        for j in journals
    )


def _orphans(session: Session) -> Iterator[Finding]:
    rows = session.execute(
        select(Entry.journal_id, func.count())
        .outerjoin(Journal, Journal.id == Entry.journal_id)
        .where(Journal.id.is_(None))
        .group_by(Entry.journal_id)
        .order_by(Entry.journal_id)
        .limit(FINDINGS_LISTED)
    )
    for journal_id, entries in rows:
        yield Finding("orphan_entry", f"journal {journal_id}", "a journal", f"{entries} entries without one")


def _entry_numbers(session: Session) -> Iterator[Finding]:
    count, first, last = func.count(Entry.number), func.min(Entry.number), func.max(Entry.number)
    rows = session.execute(
        select(Journal.id, count, first, last)
        .outerjoin(Entry, Entry.journal_id == Journal.id)
        .group_by(Journal.id)
        .having(or_(count == 0, first != 1, last != count))
        .order_by(Journal.id)
        .limit(FINDINGS_LISTED)
    )
    for journal_id, entries, lowest, highest in rows:
        expected = f"entries 1 to {entries}" if entries else "at least one entry"
        found = f"entries {lowest} to {highest}" if entries else "none"
        yield Finding("entry_numbers", f"journal {journal_id}", expected, found)
