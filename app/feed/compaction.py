"""What the feed may forget: changes that a newer one of the same thing follows, and after 90 days what is gone.

A follower loses nothing by the first: it will come to the newer change, and the body is read then anyway. The second
raises the floor, below which a cursor must begin again.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, aliased

from app.feed import queries, service
from app.feed.models import Change, Snapshot
from app.feed.rules import SITE, horizon
from app.feed.snapshots import drop_snapshots
from app.kernel.sets import among


def forget_superseded(session: Session, above: int, upto: int) -> int:
    """Remove the changes numbered in (above, upto] that a newer numbered one of the same thing follows; how many."""
    service.alone(session)
    newer = aliased(Change)
    followed = (
        select(newer.id)
        .where(
            newer.entity == Change.entity,
            newer.entity_key == Change.entity_key,
            newer.site_id.is_not_distinct_from(Change.site_id),
            newer.feed_number > Change.feed_number,
        )
        .exists()
    )
    return _forget(session, Change.feed_number > above, Change.feed_number <= upto, followed)


def tombstones(session: Session, above: int, upto: int, now: datetime) -> list[int]:
    """The numbers in (above, upto] of things that were gone 90 days ago: said to be (D), or no longer to be read.

    Of things that are every site's only the first are known to be gone: the others may be seen at some site.
    """
    facts = (Change.feed_number, Change.operation, Change.entity, Change.entity_key, Change.site_id)
    old = select(*facts).where(
        Change.feed_number > above, Change.feed_number <= upto, Change.recorded_at < horizon(now)
    )
    gone: list[int] = []
    unsure: dict[tuple[str, UUID], list[tuple[int, str]]] = defaultdict(list)
    for number, operation, entity, key, site_id in session.execute(old):
        if operation == "D":
            gone.append(number or 0)
        elif site_id is not None:
            unsure[entity, site_id].append((number or 0, key))
    for (entity, site_id), told in unsure.items():
        there = _there(session, entity, site_id, [key for _number, key in told])
        gone += [number for number, key in told if key not in there]
    return sorted(gone)


def forget_tombstones(session: Session, numbers: Sequence[int]) -> int:
    """Remove these changes and raise the floor to the highest of them; how many were still there.

    Snapshots below the floor go too: they may hold what nobody remembers to be gone.
    """
    if not numbers:
        return 0
    service.alone(session)
    floor = max(queries.tombstone_floor(session), *numbers)
    service.remember(session, "tombstone_floor", str(floor))
    drop_snapshots(session, Snapshot.feed_number < floor)
    return _forget(session, among(session, Change.feed_number, numbers))


def _there(session: Session, entity: str, site_id: UUID, keys: list[str]) -> Collection[str]:
    known = service.readables(SITE).get(entity)
    return keys if known is None else known.read(session, keys, site_id)


def _forget(session: Session, *which: ColumnElement[bool]) -> int:
    """Remove changes, and count them: `verify` knows by it that no other is missing."""
    removed = session.connection().execute(delete(Change).where(*which)).rowcount
    if removed:
        before = queries.forgotten(session)
        service.remember(session, "feed_forgotten", str(before + removed))
    return removed
