"""A supervisor decides about a held record: it is counted after all, or put aside for good."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.device_log import queries
from app.device_log.models import DeviceRecord, HeldRecord
from app.device_log.queries import HeldRow
from app.device_log.rules.records import Read, read_record
from app.device_log.rules.values import Fields, Hold, Incoming
from app.device_log.service import keeping
from app.device_log.service.contact import lock_state
from app.device_log.service.reading import read_fields
from app.device_log.service.registry import handler_of
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.errors import Conflict, NotFound, invalid_field
from app.kernel.ids import new_id

State = Literal["released", "dismissed"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Which held record (its id as it was sent, the SHA-256 of its bytes), and what the supervisor says to it."""

    record_id: str
    body_hash: bytes
    note: str = ""


def release(session: Session, decision: Decision, viewer: Viewer, now: datetime) -> HeldRow:
    """Have a held record counted after all, in the transaction of the caller.

    It is judged again; a reason that no supervisor can set aside stands. A record whose number is taken by another
    is kept without one, one whose id is taken gets a new one. Raises NotFound, Forbidden, and Conflict where it was
    decided before (`already_decided`) or cannot be counted (`not_releasable`, with the reason).
    """
    held = _decide(session, decision, "released", viewer, now)
    record = _legible(session, held)
    lock_state(session, held.device_id)
    record_id, seq = _free_identity(session, held, record)
    incoming = _incoming(held, record, record_id)
    handler = handler_of(record.kind)
    if handler is None:
        raise _not_releasable(Hold("kind_unknown", "This server knows no such kind of record."))
    hold = handler.judge(session, [incoming]).get(record_id)
    if hold is not None and not hold.releasable:
        raise _not_releasable(hold)
    if keeping.insert_records(session, [keeping.record_row(record, incoming, device_seq=seq)]):
        raise Conflict("already_decided", "Another record took this id at this moment; look again.")
    keeping.insert_supersedes(session, [(record_id, incoming.fields)])
    handler.apply(session, [incoming], now)
    return queries.held_row(session, held.record_id, held.body_hash)


def dismiss(session: Session, decision: Decision, viewer: Viewer, now: datetime) -> HeldRow:
    """Put a held record aside for good, with a note that says why. It stays readable.

    Raises Invalid without a note, NotFound, Forbidden, and Conflict where it was decided before.
    """
    if not decision.note.strip():
        raise invalid_field("note", "note_needed", "Say why this record is not counted.")
    held = _decide(session, decision, "dismissed", viewer, now)
    return queries.held_row(session, held.record_id, held.body_hash)


def _decide(session: Session, decision: Decision, state: State, viewer: Viewer, now: datetime) -> HeldRecord:
    """Take the decision if nobody has: of two at once, the guarded update lets one win."""
    key = HeldRecord.record_id == decision.record_id, HeldRecord.body_hash == decision.body_hash
    held = session.scalars(select(HeldRecord).where(*key)).one_or_none()
    if held is None:
        raise NotFound("not_found", "There is no such held record here.")
    viewer.require("supervisor", held.site_id, "held record")
    decided = session.connection().execute(
        update(HeldRecord)
        .where(*key, HeldRecord.state == "open")
        .values(state=state, decided_by=viewer.person, decided_at=now, note=decision.note)
    )
    session.refresh(held)
    if decided.rowcount != 1:
        raise Conflict("already_decided", f"This record was {held.state} meanwhile.", state=held.state)
    name = queries.held_key(held.record_id, held.body_hash)
    record_changes(session, "held_record", [name], now, site_id=held.site_id)
    return held


def _legible(session: Session, held: HeldRecord) -> Read:
    record = read_record(held.body)
    hold = record.hold or read_fields(record)
    if hold is None and session.get(Person, record.person_id) is None:
        hold = Hold("person_unknown", "Nobody knows the person who recorded this.")
    if hold is not None:
        raise _not_releasable(hold)
    return record


def _free_identity(session: Session, held: HeldRecord, record: Read) -> tuple[UUID, int | None]:
    """The id and number to keep the record under: its own, where nobody took them."""
    record_id = record.record_id or new_id()
    id_taken = session.scalar(select(DeviceRecord.server_seq).where(DeviceRecord.record_id == record_id))
    seq_taken = session.scalar(
        select(DeviceRecord.server_seq).where(
            DeviceRecord.device_id == held.device_id, DeviceRecord.device_seq == held.device_seq
        )
    )
    return new_id() if id_taken else record_id, None if seq_taken else held.device_seq


def _incoming(held: HeldRecord, record: Read, record_id: UUID) -> Incoming:
    return Incoming(
        record_id=record_id,
        device_id=held.device_id,
        device_seq=held.device_seq,
        site_id=held.site_id,
        kind=record.kind,
        person_id=record.person_id or UUID(int=0),
        body=record.body or {},
        fields=record.fields or Fields(),
        occurred_at=held.occurred_at,
        occurred_from=held.occurred_from,
        occurred_to=held.occurred_to,
        received_at=held.received_at,
    )


def _not_releasable(hold: Hold) -> Conflict:
    return Conflict("not_releasable", f"This record cannot be counted: {hold.detail}", reason=hold.code)
