"""Keeping a photo: once, under the id its device gave it, at the site where its record belongs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.device_log.models import DeviceRecord, DeviceState
from app.kernel.access import Viewer
from app.kernel.database import insert_on
from app.kernel.errors import Conflict, invalid_field
from app.kernel.json import dumps
from app.photos import queries
from app.photos.models import Photo
from app.photos.pictures import Picture
from app.photos.rules import taken_at


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """The command: a picture made anew, and what was sent with it. `site_id` only from the desk, which has no site."""

    id: UUID
    purpose: str
    taken_at: datetime
    record_id: UUID | None
    document_id: UUID | None
    site_id: UUID | None


def admit(session: Session, viewer: Viewer, command: NewPhoto) -> None:
    """Refuse what `keep` would refuse whatever the picture is: before it is read. Raises Invalid, NotFound."""
    queries.sent_before(session, viewer, command.id)
    _site(viewer, command, _record(session, command.record_id))


def came_before(session: Session, viewer: Viewer, photo_id: UUID, sent_hash: bytes) -> bool:
    """Whether these very bytes came under this id already. Raises Conflict when others did, NotFound (foreign)."""
    known = queries.sent_before(session, viewer, photo_id)
    if known is not None and known != sent_hash:
        raise Conflict("photo_id_taken", "Another picture came under this id already; give this one its own.")
    return known is not None


def keep(session: Session, viewer: Viewer, command: NewPhoto, picture: Picture, now: datetime) -> None:
    """Keep the photo; sent again, it changes nothing. Raises as `admit` and `came_before`."""
    record = _record(session, command.record_id)
    values: dict[str, Any] = {
        "id": command.id,
        "site_id": _site(viewer, command, record),
        "device_id": viewer.device_id,
        "person_id": viewer.person,
        "record_id": command.record_id,
        "document_id": command.document_id or (record.document_id if record else None),
        "purpose": command.purpose,
        "taken_at": taken_at(command.taken_at, _clock_offset(session, viewer.device_id), now),
        "received_at": now,
        "width": picture.width,
        "height": picture.height,
        "sent_hash": picture.sent_hash,
        "codes": dumps(picture.codes).decode(),
        "jpeg": picture.jpeg,
    }
    # The same photo may come twice at the same time: one is kept, and the other finds it.
    session.execute(insert_on(session, Photo).values(values).on_conflict_do_nothing())
    came_before(session, viewer, command.id, picture.sent_hash)


def _record(session: Session, record_id: UUID | None) -> Any:
    columns = DeviceRecord.site_id, DeviceRecord.document_id
    if record_id is None:
        return None
    return session.execute(select(*columns).where(DeviceRecord.record_id == record_id)).one_or_none()


def _site(viewer: Viewer, command: NewPhoto, record: Any) -> UUID:
    """The site of its record, where that has come; else its device's; else the one named at the desk."""
    site_id = record.site_id if record is not None else viewer.device_site_id or command.site_id
    if site_id is None:
        raise invalid_field("site_id", "required", "Say at which site the photo was taken.")
    viewer.require("counter", site_id, "site" if record is None else "record")
    known: UUID = site_id
    return known


def _clock_offset(session: Session, device_id: UUID | None) -> int | None:
    if device_id is None:
        return None
    return session.scalar(select(DeviceState.clock_offset_ms).where(DeviceState.device_id == device_id))
