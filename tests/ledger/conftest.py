"""The book's tests stand on their own: no slice above it is told of journals."""

import pytest

from app.ledger.service import writing
from tests.builders import Cast
from tests.ledger.book_of import Book


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_after_journals", [])


@pytest.fixture
def book(cast: Cast) -> Book:
    """The book of the cast's site."""
    return Book(cast)
