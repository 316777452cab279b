"""A day's movements come as a file: all mistakes at once, all rows or none, twice is once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.kernel.clock import iso, now
from app.kernel.transaction import reading
from app.ledger.models import Entry, Journal
from tests.builders import Cast, make_item, make_location
from tests.kernel.workbooks import workbook
from tests.ledger.book_of import Book

HEADER = "occurred_at,sku,barcode,location,to_location,lot,quantity,unit_cost,document"


def send(
    book: Book, *lines: str, kind: str = "receipt", dry: bool = False, header: str = HEADER, who: Any = None
) -> Any:
    return book.cast.client(who or book.cast.supervisor).post(
        f"/api/v1/sites/{book.cast.site.id}/journals/import?kind={kind}&dry_run={str(dry).lower()}",
        data="\r\n".join([header, *lines]).encode("utf-8-sig"),
        content_type="text/csv",
    )


def counts(answer: Any) -> tuple[int, int, int, bool]:
    return tuple(answer.json[name] for name in ("rows", "created", "unchanged", "applied"))


def mistakes(answer: Any) -> dict[tuple[int, str], str]:
    return {(error["row"], error["column"]): error["code"] for error in answer.json["errors"]}


def entries() -> list[Entry]:
    with reading() as session:
        return list(session.scalars(select(Entry).order_by(Entry.journal_id, Entry.number)))


def journal_count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Journal)) or 0


def test_a_file_is_booked_and_a_dry_run_is_not(book: Book) -> None:
    water = make_item()
    line = "2026-11-20 14:05,WATER,,A-01,,,12,,"
    assert counts(send(book, line, dry=True)) == (1, 1, 0, False)
    assert journal_count() == 0
    answer = send(book, line)
    assert (answer.status_code, counts(answer)) == (200, (1, 1, 0, True))
    assert book.on_hand(water) == 12


def test_quantities_are_in_base_units_and_packs(book: Book) -> None:
    make_item(barcodes={"06901234567892": 1, "16901234567899": 12})
    make_item("RICE", unit="kg", unit_cost=0)
    lines = [
        "2026-11-20 14:05,,6901234567892,A-01,,,3,,",
        "2026-11-20 14:05,,16901234567899,A-01,,,2,,",
        "2026-11-20 14:05,RICE,,A-01,,,2.5,12.3456,",
    ]
    answer = send(book, *lines)
    assert answer.status_code == 200, answer.json
    assert [(entry.quantity, entry.unit_cost) for entry in entries()] == [
        (3, 1_500_000),
        (24, 1_500_000),
        (2500, 12_345_600),
    ]


def test_times_are_the_sites_own_unless_a_zone_is_given(book: Book) -> None:
    make_item()
    times = ["2026-11-20 14:05", "2026/11/20 14:05:30", "2026-11-20T14:05:00Z", "2026-11-20T14:05:00.250+0100"]
    assert send(book, *(f"{when},WATER,,A-01,,,1,," for when in times)).status_code == 200
    assert [iso(entry.occurred_at) for entry in entries()] == [
        "2026-11-20T06:05:00.000Z",
        "2026-11-20T06:05:30.000Z",
        "2026-11-20T14:05:00.000Z",
        "2026-11-20T13:05:00.250Z",
    ]
    assert not any(entry.date_only for entry in entries())


def test_a_day_alone_is_that_days_end_and_says_so(book: Book) -> None:
    make_item()
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert send(book, "2026-11-19,WATER,,A-01,,,1,,", f"{today},WATER,,A-01,,,1,,").status_code == 200
    past, present = entries()
    assert (past.date_only, iso(past.occurred_at)) == (True, "2026-11-19T15:59:59.999Z")
    assert present.date_only
    assert present.occurred_at <= now()


def test_the_same_file_twice_is_booked_once(book: Book) -> None:
    water = make_item()
    line = "2026-11-20 14:05,WATER,,A-01,,,12,,"
    send(book, line)
    assert counts(send(book, line, dry=True)) == (1, 0, 1, False)
    assert counts(send(book, line)) == (1, 0, 1, True)
    assert book.on_hand(water) == 12
    assert send(book, line, kind="sale").status_code == 200  # another kind is another matter
    assert book.on_hand(water) == 0


def test_each_document_is_a_journal_and_known_again_in_a_longer_file(book: Book) -> None:
    water = make_item()
    first = [f"2026-11-20 14:05,WATER,,A-01,,,{n},,GRN-{n % 2}" for n in (1, 2, 3)]
    assert counts(send(book, *first)) == (3, 3, 0, True)
    assert journal_count() == 2
    assert counts(send(book, *first, "2026-11-21 09:00,WATER,,A-01,,,10,,GRN-9")) == (4, 1, 3, True)
    assert (journal_count(), book.on_hand(water)) == (3, 16)


def test_a_document_with_other_rows_than_before_is_a_mistake(book: Book) -> None:
    make_item()
    send(book, "2026-11-20 14:05,WATER,,A-01,,,1,,GRN-1")
    answer = send(book, "2026-11-20 14:05,WATER,,A-01,,,2,,GRN-1", dry=True)
    assert mistakes(answer) == {(2, "document"): "source_key_reused"}
    assert send(book, "2026-11-20 14:05,WATER,,A-01,,,2,,GRN-1").status_code == 422


def test_all_mistakes_of_a_file_are_told_at_once_and_nothing_is_booked(book: Book) -> None:
    make_item(barcodes={"06901234567892": 1})
    make_item("MILK", tracks_lots=True)
    make_item("RICE", unit="kg")
    make_location(book.cast.site, "SHUT", active=False)
    lines = [
        "yesterday,WATER,,A-01,,,1,,",
        "2999-01-01,WATER,,A-01,,,1,,",
        "2026-11-20,NONE,,A-09,,,1,,",
        "2026-11-20,,123,SHUT,,,1,,",
        "2026-11-20,MILK,6901234567892,A,,,1,,",
        "2026-11-20,RICE,,A-01,,,0.0005,,",
        "2026-11-20,WATER,,A-01,,L1,1.5,,",
        "2026-11-20,WATER,,A-01,,,0,,",
        "2026-11-20,WATER,,A-01,,,-1,,",
        "2026-11-20,WATER,,,,,1000000001,,",
        "2026-11-20,WATER,,A-01,,,1,0.0000001,",
        "2026-11-20,MILK,,A-01,,L1,1,2.50,",
        ",,,A-01,,,,,",
        "2026-11-20,WATER,,A-01,A-02,,1,,",
    ]
    expected = {
        (2, "occurred_at"): "not_a_time",
        (3, "occurred_at"): "in_the_future",
        (4, "sku"): "unknown_item",
        (4, "location"): "unknown_location",
        (5, "barcode"): "unknown_barcode",
        (5, "location"): "location_inactive",
        (6, "barcode"): "codes_disagree",
        (6, "location"): "above_stock_level",
        (7, "quantity"): "not_exact",
        (8, "lot"): "lot_not_tracked",
        (8, "quantity"): "not_exact",
        (9, "quantity"): "out_of_range",
        (10, "quantity"): "not_a_number",
        (11, "location"): "location_needed",
        (11, "quantity"): "out_of_range",
        (12, "unit_cost"): "out_of_range",
        (14, "occurred_at"): "required",
        (14, "sku"): "item_needed",
        (14, "quantity"): "required",
        (15, "to_location"): "not_for_this_kind",
    }
    answer = send(book, *lines, dry=True)
    assert answer.status_code == 200
    assert mistakes(answer) == expected
    refused = send(book, *lines)
    assert (refused.status_code, refused.json["code"]) == (422, "import_refused")
    assert {(error["row"], error["column"]): error["code"] for error in refused.json["errors"]} == expected
    assert journal_count() == 0


def test_a_file_of_moves_names_both_places(book: Book) -> None:
    water = make_item()
    lines = ["2026-11-20 14:05,WATER,,A-01,A-02,,4,,", "2026-11-20 14:05,WATER,,A-02,,,4,,"]
    assert mistakes(send(book, *lines, kind="move", dry=True)) == {(3, "to_location"): "location_needed"}
    assert send(book, lines[0], kind="move").status_code == 200
    assert (book.on_hand(water), book.on_hand(water, "A-02")) == (-4, 4)


def test_a_move_within_one_stock_location_moves_nothing(book: Book) -> None:
    make_item()
    answer = send(book, "2026-11-20 14:05,WATER,,A-01,A-01,,4,,", kind="move", dry=True)
    assert mistakes(answer) == {(2, "to_location"): "same_location"}


def test_the_template_can_be_sent_back_as_it_is(book: Book) -> None:
    make_item()
    make_item("RICE", unit="kg")
    url = f"/api/v1/sites/{book.cast.site.id}/journals"
    desk = book.cast.client(book.cast.supervisor)
    template = desk.get(f"{url}/template")
    assert template.data.startswith(b"\xef\xbb\xbf")
    answer = desk.post(f"{url}/import?kind=receipt", data=template.data, content_type="text/csv")
    assert (answer.status_code, mistakes(answer)) == (200, {})


def test_what_was_booked_can_be_taken_home_as_a_file(book: Book) -> None:
    make_item(name="=cmd|' /C calc'!A0")
    send(book, "2026-11-20 14:05,WATER,,A-01,,,12,1.25,GRN-1", "2026-11-19,WATER,,A-02,,,3,1.25,GRN-1")
    url = f"/api/v1/sites/{book.cast.site.id}/journals/export"
    lines = book.cast.client(book.cast.supervisor).get(url).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert ",receipt,GRN-1," in lines[1]
    assert ",2026-11-20 14:05:00.000+08:00,WATER,'=cmd|' /C calc'!A0,,SUPPLIER,A-01,12,pcs,1.25," in lines[1]
    assert ",2026-11-19,WATER," in lines[2]
    later = iso(datetime.now(UTC) + timedelta(days=1))
    narrowed = book.cast.client(book.cast.supervisor).get(url, query_string={"since": later})
    assert len(narrowed.data.decode().splitlines()) == 1


@pytest.mark.parametrize(("who", "status"), [("counter", 403), ("outsider", 404)])
def test_who_may_not_send_or_take_files(cast: Cast, book: Book, who: str, status: int) -> None:
    person = getattr(cast, who)
    assert send(book, "2026-11-20 14:05,WATER,,A-01,,,12,,", who=person).status_code == status
    for name in ("template", "export"):
        url = f"/api/v1/sites/{cast.site.id}/journals/{name}"
        assert cast.client(person).get(url).status_code == status


def test_stock_and_journals_go_out_as_their_lists_show_them(book: Book) -> None:
    make_item(unit_cost=12_500)
    make_item("RICE", unit="kg", unit_cost=0)
    send(book, "2026-11-20 14:05,WATER,,A-01,,,12,,GRN-1")
    send(book, "2026-11-20 14:05,RICE,,A-02,,,2.5,,S-1", kind="sale")
    desk, site = book.cast.client(book.cast.supervisor), str(book.cast.site.id)

    def rows(name: str, **query: str) -> list[str]:
        answer = desk.get(f"/api/v1/{name}/export", query_string={"site_id": site, **query})
        assert answer.status_code == 200, answer.json
        return answer.data.decode("utf-8-sig").splitlines()[1:]

    water, rice = rows("stock")
    assert water.startswith("A-01,WATER,Water,,12,pcs,")
    assert rice.startswith("A-02,RICE,Rice,,-2.5,kg,")
    assert [line.split(",")[1] for line in rows("stock", search="ric")] == ["RICE"]
    assert [line.split(",")[1:3] for line in rows("journals")] == [["sale", "S-1"], ["receipt", "GRN-1"]]
    assert [line.split(",")[1] for line in rows("journals", kind="sale", lang="zh")] == ["销售"]


def test_a_spreadsheet_saved_anew_is_the_same_file(book: Book) -> None:
    water = make_item()
    cells = [HEADER.split(","), ["2026-11-20 14:05", "WATER", "", "A-01", "", "", "12", "", ""]]
    for _ in range(2):
        rows = ("".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line) for line in cells)
        data = workbook(*(f"<row>{row}</row>" for row in rows), properties=f"<!-- {now()} -->")
        url = f"/api/v1/sites/{book.cast.site.id}/journals/import?kind=receipt&dry_run=false"
        answer = book.cast.client(book.cast.supervisor).post(url, data=data, content_type="text/csv")
        assert answer.status_code == 200, answer.json
    assert counts(answer) == (1, 0, 1, True)
    assert book.on_hand(water) == 12
