"""Sealing journals into their site's hash chain, after commit, so that no posting holds the chain's head."""

from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from app.kernel.database import is_sqlite
from app.ledger.models import Journal
from app.ledger.queries.chain import entries_hashes, heads, journals_in_order
from app.ledger.rules import CHAIN_START, chain_hash

SEAL_LOCK = 7_301_003  # the advisory lock's number on PostgreSQL; any constant nobody else uses
_UNSEALED = Journal.chain_number.is_(None)


def seal(session: Session) -> int:
    """Seal all journals that are committed and not sealed yet, in the order they were recorded; how many.

    One pass at a time: the lock is a statement of its own, so that under READ COMMITTED the next pass sees the head
    this one leaves. The trigger lets a journal be sealed once.
    """
    if not session.scalar(select(exists().where(_UNSEALED))):
        return 0
    if not is_sqlite(session.connection()):
        session.execute(select(func.pg_advisory_xact_lock(SEAL_LOCK)))
    waiting = journals_in_order(session, _UNSEALED)
    hashes = entries_hashes(session, waiting, _UNSEALED)
    ends = heads(session, {journal.site_id for journal in waiting})
    last = {site_id: (head.number, head.chain_hash or CHAIN_START) for site_id, head in ends.items()}
    seals = []
    for journal in waiting:
        number, previous = last[journal.site_id]
        link = chain_hash(previous, hashes[journal.id], journal.id, number + 1)
        last[journal.site_id] = (number + 1, link)
        seals.append({"own": journal.id, "entries": hashes[journal.id], "number": number + 1, "link": link})
    table = cast(Table, Journal.__table__)
    values: dict[str, Any] = {
        "entries_hash": bindparam("entries"),
        "chain_number": bindparam("number"),
        "chain_hash": bindparam("link"),
    }
    if seals:
        session.connection().execute(update(table).where(table.c.id == bindparam("own")).values(values), seals)
    return len(seals)
