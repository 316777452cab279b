"""Letting devices in with a code, and out again."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.accounts.models import Device, Enrolment, Person
from app.accounts.queries.devices import DeviceRow, device_here, device_row
from app.accounts.queries.viewers import token_hash
from app.accounts.rules import (
    CODE_ALPHABET,
    CODE_LENGTH,
    ENROLMENT_LIFETIME,
    ENROLMENT_POLICY,
    code_normal,
    enrolment_lock,
)
from app.accounts.service.attempts import count_try, forget_tries
from app.accounts.service.signing_in import end_sessions
from app.kernel.access import Viewer
from app.kernel.database import is_sqlite
from app.kernel.errors import Conflict, Forbidden, invalid_field
from app.kernel.ids import new_id
from app.sites.queries import site_of

_NUMBERING = 7_301_002  # the advisory lock under which devices get their numbers


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """A fresh code, told once: the database keeps its hash."""

    id: UUID
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """What a device says of itself when it enrols. `public_key`: SPKI of an ECDSA key on P-256, base64."""

    code: str
    installation_id: UUID
    public_key: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The device and the token only it gets to know."""

    device: DeviceRow
    token: str


def create_enrolment(session: Session, viewer: Viewer, site_id: UUID, label: str, now: datetime) -> NewEnrolment:
    """Make a code good for one device at the site for ten minutes. Raises NotFound, Forbidden."""
    viewer.require("supervisor", site_id)
    site_of(session, site_id)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    enrolment = Enrolment(
        id=new_id(),
        code_hash=token_hash(code),
        site_id=site_id,
        label=label,
        created_by=viewer.person,
        created_at=now,
        expires_at=now + ENROLMENT_LIFETIME,
    )
    session.add(enrolment)
    session.flush()
    return NewEnrolment(enrolment.id, code, enrolment.expires_at)


def count_enrolment_try(session: Session, address: str, now: datetime) -> None:
    """Count a try at guessing a code from this network address. Raises TooMany."""
    count_try(session, {enrolment_lock(address): ENROLMENT_POLICY}, now)


def enrol_device(session: Session, installation: Installation, address: str, now: datetime) -> Enrolled:
    """Use up a code: the installation becomes a device of the code's site, or is that device again with a new token.

    Raises Forbidden (no such code, used, expired), Invalid (the key), Conflict (the installation has another key).
    """
    key = p256_key(installation.public_key)
    enrolment = _use_code(session, installation.code, now)
    forget_tries(session, [enrolment_lock(address)])
    token = secrets.token_urlsafe(32)
    _one_at_a_time(session)
    device = session.scalar(select(Device).where(Device.installation_id == installation.installation_id))
    if device is None:
        device = _new_device(session, installation, key)
    elif device.public_key != key:
        raise Conflict(
            "installation_known", "This installation is enrolled with another key; clear the app's data and enrol anew."
        )
    device.token_hash = token_hash(token)
    device.site_id = enrolment.site_id
    device.label = enrolment.label or installation.label or device.label or f"PDA-{device.number:02}"
    device.enrolled_by, device.enrolled_at = enrolment.created_by, now
    device.revoked_at = device.revoked_by = None
    session.add(device)
    session.flush()
    enrolment.device_id = device.id
    end_sessions(session, now, device_id=device.id)
    return Enrolled(device_row(device), token)


def _use_code(session: Session, code: str, now: datetime) -> Enrolment:
    used = session.execute(
        update(Enrolment)
        .where(
            Enrolment.code_hash == token_hash(code_normal(code)),
            Enrolment.used_at.is_(None),
            Enrolment.expires_at > now,
            Enrolment.created_by.in_(select(Person.id).where(Person.active)),
        )
        .values(used_at=now)
        .returning(Enrolment.id)
    ).scalar_one_or_none()
    enrolment = session.get(Enrolment, used) if used else None
    if enrolment is None:
        raise Forbidden("enrolment_invalid", "This code is wrong, used or expired; ask a supervisor for a new one.")
    return enrolment


def _one_at_a_time(session: Session) -> None:
    """Two at once would take the same number, or make the same installation twice. (SQLite has one writer anyway.)"""
    if not is_sqlite(session.connection()):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBERING})


def _new_device(session: Session, installation: Installation, key: bytes) -> Device:
    highest = session.scalar(select(func.max(Device.number))) or 0
    return Device(
        id=new_id(),
        installation_id=installation.installation_id,
        number=highest + 1,
        label="",
        public_key=key,
    )


def p256_key(text_form: str) -> bytes:
    """The SPKI bytes of an ECDSA P-256 public key given in base64. Raises Invalid for anything else."""
    try:
        key = load_der_public_key(base64.b64decode(text_form, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise invalid_field("public_key", "invalid_key", "This is no public key in SPKI form.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise invalid_field("public_key", "invalid_key", "The key must be one of ECDSA on P-256.")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def revoke_device(session: Session, viewer: Viewer, device_id: UUID, now: datetime) -> DeviceRow:
    """Shut a device out at once and sign out who is signed in on it; again, nothing. Raises NotFound, Forbidden."""
    device = device_here(session, viewer, device_id)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = now, viewer.person
        session.flush()
        end_sessions(session, now, device_id=device.id)
    return device_row(device)
