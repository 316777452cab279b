"""Pictures, re-encoded by the server, beside the record they belong to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, table_args

PURPOSES = ("damage", "unknown_code", "evidence")


class Photo(Base):
    """One picture. It travels apart from the records, so `record_id` may name a record that has not arrived yet."""

    __tablename__ = "photo"
    __table_args__ = table_args(
        CheckConstraint(f"purpose IN {PURPOSES!r}", name="purpose"),
        Index("ix_photo_record", "record_id"),
        Index("ix_photo_document", "document_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # made by the device
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    record_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]  # the stocktake or receipt
    purpose: Mapped[str]
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    width: Mapped[int]
    height: Mapped[int]
    sent_hash: Mapped[bytes]  # SHA-256 of the bytes as sent: sending the same again changes nothing
    codes: Mapped[str] = mapped_column(default="[]")  # JSON: what the scanner read in it, in pixels of this JPEG
    jpeg: Mapped[bytes] = mapped_column(deferred=True)  # last: SQLite reaches a column only through those before it
