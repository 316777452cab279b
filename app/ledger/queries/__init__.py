"""Questions to the book."""

from app.ledger.queries.book import book, book_column, on_hand
from app.ledger.queries.chain import Head, heads
from app.ledger.queries.journals import entries_of, journal_of, journals_page
from app.ledger.queries.movements import StockKey, history, require_location
from app.ledger.queries.stock import reason_codes, stock

__all__ = [
    "Head",
    "StockKey",
    "book",
    "book_column",
    "entries_of",
    "heads",
    "history",
    "journal_of",
    "journals_page",
    "on_hand",
    "reason_codes",
    "require_location",
    "stock",
]
