"""CSV in and out: one way to read a file with all its mistakes at once, and to write one that Excel opens safely.

A file is read as UTF-8 (with or without BOM) or GB18030. Row numbers are those a spreadsheet shows: the header is 1.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.kernel.errors import FieldError, Invalid, Malformed, TooLarge
from app.kernel.text import note_text

ROW_LIMIT = 200_000
BYTE_LIMIT = 50_000_000
ERRORS_LISTED = 1000
VALUE_SHOWN = 200  # characters of a wrong cell
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # the apostrophe too, so that reading takes off just what was put on


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its header, how a cell becomes a value, an example.

    `parse` raises ValueError with the sentence; a `code` on the error names the rule. An empty cell is `default`.
    """

    name: str
    parse: Callable[[str], Any] = note_text
    required: bool = False
    example: str = ""
    default: Any = None


@dataclass(frozen=True, slots=True)
class RowError:
    """One mistake in a file: where (row as a spreadsheet counts, column), what was there, and what to do."""

    row: int
    column: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, its values by column name, and the columns whose cells could not be read (None there)."""

    number: int
    values: dict[str, Any]
    bad: frozenset[str] = frozenset()


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: counts of rows, and every mistake."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    applied: bool = False
    errors: list[RowError] = field(default_factory=list)

    @property
    def error_count(self) -> int:
        """How many mistakes there are, listed or not."""
        return len(self.errors)

    @property
    def errors_listed(self) -> list[RowError]:
        """The first mistakes in the order of the file."""
        return sorted(self.errors, key=lambda e: (e.row, e.column))[:ERRORS_LISTED]

    def refuse_errors(self) -> None:
        """Raise Invalid with all mistakes when there is one: all rows or none."""
        if self.errors:
            raise Invalid(
                "import_refused",
                f"{len(self.errors)} mistakes; nothing was imported. Mend the rows and send the file again.",
                errors=[
                    FieldError(
                        f"row {e.row}, {e.column}",
                        e.code,
                        e.message,
                        {"row": e.row, "column": e.column, "value": e.value},
                    )
                    for e in self.errors_listed
                ],
                error_count=len(self.errors),
            )


def read_csv(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    """Read a file into rows and mistakes; a row with a mistake is not among the rows.

    Raises Malformed when it is no CSV in a known encoding, Invalid for a wrong header, TooLarge beyond the limits.
    """
    rows, errors = read_all_rows(data, columns)
    return [row for row in rows if not row.bad], errors


def read_all_rows(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    """As `read_csv`, but rows with mistakes are there too, so that their other cells can be judged with the rest."""
    if len(data) > BYTE_LIMIT:
        raise TooLarge("file_too_large", f"The file has more than {BYTE_LIMIT // 1_000_000} MB; split it.")
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    try:
        lines = list(_numbered(reader))
    except csv.Error as error:
        raise Malformed(
            "malformed_csv", f"Line {reader.line_num}: {error}. Save the file as CSV and try again."
        ) from error
    if not lines:
        raise Malformed("empty_file", "The file is empty; start from the template.")
    header = [name.strip().lower() for name in lines[0][1]]
    _check_header(header, columns)
    rows: list[Row] = []
    errors: list[RowError] = []
    for number, cells in lines[1:]:
        if any(cell.strip() for cell in cells):
            mistakes = _too_many_cells(number, cells, len(header))
            values = _read_cells(number, dict(zip(header, cells, strict=False)), columns, mistakes)
            rows.append(Row(number, values, frozenset(mistake.column for mistake in mistakes)))
            errors += mistakes
    return rows, errors


def _numbered(reader: Any) -> Iterable[tuple[int, list[str]]]:
    for number, cells in enumerate(reader, start=1):
        if number > ROW_LIMIT + 1:
            raise TooLarge("too_many_rows", f"The file has more than {ROW_LIMIT} rows; split it.")
        yield number, cells


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text.removeprefix("\ufeff")
    raise Malformed("unknown_encoding", "The file is neither UTF-8 nor GB18030 text; save it as CSV UTF-8.")


def _check_header(header: list[str], columns: Sequence[Column]) -> None:
    known = {column.name for column in columns}
    missing = [column.name for column in columns if column.required and column.name not in header]
    unknown = [name for name in header if name and name not in known]
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    mistakes = [
        *[FieldError(name, "missing_column", "This column is missing.") for name in missing],
        *[
            FieldError(name, "unknown_column", f"This column is unknown; known are {', '.join(sorted(known))}.")
            for name in unknown
        ],
        *[FieldError(name, "doubled_column", "This column stands twice.") for name in doubled],
    ]
    if mistakes:
        raise Invalid(
            "wrong_header",
            "The first row does not name the columns; start from the template.",
            errors=mistakes,
        )


def _too_many_cells(number: int, cells: list[str], expected: int) -> list[RowError]:
    beyond = cells[expected:]
    if not any(cell.strip() for cell in beyond):
        return []
    text = ",".join(beyond)[:VALUE_SHOWN]
    return [RowError(number, "", text, "too_many_cells", "More cells than columns; put quotes around commas.")]


def _read_cells(
    number: int, cells: Mapping[str, str], columns: Sequence[Column], mistakes: list[RowError]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in columns:
        cell = cells.get(column.name, "").strip().removeprefix("'")
        values[column.name] = column.default
        if cell:
            try:
                values[column.name] = column.parse(cell)
            except ValueError as error:
                values[column.name] = None
                code = getattr(error, "code", "invalid")
                mistakes.append(RowError(number, column.name, cell[:VALUE_SHOWN], code, str(error)))
        elif column.required:
            mistakes.append(RowError(number, column.name, "", "required", "This cell must not be empty."))
    return values


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write UTF-8 with BOM, as Excel wants it. Text that a spreadsheet would run as a formula is kept as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def template_csv(columns: Sequence[Column], more: Iterable[Mapping[str, str]] = ()) -> bytes:
    """A file with the header, the columns' examples as its first row, and `more` rows of examples."""
    names = [column.name for column in columns]
    examples = [column.example for column in columns]
    return write_csv(names, [examples, *([row.get(name, "") for name in names] for row in more)])


def _safe(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell
