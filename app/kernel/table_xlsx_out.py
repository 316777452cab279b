"""XLSX written for people: a header that stays in view, texts that stay texts, notes that say what a column takes."""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.kernel.table import Column
from app.kernel.table_lines import FORMULA
from app.kernel.table_words import Language

ROWS_MEASURED: Final = 200
_WIDTH_MIN, _WIDTH_MAX = 9, 48
_TEXT_MAX: Final = 32_767  # characters of a cell
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_ROWS_TO_FILL = 5000  # below a template's examples: where pasted codes keep their leading zeros


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    language: Language,
    title: str = "",
    *,
    template: bool = False,
) -> bytes:
    """Write one sheet. A `template`'s header cells carry notes, and its empty cells take what is typed as text."""
    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_NOT_IN_TITLES.sub(" ", title)[:31] or None)
    upcoming = iter(rows)
    first = list(islice(upcoming, ROWS_MEASURED))
    as_text = book.add_format({"num_format": "@"})
    for place, column in enumerate(columns):
        width = _width([column.head(language), *(row[place] for row in first)])
        sheet.set_column(place, place, width, None if column.kind == "number" else as_text)
    _write_header(book, sheet, columns, language, notes=template)
    number = 0
    for number, row in enumerate(_all(first, upcoming), start=1):
        _write_row(sheet, number, row, columns)
    if number and not template:
        sheet.autofilter(0, 0, number, len(columns) - 1)
    book.close()
    return out.getvalue()


def _all(first: list[Sequence[Any]], rest: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    yield from first
    yield from rest


def _write_header(
    book: Workbook, sheet: Worksheet, columns: Sequence[Column], language: Language, *, notes: bool
) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F5", "num_format": "@"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.head(language), bold)
        if notes:
            text = note_of(column, language)
            lines = 1 + text.count("\n") + len(text) // 30
            sheet.write_comment(0, place, text, {"x_scale": 1.6, "y_scale": 0.3 * lines + 0.2, "author": "Pandian"})


def note_of(column: Column, language: Language) -> str:
    """What a template says of a column: needed or not, what it takes, an example."""
    zh = language == "zh"
    needed = ("必填" if zh else "Needed") if column.required else ("可留空" if zh else "May be empty")
    example = column.example if isinstance(column.example, str) else column.example.of(language)
    lines = [f"{needed}。" if zh else f"{needed}."]
    if column.note is not None:
        lines.append(column.note.of(language))
    if example:
        lines.append(f"例:{example}" if zh else f"Example: {example}")
    return "\n".join(lines)


def _write_row(sheet: Worksheet, number: int, row: Sequence[Any], columns: Sequence[Column]) -> None:
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        if cell is None or cell == "":
            continue
        text = str(cell)
        if column.kind == "number" and _NUMBER.fullmatch(text) and _exact(text):
            sheet.write_number(number, place, float(text))
        else:
            sheet.write_string(number, place, _kept(text)[:_TEXT_MAX])


def _exact(text: str) -> bool:
    """Whether a spreadsheet, which keeps 15 digits, keeps this number."""
    return len(text.strip("-").replace(".", "").lstrip("0")) <= 15 and Decimal(text) == Decimal(repr(float(text)))


def _kept(text: str) -> str:
    """A text as a string cell, which is never run; an apostrophe that could be taken for a CSV's is doubled."""
    return "'" + text if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _width(cells: Iterable[Any]) -> int:
    """Wide enough for the longest of these, a Chinese sign counting two."""
    widest = max((_columns_of(str(cell)) for cell in cells if cell is not None), default=0)
    return max(_WIDTH_MIN, min(_WIDTH_MAX, widest + 2))


def _columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text[:_WIDTH_MAX])
