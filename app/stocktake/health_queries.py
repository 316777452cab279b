"""Nobody is missing: which devices worked on a stocktake, and what they still hold (counting.md)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.accounts.models import Device, Person
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.stocktake.models import Sheet
from app.stocktake.plan_queries import held_open

_GAPS_LISTED = 20


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """A device that worked on a stocktake: who used it, when it was last heard of, what has not arrived from it."""

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
    """Whether a stocktake can be closed without anybody's records missing."""

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


def sync_health(session: Session, stocktake_id: UUID) -> SyncHealth:
    """Every device that has a sheet in the stocktake, or a record held for it, and the records held."""
    held_for = select(HeldRecord.device_id).where(HeldRecord.document_id == stocktake_id)
    worked = union(select(Sheet.device_id).where(Sheet.stocktake_id == stocktake_id), held_for).subquery()
    rows = session.execute(
        select(Device, DeviceState)
        .join(worked, worked.columns.device_id == Device.id)
        .outerjoin(DeviceState, DeviceState.device_id == Device.id)
        .order_by(Device.number)
    ).all()
    ids = [device.id for device, _state in rows]
    persons, arrived = _persons(session, stocktake_id), _arrived(session, ids)
    devices = [_health(device, state, persons[device.id], arrived[device.id]) for device, state in rows]
    return SyncHealth(devices, held_open(session, stocktake_id))


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


def missing_ranges(first: int, last: int, arrived: Collection[int]) -> Iterable[tuple[int, int]]:
    """The stretches of first … last that are not among `arrived`."""
    begin = first
    for number in sorted(number for number in arrived if first <= number <= last):
        if number > begin:
            yield begin, number - 1
        begin = number + 1
    if begin <= last:
        yield begin, last


def _persons(session: Session, stocktake_id: UUID) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(Sheet.device_id, Person.name)
        .join(Person, Person.id == Sheet.person_id)
        .where(Sheet.stocktake_id == stocktake_id)
        .distinct()
        .order_by(Person.name)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for device_id, name in rows:
        names[device_id].append(name)
    return names


def _arrived(session: Session, device_ids: list[UUID]) -> dict[UUID, set[int]]:
    """The sequences above each device's contiguous mark that are here, accepted or held."""
    arrived: dict[UUID, set[int]] = defaultdict(set)
    for table in (DeviceRecord, HeldRecord):
        rows = session.execute(
            select(table.device_id, table.device_seq)
            .join(DeviceState, DeviceState.device_id == table.device_id)
            .where(table.device_id.in_(device_ids), table.device_seq > DeviceState.hwm)
        )
        for device_id, sequence in rows:
            if sequence is not None:  # a released record may carry none
                arrived[device_id].add(sequence)
    return arrived
