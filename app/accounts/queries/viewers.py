"""Who holds the tokens of a request, and what that person and device may be told of themselves."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Device, Grant, Person, PersonSession
from app.accounts.rules import PIN_IDLE, highest_roles
from app.kernel.access import Viewer


def token_hash(token: str) -> bytes:
    """How tokens are stored: SHA-256 is enough for 256 random bits, there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def viewer_of(session: Session, session_token: str | None, device_token: str | None, now: datetime) -> Viewer:
    """Who holds these two tokens. An unknown, ended, idle or expired one counts as none."""
    device = _device_of(session, device_token)
    signed_in = _session_of(session, session_token, device, now)
    return Viewer(
        person_id=signed_in.person_id if signed_in else None,
        device_id=device.id if device else None,
        device_site_id=device.site_id if device else None,
        device_revoked=device is not None and device.revoked_at is not None,
        grants=_grants_of(session, signed_in.person_id) if signed_in else {},
        session_id=signed_in.id if signed_in else None,
        session_used_at=signed_in.last_used_at if signed_in else None,
    )


def _device_of(session: Session, token: str | None) -> Device | None:
    if not token:
        return None
    return session.scalar(select(Device).where(Device.token_hash == token_hash(token)))


def _session_of(
    session: Session, token: str | None, device: Device | None, now: datetime
) -> Row[UUID, UUID, UUID | None, datetime] | None:
    if not token:
        return None
    row = session.execute(
        select(PersonSession.id, PersonSession.person_id, PersonSession.device_id, PersonSession.last_used_at)
        .join(Person, Person.id == PersonSession.person_id)
        .where(
            PersonSession.token_hash == token_hash(token),
            PersonSession.ended_at.is_(None),
            PersonSession.expires_at > now,
            or_(PersonSession.method != "pin", PersonSession.last_used_at > now - PIN_IDLE),
            Person.active,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.device_id is not None and (device is None or device.id != row.device_id or device.revoked_at is not None):
        return None  # a device's session is worth nothing off the device it was opened on
    return row


def _grants_of(session: Session, person_id: UUID) -> dict[UUID | None, str]:
    """Site → role; where a person has several at one site, the highest."""
    rows = session.execute(select(Grant.site_id, Grant.role).where(Grant.person_id == person_id)).all()
    return highest_roles((row.site_id, row.role) for row in rows)


@dataclass(frozen=True, slots=True)
class SessionCard:
    """Who is signed in here, as that person and device may be told: either part may be None."""

    person: Person | None
    device: Device | None
    grants: list[dict[str, Any]]


def session_card(session: Session, viewer: Viewer) -> SessionCard:
    """What GET /session says of the viewer. A revoked device is no device any more."""
    is_device = viewer.device_id is not None and not viewer.device_revoked
    return SessionCard(
        person=session.get(Person, viewer.person_id) if viewer.person_id else None,
        device=session.get(Device, viewer.device_id) if is_device else None,
        grants=[{"site_id": site_id, "role": role} for site_id, role in viewer.grants.items()],
    )
