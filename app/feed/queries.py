"""Questions about the change feed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.feed.models import Change, Snapshot, SnapshotPage, SyncMeta
from app.feed.rules import Noted, PageFacts, StoredPage
from app.kernel.findings import Finding


def remembered(session: Session) -> dict[str, str]:
    """All of sync_meta: `epoch`, `feed_head`, `tombstone_floor`, as far as they were ever set."""
    rows = session.execute(select(SyncMeta.key, SyncMeta.value)).all()
    return {row.key: row.value for row in rows}


def head_of(session: Session) -> int:
    """The newest number given; 0 where none was."""
    return int(remembered(session).get("feed_head", "0"))


def tombstone_floor(session: Session) -> int:
    """Below this number the feed may have forgotten what is gone; a cursor below it must begin again."""
    return int(remembered(session).get("tombstone_floor", "0"))


def forgotten(session: Session) -> int:
    """How many numbered changes compaction has removed so far."""
    return int(remembered(session).get("feed_forgotten", "0"))


def anything_unnumbered(session: Session) -> bool:
    """Whether a committed change waits for its number."""
    waiting = session.execute(select(Change.id).where(Change.feed_number.is_(None)).limit(1)).first()
    return waiting is not None


def changes_after(session: Session, number: int, head: int, site_id: UUID, limit: int) -> list[Noted]:
    """The numbered changes in (number, head] that concern the site, in order, at most `limit`."""
    told = Change.__table__.c  # columns rather than the model: whole catalogues pass through here
    rows = session.execute(
        select(told.feed_number, told.entity, told.entity_key, told.operation)
        .where(
            told.feed_number > number,
            told.feed_number <= head,
            or_(told.site_id == site_id, told.site_id.is_(None)),
        )
        .order_by(told.feed_number)
        .limit(limit)
    ).all()
    return [Noted(number, entity, key, operation) for number, entity, key, operation in rows]


def _of(entities: Collection[str], site_id: UUID | None) -> ColumnElement[bool]:
    """The changes of these entities that concern the site; None: of entities that every site shares."""
    told = Change.entity.in_(entities)
    return told if site_id is None else and_(told, or_(Change.site_id == site_id, Change.site_id.is_(None)))


def keys_told(session: Session, entities: Collection[str], site_id: UUID | None) -> dict[str, list[str]]:
    """All keys the feed ever told of, by entity, sorted; what is gone meanwhile too, while the feed remembers it."""
    rows = session.execute(
        select(Change.entity, Change.entity_key)
        .where(_of(entities, site_id))
        .distinct()
        .order_by(Change.entity, Change.entity_key)
    )
    found: dict[str, list[str]] = {}
    for entity, key in rows:
        found.setdefault(entity, []).append(key)
    return found


def count_after(session: Session, number: int, entities: Collection[str], site_id: UUID | None, most: int) -> int:
    """How many numbered changes of the dataset lie above `number`; counted no further than `most`."""
    found = select(Change.id).where(Change.feed_number > number, _of(entities, site_id)).limit(most)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def newest_snapshot(session: Session, dataset: str, site_id: UUID | None, epoch: str) -> Snapshot | None:
    """The latest snapshot of the dataset under the epoch."""
    return session.scalar(
        select(Snapshot)
        .where(
            Snapshot.dataset == dataset,
            Snapshot.site_id.is_(None) if site_id is None else Snapshot.site_id == site_id,
            Snapshot.epoch == epoch,
        )
        .order_by(Snapshot.feed_number.desc(), Snapshot.made_at.desc())
        .limit(1)
    )


def pages_of(session: Session, snapshot_id: UUID) -> list[PageFacts]:
    """The pages of a snapshot in their order, without their content."""
    columns = (SnapshotPage.number, SnapshotPage.rows, SnapshotPage.size, SnapshotPage.sha256)
    rows = session.execute(
        select(*columns).where(SnapshotPage.snapshot_id == snapshot_id).order_by(SnapshotPage.number)
    )
    return [PageFacts(*row) for row in rows]


def page_content(session: Session, dataset: str, snapshot_id: UUID, number: int, site_id: UUID) -> StoredPage | None:
    """A page's bytes, where a device of the site may have them."""
    row = session.execute(
        select(SnapshotPage.sha256, SnapshotPage.content)
        .join(Snapshot, Snapshot.id == SnapshotPage.snapshot_id)
        .where(
            Snapshot.id == snapshot_id,
            Snapshot.dataset == dataset,
            or_(Snapshot.site_id == site_id, Snapshot.site_id.is_(None)),
            SnapshotPage.number == number,
        )
    ).one_or_none()
    return None if row is None else StoredPage(row.sha256, row.content)


def verify(session: Session) -> list[Finding]:
    """What is wrong with the feed: of the numbers 1 … head each must be there once or be counted as forgotten.

    A change without a number is only younger than the last pass, never overtaken: one whose id lies below a numbered
    one's waits for the next pass.
    """
    known = remembered(session)
    head, floor = int(known.get("feed_head", "0")), int(known.get("tombstone_floor", "0"))
    removed = int(known.get("feed_forgotten", "0"))
    count, distinct, low, high = session.execute(
        select(
            func.count(Change.feed_number),
            func.count(func.distinct(Change.feed_number)),
            func.min(Change.feed_number),
            func.max(Change.feed_number),
        )
    ).one()
    findings = []
    # The newest change of all is never superseded; only as a tombstone may it be gone, and then the floor says so.
    newest = max(high or 0, floor)
    if newest != head:
        findings.append(Finding("feed_head", "the newest change", str(head), str(newest)))
    if count != distinct:
        findings.append(
            Finding("feed_number_twice", "numbered changes", f"{count} numbers", f"{distinct} different ones")
        )
    if distinct + removed != head or (low or 1) < 1:
        told = f"{distinct}, and {removed} forgotten by compaction"
        findings.append(Finding("feed_gap", f"1 to {head}", f"{head} numbers", told))
    return findings
