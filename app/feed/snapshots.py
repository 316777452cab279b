"""Snapshots: the world of a site's devices on immutable pages, so that a new device need not read the whole feed.

A snapshot is read in one state of the database. What was committed but not numbered then is in it, and comes again
as a change, which does no harm.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.orm import Session, aliased

from app.feed import queries, service
from app.feed.models import Snapshot, SnapshotPage
from app.feed.rules import (
    COMPANY,
    DATASETS,
    KEPT_AFTER_REPLACED,
    MANY_CHANGES,
    SNAPSHOT_BYTES,
    SNAPSHOT_ROWS,
    Content,
    Cursor,
    Manifest,
    StoredPage,
    is_due,
    row_hash,
    scope_of,
)
from app.kernel.access import Viewer
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.json import dumps, loads

COMPRESSION = 9  # made once, sent to every device
NO_SITE = UUID(int=0)  # what a shared entity's reader is asked for: it does not look
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A snapshot that is read and packed but not kept yet. `pages`: rows, sha256 of the text, gzip bytes."""

    epoch: str
    feed_number: int
    contents: dict[str, Content]
    pages: list[tuple[int, str, bytes]]


@dataclass(slots=True)
class _Packer:
    """Lines become pages; one that is full is packed at once."""

    pages: list[tuple[int, str, bytes]] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, line: bytes) -> None:
        self.lines.append(line)
        self.size += len(line)
        if len(self.lines) >= SNAPSHOT_ROWS or self.size >= SNAPSHOT_BYTES:
            self.turn()

    def turn(self) -> None:
        if self.lines:
            text = b"".join(self.lines)
            packed = gzip.compress(text, COMPRESSION, mtime=0)
            self.pages.append((len(self.lines), hashlib.sha256(text).hexdigest(), packed))
            self.lines, self.size = [], 0


def site_key(dataset: str, site_id: UUID | None) -> UUID | None:
    """Under which site the dataset's snapshots are kept: none for what all sites share."""
    return None if dataset == COMPANY else site_id


def is_to_be_made(session: Session, dataset: str, site_id: UUID | None, now: datetime) -> bool:
    """Whether a device had better get a fresh snapshot: there is none it can use, or it is due."""
    epoch = queries.remembered(session).get("epoch", "")
    kept = queries.newest_snapshot(session, dataset, site_id, epoch)
    if kept is None:
        return True
    return is_due(now - kept.made_at, kept.rows, _changes_after(session, kept, MANY_CHANGES + 1))


def draw(session: Session, dataset: str, site_id: UUID | None) -> Drawn:
    """Read and pack the dataset as it is, in a session that sees one state of the database."""
    known, entities = queries.remembered(session), service.readables(dataset)
    told = queries.keys_told(session, entities, site_id)
    contents, packer = {}, _Packer()
    for name, entity in entities.items():
        content = contents[name] = Content(passing=list(entity.passing))
        for key, body in _bodies(session, entity, told.get(name, []), site_id):
            text = dumps(body)
            # A body that holds its key need not be told it twice: in 100,000 rows that is half a megabyte.
            own = b"" if body.get("id") == key else b'"id":%s,' % dumps(key)
            packer.add(b'{"entity":"%s",%s"body":%s}\n' % (name.encode(), own, text))
            content.rows += 1
            content.sum += row_hash(f"{name}:{key}:".encode() + (_lasting(body, entity.passing) or text))
    packer.turn()
    for content in contents.values():
        content.sum %= 1 << 32
    return Drawn(known["epoch"], int(known.get("feed_head", "0")), contents, packer.pages)


def keep(session: Session, dataset: str, site_id: UUID | None, drawn: Drawn, now: datetime) -> None:
    """Write a snapshot down; older ones stay until `drop_replaced`."""
    own = new_id()
    rows = sum(content.rows for content in drawn.contents.values())
    contents = dumps({name: asdict(content) for name, content in drawn.contents.items()}).decode()
    session.add(
        Snapshot(
            id=own,
            dataset=dataset,
            site_id=site_id,
            epoch=drawn.epoch,
            feed_number=drawn.feed_number,
            made_at=now,
            rows=rows,
            contents=contents,
        )
    )
    session.flush()
    pages = [
        {"snapshot_id": own, "number": number, "rows": rows, "size": len(content), "sha256": digest, "content": content}
        for number, (rows, digest, content) in enumerate(drawn.pages, start=1)
    ]
    if pages:
        session.execute(insert(SnapshotPage), pages)
    log.info("snapshot_made", dataset=dataset, rows=rows, bytes=sum(len(content) for *_, content in drawn.pages))


def manifest(session: Session, viewer: Viewer, dataset: str) -> Manifest | None:
    """The newest snapshot for the device, None where there is none.

    One that nothing of its dataset followed stands at the head, however old it is. Raises Unauthenticated, Forbidden.
    """
    site_id = service.site_of_device(viewer)
    known = queries.remembered(session)
    kept = queries.newest_snapshot(session, dataset, site_key(dataset, site_id), known.get("epoch", ""))
    if kept is None:
        return None
    is_current = not queries.anything_unnumbered(session) and _changes_after(session, kept, 1) == 0
    number = int(known.get("feed_head", "0")) if is_current else kept.feed_number
    pages = queries.pages_of(session, kept.id)
    contents = [
        {"entity": name, "rows": content["rows"], "sum": f"{content['sum']:08x}", "passing": content["passing"]}
        for name, content in loads(kept.contents).items()
    ]
    return Manifest(
        id=kept.id,
        dataset=dataset,
        epoch=kept.epoch,
        feed_number=number,
        cursor=str(Cursor(kept.epoch, number, scope_of(site_id))),
        made_at_number=kept.feed_number,
        made_at=kept.made_at,
        is_current=is_current,
        rows=kept.rows,
        bytes=sum(page.bytes for page in pages),
        contents=contents,
        pages=pages,
    )


def page(session: Session, viewer: Viewer, dataset: str, snapshot_id: UUID, number: int) -> StoredPage:
    """A page of a snapshot. Raises NotFound: of another site, or replaced long ago; Unauthenticated, Forbidden."""
    site_id = service.site_of_device(viewer)
    found = queries.page_content(session, dataset, snapshot_id, number, site_id) if dataset in DATASETS else None
    if found is None:
        raise NotFound("not_found", "There is no such snapshot here any more; ask for the newest one.")
    return found


def drop_replaced(session: Session, now: datetime) -> int:
    """Remove snapshots that no bootstrap can still need; how many.

    They are of another epoch, or a newer one of their dataset is older than a slow bootstrap takes.
    """
    newer = aliased(Snapshot)
    replaced = (
        select(newer.id)
        .where(
            newer.dataset == Snapshot.dataset,
            newer.site_id.is_not_distinct_from(Snapshot.site_id),
            newer.id != Snapshot.id,
            newer.made_at > Snapshot.made_at,
            newer.made_at < now - KEPT_AFTER_REPLACED,
        )
        .exists()
    )
    epoch = queries.remembered(session).get("epoch", "")
    return drop_snapshots(session, or_(Snapshot.epoch != epoch, replaced))


def drop_snapshots(session: Session, which: ColumnElement[bool]) -> int:
    """Remove these snapshots; how many."""
    unneeded = session.scalars(select(Snapshot.id).where(which)).all()
    session.execute(delete(SnapshotPage).where(SnapshotPage.snapshot_id.in_(unneeded)))
    session.execute(delete(Snapshot).where(Snapshot.id.in_(unneeded)))
    return len(unneeded)


def _changes_after(session: Session, kept: Snapshot, most: int) -> int:
    return queries.count_after(session, kept.feed_number, service.readables(kept.dataset), kept.site_id, most)


def _bodies(
    session: Session, entity: service.Readable, keys: list[str], site_id: UUID | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for begin in range(0, len(keys), SNAPSHOT_ROWS):
        batch = keys[begin : begin + SNAPSHOT_ROWS]
        found = entity.read(session, batch, site_id or NO_SITE)
        yield from ((key, found[key]) for key in batch if key in found)


def _lasting(body: dict[str, Any], passing: Iterable[str]) -> bytes | None:
    """The body without its passing fields, as text; None where it has none."""
    left_out = set(passing)
    return dumps({name: value for name, value in body.items() if name not in left_out}) if left_out else None
