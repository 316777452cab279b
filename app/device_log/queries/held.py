"""Questions about held records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Device, Person
from app.device_log.models import HeldRecord
from app.device_log.rules.values import DocumentName
from app.kernel.access import Viewer, scoped
from app.kernel.paging import Page, offset_of, page


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A held record as a supervisor sees it."""

    record_id: str
    body_hash: str
    device_id: UUID
    device_number: int
    device_label: str
    device_seq: int
    person_id: UUID | None
    person_name: str | None
    site_id: UUID
    document_id: UUID | None
    reason: str
    detail: str
    body: str
    occurred_at: datetime
    received_at: datetime
    state: str
    decided_by: UUID | None
    decided_at: datetime | None
    decided_by_name: str | None
    note: str
    moved_to_id: UUID | None
    document: DocumentName | None = None  # as the slices above call it
    moved_to: DocumentName | None = None


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """How many records are held alike: for one reason, of one document, device and person."""

    reason: str
    document_id: UUID | None
    device_id: UUID
    device_label: str
    person_id: UUID | None
    person_name: str | None
    records: int
    document: DocumentName | None = None


@dataclass(frozen=True, slots=True)
class HeldFilter:
    """Which held records; None: all."""

    site_id: UUID | None = None
    state: str | None = None
    reason: str | None = None
    document_id: UUID | None = None
    device_id: UUID | None = None
    person_id: UUID | None = None


def holds_of(session: Session, device_id: UUID, decided_after: datetime, limit: int) -> Sequence[Any]:
    """The device's held records that are open, or were decided lately; the newest first."""
    columns = (
        *(HeldRecord.record_id, HeldRecord.device_seq, HeldRecord.code, HeldRecord.state, HeldRecord.detail),
        *(HeldRecord.note, HeldRecord.document_id, HeldRecord.moved_to),
    )
    return session.execute(
        select(*columns)
        .where(
            HeldRecord.device_id == device_id,
            (HeldRecord.state == "open") | (HeldRecord.decided_at > decided_after),
        )
        .order_by(HeldRecord.received_at.desc(), HeldRecord.device_seq.desc())
        .limit(limit)
    ).all()


def held_rows(
    session: Session,
    viewer: Viewer,
    wanted: HeldFilter,
    *,
    limit: int,
    after: str | None,
) -> Page[HeldRow]:
    """A page of the held records of the sites the viewer supervises, the newest first. Raises NotFound, Forbidden."""
    narrowed = _narrowed(viewer, wanted)
    total = session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    offset = offset_of(after)
    newest_first = HeldRecord.received_at.desc(), HeldRecord.record_id, HeldRecord.body_hash
    rows = session.execute(_with_names(narrowed).order_by(*newest_first).limit(limit).offset(offset))
    return page([_held_row(*row) for row in rows], total=total, offset=offset)


def held_groups(session: Session, viewer: Viewer, wanted: HeldFilter) -> list[HeldGroup]:
    """The held records in groups, the largest first. Raises NotFound, Forbidden."""
    alike = HeldRecord.code, HeldRecord.document_id, HeldRecord.device_id, HeldRecord.person_id
    found = _narrowed(viewer, wanted).with_only_columns(*alike, func.count().label("records")).group_by(*alike)
    group = found.subquery()
    rows = session.execute(
        select(group, Device.label.label("device_label"), Person.name.label("person_name"))
        .join(Device, Device.id == group.c.device_id)
        .outerjoin(Person, Person.id == group.c.person_id)
        .order_by(group.c.records.desc(), group.c.code, Device.label, group.c.device_id)
    )
    return [
        HeldGroup(
            reason=row.code,
            document_id=row.document_id,
            device_id=row.device_id,
            device_label=row.device_label,
            person_id=row.person_id,
            person_name=row.person_name,
            records=row.records,
        )
        for row in rows
    ]


def _narrowed(viewer: Viewer, wanted: HeldFilter) -> Select[str]:
    if wanted.site_id is not None:
        viewer.require("supervisor", wanted.site_id)
    narrowed = scoped(select(HeldRecord.record_id), HeldRecord.site_id.expression, viewer, "supervisor")
    asked = (
        (HeldRecord.site_id, wanted.site_id),
        (HeldRecord.state, wanted.state),
        (HeldRecord.code, wanted.reason),
        (HeldRecord.document_id, wanted.document_id),
        (HeldRecord.device_id, wanted.device_id),
        (HeldRecord.person_id, wanted.person_id),
    )
    for column, value in asked:
        if value is not None:
            narrowed = narrowed.where(column == value)
    return narrowed


def held_row(session: Session, record_id: str, body_hash: bytes) -> HeldRow:
    """One held record as a supervisor sees it."""
    one = select(HeldRecord.record_id).where(HeldRecord.record_id == record_id, HeldRecord.body_hash == body_hash)
    return _held_row(*session.execute(_with_names(one)).one())


def held_for_devices(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:
    """The feed's bodies of held records: what became of them, not what they say."""
    wanted = {tuple(key.rsplit(":", 1)) for key in keys}
    rows = session.scalars(
        select(HeldRecord).where(
            HeldRecord.site_id == site_id, HeldRecord.record_id.in_({record_id for record_id, *_ in wanted})
        )
    )
    return {
        held_key(row.record_id, row.body_hash): {
            "id": row.record_id,
            "device_id": str(row.device_id),
            "seq": row.device_seq,
            "code": row.code,
            "detail": row.detail,
            "state": row.state,
            "note": row.note,
            "moved_to": str(row.moved_to) if row.moved_to else None,
        }
        for row in rows
        if (row.record_id, row.body_hash.hex()) in wanted
    }


def held_key(record_id: str, body_hash: bytes) -> str:
    """A held record's key in the feed, and the last two steps of its address with : for /."""
    return f"{record_id}:{body_hash.hex()}"


def _with_names(statement: Select[str]) -> Select[HeldRecord, int, str, str, str]:
    supervisor = aliased(Person)
    return (
        statement.with_only_columns(HeldRecord, Device.number, Device.label, Person.name, supervisor.name)
        .join(Device, Device.id == HeldRecord.device_id)
        .outerjoin(Person, Person.id == HeldRecord.person_id)
        .outerjoin(supervisor, supervisor.id == HeldRecord.decided_by)
    )


def _held_row(
    held: HeldRecord, number: int, label: str, person_name: str | None, supervisor_name: str | None
) -> HeldRow:
    return HeldRow(
        record_id=held.record_id,
        body_hash=held.body_hash.hex(),
        device_id=held.device_id,
        device_number=number,
        device_label=label,
        device_seq=held.device_seq,
        person_id=held.person_id,
        person_name=person_name,
        site_id=held.site_id,
        document_id=held.document_id,
        reason=held.code,
        detail=held.detail,
        body=held.body,
        occurred_at=held.occurred_at,
        received_at=held.received_at,
        state=held.state,
        decided_by=held.decided_by,
        decided_at=held.decided_at,
        decided_by_name=supervisor_name,
        note=held.note,
        moved_to_id=held.moved_to,
    )
