"""Files in and out: all mistakes at once, nothing a spreadsheet would run, and what was written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import table, table_lines
from app.kernel.errors import Invalid, Malformed, TooLarge
from app.kernel.table import Column, ImportReport, RowError, read_all_rows, read_csv, read_table
from app.kernel.table_cells import CellMistake, choice_cell, whole_cell, yes_no_cell, yes_or_no
from app.kernel.table_csv import write_csv
from app.kernel.table_out import Form, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.text import code_text, name_text

COLUMNS = (
    Column("code", required=True, example="A"),
    Column("count", whole_cell(0, 9), default=1),
    Column("use", yes_no_cell),
)


def read(text: str) -> tuple[list[tuple[int, dict[str, object]]], list[tuple[int, str, str]]]:
    rows, errors = read_csv(text.encode(), COLUMNS)
    return [(row.number, row.values) for row in rows], [(error.row, error.column, error.code) for error in errors]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    rows, errors = read('code,count\n"two\nlines",2\n\n  ,\nB,\n')
    assert rows == [
        (2, {"code": "two\nlines", "count": 2, "use": None}),
        (5, {"code": "B", "count": 1, "use": None}),
    ]
    assert errors == []


def test_columns_come_in_any_order_and_any_case_and_may_be_missing() -> None:
    assert read(" COUNT ,Code\n3,A\n")[0] == [(2, {"code": "A", "count": 3, "use": None})]


def test_every_mistake_is_found_not_only_the_first() -> None:
    rows, errors = read("code,count,use\n,x,perhaps\nB,2,yes,more\nC,3,no\n")
    assert [number for number, _ in rows] == [4]
    assert errors == [
        (2, "code", "required"),
        (2, "count", "not_a_whole_number"),
        (2, "use", "not_yes_or_no"),
        (3, "", "too_many_cells"),
    ]


def test_a_row_with_a_mistake_can_still_be_judged_by_its_other_cells() -> None:
    rows, _ = read_all_rows(b"code,count\nA,x\n", COLUMNS)
    assert (rows[0].values, rows[0].bad) == ({"code": "A", "count": None, "use": None}, {"count"})


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", Malformed, "empty_file"),
        (b'code\n"A', Malformed, "malformed_csv"),
        (b"code\nA\x00", Malformed, "unknown_encoding"),
        ("code\nA".encode("utf-16"), Malformed, "unknown_encoding"),
        (b"PK\x03\x04\x00\x00", Malformed, "malformed_xlsx"),  # whatever its name says
        (b"count\n1", Invalid, "wrong_header"),
        (b"code,colour\nA,red", Invalid, "wrong_header"),
        (b"code,code\nA,B", Invalid, "wrong_header"),
        (b"code\n" + b"A" * 200_000, Malformed, "malformed_csv"),
    ],
)
def test_what_is_no_such_file_is_refused_whole(data: bytes, error: type[Exception], code: str) -> None:
    with pytest.raises(error, match=code):
        read_csv(data, COLUMNS)


def test_limits_come_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BYTE_LIMIT", 10)
    with pytest.raises(TooLarge, match="file_too_large"):
        read_csv(b"code\nABCDEFG", COLUMNS)
    monkeypatch.setattr(table_lines, "ROW_LIMIT", 2)
    assert len(read_csv(b"code\nA\nB", COLUMNS)[0]) == 2
    with pytest.raises(TooLarge, match="too_many_rows"):
        read_csv(b"code\nA\nB\nC", COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_files_are_read_as_excel_saves_them(encoding: str) -> None:
    rows, _ = read_csv("code\n纯净水𠮷".encode(encoding), COLUMNS)
    assert rows[0].values["code"] == "纯净水𠮷"


def test_a_byte_order_mark_in_gb18030_is_no_part_of_the_header() -> None:
    assert len(read_csv("\ufeffcode\n水".encode("gb18030"), COLUMNS)[0]) == 1


def test_what_a_spreadsheet_would_run_stays_text() -> None:
    written = write_csv(["a", "b"], [["=1+1", -5], ["@SUM(A1)", None], ["\t=1", 2], ["-1", "x"]])
    assert written == "\ufeffa,b\r\n'=1+1,-5\r\n'@SUM(A1),\r\n'\t=1,2\r\n'-1,x\r\n".encode()


def test_a_negative_number_is_one_only_where_numbers_stand() -> None:
    columns = (Column("sku"), Column("quantity", kind="number"))
    written = write_table(columns, [["-1", "-2.5"], ["x", "-1+1"]]).decode("utf-8-sig")
    assert written == "sku,quantity\r\n'-1,-2.5\r\nx,'-1+1\r\n"


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_names_are_read_back_as_they_were_written(texts: list[str]) -> None:
    kept: list[str] = []
    for text in texts:
        try:
            kept.append(name_text(text))
        except ValueError:
            continue
    rows, errors = read_csv(write_csv(["name"], [[text] for text in kept]), (Column("name", name_text),))
    assert ([row.values["name"] for row in rows], errors) == (kept, [])


def test_a_template_shows_what_is_meant() -> None:
    assert (
        write_template(COLUMNS, more=[{"code": "B", "count": "2"}]) == b"\xef\xbb\xbfcode,count,use\r\nA,,\r\nB,2,\r\n"
    )


KEPT = (
    Column("sku", code_text, required=True, example=Words("水-550", "WATER-550")),
    Column("lots", yes_no_cell, kind="word", example="no"),
)


def test_headers_are_read_in_either_language_and_by_their_names_for_programs() -> None:
    for data in ("商品编码,按批次管理\nA,是", "SKU,Kept by lot\nA,yes", "sku,lots\nA,1", "Ｓku *,Kept  by LOT\nA,y"):
        table_read = read_table(data.encode(), KEPT)
        assert [row.values for row in table_read.rows] == [{"sku": "A", "lots": True}], data
    assert (table_read.places["lots"].letter, table_read.places["lots"].head) == ("B", "Kept  by LOT")


def test_the_same_column_in_two_languages_stands_twice() -> None:
    with pytest.raises(Invalid) as refused:
        read_table("SKU,商品编码,colour\nA,B,".encode(), KEPT)
    assert [(error.field, error.code) for error in refused.value.errors] == [
        ("colour", "unknown_column"),
        ("sku", "doubled_column"),
    ]


def test_files_for_people_have_headers_and_words_in_their_language() -> None:
    rows = [("A", "yes"), ("B", "no")]
    assert write_table(KEPT, rows, Form(language="zh")).decode("utf-8-sig") == "商品编码,按批次管理\r\nA,是\r\nB,否\r\n"
    assert write_table(KEPT, rows, Form(language="en")).decode("utf-8-sig") == "SKU,Kept by lot\r\nA,yes\r\nB,no\r\n"
    assert write_table(KEPT, rows).decode("utf-8-sig") == "sku,lots\r\nA,yes\r\nB,no\r\n"
    assert write_template(KEPT, Form(language="zh")).decode("utf-8-sig") == "商品编码,按批次管理\r\n水-550,否\r\n"


def test_a_mistake_names_the_cell_and_the_header_as_the_file_has_them_and_the_figures_of_its_sentence() -> None:
    columns = (Column("sku", code_text), Column("scale", whole_cell(0, 6)))
    found = read_table("小数位,商品编码\n7,A\n1,B\u200bC\n1,{}\n".format("x" * 200).encode(), columns)
    report = ImportReport(errors=found.errors, places=found.places)
    shown = [(it.cell, it.head, it.column, it.code, it.data) for it in report.errors_listed]
    assert shown == [
        ("A2", "小数位", "scale", "not_a_whole_number", {"least": 0, "most": 6}),
        ("B3", "商品编码", "sku", "character_not_allowed", {"char": "U+200B", "position": 2}),
        ("B4", "商品编码", "sku", "text_too_long", {"most": 128, "length": 200}),
    ]


def test_a_report_refuses_with_all_its_mistakes_and_lists_the_first_thousand() -> None:
    report = ImportReport(rows=2000, errors=[RowError(n, "a", "x", "wrong", "No.") for n in range(1500, 0, -1)])
    with pytest.raises(Invalid) as refused:
        report.refuse_errors()
    assert refused.value.data["error_count"] == 1500
    assert [error.place["row"] for error in refused.value.errors] == list(range(1, 1001))
    ImportReport(rows=1).refuse_errors()


@pytest.mark.parametrize("cell", ["1.0", "1,000", "١", "1e3", "", "ten", "-1", "10", "9" * 30])
def test_a_whole_number_is_digits_within_its_limits(cell: str) -> None:
    with pytest.raises(CellMistake):
        whole_cell(0, 9)(cell)


def test_yes_and_no_are_understood_in_both_languages() -> None:
    assert [yes_no_cell(cell) for cell in ("Yes", "是", "1", "no", "否", "FALSE")] == [True] * 3 + [False] * 3
    assert [yes_no_cell(yes_or_no(value)) for value in (True, False)] == [True, False]
    assert [choice_cell(("zone", "bin"))(cell) for cell in ("BIN", "库区")] == ["bin", "zone"]
    with pytest.raises(CellMistake, match="zone, bin"):
        choice_cell(("zone", "bin"))("shelf")
