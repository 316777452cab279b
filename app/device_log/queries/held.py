"""Questions about held records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Device, Person
from app.device_log.models import HeldRecord
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
    note: str


def holds_of(session: Session, device_id: UUID, decided_after: datetime, limit: int) -> Sequence[Any]:
    """The device's held records that are open, or were decided lately; the newest first."""
    columns = HeldRecord.record_id, HeldRecord.device_seq, HeldRecord.code, HeldRecord.state, HeldRecord.detail
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
    *,
    site_id: UUID | None = None,
    state: str | None = None,
    limit: int,
    after: str | None,
) -> Page[HeldRow]:
    """A page of the held records of the sites the viewer supervises, the newest first. Raises NotFound, Forbidden."""
    narrowed = scoped(select(HeldRecord.record_id), HeldRecord.site_id.expression, viewer, "supervisor")
    if site_id is not None:
        viewer.require("supervisor", site_id)
        narrowed = narrowed.where(HeldRecord.site_id == site_id)
    if state is not None:
        narrowed = narrowed.where(HeldRecord.state == state)
    total = session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    offset = offset_of(after)
    newest_first = HeldRecord.received_at.desc(), HeldRecord.record_id, HeldRecord.body_hash
    rows = session.execute(_with_names(narrowed).order_by(*newest_first).limit(limit).offset(offset))
    return page([_held_row(*row) for row in rows], total=total, offset=offset)


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
        }
        for row in rows
        if (row.record_id, row.body_hash.hex()) in wanted
    }


def held_key(record_id: str, body_hash: bytes) -> str:
    """A held record's key in the feed, and the last two steps of its address with : for /."""
    return f"{record_id}:{body_hash.hex()}"


def _with_names(statement: Select[str]) -> Select[HeldRecord, int, str, str]:
    return (
        statement.with_only_columns(HeldRecord, Device.number, Device.label, Person.name)
        .join(Device, Device.id == HeldRecord.device_id)
        .outerjoin(Person, Person.id == HeldRecord.person_id)
    )


def _held_row(held: HeldRecord, number: int, label: str, person_name: str | None) -> HeldRow:
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
        note=held.note,
    )
