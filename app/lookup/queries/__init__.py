"""Questions about whatever was scanned."""

from app.lookup.queries.answer import look_up

__all__ = ["look_up"]
