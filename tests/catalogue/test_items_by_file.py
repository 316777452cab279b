"""The whole catalogue by file: every mistake told at once, all rows or none, the same file twice changes nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.catalogue.models import Barcode, Category, Item, Unit
from app.catalogue.service import stock
from app.feed.models import Change
from app.kernel.database import db
from app.kernel.transaction import reading
from tests.builders import Cast, make_item

HEADER = "sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active\n"
GOODS = (
    HEADER
    + """WATER,纯净水 550ml,饮料,瓶,0,6921168509256,,,1.50,no,yes
WATER,,,,,16921168509253,12,箱,,,
APPLE,Apple,Fruit,kg,,,,,6,yes,
MILK,Milk,饮料,瓶,,6901028075763,1,,3.205001,,
"""
)


@pytest.fixture
def manager(cast: Cast) -> FlaskClient:
    return cast.client(cast.manager)


def send(client: FlaskClient, text: str | bytes, *, dry_run: bool = False) -> Any:
    return client.post(f"/api/v1/items/import?dry_run={str(dry_run).lower()}", data=text, content_type="text/csv")


def counts(answer: Any) -> tuple[int, int, int, int, bool]:
    body = answer.json
    assert answer.status_code == 200, body
    assert body["errors"] == []
    return body["rows"], body["created"], body["updated"], body["unchanged"], body["applied"]


def mistakes(answer: Any) -> list[tuple[int, str, str]]:
    return [(error["row"], error["column"], error["code"]) for error in answer.json["errors"]]


def item(client: FlaskClient, sku: str) -> Any:
    return next(row for row in client.get(f"/api/v1/items?search={sku}").json["rows"] if row["sku"] == sku)


def how_many() -> tuple[int, ...]:
    with reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(t)) or 0 for t in (Item, Barcode, Unit, Category))


class TestGoodFiles:
    def test_a_file_makes_items_with_their_codes_units_and_categories(self, manager: FlaskClient) -> None:
        assert counts(send(manager, GOODS)) == (4, 4, 0, 0, True)
        water = item(manager, "WATER")
        assert (water["name"], water["category_name"], water["unit"]["code"]) == ("纯净水 550ml", "饮料", "瓶")
        assert water["unit_cost"] == 1_500_000
        assert [(code["code"], code["pack_factor"], code["label"]) for code in water["barcodes"]] == [
            ("6921168509256", 1, ""),
            ("16921168509253", 12, "箱"),
        ]
        apple, milk = item(manager, "APPLE"), item(manager, "MILK")
        assert (apple["tracks_lots"], apple["unit"]["scale"], apple["barcodes"]) == (True, 3, [])
        assert milk["unit_cost"] == 3_205_001

    def test_a_dry_run_says_what_would_happen_and_does_nothing(self, manager: FlaskClient) -> None:
        before = how_many()
        assert counts(send(manager, GOODS, dry_run=True)) == (4, 4, 0, 0, False)
        assert how_many() == before

    def test_a_dry_run_is_what_happens_unless_told_otherwise(self, manager: FlaskClient) -> None:
        answer = manager.post("/api/v1/items/import", data=GOODS, content_type="text/csv")
        assert counts(answer)[-1] is False

    def test_the_same_file_twice_changes_nothing_and_tells_no_device(self, manager: FlaskClient) -> None:
        send(manager, GOODS)
        with reading() as session:
            told = session.scalar(select(func.count()).select_from(Change))
        assert counts(send(manager, GOODS)) == (4, 0, 0, 4, True)
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Change)) == told

    def test_only_what_changed_is_told_to_devices(self, manager: FlaskClient) -> None:
        send(manager, GOODS)
        with reading() as session:
            newest = session.scalar(select(func.max(Change.id)))
        assert counts(send(manager, "sku,name\nAPPLE,Red apple\nMILK,Milk\n")) == (2, 0, 1, 1, True)
        with reading() as session:
            told = session.scalars(select(Change.entity_key).where(Change.id > newest)).all()
        assert told == [item(manager, "APPLE")["id"]]

    def test_an_empty_cell_leaves_what_is_there(self, manager: FlaskClient) -> None:
        send(manager, GOODS)
        before = item(manager, "WATER")
        assert counts(send(manager, HEADER + "WATER,,,,,,,,,,\n")) == (1, 0, 0, 1, True)
        assert item(manager, "WATER") == before

    def test_codes_are_added_and_changed_but_never_taken_away(self, manager: FlaskClient) -> None:
        send(manager, GOODS)
        more = "sku,barcode,pack_factor,barcode_label\nWATER,16921168509253,24,\nWATER,IN-7,6,tray\n"
        assert counts(send(manager, more)) == (2, 0, 2, 0, True)
        codes = {code["code"]: (code["pack_factor"], code["label"]) for code in item(manager, "WATER")["barcodes"]}
        assert codes == {"6921168509256": (1, ""), "16921168509253": (24, "箱"), "IN-7": (6, "tray")}

    def test_what_was_exported_comes_back_unchanged(self, manager: FlaskClient) -> None:
        send(manager, GOODS)
        awkward = {"=1+1": "@SUM(A1)", "+86": "-dash", "'apostrophe": 'He said "5, please"', "Ünï": "a\u200db"}
        for sku, name in awkward.items():
            unit_id = item(manager, "APPLE")["unit"]["id"]
            made = manager.post("/api/v1/items", json={"sku": sku, "name": name, "unit_id": unit_id})
            assert made.status_code == 201
        exported = manager.get("/api/v1/items/export")
        assert exported.data.startswith(b"\xef\xbb\xbfsku,name")
        assert b"'=1+1,'@SUM(A1)" in exported.data
        assert counts(send(manager, exported.data)) == (8, 0, 0, 8, True)

    def test_the_template_can_be_imported_as_it_is(self, manager: FlaskClient) -> None:
        template = manager.get("/api/v1/items/template")
        assert counts(send(manager, template.data)) == (3, 3, 0, 0, True)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_files_come_from_excel_in_china_too(self, manager: FlaskClient, encoding: str) -> None:
        assert counts(send(manager, GOODS.encode(encoding)))[1] == 4
        assert item(manager, "WATER")["name"] == "纯净水 550ml"

    def test_no_statement_runs_once_a_row(self, manager: FlaskClient) -> None:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        rows = "".join(f"SKU-{n},Item {n},C{n % 7},pcs,,CODE-{n},{n % 12 + 1},,{n}.25,,\n" for n in range(300))
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            send(manager, HEADER + rows)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(statements) < 30


class TestMistakes:
    def test_every_mistake_is_told_at_once_with_its_row_and_column(self, manager: FlaskClient) -> None:
        make_item("KNOWN", name="Known thing", barcodes={"06901028075763": 1}, unit="kg")
        before = how_many()
        wrong = HEADER + "\n".join(
            (
                ",No SKU,,,,,,,,,",  # 2
                "A,,,,,,,,,,",  # 3: a new item needs a name
                "B,Bread,,loaf,,,,,,,",  # 4: a unit nobody knows, without its decimals
                "C,Cheese,,kg,2,,,,,,",  # 5: kg has three
                "D,Dates,,pcs,,6921168509257,,,,,",  # 6: check digit
                "E,Eggs,,pcs,,6901028075763,,,,,",  # 7: KNOWN's code
                "F,Figs,,pcs,,F-1,,,,,",
                "G,Grapes,,pcs,,F-1,,,,,",  # 9: F's code
                "F,Other figs,,,,,,,,,",  # 10: F has another name above
                "H,Ham,,pcs,,,12,,,,",  # 11: a pack without a code
                "I,Ice,,pcs,,X,1.5,,1.0000001,perhaps,2",  # 12: four mistakes in a row
                "J,Jam,,,,6.92117E+12,,,,,",  # 13: a spreadsheet rounded it
                "K,K\u202egnp.exe,,,,,,,,,",  # 14: text that would read backwards
                "L,Lime,,pcs,,L-1,2,,,,",
                "L,Lime,,pcs,,L-1,3,,,,",  # 16: another pack for the same code
                "M,Mint,,tuft,1,,,,,,",
                "N,Nuts,,tuft,2,,,,,,",  # 18: row 17 says one decimal
            )
        )
        dry = send(manager, wrong, dry_run=True)
        assert mistakes(dry) == [
            (2, "sku", "required"),
            (3, "name", "required"),
            (4, "unit", "unknown_unit"),
            (5, "scale", "scale_contradicts"),
            (6, "barcode", "check_digit"),
            (7, "barcode", "code_taken"),
            (9, "barcode", "code_of_two_items"),
            (10, "name", "contradicts_row"),
            (11, "pack_factor", "pack_without_code"),
            (12, "pack_factor", "not_a_whole_number"),
            (12, "unit_cost", "too_many_decimals"),
            (12, "lots", "not_yes_or_no"),
            (12, "active", "not_yes_or_no"),
            (13, "barcode", "rounded_code"),
            (14, "name", "character_not_allowed"),
            (16, "barcode", "contradicts_row"),
            (18, "scale", "scale_contradicts"),
        ]
        said = {(error["row"], error["column"]): error["message"] for error in dry.json["errors"]}
        assert "6921168509256" in said[6, "barcode"]
        assert "KNOWN (Known thing)" in said[7, "barcode"]
        refused = send(manager, wrong)
        assert (refused.status_code, refused.json["code"]) == (422, "import_refused")
        assert mistakes(refused) == mistakes(dry)
        assert refused.json["error_count"] == dry.json["error_count"] == 17
        assert how_many() == before

    def test_a_new_unit_is_made_where_its_decimals_are_said(self, manager: FlaskClient) -> None:
        assert counts(send(manager, HEADER + "A,A,,slice,0,,,,,,\nB,B,,slice,,,,,,,\n"))[1] == 2
        assert item(manager, "B")["unit"]["scale"] == 0

    def test_a_code_the_catalogue_has_is_not_judged_again(self, manager: FlaskClient) -> None:
        make_item("BOUND", barcodes={"6921168509257": 1})  # bound by a supervisor: a scanner really reads it
        assert counts(send(manager, "sku,barcode\nBOUND,6921168509257\n")) == (1, 0, 0, 1, True)

    def test_once_stock_moved_an_items_decimals_are_fixed(
        self, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(manager, GOODS)
        monkeypatch.setattr(stock, "_questions", [lambda _, asked: asked])
        refused = send(manager, "sku,unit\nMILK,\nAPPLE,pcs\nWATER,pcs\n", dry_run=True)
        assert mistakes(refused) == [(3, "unit", "scale_fixed")]

    def test_a_thousand_mistakes_are_listed_and_all_are_counted(self, manager: FlaskClient) -> None:
        refused = send(manager, HEADER + "".join(f"S{n},,,,,,,,,,\n" for n in range(1500)))
        assert (len(refused.json["errors"]), refused.json["error_count"]) == (1000, 1500)

    @pytest.mark.parametrize(
        ("file", "status", "code"),
        [
            (b"", 400, "empty_file"),
            (b"sku,name\nA,\x00\n", 400, "unknown_encoding"),
            (b"\xff\xff\xff", 400, "unknown_encoding"),
            (b'sku,name\nA,"open\n', 400, "malformed_csv"),
            (b"sku,name,colour\nA,B,C\n", 422, "wrong_header"),
            (b"name\nA\n", 422, "wrong_header"),
            (b"sku,sku\nA,B\n", 422, "wrong_header"),
            ("sku,颜色\nA,水\n".encode(), 422, "wrong_header"),
        ],
    )
    def test_what_is_no_items_file_is_refused_whole(
        self, manager: FlaskClient, file: bytes, status: int, code: str
    ) -> None:
        refused = send(manager, file)
        assert (refused.status_code, refused.json["code"]) == (status, code)
        assert refused.content_type == "application/problem+json"

    def test_a_file_must_say_that_it_is_one(self, manager: FlaskClient) -> None:
        refused = manager.post("/api/v1/items/import", data=GOODS, content_type="application/json")
        assert (refused.status_code, refused.json["code"]) == (400, "not_a_table")


@pytest.mark.parametrize("who", ["counter", "supervisor"])
def test_only_managers_import_and_export(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))
    assert send(client, GOODS).status_code == 403
    assert client.get("/api/v1/items/export").status_code == 403
    assert client.get("/api/v1/items/template").status_code == 403
