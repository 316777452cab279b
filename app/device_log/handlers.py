"""What a slice above gives the log in: a handler for its kinds of record. The log knows no slice above it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.device_log.rules.values import DocumentName, Fields, Hold, Incoming

__all__ = ["DocumentName", "Documents", "Fields", "Hold", "Incoming", "RecordHandler"]


class RecordHandler(Protocol):
    """What the log asks of whoever registered for a kind."""

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        """Take the columns from the body; pure. Raises Invalid: the record is then held as `invalid`."""

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        """Name those to hold, by record id, with few statements for all. The others are accepted."""

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        """Fold accepted records into the slice's own tables; their rows are written, the transaction is the same."""


class Documents(Protocol):
    """The documents that kinds of record belong to: what they are called, and what a record becomes in another one."""

    def named(self, session: Session, document_ids: Collection[UUID]) -> Mapping[UUID, DocumentName]:
        """The names of those that are of this kind; others are left out."""

    def put_into(self, session: Session, records: Sequence[Incoming], document_id: UUID) -> Sequence[Incoming]:
        """The same records, in the same order, as records of this document: on a sheet of its own there."""
