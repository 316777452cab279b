"""The log in: every device's records exactly as sent, those held for a look, and how far each device has come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args


class DeviceState(Base):
    """How far a device's log is known, and what the device last said of itself."""

    __tablename__ = "device_state"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    hwm: Mapped[int] = mapped_column(default=0)  # highest contiguous sequence over accepted and held
    max_seq: Mapped[int] = mapped_column(default=0)
    next_seq: Mapped[int] = mapped_column(default=1)  # as reported
    pending: Mapped[int] = mapped_column(default=0)  # as reported
    last_contact_at: Mapped[datetime | None]
    clock_offset_ms: Mapped[int | None]  # server minus device at the last contact
    app_version: Mapped[str] = mapped_column(default="")


class DeviceContact(Base):
    """The latest settled contact of each of a device's boots: the device had nothing left to send.

    It dates what the device recorded in that boot, and bounds from below what it recorded afterwards.
    """

    __tablename__ = "device_contact"

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    boot: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    sent_ms: Mapped[int]  # the device's wall clock
    mono_ms: Mapped[int]  # the device's monotonic clock, counted from this boot


class DeviceRecord(Base):
    """One accepted record. Append-only: a trigger refuses UPDATE and DELETE.

    `document_id` is the stocktake (or receipt) it belongs to, `sheet_id` the sheet; `reference_id` what a void names.
    `occurred_at` is the corrected time, true within `occurred_from` … `occurred_to`.
    """

    __tablename__ = "device_record"
    __table_args__ = table_args(
        UniqueConstraint("device_id", "device_seq"),
        Index("ix_device_record_sheet_item", "sheet_id", "item_id", "lot"),
        # Of the looks at codes that nobody knew, and of corrections: few records, so that a scan does not pay for them.
        Index(
            "ix_device_record_document_code",
            "document_id",
            "code_normal",
            sqlite_where=text("item_id IS NULL"),
            postgresql_where=text("item_id IS NULL"),
        ),
        Index(
            "ix_device_record_reference",
            "reference_id",
            sqlite_where=text("reference_id IS NOT NULL"),
            postgresql_where=text("reference_id IS NOT NULL"),
        ),
        CheckConstraint("quantity BETWEEN -1000000000 AND 1000000000", name="quantity"),
    )

    server_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    record_id: Mapped[UUID] = mapped_column(unique=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    device_seq: Mapped[int | None]  # null: released from being held under a number already taken
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    schema_version: Mapped[int]
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[UUID | None]
    sheet_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    item_id: Mapped[UUID | None]
    lot: Mapped[str] = mapped_column(default="")
    code: Mapped[str | None]
    code_normal: Mapped[str | None]
    symbology: Mapped[str | None]
    pack_factor: Mapped[int | None]
    quantity: Mapped[int | None]
    reference_id: Mapped[UUID | None]
    device_ms: Mapped[int]
    occurred_at: Mapped[datetime]
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    received_at: Mapped[datetime]
    body: Mapped[str]
    body_hash: Mapped[bytes]


class RecordSupersedes(Base):
    """That a "set to" record replaces an earlier record of its sheet."""

    __tablename__ = "record_supersedes"
    __table_args__ = table_args(Index("ix_record_supersedes_target", "target_id"))

    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)


class HeldRecord(Base):
    """A record that was kept but not counted, until a supervisor releases or dismisses it."""

    __tablename__ = "held_record"
    __table_args__ = table_args(
        CheckConstraint("state IN ('open', 'released', 'dismissed')", name="state"),
        Index("ix_held_record_device_seq", "device_id", "device_seq"),
        Index("ix_held_record_site_state", "site_id", "state"),
        Index("ix_held_record_document", "document_id"),
    )

    record_id: Mapped[str] = mapped_column(primary_key=True)  # a digest where none was sent, or it is kept already
    body_hash: Mapped[bytes] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    device_seq: Mapped[int]  # 0: none was sent
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    code: Mapped[str]  # why: stocktake_closed, forbidden, device_revoked, id_reuse, …
    detail: Mapped[str]
    body: Mapped[str]
    device_ms: Mapped[int]
    occurred_at: Mapped[datetime]
    occurred_from: Mapped[datetime]
    occurred_to: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    moved_to: Mapped[UUID | None]  # the document it was released into, where that is not its own


class LogImport(Base):
    """That somebody brought a batch of a device's log in a file. Rows are only ever added."""

    __tablename__ = "log_import"
    __table_args__ = table_args(Index("ix_log_import_site", "site_id", "imported_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    batch_id: Mapped[UUID]  # as the device named it
    body_hash: Mapped[bytes]  # SHA-256 of the batch's bytes
    records: Mapped[int]
    held: Mapped[int]
    imported_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]
