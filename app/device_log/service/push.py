"""Taking in a batch: one transaction, one final verdict per record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.accounts.queries import roles_at
from app.device_log import queries
from app.device_log.models import DeviceState
from app.device_log.rules.records import Read
from app.device_log.rules.times import Contact, Occurred, Settled, occurred
from app.device_log.rules.values import Fields, Hold, Incoming
from app.device_log.rules.verdicts import DEVICE_REVOKED, FORBIDDEN, ID_REUSE, Sorted, contiguous, sort_batch
from app.device_log.service import keeping
from app.device_log.service.contact import Said, lock_state, note_contact, note_file
from app.device_log.service.registry import handler_of
from app.feed.service import epoch
from app.kernel.clock import from_ms, to_ms


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A record that was not simply accepted: it is held, for the reason given."""

    id: str
    seq: int
    status: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """The answer to a batch: every record not among the exceptions is accepted, now or before."""

    server_epoch: str
    hwm: int
    n: int
    exceptions: list[Exceptional]
    server_ms: int


def push(session: Session, said: Said, records: Sequence[Read], now: datetime, *, in_file: bool = False) -> Pushed:
    """Take in a batch of a device's log and say what became of it.

    `records` come from `read_batch`. Content never fails a batch; sent again, the same records get the same verdicts.
    `in_file`: it was written to a file some time ago and did not come from the device itself just now.
    """
    device = session.get_one(Device, said.device_id)
    state = lock_state(session, device.id)
    batch = _Batch(session, device, said.contact_in_file(state, now) if in_file else said.contact(now), now)
    seqs = {record.seq for record in records}
    known = queries.stored(
        session,
        device.id,
        [record.record_id for record in records if record.record_id],
        {record.id for record in records},
        {seq for seq in seqs if seq <= state.max_seq},  # above it this device has used none
    )
    holds = batch.take_in(sort_batch(records, known, device.id), records)
    _advance(session, state, seqs)
    if in_file:
        note_file(session, state, said)
    else:
        note_contact(session, state, said, now, arrived=len(records))
    exceptions = [
        Exceptional(record.id, record.seq, "held", hold.code, hold.detail)
        for record in records
        if (hold := holds.get(record.identity))
    ]
    return Pushed(epoch(session), state.hwm, len(records), exceptions, to_ms(now))


def _advance(session: Session, state: DeviceState, seqs: set[int]) -> None:
    """Move the acknowledgement on over what has come; earlier pushes may have brought what follows it."""
    came_before, hwm = state.max_seq, contiguous(state.hwm, seqs)
    state.max_seq = max(came_before, *seqs, 0)
    if hwm > state.hwm:
        state.hwm = queries.contiguous_from(session, state.device_id, hwm) if came_before > hwm else hwm


class _Batch:
    """One batch on its way in."""

    def __init__(self, session: Session, device: Device, contact: Contact, now: datetime) -> None:
        self.session = session
        self.device = device
        self.contact = contact
        self.now = now
        self.settled = Settled()

    def take_in(self, batch: Sorted, records: Sequence[Read]) -> dict[tuple[int, bytes], Hold]:
        """Judge what is fresh, write all of it, let the handlers apply; who is held, and why."""
        boots = {record.stamp.boot for record in records if record.stamp}
        self.settled = queries.settled(self.session, self.device.id, boots)
        judged, to_hold = self._judge(batch.fresh)
        taken = keeping.insert_records(self.session, [keeping.record_row(r, i, device_seq=r.seq) for r, i in judged])
        to_hold += [(record, ID_REUSE) for record, _ in judged if record.record_id in taken]
        to_hold += batch.to_hold
        accepted = [incoming for _, incoming in judged if incoming.record_id not in taken]
        keeping.insert_supersedes(self.session, [(i.record_id, i.fields) for i in accepted if i.fields.supersedes])
        keeping.insert_holds(
            self.session, [self._hold_row(record, hold) for record, hold in to_hold], self.device.site_id, self.now
        )
        self._apply(accepted)
        return {**batch.known, **{record.identity: hold for record, hold in to_hold}}

    def _judge(self, fresh: list[Read]) -> tuple[list[tuple[Read, Incoming]], list[tuple[Read, Hold]]]:
        """Part the fresh records into those to accept, in the device's order, and those to hold."""
        if self.device.revoked_at is not None:
            return [], [(record, DEVICE_REVOKED) for record in fresh]
        people = {record.person_id for record in fresh if record.person_id}
        allowed = roles_at(self.session, self.device.site_id, people) if people else {}
        pairs = sorted(
            ((record, self._incoming(record)) for record in fresh if record.person_id in allowed),
            key=lambda pair: pair[0].seq,
        )
        holds: dict[UUID, Hold] = {}
        for kinds in _by_handler([incoming for _, incoming in pairs]):
            handler = handler_of(kinds[0].kind)
            if handler is not None:
                holds.update(handler.judge(self.session, kinds))
        to_hold = [(record, FORBIDDEN) for record in fresh if record.person_id not in allowed]
        to_hold += [(record, holds[i.record_id]) for record, i in pairs if i.record_id in holds]
        return [pair for pair in pairs if pair[1].record_id not in holds], to_hold

    def _apply(self, accepted: list[Incoming]) -> None:
        for kinds in _by_handler(accepted):
            handler = handler_of(kinds[0].kind)
            if handler is not None:
                handler.apply(self.session, kinds, self.now)

    def _incoming(self, record: Read) -> Incoming:
        moment = self._occurred(record)
        return Incoming(
            record_id=record.record_id or UUID(int=0),
            device_id=self.device.id,
            device_seq=record.seq,
            site_id=self.device.site_id,
            kind=record.kind,
            person_id=record.person_id or UUID(int=0),
            body=record.body or {},
            fields=record.fields or Fields(),
            occurred_at=from_ms(moment.at_ms),
            occurred_from=from_ms(moment.from_ms),
            occurred_to=from_ms(moment.to_ms),
            received_at=self.now,
        )

    def _hold_row(self, record: Read, hold: Hold) -> dict[str, object]:
        moment = self._occurred(record)
        return keeping.hold_row(
            record,
            hold,
            device_id=self.device.id,
            site_id=self.device.site_id,
            device_ms=record.stamp.at_ms if record.stamp else self.contact.sent_ms,
            occurred_at=from_ms(moment.at_ms),
            occurred_from=from_ms(moment.from_ms),
            occurred_to=from_ms(moment.to_ms),
            received_at=self.now,
        )

    def _occurred(self, record: Read) -> Occurred:
        if record.stamp is None:  # it could not be read; all that is known is that it was before now
            return Occurred(self.contact.received_ms, 0, self.contact.received_ms)
        return occurred(record.stamp, self.contact, self.settled)


def _by_handler(records: Sequence[Incoming]) -> list[list[Incoming]]:
    """The records of each handler together, in the order they came."""
    groups: dict[int, list[Incoming]] = {}
    for record in records:
        groups.setdefault(id(handler_of(record.kind)), []).append(record)
    return list(groups.values())
