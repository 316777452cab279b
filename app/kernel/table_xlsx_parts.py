"""The parts of an XLSX beside its cells: which sheets there are, the texts they share, how numbers are shown."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate

from app.kernel.errors import Malformed, TooLarge

TEXT_LIMIT = 32_767  # characters of a cell, in every spreadsheet
_TEXTS_LIMIT = 3_000_000
Part = Callable[[str], Iterator[bytes]]
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the part that holds it, whether people see it."""

    name: str
    part: str
    visible: bool


@dataclass(slots=True)
class Book:
    """What the cells of a workbook point at. `formats` is the number format of each cell style."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    since_1904: bool = False


def walk(
    pieces: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> Iterator[None]:
    """Read XML piece by piece; tags without their namespace's prefix. Raises Malformed for any DTD: no entities."""
    parser = ParserCreate()
    parser.buffer_text = True
    short: dict[str, str] = {}

    def local(name: str) -> str:
        found = short.get(name)
        if found is None:
            found = name.rsplit(":", 1)[-1]
            if len(short) < 1000:
                short[name] = found
        return found

    def refuse(*_: object) -> None:
        raise Malformed("malformed_xlsx", "The file declares a document type; no spreadsheet does.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(local(name), attributes)
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = text
    anything = False
    for piece in pieces:
        anything = True
        parser.Parse(piece, False)
        yield
    if anything:
        parser.Parse(b"", True)


def _pass(_: str) -> None:
    """What nobody asks for goes by."""


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """An attribute by its name without a prefix."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rsplit(":", 1)[-1] == name), None)


def unescaped(text: str) -> str:
    """A text with the characters XML cannot hold: _x001D_ is GS, _x005F_ is the underscore itself."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_book(part: Part) -> Book:
    """The workbook: sheets with their parts, shared texts, number formats."""
    main = next((p for t, p in _relations(part, "_rels/.rels", "").values() if t == "officeDocument"), None)
    main = main or "xl/workbook.xml"
    folder, name = posixpath.split(main)
    related = _relations(part, f"{folder}/_rels/{name}.rels", folder)
    book = Book()
    _read_sheets(book, part(main), related)
    for kind, path in related.values():
        if kind == "sharedStrings":
            book.texts = _texts(part(path))
        elif kind == "styles":
            book.formats = _formats(part(path))
    return book


def _relations(part: Part, name: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part points at, by id: the kind, and the part."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            path = target if target.startswith("/") else posixpath.join(folder, target)
            found[attributes["Id"]] = (attributes["Type"].rsplit("/", 1)[-1], posixpath.normpath(path).lstrip("/"))

    _read(part(name), start)
    return found


def _read_sheets(book: Book, pieces: Iterator[bytes], related: dict[str, tuple[str, str]]) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            book.since_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet":
            kind, path = related.get(attribute(attributes, "id") or "", ("", ""))
            if kind == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                book.sheets.append(Sheet(attributes.get("name", ""), path, visible))

    _read(pieces, start)


def _read(pieces: Iterator[bytes], start: Callable[[str, dict[str, str]], None]) -> None:
    for _ in walk(pieces, start, _pass, _pass):
        pass


class _Texts:
    """Shared texts: runs are put together, the reading aids of Chinese and Japanese (rPh) left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._runs: list[str] = []
        self._length = 0
        self._open = self._aside = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            self._runs, self._length = [], 0
        elif tag == "rPh":
            self._aside = True
        elif tag == "t":
            self._open = not self._aside

    def text(self, text: str) -> None:
        if self._open:
            self._length += len(text)
            refuse_long_text(self._length)
            self._runs.append(text)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._aside = False
        elif tag == "si":
            self.found.append(unescaped("".join(self._runs)))
            if len(self.found) > _TEXTS_LIMIT:
                raise TooLarge("too_many_rows", "The file holds too many texts; split it.")


def refuse_long_text(length: int) -> None:
    """Raise Malformed for a cell that no spreadsheet could have written. Escapes make a text up to 7 times longer."""
    if length > 7 * TEXT_LIMIT:
        raise Malformed("malformed_xlsx", f"A cell has more than {TEXT_LIMIT} characters.")


def _texts(pieces: Iterator[bytes]) -> list[str]:
    texts = _Texts()
    for _ in walk(pieces, texts.start, texts.end, texts.text):
        pass
    return texts.found


def _formats(pieces: Iterator[bytes]) -> list[str]:
    """The number format of each cell style: its code, or the number of a built-in one."""
    own: dict[str, str] = {}
    formats: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            own[attributes["numFmtId"]] = attributes["formatCode"]
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            formats.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    for _ in walk(pieces, start, end, _pass):
        pass
    return [own.get(number, number) for number in formats]
