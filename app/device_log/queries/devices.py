"""Questions about the devices themselves: who they are, and how far their logs are known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.device_log.models import DeviceState
from app.kernel.access import Viewer


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """An enrolled device and how far its log is known; the times and counts are None before its first contact."""

    id: UUID
    number: int
    label: str
    site_id: UUID
    enrolled_at: datetime
    revoked_at: datetime | None
    last_contact_at: datetime | None = None
    app_version: str = ""
    next_seq: int | None = None
    hwm: int | None = None
    pending: int | None = None
    clock_offset_ms: int | None = None


def device_reports(session: Session, viewer: Viewer, site_id: UUID | None) -> list[DeviceReport]:
    """The devices the viewer supervises and how far their logs are known, by number. Raises NotFound, Forbidden."""
    devices = accounts.devices(session, viewer, site_id)
    states = {
        state.device_id: state
        for state in session.scalars(select(DeviceState).where(DeviceState.device_id.in_([d.id for d in devices])))
    }
    return [
        DeviceReport(d.id, d.number, d.label, d.site_id, d.enrolled_at, d.revoked_at, *_report_of(states.get(d.id)))
        for d in devices
    ]


def _report_of(state: DeviceState | None) -> tuple[Any, ...]:
    if state is None:
        return ()
    return (
        state.last_contact_at,
        state.app_version,
        state.next_seq,
        state.hwm,
        state.pending,
        state.clock_offset_ms,
    )
