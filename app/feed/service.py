"""Telling the feed that something changed, giving changes their numbers after commit, and handing them out.

A number is given by one locked pass over what is committed, never by the writer: a reader that has followed
the cursor to n has therefore seen every change ≤ n, however slowly some other writer commits.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app.feed import queries
from app.feed.models import Change, SyncMeta
from app.feed.rules import (
    BEGINNING,
    COMPANY,
    PAGE_LIMIT,
    Cursor,
    FeedPage,
    FeedRow,
    Noted,
    newest,
    parse_cursor,
    scope_of,
)
from app.kernel.access import Viewer
from app.kernel.database import insert_on, is_sqlite
from app.kernel.errors import Forbidden, Gone, Malformed, Unauthenticated
from app.kernel.findings import Finding

Reader = Callable[[Session, Sequence[str], UUID], Mapping[str, dict[str, Any]]]
SEQUENCER_LOCK = 7_301_001  # the advisory lock's number on PostgreSQL; any constant nobody else uses
log = structlog.get_logger()

_readers: dict[str, "Readable"] = {}


@dataclass(frozen=True, slots=True)
class Readable:
    """An entity that devices follow. `shared`: its bodies are the same for every site's devices.

    `passing` names fields of a body that are as of the reading, and that no change tells of.
    """

    read: Reader
    shared: bool = False
    passing: tuple[str, ...] = ()


def register_reader(entity: str, reader: Reader, *, shared: bool = False, passing: tuple[str, ...] = ()) -> None:
    """Let `reader(session, keys, site_id)` give the bodies of this entity's things for a device of that site.

    What it leaves out is gone for that device (op D). Registering again replaces. See `Readable` for the rest.
    """
    _readers[entity] = Readable(reader, shared, passing)


def readables(dataset: str) -> dict[str, Readable]:
    """The entities of a snapshot's dataset, by name."""
    return {name: entity for name, entity in sorted(_readers.items()) if entity.shared == (dataset == COMPANY)}


def record_changes(
    session: Session,
    entity: str,
    keys: Iterable[object],
    now: datetime,
    *,
    site_id: UUID | None = None,
    operation: str = "U",
) -> None:
    """Note in the caller's transaction that these things changed. Keys only: the body is read at pull.

    `site_id` None tells every site's devices. `operation` is U (made or changed) or D (gone).
    """
    rows = [
        {
            "site_id": site_id,
            "entity": entity,
            "entity_key": str(key),
            "operation": operation,
            "recorded_at": now,
        }
        for key in keys
    ]
    if rows:
        session.execute(insert(Change), rows)


def sequence(session: Session) -> int:
    """Number what is committed and has no number yet, in the order it was noted; the head after it.

    One pass at a time: the lock is a statement of its own, so that under READ COMMITTED the numbering sees all
    that the pass before it committed. On SQLite a writing transaction is alone anyway.
    """
    alone(session)
    head = queries.head_of(session)
    waiting = (
        select(Change.id, func.row_number().over(order_by=Change.id).label("place"))
        .where(Change.feed_number.is_(None))
        .subquery()
    )
    numbered = session.connection().execute(
        update(Change).where(Change.id == waiting.c.id).values(feed_number=head + waiting.c.place)
    )
    if numbered.rowcount:
        head += numbered.rowcount
        remember(session, "feed_head", str(head))
    return head


def alone(session: Session) -> None:
    """Keep others from numbering and forgetting until the end of the transaction. SQLite has one writer anyway."""
    if not is_sqlite(session.connection()):
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SEQUENCER_LOCK})


def epoch(session: Session) -> str:
    """The name of this history of the server, made at the first asking. Needs a writing transaction."""
    known = queries.remembered(session).get("epoch")
    if known is None:
        remember(session, "epoch", secrets.token_hex(8), keep=True)
        known = queries.remembered(session)["epoch"]
    return known


def new_epoch(session: Session, now: datetime) -> str:
    """Begin a new epoch: the server lost something it had confirmed. Every device sends and pulls all again."""
    fresh = secrets.token_hex(8)
    remember(session, "epoch", fresh)
    log.warning("new_epoch", epoch=fresh, began_at=now.isoformat())
    return fresh


def behind(session: Session, cursor: str) -> bool:
    """Whether `catch_up` has something to do before a page is read; else reading needs no writer's turn."""
    known = queries.remembered(session)
    return (
        "epoch" not in known
        or queries.anything_unnumbered(session)
        or _is_from_the_future(read_cursor(cursor), known["epoch"], int(known.get("feed_head", "0")))
    )


def catch_up(session: Session, cursor: str, now: datetime) -> None:
    """Number what waits, and notice a restore: a device that saw more than there is begins a new epoch."""
    head = sequence(session)
    if _is_from_the_future(read_cursor(cursor), epoch(session), head):
        new_epoch(session, now)


def pull(session: Session, viewer: Viewer, cursor: str, limit: int) -> FeedPage:
    """The next page of changes for the device after `cursor` (what `next` was, or "0" for all there is).

    Writes nothing. Raises Malformed for what is no cursor, Forbidden for a revoked device, and Gone where the
    device must begin again: another epoch, another site's world, or a place whose successors the feed has forgotten.
    """
    site_id = site_of_device(viewer)
    known = queries.remembered(session)
    head, floor, scope = int(known.get("feed_head", "0")), int(known.get("tombstone_floor", "0")), scope_of(site_id)
    after = read_cursor(cursor) or Cursor(known["epoch"], 0, scope)
    elsewhere = after.epoch != known["epoch"] or after.scope not in (scope, None)
    if elsewhere or (after.number < floor and cursor != BEGINNING):
        raise Gone("begin_again", "Begin again at 0 and keep the outbox.", action="bootstrap")
    limit = min(limit, PAGE_LIMIT)
    found = queries.changes_after(session, after.number, head, site_id, limit + 1)
    more = len(found) > limit
    found = found[:limit]
    upto = replace(after, number=found[-1].number if more else head, scope=scope)
    return FeedPage(after.epoch, str(upto), head, _read(session, newest(found), site_id), more)


def site_of_device(viewer: Viewer) -> UUID:
    """The site whose world the device may have. Raises Unauthenticated; Forbidden for a revoked one."""
    if viewer.device_site_id is None:
        raise Unauthenticated("device_unknown", "This device is not enrolled.")
    if viewer.device_revoked:
        raise Forbidden("device_revoked", "This device was shut out; it may send what it has, but gets nothing.")
    return viewer.device_site_id


def read_cursor(cursor: str) -> Cursor | None:
    """The cursor, None for the beginning. Raises Malformed."""
    try:
        return parse_cursor(cursor)
    except ValueError as error:
        raise Malformed("malformed_cursor", "A cursor is what `next` was, or 0 to begin.") from error


def verify(session: Session) -> list[Finding]:
    """What is wrong with the feed's numbers; nothing, one hopes."""
    return queries.verify(session)


def _is_from_the_future(cursor: Cursor | None, current: str, head: int) -> bool:
    return cursor is not None and cursor.epoch == current and cursor.number > head


def _read(session: Session, changes: list[Noted], site_id: UUID) -> list[FeedRow]:
    """Give each change the body its thing has now; what its reader does not give is gone."""
    bodies: dict[str, Mapping[str, dict[str, Any]]] = {}
    for entity, group in groupby(sorted(changes, key=lambda c: c.entity), key=lambda c: c.entity):
        reader = _readers.get(entity)
        if reader is None:  # noted by a newer or older release of the server; nobody here can say what it is
            log.warning("feed_without_reader", entity=entity)
            continue
        bodies[entity] = reader.read(session, [change.key for change in group], site_id)
    rows = []
    for change in changes:
        if change.entity in bodies:
            body = bodies[change.entity].get(change.key)
            rows.append(FeedRow(change.entity, change.key, "D" if body is None else "U", body))
    return rows


def remember(session: Session, key: str, value: str, *, keep: bool = False) -> None:
    """Write a value of sync_meta; with `keep` only where there is none yet."""
    statement = insert_on(session, SyncMeta).values(key=key, value=value)
    if keep:
        session.execute(statement.on_conflict_do_nothing())
    else:
        session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
