"""Which handler reads, judges and applies which kinds of record, and what it belongs to. Filled by create_app."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.device_log.handlers import DocumentName, Documents, RecordHandler

_handlers: dict[str, RecordHandler] = {}
_documents: dict[str, Documents] = {}


def register_handler(kinds: Sequence[str], handler: RecordHandler) -> None:
    """Let `handler` serve these kinds of record. Registering again replaces."""
    for kind in kinds:
        _handlers[kind] = handler


def register_documents(kinds: Sequence[str], documents: Documents) -> None:
    """Say which documents these kinds of record belong to. Registering again replaces."""
    for kind in kinds:
        _documents[kind] = documents


def handler_of(kind: str) -> RecordHandler | None:
    """The handler of the kind, or None: nobody here knows such records."""
    return _handlers.get(kind)


def documents_of(kind: str) -> Documents | None:
    """The documents a record of the kind belongs to; None: to none."""
    return _documents.get(kind)


def documents_named(session: Session, document_ids: Collection[UUID]) -> dict[UUID, DocumentName]:
    """What people call these stocktakes and receipts; unknown ids are left out."""
    if not document_ids:
        return {}
    every = {id(documents): documents for documents in _documents.values()}
    return {key: name for one in every.values() for key, name in one.named(session, document_ids).items()}
