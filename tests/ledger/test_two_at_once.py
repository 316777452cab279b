"""Real threads on a real engine: whoever comes at the same moment, there is one effect."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.kernel.errors import Conflict
from app.kernel.transaction import reading
from app.ledger.models import Journal
from tests.builders import make_item
from tests.ledger.book_of import Book


def at_once(book: Book, count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in `count` threads that start together; what each returned or raised."""
    start, outcomes = Barrier(count), [None] * count

    def run(number: int) -> None:
        with book.cast.app.app_context():
            start.wait()
            try:
                outcomes[number] = work(number)
            except Exception as error:  # noqa: BLE001  # the test looks at what was raised
                outcomes[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def journals(kind: str) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).where(Journal.kind == kind)) or 0


def test_two_managers_take_a_journal_back_at_once(book: Book) -> None:
    item = make_item()
    for _ in range(5):
        journal_id: UUID = book.write(book.entry(item, "supplier", "A-01", 10)).journal_id
        before = journals("reversal")
        outcomes = at_once(book, 2, lambda _: book.reverse(journal_id))  # noqa: B023  # joined within the loop
        refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        [written] = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert [(error.code, error.data["reversed_by"]) for error in refused] == [
            ("already_reversed", str(written.journal_id))
        ]
        assert journals("reversal") == before + 1
    assert book.on_hand(item) == 0
    assert book.findings() == []


def test_the_same_document_comes_eight_times_at_once(book: Book) -> None:
    item = make_item()
    entry = book.entry(item, "supplier", "A-01", 10)
    outcomes = at_once(book, 8, lambda _: book.write(entry, key="GRN-1"))
    assert Counter(outcome.repeated for outcome in outcomes) == {True: 7, False: 1}
    assert len({outcome.journal_id for outcome in outcomes}) == 1
    assert {outcome.entries for outcome in outcomes} == {1}
    assert (book.on_hand(item), journals("receipt")) == (10, 1)


def test_eight_different_documents_under_one_key_at_once(book: Book) -> None:
    item = make_item()
    outcomes = at_once(book, 8, lambda n: book.write(book.entry(item, "supplier", "A-01", n + 1), key="GRN-1"))
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Conflict)]
    assert refused == ["source_key_reused"] * 7
    assert journals("receipt") == 1
    assert book.findings() == []


def test_postings_of_the_same_stock_in_any_order_add_up(book: Book) -> None:
    items = [make_item(f"ITEM-{n}") for n in range(12)]

    def post(number: int) -> None:
        turned = items[number:] + items[:number]
        book.write(*(book.entry(item, "supplier", "A-01", 1, unit_cost=1000 + number) for item in turned))

    assert at_once(book, 8, post) == [None] * 8
    assert {book.on_hand(item) for item in items} == {8}
    assert book.findings() == []


def test_two_sequencers_seal_one_chain(book: Book) -> None:
    item = make_item()
    for _ in range(6):
        book.write(book.entry(item, "supplier", "A-01", 1))
    assert sum(at_once(book, 4, lambda _: book.seal())) == 6
    assert book.findings() == []
