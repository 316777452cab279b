"""A typed cell of an XLSX as the text a person sees in it; where that has lost something, a BadCell says what."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from app.kernel.table_lines import FORMULA, BadCell, Cell
from app.kernel.table_xlsx_parts import Book, refuse_long_text, unescaped

DIGITS_KEPT: Final = 10**15  # a spreadsheet keeps 15 digits of a number and makes the rest 0
_DATES: Final = frozenset(str(number) for number in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENTS: Final = frozenset({"9", "10"})
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]|_.|\*.', re.IGNORECASE)
_DAY_OR_CLOCK = re.compile(r"[ymdhs]", re.IGNORECASE)
_FORMULA_MESSAGE = "This is a formula; they are not calculated here. Copy the column and paste it as values."
_LOST_MESSAGE = (
    "A number of more than 15 digits: the spreadsheet has rounded its end. Format the column as text, enter it anew."
)
_ERROR_MESSAGE = "The spreadsheet shows an error here; mend it or empty the cell."
_NUMBER_MESSAGE = "This number or date cannot be read; enter it as text."


class CellReader:
    """Reads one cell after the other from the events of a sheet's XML."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._type = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._open: list[str] | None = None
        self._aside = False

    def begin(self, kind: str, style: str) -> None:
        """A cell begins."""
        self._type, self._style = kind, style
        self._value, self._formula, self._open, self._aside = [], None, None, False

    def start(self, tag: str) -> None:
        """Something in the cell begins."""
        if tag == "v" or (tag == "t" and not self._aside):
            self._open = self._value
        elif tag == "f":
            self._open = self._formula = []
        elif tag == "rPh":
            self._aside = True

    def end(self, tag: str) -> None:
        """Something in the cell ends."""
        if tag in {"v", "t", "f"}:
            self._open = None
        elif tag == "rPh":
            self._aside = False

    def text(self, text: str) -> None:
        """A piece of text."""
        if self._open is not None:
            self._open.append(text)
            if len(self._open) > 1:
                refuse_long_text(sum(map(len, self._open)))

    def finish(self) -> Cell:
        """What the cell says."""
        if self._formula is not None:
            return BadCell("=" + "".join(self._formula)[:200], "formula", _FORMULA_MESSAGE)
        value = "".join(self._value)
        refuse_long_text(len(value))
        match self._type:
            case "s":
                cell: Cell = _text(self._book.texts[int(value)]) if value else ""
            case "inlineStr" | "str":
                cell = _text(unescaped(value))
            case "b":
                cell = "TRUE" if value.strip() == "1" else "FALSE"
            case "e":
                cell = BadCell(value, "cell_error", _ERROR_MESSAGE)
            case "d":
                cell = value.removesuffix("T00:00:00")
            case _:
                cell = self._number(value.strip())
        return cell

    def _number(self, value: str) -> Cell:
        if not value:
            return ""
        formats = self._book.formats
        code = formats[int(self._style)] if self._style.isdecimal() and int(self._style) < len(formats) else "0"
        try:
            return number_shown(value, code, since_1904=self._book.since_1904)
        except (ValueError, OverflowError):
            return BadCell(value, "unreadable_number", _NUMBER_MESSAGE)


def _text(text: str) -> str:
    """A text; the apostrophe that a CSV puts before =1 goes, for such a file may have been saved as XLSX since."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def number_shown(value: str, code: str, *, since_1904: bool = False) -> Cell:
    """A number with its format as text: dates as 2026-11-20, leading zeros that are shown, 15 digits and no more."""
    number = float(value)
    if _is_date(code):
        return _moment(number, since_1904=since_1904)
    if abs(number) >= DIGITS_KEPT:
        return BadCell(f"{number:.0f}"[:40], "digits_lost", _LOST_MESSAGE)
    if code in _PERCENTS or code.endswith("%"):
        return f"{_plain(float(f'{number * 100:.15g}'))}%"
    text = _plain(number)
    zeros = code.split(";", maxsplit=1)[0]
    return text.zfill(len(zeros)) if zeros.strip("0") == "" and text.isdecimal() else text


def _plain(number: float) -> str:
    """Without exponent or the noise of binary fractions: 15 digits are what the spreadsheet shows."""
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124  # NaN
        raise ValueError
    if number == int(number):
        return str(int(number))
    return f"{float(f'{number:.15g}'):.20f}".rstrip("0").rstrip(".") if abs(number) < 1e-4 else f"{number:.15g}"


@lru_cache(maxsize=1024)
def _is_date(code: str) -> bool:
    if code.isdecimal():
        return code in _DATES
    return _DAY_OR_CLOCK.search(_NOT_SHOWN.sub("", code.split(";", maxsplit=1)[0]).replace("General", "")) is not None


def _moment(serial: float, *, since_1904: bool) -> str:
    """A day as 2026-11-20, a time as 2026-11-20 14:05, a time of day as 14:05. The year 1900 had no 29 February."""
    if serial < 0:
        raise ValueError
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 30 if serial >= 60 else 31)
    base = datetime.combine(first, time.min)  # a spreadsheet's times have no zone
    moment = base + timedelta(milliseconds=round(serial * 86_400_000))
    clock = moment.strftime("%H:%M")
    if moment.microsecond:
        clock = moment.time().isoformat("milliseconds")
    elif moment.second:
        clock = moment.time().isoformat("seconds")
    if serial < 1:
        return clock
    return moment.date().isoformat() if clock == "00:00" else f"{moment.date().isoformat()} {clock}"
