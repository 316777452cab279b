"""XLSX: what people see is what is read, what would mislead is said, and no file can hurt."""

import io
import struct
import time
import tracemalloc
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import table_lines, table_xlsx
from app.kernel.errors import DomainError, Invalid, Malformed, TooLarge
from app.kernel.table import Column, read_table
from app.kernel.table_cells import whole_cell, yes_no_cell
from app.kernel.table_out import Form, write_table, write_template
from app.kernel.table_words import Words
from app.kernel.table_xlsx import xlsx_lines
from app.kernel.text import barcode_text, name_text
from tests.kernel.workbooks import parts_of, row, sheet_xml, workbook, zipped

SKU = (Column("sku", required=True), Column("name"))
XLSX = Form("xlsx", "zh")


def lines(data: bytes) -> list[tuple[int, list[Any]]]:
    return [(number, list(cells)) for number, cells in xlsx_lines(data, lambda _: True)]


def cell(xml: str, *, formats: tuple[str, ...] = (), properties: str = "") -> Any:
    """What a cell after the text `x` says."""
    found = lines(workbook(row("x", xml), formats=formats, properties=properties))[0][1]
    return found[1] if len(found) > 1 else ""


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("6901234567892", "General", "6901234567892"),
        ("6.901234567892E12", "0.00E+00", "6901234567892"),
        ("6901234567892", "0.00E+00", "6901234567892"),  # all the digits are there, however they are shown
        ("42", "000000", "000042"),
        ("42", "000000;-000000", "000042"),
        ("1.5", "0.00", "1.5"),
        ("0.1", "General", "0.1"),
        ("0.30000000000000004", "General", "0.3"),
        ("1000", "#,##0", "1000"),
        ("0.25", "0%", "25%"),
        ("1E-5", "General", "0.00001"),
        ("-3", "General", "-3"),
        ("46346", "yyyy/m/d", "2026-11-20"),
        ("46346.586805555555", 'yyyy"年"m"月"d"日" h:mm', "2026-11-20 14:05"),
        ("46346.586811342595", "yyyy-mm-dd hh:mm:ss", "2026-11-20 14:05:00.500"),
        ("0.5", "h:mm", "12:00"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("5", "[Red]0", "5"),  # d stands in Red, and means no day
        ("5", '0" days"', "5"),
    ],
)
def test_a_number_is_the_text_a_person_sees(value: str, code: str, shown: str) -> None:
    code = code.replace('"', "&quot;")
    assert cell(f'<c s="1"><v>{value}</v></c>', formats=(code,)) == shown


def test_dates_may_count_from_1904() -> None:
    data = '<c s="1"><v>44884</v></c>'
    assert cell(data, formats=("yyyy-mm-dd",), properties='<workbookPr date1904="1"/>') == "2026-11-20"


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="d"><v>2026-11-20T00:00:00</v></c>', "2026-11-20"),
        ('<c t="str"><v>as text</v></c>', "as text"),
        ('<c t="inlineStr"><is><t>01</t><r><t>23</t></r><rPh><t>read so</t></rPh></is></c>', "0123"),
        ('<c t="inlineStr"><is><t>(01)x_x001D_y _x005F_x001D_</t></is></c>', "(01)x\x1dy _x001D_"),
        ('<c t="s"><v>0</v></c>', "shared"),
        ("<c/>", ""),
        ('<c t="n"><v></v></c>', ""),
    ],
)
def test_cells_of_every_type_are_read(xml: str, shown: str) -> None:
    data = workbook(row("x", xml), texts="<si><r><t>sha</t></r><r><t>red</t></r><rPh><t>no</t></rPh></si>")
    assert (lines(data)[0][1] + [""])[1] == shown


@pytest.mark.parametrize(
    ("xml", "code", "value"),
    [
        ("<c><f>A1*2</f><v>84</v></c>", "formula", "=A1*2"),
        ('<c><f t="shared" si="0"/><v>84</v></c>', "formula", "="),
        ('<c t="e"><v>#N/A</v></c>', "cell_error", "#N/A"),
        ("<c><v>123456789012345678</v></c>", "digits_lost", "123456789012345680"),
        ("<c><v>NaN</v></c>", "unreadable_number", "NaN"),
        ("<c><v>abc</v></c>", "unreadable_number", "abc"),
        ('<c s="1"><v>-5</v></c>', "unreadable_number", "-5"),
        ('<c s="1"><v>1E300</v></c>', "unreadable_number", "1E300"),
    ],
)
def test_what_says_nothing_is_a_mistake_with_its_cell(xml: str, code: str, value: str) -> None:
    data = workbook(row("商品编码", "Name"), row("A", xml), row("B", "fine"), formats=("yyyy",))
    table = read_table(data, SKU)
    assert [(it.row, it.column, it.code, it.value) for it in table.errors] == [(2, "name", code, value)]
    assert [(it.number, it.values["sku"]) for it in table.rows] == [(2, "A"), (3, "B")]


def test_rows_and_columns_are_those_of_the_sheet() -> None:
    data = workbook(
        '<row r="3"><c r="B3" t="inlineStr"><is><t>sku</t></is></c></row>',
        '<row r="5"/>',
        '<row r="8"><c r="B8"><v>7</v></c><c r="D8"><v>9</v></c></row>',
    )
    table = read_table(data, SKU)
    assert (table.places["sku"].letter, table.rows[0].number, table.rows[0].values["sku"]) == ("B", 8, "7")
    assert [(it.row, it.code, it.value) for it in table.errors] == [(8, "too_many_cells", "9")]


def test_the_sheet_with_the_right_header_is_read() -> None:
    told = {"Notes": row("How to"), "Hidden": row("sku"), "Data": row("sku") + row("A")}
    sheets = {name: sheet_xml(rows) for name, rows in told.items()}
    data = zipped(parts_of(sheets, states={"Hidden": "hidden"}))
    assert [it.values["sku"] for it in read_table(data, SKU).rows] == ["A"]
    with pytest.raises(Invalid, match="several_sheets"):
        read_table(zipped(parts_of({"A": sheet_xml(row("sku")), "B": sheet_xml(row("sku"))})), SKU)
    with pytest.raises(Invalid, match="wrong_header"):
        read_table(zipped(parts_of({"A": sheet_xml(row("x")), "B": sheet_xml(row("y"))})), SKU)


def test_other_programs_write_prefixes_and_absolute_parts() -> None:
    cells = "<x:row><x:c><x:v>1</x:v></x:c></x:row>"
    parts = parts_of({"A": f"<x:worksheet xmlns:x='m'><x:sheetData>{cells}</x:sheetData></x:worksheet>"})
    rels = str(parts["xl/_rels/workbook.xml.rels"]).replace('"worksheets/', '"/xl/worksheets/')
    assert lines(zipped({**parts, "xl/_rels/workbook.xml.rels": rels})) == [(1, ["1"])]


# --- hostile files ---------------------------------------------------------------------------------------------------

BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row>'
    '<c t="str"><v>&a;</v></c></row></sheetData></worksheet>'
)
FAR_AWAY = '<c r="ZZZ1"><v>7</v></c>'
GOOD = workbook(row("sku"), row("A"))


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped({**parts_of({"A": sheet_xml(row("sku"), row("A"))}), name: content})


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"PK\x03\x04", Malformed, "malformed_xlsx"),
        (GOOD[: len(GOOD) // 2], Malformed, "malformed_xlsx"),
        (GOOD[:-30], Malformed, "malformed_xlsx"),
        (GOOD.replace(b"PK\x01\x02", b"PK\x01\x03"), Malformed, "malformed_xlsx"),
        (zipped({"readme.txt": "no table"}), Malformed, "not_xlsx"),
        (zipped({"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument"}), Malformed, "not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Malformed, "old_excel"),
        (with_part("xl/worksheets/sheet1.xml", BILLION_LAUGHS), Malformed, "malformed_xlsx"),
        (with_part("xl/worksheets/sheet1.xml", EXTERNAL), Malformed, "malformed_xlsx"),
        (with_part("xl/sharedStrings.xml", BILLION_LAUGHS), Malformed, "malformed_xlsx"),
        (with_part("xl/styles.xml", EXTERNAL), Malformed, "malformed_xlsx"),
        (with_part("_rels/.rels", EXTERNAL), Malformed, "malformed_xlsx"),
        (with_part("xl/workbook.xml", "<workbook><sheets>"), Malformed, "malformed_xlsx"),
        (with_part("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"), Malformed, "malformed_xlsx"),
        (with_part("xl/worksheets/sheet1.xml", b"\xff\xfe\x00"), Malformed, "malformed_xlsx"),
        (with_part("xl/worksheets/sheet1.xml", sheet_xml(row('<c t="s"><v>7</v></c>'))), Malformed, "malformed_xlsx"),
        (
            with_part("xl/worksheets/sheet1.xml", sheet_xml(row(FAR_AWAY))),
            TooLarge,
            "too_many_columns",
        ),
        (with_part("xl/worksheets/sheet1.xml", sheet_xml(row("x" * 300_000))), Malformed, "malformed_xlsx"),
        (with_part("xl/worksheets/sheet1.xml", ""), Malformed, "empty_file"),
        (with_part("xl/worksheets/sheet1.xml", sheet_xml()), Malformed, "empty_file"),
    ],
)
def test_a_hostile_or_broken_file_is_refused(data: bytes, error: type[DomainError], code: str) -> None:
    with pytest.raises(error, match=code):
        read_table(data, SKU)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 300_000_000)
    assert len(bomb) < 400_000
    started = time.monotonic()
    tracemalloc.start()
    with pytest.raises(TooLarge, match="file_too_large"):
        read_table(bomb, SKU)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert time.monotonic() - started < 2


def test_a_bomb_that_lies_about_its_size_unpacks_to_no_more_than_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_xlsx, "UNPACKED_LIMIT", 100_000)
    bomb = bytearray(with_part("xl/worksheets/sheet1.xml", sheet_xml(row("sku")) + " " * 10_000_000))
    at = bomb.rfind(b"PK\x01\x02", 0, bomb.rfind(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", bomb, at + 24, 1000)
    with pytest.raises(DomainError, match="malformed_xlsx"):
        read_table(bytes(bomb), SKU)


def test_a_zip_of_very_many_empty_parts_is_refused_before_its_list_is_read() -> None:
    crowd = zipped({f"x{number}": "" for number in range(25_000)})
    with pytest.raises(TooLarge, match="file_too_large"):
        read_table(crowd, SKU)


def test_rows_are_counted_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_lines, "ROW_LIMIT", 2)
    assert len(read_table(workbook(row("sku"), row("A"), row("B")), SKU).rows) == 2
    with pytest.raises(TooLarge, match="too_many_rows"):
        read_table(workbook(row("sku"), row("A"), row("B"), row("C")), SKU)


@given(st.binary(max_size=300), st.integers(0, len(GOOD) - 1), st.integers(0, 60))
def test_whatever_is_damaged_it_is_a_refusal_or_a_table(noise: bytes, at: int, cut: int) -> None:
    for data in (GOOD[:at] + noise + GOOD[at + cut :], b"PK\x03\x04" + noise, noise + GOOD):
        try:
            read_table(data, SKU)
        except DomainError as error:
            assert error.code  # noqa: PT017  # a table is as good


# --- writing ---------------------------------------------------------------------------------------------------------

GOODS = (
    Column("sku", required=True, example=Words("水", "WATER")),
    Column("barcode", barcode_text, example="0012345678905"),
    Column("quantity", whole_cell(0, 10**15), kind="number"),
    Column("active", yes_no_cell, kind="word", note=Words("是 或 否", "yes or no")),
)


def test_what_is_written_is_read_back() -> None:
    rows = [
        ("=1+1", "0012345678905", 5, "yes"),
        ("-5°C", "'quoted", 12.5, "no"),
        ("'=x", "(01)\x1d_x001D_", 123456789012345, "no"),
        ("  spaced", "''", None, "yes"),
        ("https://example.com", "\t", "1234567890123456", "no"),
    ]
    data = write_table(GOODS, rows, XLSX, "商品")
    read = lines(data)
    assert read[0] == (1, ["商品编码", "条码", "数量", "启用"])
    assert [cells for _, cells in read[1:]] == [
        ["=1+1", "0012345678905", "5", "是"],
        ["-5°C", "'quoted", "12.5", "否"],
        ["'=x", "(01)\x1d_x001D_", "123456789012345", "否"],
        ["  spaced", "''", "", "是"],
        ["https://example.com", "\t", "1234567890123456", "否"],  # 16 digits: as text, or the last would be lost
    ]


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_names_are_read_back_as_they_were_written(texts: list[str]) -> None:
    kept: list[str] = []
    for one in texts:
        try:
            kept.append(name_text(one))
        except ValueError:
            continue
    table = read_table(write_table((Column("name"),), [[one] for one in kept], XLSX), (Column("name", name_text),))
    assert ([it.values["name"] for it in table.rows], table.errors) == (kept, [])


def parts(data: bytes) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_file_for_people_stands_still_at_the_top_and_runs_nothing() -> None:
    sheet = parts(write_table(GOODS, [("=1+1", "http://x", 1, "yes")], XLSX, "a/b:c"))["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="1"' in sheet
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "<autoFilter" in sheet
    assert '<c r="C2"><v>1</v></c>' in sheet


def test_a_template_says_of_each_column_what_it_takes() -> None:
    book = parts(write_template(GOODS, XLSX, title="商品"))
    notes = book["xl/comments1.xml"]
    assert ("必填" in notes, "是 或 否" in notes, "例:水" in notes) == (True, True, True)
    table = read_table(write_template(GOODS, Form("xlsx", "en")), GOODS)
    assert (table.errors, table.rows[0].values["sku"]) == ([], "WATER")


def test_memory_does_not_grow_with_the_rows() -> None:
    columns = tuple(Column(f"c{number}", kind="number" if number > 5 else "text") for number in range(8))
    peaks = []
    for count in (2_000, 20_000):
        tracemalloc.start()
        write_table(columns, ([f"text {n} {c}" if c < 6 else n for c in range(8)] for n in range(count)), XLSX)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 3_000_000  # the packed file itself
