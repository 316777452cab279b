"""Nobody is missing: what devices still hold of a document that somebody is about to close (counting.md)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.kernel.sets import among

_GAPS_LISTED = 20


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """A device that worked on a document: who used it, when it was last heard of, what has not arrived from it."""

    device_id: UUID
    number: int
    label: str
    revoked: bool
    persons: list[str]
    last_contact_at: datetime | None
    next_seq: int
    hwm: int
    pending: int  # as the device last reported
    missing: list[tuple[int, int]]  # sequences it gave away that never arrived, as ranges; the first twenty
    outstanding: int  # records known to be on the device alone


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """Whether a document can be closed without anybody's records missing."""

    devices: list[DeviceHealth] = field(default_factory=list)
    held: int = 0

    @property
    def outstanding(self) -> list[DeviceHealth]:
        """The devices that still hold records."""
        return [device for device in self.devices if device.outstanding]

    @property
    def complete(self) -> bool:
        """Whether nothing is outstanding and nothing held."""
        return not self.outstanding and not self.held


def device_healths(session: Session, persons: Mapping[UUID, list[str]]) -> list[DeviceHealth]:
    """How far these devices' logs are known, by number. `persons`: who worked on which of them."""
    rows = session.execute(
        select(Device, DeviceState)
        .outerjoin(DeviceState, DeviceState.device_id == Device.id)
        .where(among(session, Device.id, persons))
        .order_by(Device.number)
    ).all()
    arrived = _arrived(session, [device.id for device, _state in rows])
    return [_health(device, state, persons[device.id], arrived[device.id]) for device, state in rows]


def held_open(session: Session, document_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many records of each of these documents are held and wait for a supervisor; none: left out."""
    rows = session.execute(
        select(HeldRecord.document_id, func.count())
        .where(among(session, HeldRecord.document_id, document_ids), HeldRecord.state == "open")
        .group_by(HeldRecord.document_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def missing_ranges(first: int, last: int, arrived: Collection[int]) -> Iterable[tuple[int, int]]:
    """The stretches of first … last that are not among `arrived`."""
    begin = first
    for number in sorted(number for number in arrived if first <= number <= last):
        if number > begin:
            yield begin, number - 1
        begin = number + 1
    if begin <= last:
        yield begin, last


def _health(device: Device, state: DeviceState | None, persons: list[str], arrived: set[int]) -> DeviceHealth:
    hwm, next_seq, pending = (state.hwm, state.next_seq, state.pending) if state else (0, 1, 0)
    gaps = list(missing_ranges(hwm + 1, next_seq - 1, arrived))
    return DeviceHealth(
        device_id=device.id,
        number=device.number,
        label=device.label,
        revoked=device.revoked_at is not None,
        persons=persons,
        last_contact_at=state.last_contact_at if state else None,
        next_seq=next_seq,
        hwm=hwm,
        pending=pending,
        missing=gaps[:_GAPS_LISTED],
        outstanding=max(pending, sum(last - first + 1 for first, last in gaps)),
    )


def _arrived(session: Session, device_ids: Sequence[UUID]) -> dict[UUID, set[int]]:
    """The sequences above each device's contiguous mark that are here, accepted or held."""
    arrived: dict[UUID, set[int]] = defaultdict(set)
    for table in (DeviceRecord, HeldRecord):
        rows = session.execute(
            select(table.device_id, table.device_seq)
            .join(DeviceState, DeviceState.device_id == table.device_id)
            .where(among(session, table.device_id, device_ids), table.device_seq > DeviceState.hwm)
        )
        for device_id, sequence in rows:
            if sequence is not None:  # a released record may carry none
                arrived[device_id].add(sequence)
    return arrived
