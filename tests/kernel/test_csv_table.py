"""Files in and out: all mistakes at once, nothing a spreadsheet would run, and what was written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import csv_table
from app.kernel.csv_cells import CellMistake, choice_cell, whole_cell, yes_no_cell, yes_or_no
from app.kernel.csv_table import Column, ImportReport, RowError, read_all_rows, read_csv, template_csv, write_csv
from app.kernel.errors import Invalid, Malformed, TooLarge
from app.kernel.text import name_text

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
        (b"PK\x03\x04\x00\x00", Malformed, "unknown_encoding"),  # an XLSX that was only renamed
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
    monkeypatch.setattr(csv_table, "BYTE_LIMIT", 10)
    with pytest.raises(TooLarge, match="file_too_large"):
        read_csv(b"code\nABCDEFG", COLUMNS)
    monkeypatch.setattr(csv_table, "ROW_LIMIT", 2)
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
    assert template_csv(COLUMNS, [{"code": "B", "count": "2"}]) == b"\xef\xbb\xbfcode,count,use\r\nA,,\r\nB,2,\r\n"


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
    assert choice_cell(("zone", "bin"))("BIN") == "bin"
    with pytest.raises(CellMistake, match="zone, bin"):
        choice_cell(("zone", "bin"))("shelf")
