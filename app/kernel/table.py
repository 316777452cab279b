"""Files in and out: one way to read a table with all its mistakes at once, whatever it was saved as.

A file is CSV (UTF-8 with or without BOM, or GB18030) or XLSX; its content says which. Rows and columns are named as a
spreadsheet shows them: the header is mostly row 1, the first column is A.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from app.kernel.errors import FieldError, Invalid, Malformed, TooLarge
from app.kernel.table_lines import BYTE_LIMIT, BadCell, Lines, column_letters, shown
from app.kernel.table_words import HEADS, Language, Words
from app.kernel.text import note_text

ERRORS_LISTED = 1000
VALUE_SHOWN = 200  # characters of a wrong cell
Kind = Literal["text", "number", "word"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its header, how a cell becomes a value, an example.

    `parse` raises ValueError with the sentence; `code` and `data` on the error name the rule. An empty cell is
    `default`. People see `title` (by default what HEADS calls `name`), programs `name`; a file may use either.
    A `number` is written as one; a `word` (yes, bin, counter) is written in the language of the file.
    """

    name: str
    parse: Callable[[str], Any] = note_text
    required: bool = False
    example: str | Words = ""
    default: Any = None
    kind: Kind = "text"
    title: Words | None = None
    note: Words | None = None

    def head(self, language: Language) -> str:
        """The header in a language; `names` is the one for programs."""
        words = self.title or HEADS.get(self.name)
        return self.name if words is None or language == "names" else words.of(language)


@dataclass(frozen=True, slots=True)
class RowError:
    """One mistake in a file: where (row as a spreadsheet counts, column), what was there, and what to do.

    `data` holds the figures of the sentence, for whoever says it in another language.
    """

    row: int
    column: str
    value: str
    code: str
    message: str
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, its values by column name, and the columns whose cells could not be read (None there)."""

    number: int
    values: dict[str, Any]
    bad: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands in a file: its letter, and its header as it is written there."""

    letter: str
    head: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a file says: its rows (those with mistakes too), the mistakes, and where its columns stand."""

    rows: list[Row]
    errors: list[RowError]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A RowError as it is listed: with the cell (F7) and the header as the file has them; empty where unknown."""

    row: int
    column: str
    cell: str
    head: str
    value: str
    code: str
    message: str
    data: Mapping[str, str | int]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: counts of rows, and every mistake. `places` are the table's."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    applied: bool = False
    errors: list[RowError] = field(default_factory=list)
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def error_count(self) -> int:
        """How many mistakes there are, listed or not."""
        return len(self.errors)

    @property
    def errors_listed(self) -> list[Mistake]:
        """The first mistakes in the order of the file."""
        found = sorted(self.errors, key=self._place_in_file)[:ERRORS_LISTED]
        return [self._mistake(error) for error in found]

    def refuse_errors(self) -> None:
        """Raise Invalid with all mistakes when there is one: all rows or none."""
        if self.errors:
            names = ("row", "column", "cell", "head", "value", "data")
            raise Invalid(
                "import_refused",
                f"{len(self.errors)} mistakes; nothing was imported. Mend the rows and send the file again.",
                errors=[
                    FieldError(
                        f"row {e.row}, {e.column}", e.code, e.message, {name: getattr(e, name) for name in names}
                    )
                    for e in self.errors_listed
                ],
                error_count=len(self.errors),
            )

    def _place_in_file(self, error: RowError) -> tuple[int, int, str, str]:
        place = self.places.get(error.column)
        return error.row, len(place.letter) if place else 0, place.letter if place else "", error.column

    def _mistake(self, error: RowError) -> Mistake:
        place = self.places.get(error.column)
        cell, head = (f"{place.letter}{error.row}", place.head) if place else ("", "")
        return Mistake(error.row, error.column, cell, head, error.value, error.code, error.message, error.data)


def read_table(data: bytes, columns: Sequence[Column]) -> Table:
    """Read a file. Rows with mistakes are among the rows, so that their other cells can be judged with the rest.

    Raises Malformed when it is no table in a known form, Invalid for a wrong header, TooLarge beyond the limits.
    """
    if len(data) > BYTE_LIMIT:
        raise TooLarge("file_too_large", f"The file has more than {BYTE_LIMIT // 1_000_000} MB; split it.")
    names = _names(columns)
    lines = _lines_of(data, lambda cells: _looks_right(cells, names, columns))
    first = next((line for line in lines if any(map(shown, line[1]))), None)
    if first is None:
        raise Malformed("empty_file", "The file is empty; start from the template.")
    heads = [shown(cell).strip() for cell in first[1]]
    header = [names.get(_plain(head), head and f"?{head}") for head in heads]
    _check_header(header, heads, columns)
    rows, errors = _read_rows(lines, header, columns)
    places = {name: Place(column_letters(at), heads[at]) for at, name in enumerate(header) if name}
    return Table(rows, errors, places)


def read_all_rows(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    """As `read_table`, without where the columns stand."""
    table = read_table(data, columns)
    return table.rows, table.errors


def read_csv(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    """As `read_all_rows`; a row with a mistake is not among the rows."""
    rows, errors = read_all_rows(data, columns)
    return [row for row in rows if not row.bad], errors


def _lines_of(data: bytes, looks_right: Callable[[Sequence[str]], bool]) -> Lines:
    """The lines of a file, which is loaded by what it is: programs that never see a file never load a reader."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):  # a zip; what older Excels wrote
        from app.kernel.table_xlsx import xlsx_lines  # noqa: PLC0415  # loads expat and zip for those who need them

        return xlsx_lines(data, looks_right)
    from app.kernel.table_csv import csv_lines  # noqa: PLC0415

    return csv_lines(data)


def _read_rows(lines: Lines, header: Sequence[str], columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    rows: list[Row] = []
    errors: list[RowError] = []
    for number, cells in lines:
        if any(map(shown, cells)):
            mistakes = _too_many_cells(number, cells, len(header))
            values = _read_cells(number, dict(zip(header, cells, strict=False)), columns, mistakes)
            rows.append(Row(number, values, frozenset(mistake.column for mistake in mistakes)))
            errors += mistakes
    return rows, errors


def _plain(head: str) -> str:
    """A header as it is compared: full and half width, upper and lower case, spaces and a closing * are one."""
    return " ".join(unicodedata.normalize("NFKC", head).casefold().replace("_", " ").strip(" *").split())


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """What a header may say, to the column's name. Names for programs come first, where words are ambiguous."""
    said = chain.from_iterable(
        ((_plain(column.head(language)), column.name) for column in columns) for language in ("zh", "en", "names")
    )
    return dict(said)


def _looks_right(cells: Sequence[str], names: Mapping[str, str], columns: Sequence[Column]) -> bool:
    found = {names.get(_plain(cell)) for cell in cells}
    return all(column.name in found for column in columns if column.required)


def _check_header(header: list[str], heads: list[str], columns: Sequence[Column]) -> None:
    missing = [column for column in columns if column.required and column.name not in header]
    unknown = [head for name, head in zip(header, heads, strict=True) if name.startswith("?")]
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    known = ", ".join(sorted(column.name for column in columns))
    mistakes = [
        *[FieldError(column.name, "missing_column", "This column is missing.", _heads(column)) for column in missing],
        *[FieldError(head, "unknown_column", f"This column is unknown; known are {known}.") for head in unknown],
        *[FieldError(name, "doubled_column", "This column stands twice.") for name in doubled],
    ]
    if mistakes:
        raise Invalid(
            "wrong_header",
            "The first row does not name the columns; start from the template.",
            errors=mistakes,
        )


def _heads(column: Column) -> dict[str, str]:
    return {"head_zh": column.head("zh"), "head_en": column.head("en")}


def _too_many_cells(number: int, cells: Sequence[str | BadCell], expected: int) -> list[RowError]:
    beyond = [shown(cell) for cell in cells[expected:]]
    if not any(cell.strip() for cell in beyond):
        return []
    text = ",".join(cell for cell in beyond if cell)[:VALUE_SHOWN]
    return [RowError(number, "", text, "too_many_cells", "More cells than columns; put quotes around commas.")]


def _read_cells(
    number: int, cells: Mapping[str, str | BadCell], columns: Sequence[Column], mistakes: list[RowError]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in columns:
        cell = cells.get(column.name, "")
        values[column.name] = column.default
        if isinstance(cell, BadCell):
            values[column.name] = None
            mistakes.append(RowError(number, column.name, cell.value[:VALUE_SHOWN], cell.code, cell.message))
        elif text := cell.strip():
            try:
                values[column.name] = column.parse(text)
            except ValueError as error:
                values[column.name] = None
                code, data = getattr(error, "code", "invalid"), getattr(error, "data", {})
                mistakes.append(RowError(number, column.name, text[:VALUE_SHOWN], code, str(error), data))
        elif column.required:
            mistakes.append(RowError(number, column.name, "", "required", "This cell must not be empty."))
    return values
