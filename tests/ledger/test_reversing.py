"""Taking a journal back."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.ledger.models import Entry
from tests.builders import at, make_item
from tests.ledger.book_of import Book


def test_a_reversal_leaves_the_book_as_if_nothing_had_been_at_every_moment(book: Book) -> None:
    item = make_item()
    kept = book.write(book.entry(item, "supplier", "A-01", 10, at(8)))
    taken_back = book.write(
        book.entry(item, "A-01", "customer", 4, at(9)), book.entry(item, "A-01", "A-02", 1, at(10)), kind="sale"
    )
    reversal = book.reverse(taken_back.journal_id)
    assert reversal.entries == 2
    assert [book.at(item, at(hour)) for hour in (7, 8, 9, 10, 11)] == [0, 10, 10, 10, 10]
    assert kept.journal_id != reversal.journal_id
    with reading() as session:
        swapped = session.execute(
            select(Entry.from_location_id, Entry.to_location_id, Entry.quantity, Entry.occurred_at, Entry.reason_code)
            .where(Entry.journal_id == reversal.journal_id)
            .order_by(Entry.number)
        ).all()
    places = book.places
    assert [tuple(row) for row in swapped] == [
        (places["customer"], places["A-01"], 4, at(9), "wrong_posting"),
        (places["A-02"], places["A-01"], 1, at(10), "wrong_posting"),
    ]


def test_a_journal_is_reversed_once_and_a_reversal_never(book: Book) -> None:
    journal = book.write(book.entry(make_item(), "supplier", "A-01", 10))
    reversal = book.reverse(journal.journal_id, "once")
    assert book.reverse(journal.journal_id, "once").repeated
    with pytest.raises(Conflict) as again:
        book.reverse(journal.journal_id)
    assert (again.value.code, again.value.data) == ("already_reversed", {"reversed_by": str(reversal.journal_id)})
    with pytest.raises(Conflict, match="is_a_reversal"):
        book.reverse(reversal.journal_id)
    with pytest.raises(NotFound):
        book.reverse(new_id())


def test_a_manager_takes_a_journal_back_at_the_desk(book: Book) -> None:
    item = make_item()
    url = f"/api/v1/journals/{book.write(book.entry(item, 'supplier', 'A-01', 10)).journal_id}/reverse"
    body = {"reason_code": "wrong_posting", "note": ""}
    desk = book.cast.client(book.cast.manager)
    answer = desk.post(url, json=body)
    assert answer.status_code == 201, answer.json
    assert book.on_hand(item) == 0
    again = desk.post(url, json=body)
    assert (again.status_code, again.json["code"]) == (409, "already_reversed")
    assert again.json["reversed_by"] == answer.json["id"]


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("outsider", 404), ("counter", 403)])
def test_who_may_not_take_a_journal_back(book: Book, who: str, status: int) -> None:
    journal_id = book.write(book.entry(make_item(), "supplier", "A-01", 10)).journal_id
    client = book.cast.client(getattr(book.cast, who))
    assert client.post(f"/api/v1/journals/{journal_id}/reverse", json={"reason_code": "other"}).status_code == status


def test_what_a_stocktake_posted_is_reversed_with_it(book: Book) -> None:
    entry = book.entry(make_item(), "variance", "A-01", 1)
    journal_id: UUID = book.write(entry, kind="adjustment", stocktake_id=new_id()).journal_id
    answer = book.cast.client(book.cast.manager).post(
        f"/api/v1/journals/{journal_id}/reverse", json={"reason_code": "wrong_posting"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "of_a_stocktake")


@pytest.mark.parametrize(
    ("body", "code"),
    [({"reason_code": "because"}, "unknown_reason"), ({"reason_code": "other"}, "note_needed")],
)
def test_a_reversal_says_why(book: Book, body: dict[str, str], code: str) -> None:
    journal_id = book.write(book.entry(make_item(), "supplier", "A-01", 10)).journal_id
    answer = book.cast.client(book.cast.manager).post(f"/api/v1/journals/{journal_id}/reverse", json=body)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json["errors"]] == [code]
