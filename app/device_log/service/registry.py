"""Which handler reads, judges and applies which kinds of record. Filled by create_app."""

from collections.abc import Sequence

from app.device_log.handlers import RecordHandler

_handlers: dict[str, RecordHandler] = {}


def register_handler(kinds: Sequence[str], handler: RecordHandler) -> None:
    """Let `handler` serve these kinds of record. Registering again replaces."""
    for kind in kinds:
        _handlers[kind] = handler


def handler_of(kind: str) -> RecordHandler | None:
    """The handler of the kind, or None: nobody here knows such records."""
    return _handlers.get(kind)
