"""People, what they may do where, their devices, and who is signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args


class Person(Base):
    """Somebody who works with Pandian."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh")
    password_hash: Mapped[str | None]
    pin_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Grant(Base):
    """A role a person has at a site, or everywhere (site_id null)."""

    __tablename__ = "site_grant"
    __table_args__ = table_args(
        CheckConstraint("role IN ('counter', 'supervisor', 'manager', 'administrator')", name="role"),
        Index("ix_site_grant_person", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    role: Mapped[str]


class Device(Base):
    """An enrolled installation (a phone's or PDA's browser profile), at one site, with a key only it holds."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    installation_id: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(unique=True)  # the short number people say: PDA-07
    label: Mapped[str]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    public_key: Mapped[bytes]  # SPKI, ECDSA P-256
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    enrolled_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Enrolment(Base):
    """A single-use code with which a device joins a site."""

    __tablename__ = "enrolment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    label: Mapped[str]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))


class PersonSession(Base):
    """That a person is signed in: at the desk, or on a device (then worth nothing off it)."""

    __tablename__ = "person_session"
    __table_args__ = table_args(
        CheckConstraint("method IN ('pin', 'password')", name="method"),
        Index("ix_person_session_person", "person_id"),
        Index("ix_person_session_device", "device_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    method: Mapped[str] = mapped_column(default="password")  # what was checked: a PIN's session ends when idle
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Attempt(Base):
    """Wrong tries in a row at one lock: see `rules.pin_lock`, `rules.password_locks`, `rules.enrolment_lock`."""

    __tablename__ = "attempt"

    lock: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
