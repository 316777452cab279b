"""Questions about what the server has of the devices' logs."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, func, or_, select, union
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.device_log.models import DeviceContact, DeviceRecord, DeviceState, HeldRecord
from app.device_log.rules.times import Contact, Settled
from app.device_log.rules.values import Hold
from app.device_log.rules.verdicts import Stored
from app.kernel.clock import to_ms
from app.kernel.sets import among

MISSING_RANGES = 100  # a device with more holes than that hears of the rest after it has filled these


def stored(
    session: Session, device_id: UUID, ids: Collection[UUID], names: Collection[str], seqs: Collection[int]
) -> Stored:
    """What the server has of these ids (of any device) and these numbers (of this device; 0 for those without)."""
    record = DeviceRecord.record_id, DeviceRecord.device_id, DeviceRecord.device_seq, DeviceRecord.body_hash
    of_ids = session.execute(select(*record).where(among(session, DeviceRecord.record_id, ids))).all()
    held_ids = session.scalars(select(HeldRecord.record_id).where(among(session, HeldRecord.record_id, names))).all()
    accepted = {row.record_id: (row.device_id, row.device_seq, row.body_hash) for row in of_ids}
    used = frozenset({*(str(row.record_id) for row in of_ids), *held_ids})
    if not seqs:
        return Stored(accepted, ids=used)
    of_seqs = session.scalars(
        select(DeviceRecord.device_seq).where(
            DeviceRecord.device_id == device_id, among(session, DeviceRecord.device_seq, seqs)
        )
    ).all()
    held = session.execute(
        select(HeldRecord.device_seq, HeldRecord.body_hash, HeldRecord.code, HeldRecord.detail).where(
            HeldRecord.device_id == device_id, among(session, HeldRecord.device_seq, seqs)
        )
    ).all()
    return Stored(
        accepted,
        held={(row.device_seq, row.body_hash): Hold(row.code, row.detail) for row in held},
        ids=used,
        seqs=frozenset({*(seq for seq in of_seqs if seq is not None), *(row.device_seq for row in held)} - {0}),
    )


def settled(session: Session, device_id: UUID, boots: Collection[UUID]) -> Settled:
    """The device's settled contacts: the latest of each of these boots, and the latest of all."""
    contact = DeviceContact.received_at, DeviceContact.sent_ms, DeviceContact.mono_ms, DeviceContact.boot
    latest = select(func.max(DeviceContact.received_at)).where(DeviceContact.device_id == device_id).scalar_subquery()
    rows = session.execute(
        select(*contact).where(
            DeviceContact.device_id == device_id,
            or_(DeviceContact.boot.in_(boots), DeviceContact.received_at == latest),
        )
    )
    return Settled({row.boot: Contact(to_ms(row.received_at), row.sent_ms, row.mono_ms, row.boot) for row in rows})


def used_seqs(device_id: UUID | None = None, above: int = 0) -> CompoundSelect[Any]:
    """SELECT of (device_id, seq) of all numbers used, accepted and held; of one device above a number, or of all."""
    accepted = select(DeviceRecord.device_id, DeviceRecord.device_seq.label("seq")).where(
        DeviceRecord.device_seq > above
    )
    held = select(HeldRecord.device_id, HeldRecord.device_seq.label("seq")).where(HeldRecord.device_seq > above)
    if device_id is not None:
        accepted = accepted.where(DeviceRecord.device_id == device_id)
        held = held.where(HeldRecord.device_id == device_id)
    return union(accepted, held)


def contiguous_from(session: Session, device_id: UUID, hwm: int) -> int:
    """The highest number up to which, from `hwm` on, none is missing."""
    used = used_seqs(device_id, hwm).subquery()
    island = (used.c.seq - func.row_number().over(order_by=used.c.seq)).label("island")
    islands = select(used.c.seq, island).subquery()
    top: int | None = session.scalar(select(func.max(islands.c.seq)).where(islands.c.island == hwm))
    return hwm if top is None else top


def missing(session: Session, device_id: UUID, hwm: int) -> list[tuple[int, int]]:
    """The ranges of numbers above `hwm` that are not here although later ones are; the first hundred."""
    used = used_seqs(device_id, hwm).subquery()
    before = func.coalesce(func.lag(used.c.seq).over(order_by=used.c.seq), hwm).label("before")
    steps = select(used.c.seq, before).subquery()
    gaps = select(steps.c.before + 1, steps.c.seq - 1).where(steps.c.seq > steps.c.before + 1)
    return [(row[0], row[1]) for row in session.execute(gaps.order_by(steps.c.seq).limit(MISSING_RANGES))]


def prefixes(session: Session) -> Sequence[Any]:
    """Of every device: device_id, hwm and max_seq as noted, and `prefix` and `top` as its records say."""
    used = used_seqs().subquery()
    place = func.row_number().over(partition_by=used.c.device_id, order_by=used.c.seq)
    islands = select(used.c.device_id, used.c.seq, (used.c.seq - place).label("island")).subquery()
    prefix = (
        select(islands.c.device_id, func.max(islands.c.seq).label("seq"))
        .where(islands.c.island == 0)
        .group_by(islands.c.device_id)
        .subquery()
    )
    top = select(used.c.device_id, func.max(used.c.seq).label("seq")).group_by(used.c.device_id).subquery()
    return session.execute(
        select(
            Device.id.label("device_id"),
            func.coalesce(DeviceState.hwm, 0).label("hwm"),
            func.coalesce(DeviceState.max_seq, 0).label("max_seq"),
            func.coalesce(prefix.c.seq, 0).label("prefix"),
            func.coalesce(top.c.seq, 0).label("top"),
        )
        .outerjoin(DeviceState, DeviceState.device_id == Device.id)
        .outerjoin(prefix, prefix.c.device_id == Device.id)
        .outerjoin(top, top.c.device_id == Device.id)
        .order_by(Device.number)
    ).all()
