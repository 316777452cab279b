"""Receipts as the documents that records belong to: their names, and a record put into another one."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.device_log.handlers import DocumentName, Incoming
from app.kernel.sets import among
from app.receiving.models import GoodsReceipt
from app.receiving.rules import label


class ReceiptDocuments:
    """What the log in asks about the receipts that its records name."""

    def named(self, session: Session, document_ids: Collection[UUID]) -> Mapping[UUID, DocumentName]:
        """The names of those that are receipts."""
        columns = GoodsReceipt.id, GoodsReceipt.site_id, GoodsReceipt.number, GoodsReceipt.state
        rows = session.execute(select(*columns).where(among(session, GoodsReceipt.id, document_ids)))
        return {
            row.id: DocumentName(
                row.id, row.site_id, "receipt", row.number, label(row.number), row.state, row.state == "receiving"
            )
            for row in rows
        }

    def put_into(self, session: Session, records: Sequence[Incoming], document_id: UUID) -> Sequence[Incoming]:
        """The records in this receipt, each sheet as one of its own there; the same one however often it is moved."""
        return [
            record._replace(
                fields=record.fields._replace(
                    document_id=document_id,
                    sheet_id=uuid5(document_id, str(record.fields.sheet_id)) if record.fields.sheet_id else None,
                )
            )
            for record in records
        ]
