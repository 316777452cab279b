"""Questions about enrolled devices. What a device has sent is the device log's to add."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Device
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """An enrolled device's identity."""

    id: UUID
    number: int
    label: str
    site_id: UUID
    enrolled_at: datetime
    revoked_at: datetime | None


def devices(session: Session, viewer: Viewer, site_id: UUID | None = None) -> list[DeviceRow]:
    """The devices of the sites the viewer supervises (of one, when named), by number, the revoked ones too.

    Raises NotFound for a site that is not the viewer's, Forbidden where the role is lower than supervisor.
    """
    statement = scoped(select(Device), Device.site_id.expression, viewer, "supervisor")
    if site_id is not None:
        viewer.require("supervisor", site_id)
        statement = statement.where(Device.site_id == site_id)
    return [device_row(device) for device in session.scalars(statement.order_by(Device.number))]


def device_here(session: Session, viewer: Viewer, device_id: UUID) -> Device:
    """The device, for a supervisor of its site. Raises NotFound (foreign or unknown), Forbidden (role too low)."""
    device = session.get(Device, device_id)
    if device is None:
        raise NotFound("not_found", "There is no such device here.")
    viewer.require("supervisor", device.site_id, "device")
    return device


def device_row(device: Device) -> DeviceRow:
    """The identity of a device."""
    return DeviceRow(device.id, device.number, device.label, device.site_id, device.enrolled_at, device.revoked_at)


def sites_with_devices(session: Session) -> list[UUID]:
    """The sites where a device is in use."""
    return list(session.scalars(select(Device.site_id).where(Device.revoked_at.is_(None)).distinct()))
