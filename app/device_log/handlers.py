"""What a slice above gives the log in: a handler for its kinds of record. The log knows no slice above it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.device_log.rules.values import Fields, Hold, Incoming

__all__ = ["Fields", "Hold", "Incoming", "RecordHandler"]


class RecordHandler(Protocol):
    """What the log asks of whoever registered for a kind."""

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        """Take the columns from the body; pure. Raises Invalid: the record is then held as `invalid`."""

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        """Name those to hold, by record id, with few statements for all. The others are accepted."""

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        """Fold accepted records into the slice's own tables; their rows are written, the transaction is the same."""
