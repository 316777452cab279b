"""XLSX read as people see it, one row at a time, and nothing run: no formula, no entity, no link.

An XLSX is a zip of XML. Its parts are streamed through expat with limits on what they unpack to, so that a small
file cannot become a large one. (openpyxl took 15 s for 100,000 rows and sees no number formats without its cells.)
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from xml.parsers.expat import ExpatError

from app.kernel.errors import Invalid, Malformed, TooLarge
from app.kernel.table_lines import Cell, Lines, column_letters, refuse_more_rows, shown
from app.kernel.table_xlsx_parts import Book, Sheet, attribute, read_book, walk
from app.kernel.table_xlsx_values import CellReader

UNPACKED_LIMIT = 250_000_000  # bytes of XML; 200,000 rows of 15 columns have some 130 million
DIRECTORY_LIMIT = 1_000_000  # bytes of the zip's list of files
COLUMN_LIMIT = 500
SHEETS_LOOKED_AT = 50
_CHUNK = 1 << 18
_NOT_READABLE = "This XLSX cannot be read; open it in a spreadsheet, save it anew and try again."
_COMPRESSION = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def xlsx_lines(data: bytes, looks_right: Callable[[Sequence[str]], bool]) -> Lines:
    """The lines of the one visible sheet whose header `looks_right`, or else of the first.

    Raises Malformed, TooLarge; Invalid `several_sheets` when more than one could be meant.
    """
    with _readable():
        archive = _open(data)
        book = read_book(lambda name: _unpacked(archive, name))
        sheet = _sheet_of(archive, book, looks_right)
        count = 0
        for number, cells in _lines(archive, book, sheet):
            if any(map(shown, cells)):
                count += 1
                refuse_more_rows(count)
                yield number, cells


_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ExpatError, EOFError, OSError),
    *(KeyError, IndexError, ValueError, RuntimeError),  # RuntimeError: also what is not implemented of the zip
)


@contextmanager
def _readable() -> Iterator[None]:
    """What the zip, the XML or a number in it raises says one thing to people."""
    try:
        yield
    except _UNREADABLE as error:
        raise Malformed("malformed_xlsx", _NOT_READABLE) from error


def _open(data: bytes) -> zipfile.ZipFile:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        message = "This is an old Excel file (.xls) or one with a password; save it as .xlsx without a password."
        raise Malformed("old_excel", message)
    _check_directory(data)
    archive = zipfile.ZipFile(io.BytesIO(data))
    if any(info.flag_bits & 1 or info.compress_type not in _COMPRESSION for info in archive.infolist()):
        raise Malformed("malformed_xlsx", _NOT_READABLE)
    if sum(info.file_size for info in archive.infolist()) > UNPACKED_LIMIT:
        limit = UNPACKED_LIMIT // 1_000_000
        raise TooLarge("file_too_large", f"Unpacked, the file has more than {limit} MB; remove what is no data.")
    return archive


def _check_directory(data: bytes) -> None:
    """Refuse a zip whose list of files is long, before it is read: a million empty files fit into 50 MB."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0:
        raise Malformed("malformed_xlsx", _NOT_READABLE)
    size = struct.unpack_from("<I", data, end + 12)[0]
    if end >= 20 and data[end - 20 : end - 16] == b"PK\x06\x07":  # zip64: the true size stands in a record of its own
        record = struct.unpack_from("<Q", data, end - 12)[0]
        size = struct.unpack_from("<Q", data, record + 40)[0]
    if size > DIRECTORY_LIMIT:
        raise TooLarge("file_too_large", "The file holds too many parts; it is no table.")


def _unpacked(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces; nothing where there is no such part. zipfile gives no more than the size it was judged by."""
    name = posixpath.normpath(name).lstrip("/")
    if name in archive.NameToInfo:
        with archive.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece


def _sheet_of(archive: zipfile.ZipFile, book: Book, looks_right: Callable[[Sequence[str]], bool]) -> Sheet:
    if not book.sheets:
        raise Malformed("not_xlsx", "This is no XLSX table; save it as .xlsx or .csv.")
    visible = [sheet for sheet in book.sheets if sheet.visible][:SHEETS_LOOKED_AT] or book.sheets[:1]
    if len(visible) == 1:
        return visible[0]
    fitting = [sheet for sheet in visible if looks_right(_header(archive, book, sheet))]
    if len(fitting) > 1:
        names = ", ".join(sheet.name for sheet in fitting)
        raise Invalid("several_sheets", f"These sheets could all be meant: {names}. Keep one of them.", sheets=names)
    return fitting[0] if fitting else visible[0]


def _header(archive: zipfile.ZipFile, book: Book, sheet: Sheet) -> list[str]:
    for _, cells in _lines(archive, book, sheet):
        heads = [shown(cell).strip() for cell in cells]
        if any(heads):
            return heads
    return []


def _lines(archive: zipfile.ZipFile, book: Book, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a sheet that have cells, by the numbers beside them."""
    rows = _Rows(book)
    for _ in walk(_unpacked(archive, sheet.part), rows.start, rows.end, rows.text):
        yield from rows.take()
    yield from rows.take()


class _Rows:
    """Puts the events of a sheet's XML together to rows."""

    def __init__(self, book: Book) -> None:
        self._cells = CellReader(book)
        self._ready: list[tuple[int, list[Cell]]] = []
        self._row: list[Cell] = []
        self._number = 0
        self._at = -1  # the column of the cell being read

    def take(self) -> list[tuple[int, list[Cell]]]:
        """The rows read since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._at = self._column(attributes.get("r"))
            self._cells.begin(attributes.get("t", "n"), attributes.get("s", "0"))
        elif tag == "row":
            number = attribute(attributes, "r")
            self._number = max(int(number), self._number + 1) if number and number.isdecimal() else self._number + 1
            self._row, self._at = [], -1
        else:
            self._cells.start(tag)

    def end(self, tag: str) -> None:
        if tag == "c":
            cell = self._cells.finish()
            if cell:
                self._row += [""] * (self._at - len(self._row))
                self._row.append(cell)
        elif tag == "row":
            if self._row:
                self._ready.append((self._number, self._row))
            self._row = []
        else:
            self._cells.end(tag)

    def text(self, text: str) -> None:
        self._cells.text(text)

    def _column(self, reference: str | None) -> int:
        """The place of a cell, from A7 or from the one before it. Cells come in order; a second one takes the next."""
        found = _REFERENCE.fullmatch(reference) if reference else None
        if found is None:
            return self._within(self._at + 1)
        index = 0
        for letter in found[1]:
            index = index * 26 + ord(letter) - ord("A") + 1
        return self._within(max(index - 1, self._at + 1))

    def _within(self, index: int) -> int:
        if index >= COLUMN_LIMIT:
            message = f"Cells stand beyond column {column_letters(COLUMN_LIMIT - 1)}; this is no file of ours."
            raise TooLarge("too_many_columns", message)
        return index
