"""Questions about the change feed."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.feed.models import Change, SyncMeta
from app.feed.rules import Noted
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


def anything_unnumbered(session: Session) -> bool:
    """Whether a committed change waits for its number."""
    waiting = session.execute(select(Change.id).where(Change.feed_number.is_(None)).limit(1)).first()
    return waiting is not None


def changes_after(session: Session, number: int, head: int, site_id: UUID, limit: int) -> list[Noted]:
    """The numbered changes in (number, head] that concern the site, in order, at most `limit`."""
    statement = (
        select(Change.feed_number, Change.entity, Change.entity_key, Change.operation)
        .where(
            Change.feed_number > number,
            Change.feed_number <= head,
            or_(Change.site_id == site_id, Change.site_id.is_(None)),
        )
        .order_by(Change.feed_number)
        .limit(limit)
    )
    return [Noted(row[0] or 0, row[1], row[2], row[3]) for row in session.execute(statement)]


def verify(session: Session) -> list[Finding]:
    """What is wrong with the feed: numbers must be 1 … head without gap, each once, none above the head.

    Numbers below the tombstone floor may have been forgotten. A change without a number is only younger than the
    last pass, never overtaken: one whose id lies below a numbered one's waits for the next pass.
    """
    floor, head = tombstone_floor(session), head_of(session)
    count, distinct, low, high = session.execute(
        select(
            func.count(Change.feed_number),
            func.count(func.distinct(Change.feed_number)),
            func.min(Change.feed_number),
            func.max(Change.feed_number),
        ).where(Change.feed_number > floor)
    ).one()
    low, high = low or floor + 1, high or floor
    findings = []
    if high != head:
        findings.append(Finding("feed_head", "the newest change", str(head), str(high)))
    if count != distinct:
        findings.append(
            Finding("feed_number_twice", "numbered changes", f"{count} numbers", f"{distinct} different ones")
        )
    if low != floor + 1 or distinct != high - floor:
        findings.append(
            Finding("feed_gap", f"{floor + 1} to {high}", f"{high - floor} numbers", f"{distinct}, from {low} on")
        )
    return findings
