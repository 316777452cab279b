"""What the server remembers of each contact with a device, and who else is talking for it at the moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.device_log.models import DeviceContact, DeviceState
from app.device_log.rules.times import SKEW_NOTED_MS, Contact
from app.kernel.clock import from_ms, to_ms

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """What a device says of itself at each contact. `pending` counts what this very batch carries, too."""

    device_id: UUID
    next_seq: int
    pending: int
    sent_ms: int
    mono_ms: int
    boot: UUID

    def contact(self, received_at: datetime) -> Contact:
        """The three clocks at this moment."""
        return Contact(to_ms(received_at), self.sent_ms, self.mono_ms, self.boot)

    def contact_in_file(self, state: DeviceState, read_at: datetime) -> Contact:
        """The three clocks when the file was written; the server's as the device's clock told it at its last contact.

        How long the file was on its way nobody measured: taking the moment of reading would make every record late.
        """
        written_ms = min(self.sent_ms + (state.clock_offset_ms or 0), to_ms(read_at))
        return Contact(written_ms, self.sent_ms, self.mono_ms, self.boot)


def lock_state(session: Session, device_id: UUID) -> DeviceState:
    """The device's state, made at its first contact; others who speak for the same device wait until we commit."""
    known = select(DeviceState).where(DeviceState.device_id == device_id).with_for_update()
    state = session.scalars(known).one_or_none()
    if state is None:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        fresh = (sqlite_insert if on_sqlite else postgresql_insert)(DeviceState)
        session.execute(
            fresh.values(
                device_id=device_id, hwm=0, max_seq=0, next_seq=1, pending=0, app_version=""
            ).on_conflict_do_nothing()
        )
        state = session.scalars(known).one()
    return state


def note_contact(session: Session, state: DeviceState, said: Said, now: datetime, *, arrived: int = 0) -> None:
    """Keep what the device said of itself. `arrived` records of its pending ones came with this contact."""
    contact = said.contact(now)
    state.next_seq, state.pending = said.next_seq, max(said.pending - arrived, 0)
    state.last_contact_at, state.clock_offset_ms = now, contact.offset_ms
    if abs(contact.offset_ms) > SKEW_NOTED_MS:
        log.warning("device_clock_wrong", device=str(said.device_id), offset_ms=contact.offset_ms)
    if state.pending == 0:
        _settle(session, said.device_id, contact)
    session.flush()


def note_file(session: Session, state: DeviceState, said: Said) -> None:
    """Keep what a file says of the device that wrote it; it is no contact, and measures no clock.

    What the device still holds is never more than the numbers that are not here yet.
    """
    if said.next_seq >= state.next_seq:
        state.next_seq, state.pending = said.next_seq, said.pending
    state.pending = min(state.pending, max(state.next_seq - 1 - state.hwm, 0))
    session.flush()


def _settle(session: Session, device_id: UUID, contact: Contact) -> None:
    row = session.get(DeviceContact, (device_id, contact.boot))
    if row is None:
        row = DeviceContact(device_id=device_id, boot=contact.boot)
        session.add(row)
    row.received_at, row.sent_ms, row.mono_ms = from_ms(contact.received_ms), contact.sent_ms, contact.mono_ms
