"""What people call the stocktakes and receipts that held records belong to."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.device_log.queries import HeldFilter, HeldGroup, HeldRow, held_groups, held_rows
from app.device_log.service.registry import documents_named
from app.kernel.access import Viewer
from app.kernel.paging import Page


def held_page(session: Session, viewer: Viewer, wanted: HeldFilter, *, limit: int, after: str | None) -> Page[HeldRow]:
    """A page of the held records of the sites the viewer supervises, the newest first. Raises NotFound, Forbidden."""
    found = held_rows(session, viewer, wanted, limit=limit, after=after)
    return replace(found, rows=with_documents(session, found.rows))


def held_in_groups(session: Session, viewer: Viewer, wanted: HeldFilter) -> list[HeldGroup]:
    """How many records are held for one reason, document, device and person. Raises NotFound, Forbidden."""
    groups = held_groups(session, viewer, wanted)
    names = documents_named(session, [group.document_id for group in groups if group.document_id])
    return [replace(group, document=names.get(group.document_id)) if group.document_id else group for group in groups]


def with_documents(session: Session, rows: Sequence[HeldRow]) -> list[HeldRow]:
    """The rows with the names of the documents they belong to and were moved to."""
    ids = {row.document_id for row in rows} | {row.moved_to_id for row in rows}
    names = documents_named(session, [document_id for document_id in ids if document_id])
    return [
        replace(
            row,
            document=names.get(row.document_id) if row.document_id else None,
            moved_to=names.get(row.moved_to_id) if row.moved_to_id else None,
        )
        for row in rows
    ]
