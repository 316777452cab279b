"""Questions about photos: of a document, of records, one by its id. None of them touches the pixels but `jpeg_of`."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.json import loads
from app.kernel.paging import Page, page
from app.kernel.sets import among
from app.photos.models import Photo


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """A photo without its pixels."""

    id: UUID
    site_id: UUID
    record_id: UUID | None
    document_id: UUID | None
    person_id: UUID
    purpose: str
    taken_at: datetime
    width: int
    height: int
    codes: list[dict[str, Any]]


_NAMES = ("id", "site_id", "record_id", "document_id", "person_id", "purpose", "taken_at", "width", "height", "codes")
_COLUMNS = tuple(getattr(Photo, name) for name in _NAMES)


def photos_of(session: Session, record_ids: Collection[UUID]) -> dict[UUID, list[PhotoFacts]]:
    """The photos of each of these records that has any, the oldest first.

    Only those of the record's own site: whoever sends a photo may write any record's id on it.
    """
    rows = session.execute(
        select(*_COLUMNS)
        .join(DeviceRecord, (DeviceRecord.record_id == Photo.record_id) & (DeviceRecord.site_id == Photo.site_id))
        .where(among(session, Photo.record_id, record_ids))
        .order_by(Photo.taken_at, Photo.id)
    )
    found: dict[UUID, list[PhotoFacts]] = defaultdict(list)
    for row in rows:
        found[row.record_id].append(_facts(row))
    return dict(found)


def photos_of_document(session: Session, site_id: UUID, document_id: UUID) -> list[PhotoFacts]:
    """The photos of a stocktake or receipt of this site, the oldest first."""
    wanted = select(*_COLUMNS).where(Photo.document_id == document_id, Photo.site_id == site_id)
    return [_facts(row) for row in session.execute(wanted.order_by(Photo.taken_at, Photo.id))]


def photos_page(session: Session, viewer: Viewer, document_id: UUID, *, limit: int, offset: int) -> Page[PhotoFacts]:
    """The photos of a document at the viewer's sites, the oldest first."""
    wanted = scoped(select(*_COLUMNS).where(Photo.document_id == document_id), Photo.site_id.expression, viewer)
    total = _count(session, wanted)
    rows = session.execute(wanted.order_by(Photo.taken_at, Photo.id).limit(limit).offset(offset))
    return page([_facts(row) for row in rows], total=total, offset=offset)


def photo_facts(session: Session, photo_id: UUID) -> PhotoFacts:
    """The photo, for whoever may know of it already."""
    return _facts(session.execute(select(*_COLUMNS).where(Photo.id == photo_id)).one())


def sent_before(session: Session, viewer: Viewer, photo_id: UUID) -> bytes | None:
    """The SHA-256 of what came under this id, None if nothing did. Raises NotFound where that is another site's."""
    row = session.execute(select(Photo.sent_hash, Photo.site_id).where(Photo.id == photo_id)).one_or_none()
    if row is None:
        return None
    viewer.require("counter", row.site_id, "photo")
    return bytes(row.sent_hash)


def jpeg_of(session: Session, viewer: Viewer, photo_id: UUID) -> bytes:
    """The picture. Raises NotFound, also where it is of a site that is not the viewer's."""
    wanted = select(Photo.jpeg).where(Photo.id == photo_id)
    jpeg = session.scalar(scoped(wanted, Photo.site_id.expression, viewer))
    if jpeg is None:
        raise NotFound("not_found", "There is no such photo here.")
    return bytes(jpeg)


def _facts(row: Any) -> PhotoFacts:
    values = {name: getattr(row, name) for name in _NAMES}
    return PhotoFacts(**values | {"codes": loads(row.codes)})


def _count(session: Session, wanted: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
