"""What a posting does to the book."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, literal, select

from app.kernel.clock import now
from app.kernel.database import Id
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.ledger.models import Balance, Entry, Journal
from app.ledger.service import register_after_journals, write_journal, write_journal_from, write_journals
from tests.builders import at, make_item, make_location, make_site
from tests.ledger.book_of import Book


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in refused.value.errors]


def test_what_comes_in_is_on_hand_and_what_gave_it_is_below_zero(book: Book) -> None:
    item = make_item()
    written = book.write(book.entry(item, "supplier", "A-01", 10))
    assert (written.entries, written.repeated, written.went_negative) == (1, False, ())
    assert (book.on_hand(item), book.on_hand(item, "supplier")) == (10, -10)


def test_the_book_at_a_moment_is_the_balance_without_what_moved_after(book: Book) -> None:
    item = make_item()
    book.write(book.entry(item, "supplier", "A-01", 10, at(9)))
    book.write(book.entry(item, "A-01", "customer", 3, at(11)), kind="sale")
    book.write(book.entry(item, "A-01", "A-02", 2, at(10)), kind="move")  # told later, happened before
    assert [book.at(item, at(hour)) for hour in (8, 9, 10, 11)] == [0, 10, 8, 5]
    assert book.at(item, at(10) - timedelta(milliseconds=1)) == 10
    assert book.at(item, at(12), "A-02") == 2


def test_lots_are_different_stock(book: Book) -> None:
    item = make_item(tracks_lots=True)
    book.write(book.entry(item, "supplier", "A-01", 5, lot="L1"), book.entry(item, "supplier", "A-01", 7, lot="?"))
    assert [book.on_hand(item, lot=lot) for lot in ("L1", "?", "")] == [5, 7, 0]


def test_stock_may_go_below_zero_and_the_answer_says_where(book: Book) -> None:
    item, other = make_item(), make_item("MILK")
    book.write(book.entry(other, "supplier", "A-01", 5))
    written = book.write(
        book.entry(item, "A-01", "customer", 2),
        book.entry(item, "A-01", "customer", 1),
        book.entry(other, "A-01", "customer", 1),
        kind="sale",
    )
    [short] = written.went_negative
    assert (short.location_id, short.item_id, short.quantity) == (book.places["A-01"], item.id, -3)


def test_the_same_key_and_content_is_booked_once(book: Book) -> None:
    entry = book.entry(make_item(), "supplier", "A-01", 10)
    first, again = book.write(entry, key="k"), book.write(entry, key="k")
    assert again.repeated
    assert (again.journal_id, again.entries) == (first.journal_id, first.entries)
    with pytest.raises(Conflict, match="source_key_reused"):
        book.write(entry, entry, key="k")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Journal)) == 1


def test_every_mistake_is_named_and_nothing_is_kept(book: Book) -> None:
    item = make_item()
    ghost = make_item("GHOST")
    ghost.id = new_id()
    make_location(book.cast.site, "SHUT", active=False)
    foreign = make_location(book.cast.other_site, "Z-01")
    book = Book(book.cast)
    book.places["Z-01"] = foreign.id
    book.places["nowhere"] = new_id()
    with pytest.raises(Invalid) as refused:
        book.write(
            book.entry(item, "supplier", "A", 1),
            book.entry(item, "supplier", "Z-01", 1),
            book.entry(item, "supplier", "SHUT", 1),
            book.entry(ghost, "nowhere", "A-01", 0),
            book.entry(item, "A-01", "A-01", 10**9 + 1, now() + timedelta(minutes=11)),
        )
    assert codes(refused) == [
        ("entries.0.to_location_id", "above_stock_level"),
        ("entries.1.to_location_id", "unknown_location"),
        ("entries.2.to_location_id", "location_inactive"),
        ("entries.3.from_location_id", "unknown_location"),
        ("entries.3.item_id", "unknown_item"),
        ("entries.3.quantity", "out_of_range"),
        ("entries.4", "same_location"),
        ("entries.4.quantity", "out_of_range"),
        ("entries.4.occurred_at", "in_the_future"),
    ]
    with pytest.raises(Invalid, match="invalid") as empty:
        book.write()
    assert codes(empty) == [("entries", "no_entries")]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Journal)) == 0


def test_what_is_booked_at_a_closed_place_can_still_be_corrected(book: Book) -> None:
    item = make_item()
    make_location(book.cast.site, "SHUT", active=False)
    book = Book(book.cast)
    assert book.write(book.entry(item, "variance", "SHUT", 2), kind="adjustment").entries == 1


def test_a_deeper_place_is_booked_at_its_stock_location(book: Book) -> None:
    shop = make_site("S3", stock_level="zone")
    zone = make_location(shop, "A", kind="zone")
    make_location(shop, "A-01", parent=zone)
    book.cast.site = shop
    by_zone, item = Book(book.cast), make_item()
    by_zone.write(by_zone.entry(item, "supplier", "A-01", 4))
    assert (by_zone.on_hand(item, "A"), by_zone.on_hand(item, "A-01")) == (4, 0)
    with pytest.raises(Invalid, match="1 mistakes") as refused:
        by_zone.write(by_zone.entry(item, "A-01", "A", 1), kind="move")
    assert codes(refused) == [("entries.0", "same_location")]


def from_query(book: Book, taker: str, quantity: int = 3) -> Select[*tuple[Any, ...]]:
    """One entry for each item on hand at A-01, found by the database."""
    return select(
        literal(book.places["variance"], Id()).label("from_location_id"),
        literal(book.places[taker], Id()).label("to_location_id"),
        Balance.item_id,
        literal(quantity).label("quantity"),
        select(func.min(Entry.occurred_at)).scalar_subquery().label("occurred_at"),
    ).where(Balance.location_id == book.places["A-01"])


def test_a_journal_can_come_from_a_query(book: Book) -> None:
    items = [make_item(sku) for sku in ("WATER", "MILK", "RICE")]
    book.write(*(book.entry(item, "supplier", "A-01", 1) for item in items))
    journal = book.journal("adjustment", "k")
    for repeated in (False, True):
        written = transact(lambda session: write_journal_from(session, journal, from_query(book, "A-01"), now()))
        assert (written.entries, written.repeated) == (3, repeated)
    assert [book.on_hand(item) for item in items] == [4, 4, 4]
    with reading() as session:
        numbers = session.scalars(select(Entry.number).where(Entry.journal_id == written.journal_id))
        assert sorted(numbers) == [1, 2, 3]


def test_a_query_that_books_at_a_wrong_place_or_nothing_is_refused(book: Book) -> None:
    item = make_item()
    journal = book.journal("adjustment")

    def refused(taker: str) -> list[tuple[str, str]]:
        with pytest.raises(Invalid) as error:
            transact(lambda session: write_journal_from(session, journal, from_query(book, taker), now()))
        return codes(error)

    assert refused("A-01") == [("entries", "no_entries")]
    book.write(book.entry(item, "supplier", "A-01", 1))
    assert refused("A") == [("entries", "above_stock_level")]
    assert book.findings() == []


def test_many_documents_are_written_together(book: Book) -> None:
    item = make_item()
    postings = [(book.journal("sale", f"till-{n}"), [book.entry(item, "A-01", "customer", n)]) for n in (1, 2, 3)]
    book.write(*postings[1][1], kind="sale", key="till-2")
    written = transact(lambda session: write_journals(session, postings, now()))
    assert [answer.repeated for answer in written] == [False, True, False]
    assert book.on_hand(item) == -6
    assert [len(answer.went_negative) for answer in written] == [1, 0, 1]


def test_the_floors_above_are_told_once_of_all_that_is_new(book: Book) -> None:
    told: list[tuple[list[Any], int]] = []
    item = make_item()

    def handler(session: Any, journal_ids: Any, _: Any) -> None:
        balance = session.scalar(select(Balance.quantity).where(Balance.location_id == book.places["A-01"]))
        told.append((list(journal_ids), balance))

    register_after_journals(handler)
    register_after_journals(handler)
    entry = book.entry(item, "supplier", "A-01", 10)
    first = book.write(entry, key="k")
    book.write(entry, key="k")
    postings = [(book.journal(key=key), [entry]) for key in ("k", "l", "m")]
    _, *others = transact(lambda session: write_journals(session, postings, now()))
    assert told == [([first.journal_id], 10), ([it.journal_id for it in others], 30)]


def test_whoever_catches_a_refusal_keeps_nothing_of_it(book: Book) -> None:
    item = make_item()

    def half(session: Any) -> None:
        write_journal(session, book.journal(), [book.entry(item, "supplier", "A-01", 1)], now())
        with pytest.raises(Invalid):
            write_journal(session, book.journal(), [book.entry(item, "supplier", "A", 1)], now())

    transact(half)
    assert book.on_hand(item) == 1
    assert book.findings() == []
