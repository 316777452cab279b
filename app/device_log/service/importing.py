"""A device's log that came in a file, because the device cannot reach the server any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.device_log.models import LogImport
from app.device_log.rules.records import Read
from app.device_log.service.contact import Said
from app.device_log.service.push import Pushed, push
from app.kernel.access import Viewer
from app.kernel.errors import NotFound
from app.kernel.ids import new_id

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Filed:
    """A batch out of a file: what the device says of itself in it, its own name for it, the SHA-256 of its bytes."""

    said: Said
    batch_id: UUID
    body_hash: bytes


def device_of_file(session: Session, device_id: UUID, viewer: Viewer) -> Device:
    """The device that wrote a file, for a supervisor of its site. Raises NotFound, Forbidden."""
    device = session.get(Device, device_id)
    if device is None:
        raise NotFound("not_found", "There is no such device here.")
    viewer.require("supervisor", device.site_id, "device")
    return device


def import_batch(session: Session, filed: Filed, records: Sequence[Read], viewer: Viewer, now: datetime) -> Pushed:
    """Take in a batch from a file with the verdicts of a push, and note who brought it. Twice is harmless.

    Raises NotFound, Forbidden where the device is not of the viewer's sites.
    """
    device = device_of_file(session, filed.said.device_id, viewer)
    pushed = push(session, filed.said, records, now, in_file=True)
    session.add(
        LogImport(
            id=new_id(),
            device_id=device.id,
            site_id=device.site_id,
            batch_id=filed.batch_id,
            body_hash=filed.body_hash,
            records=pushed.n,
            held=len(pushed.exceptions),
            imported_by=viewer.person,
            imported_at=now,
        )
    )
    log.info("log_imported", device=str(device.id), records=pushed.n, person=str(viewer.person))
    return pushed
