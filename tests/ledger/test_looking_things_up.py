"""A supervisor looks into the book."""

from typing import Any
from uuid import UUID

import pytest

from app.kernel.clock import iso
from tests.builders import at, make_item
from tests.ledger.book_of import Book


@pytest.fixture
def day(book: Book) -> Book:
    """Water comes in, is sold twice, is moved; the second sale is told late. Milk comes in two lots."""
    water, milk = make_item(), make_item("MILK", tracks_lots=True, unit_cost=25_000)
    book.write(book.entry(water, "supplier", "A-01", 10, at(8)), document="GRN-1")
    book.write(book.entry(water, "A-01", "customer", 3, at(12)), kind="sale")
    book.write(book.entry(water, "A-01", "A-02", 2, at(11)), kind="move")
    book.write(book.entry(water, "A-01", "customer", 1, at(9)), kind="sale")
    book.write(*(book.entry(milk, "supplier", "A-01", n, at(10), lot=lot) for n, lot in ((5, "L1"), (7, "L2"))))
    book.cast.extra |= {"water": water.id, "milk": milk.id}
    return book


def get(book: Book, path: str, status: int = 200, who: Any = None, **query: Any) -> Any:
    answer = book.cast.client(who or book.cast.supervisor).get(f"/api/v1{path}", query_string=query)
    assert answer.status_code == status, answer.json
    return answer.json


def test_the_history_of_a_place_and_item_runs_backwards_with_the_book_after_each(day: Book) -> None:
    key = {"item_id": day.cast.extra["water"], "location_id": day.places["A-01"]}
    rows = get(day, "/stock/history", **key)["rows"]
    assert [(row["kind"], row["change"], row["book_after"]) for row in rows] == [
        ("sale", -3, 4),
        ("move", -2, 7),
        ("sale", -1, 9),
        ("receipt", 10, 10),
    ]
    assert (rows[-1]["document"], rows[-1]["from_location_code"], rows[-1]["to_location_code"]) == (
        "GRN-1",
        "SUPPLIER",
        "A-01",
    )


def test_paging_through_a_history_gives_the_same_rows(day: Book) -> None:
    key = {"item_id": day.cast.extra["water"], "location_id": day.places["A-01"]}
    whole = get(day, "/stock/history", **key)
    pages, after = [], None
    while True:
        page = get(day, "/stock/history", **key, limit=3, **({"after": after} if after else {}))
        pages.append(page["rows"])
        after = page["next"]
        if after is None:
            break
    assert [len(rows) for rows in pages] == [3, 1]
    assert [row for rows in pages for row in rows] == whole["rows"]
    assert whole["total"] == 4


def test_the_history_of_an_item_names_each_movement_once(day: Book) -> None:
    rows = get(day, "/stock/history", item_id=day.cast.extra["water"])["rows"]
    assert [(row["kind"], row["quantity"], row["change"], row["book_after"]) for row in rows] == [
        ("sale", 3, None, None),
        ("move", 2, None, None),
        ("sale", 1, None, None),
        ("receipt", 10, None, None),
    ]


def test_the_history_of_a_lot_or_of_all_lots(day: Book) -> None:
    key = {"item_id": day.cast.extra["milk"], "location_id": day.places["A-01"]}
    assert [row["book_after"] for row in get(day, "/stock/history", **key, lot="L1")["rows"]] == [5]
    assert [row["book_after"] for row in get(day, "/stock/history", **key)["rows"]] == [12, 5]
    place = get(day, "/stock/history", location_id=day.places["A-02"])["rows"]
    assert [(row["change"], row["book_after"]) for row in place] == [(2, None)]


def test_a_history_is_asked_of_something(day: Book) -> None:
    assert get(day, "/stock/history", 422)["errors"][0]["field"] == "item_id"


def test_the_book_of_a_moment_can_be_asked(day: Book) -> None:
    key = {"item_id": day.cast.extra["water"], "location_id": day.places["A-01"]}
    assert get(day, "/stock/book", **key, at=iso(at(11))) == {"quantity": 7, "at": iso(at(11))}
    assert get(day, "/stock/book", **key)["quantity"] == 4
    assert (
        get(day, "/stock/book", item_id=day.cast.extra["milk"], location_id=key["location_id"], lot="L2")["quantity"]
        == 7
    )


def test_balances_are_listed_in_walking_order_and_found(day: Book) -> None:
    def found(**query: Any) -> list[tuple[str, str, str, int]]:
        rows = get(day, "/stock", site_id=day.cast.site.id, **query)["rows"]
        return [(row["location_code"], row["sku"], row["lot"], row["quantity"]) for row in rows]

    milk = [("A-01", "MILK", "L1", 5), ("A-01", "MILK", "L2", 7)]
    assert found() == [*milk, ("A-01", "WATER", "", 4), ("A-02", "WATER", "", 2)]
    assert found(search="mil") == milk
    assert found(search="%") == []
    assert found(item_id=day.cast.extra["milk"], lot="L2") == milk[1:]
    assert found(location_id=day.places["A-02"]) == [("A-02", "WATER", "", 2)]
    page = get(day, "/stock", limit=2)
    assert (len(page["rows"]), page["total"]) == (2, 4)
    assert len(get(day, "/stock", limit=2, after=page["next"])["rows"]) == 2


def test_a_value_is_rounded_once_per_line_to_the_even_minor_unit(day: Book) -> None:
    rows = get(day, "/stock", item_id=day.cast.extra["milk"])["rows"]
    assert [row["value"] for row in rows] == [12, 18]  # 12.5 and 17.5


def test_journals_are_listed_newest_first_and_opened(day: Book) -> None:
    journals = get(day, "/journals", site_id=day.cast.site.id)
    assert [row["kind"] for row in journals["rows"]] == ["receipt", "sale", "move", "sale", "receipt"]
    assert [row["entry_count"] for row in journals["rows"]] == [2, 1, 1, 1, 1]
    assert len(get(day, "/journals", kind="sale")["rows"]) == 2
    assert [row["document"] for row in get(day, "/journals", item_id=day.cast.extra["water"])["rows"]][-1] == "GRN-1"
    assert get(day, "/journals", item_id=day.cast.extra["milk"])["total"] == 1
    detail = get(day, f"/journals/{journals['rows'][0]['id']}", limit=1)
    assert [row["lot"] for row in detail["entries"]["rows"]] == ["L1"]
    assert (detail["entries"]["total"], detail["person_name"], detail["chain_number"]) == (2, "Supervisor", None)
    assert detail["entries"]["next"] is not None


def test_a_reversed_journal_names_its_reversal(day: Book) -> None:
    [receipt] = [row for row in get(day, "/journals")["rows"] if row["document"] == "GRN-1"]
    reversal = day.reverse(UUID(receipt["id"]))
    assert get(day, f"/journals/{receipt['id']}")["reversed_by_id"] == str(reversal.journal_id)
    assert get(day, f"/journals/{reversal.journal_id}")["reverses_id"] == receipt["id"]


def test_reasons_are_for_everybody_who_is_signed_in(day: Book) -> None:
    rows = get(day, "/reason-codes", who=day.cast.counter)["rows"]
    used_for = {row["code"]: row["used_for"] for row in rows}
    assert (used_for["damaged"], used_for["miscount"], used_for["wrong_goods"]) == ("both", "count", "goods_in")


def test_strangers_and_counters_see_no_book(day: Book) -> None:
    journal = get(day, "/journals")["rows"][0]["id"]
    key = {"item_id": day.cast.extra["water"], "location_id": day.places["A-01"]}
    site = {"site_id": day.cast.site.id}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/stock", site),
        ("/stock/book", key),
        ("/stock/history", key),
        ("/journals", site),
        (f"/journals/{journal}", {}),
    ]
    for path, query in asked:
        get(day, path, 404, day.cast.outsider, **query)
        get(day, path, 403, day.cast.counter, **query)
    assert get(day, "/stock", who=day.cast.outsider)["rows"] == []
    assert get(day, "/journals", who=day.cast.outsider)["rows"] == []
    assert get(day, "/stock/history", who=day.cast.outsider, item_id=key["item_id"])["rows"] == []
