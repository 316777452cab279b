"""Tables written as files: CSV or XLSX, with headers for people in their language or for programs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from app.kernel.errors import Invalid
from app.kernel.table import Column
from app.kernel.table_csv import write_csv
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_words import CHOICES_ZH, Language, Words

Format = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is wanted."""

    format: Format = "csv"
    language: Language = "names"


CSV = Form()


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], form: Form = CSV, title: str = "") -> bytes:
    """Write a file: a header, and a row for each of `rows`. `title` names the sheet of an XLSX.

    Rows are taken one at a time; an XLSX is built in a temporary file, so that memory does not grow with the rows.
    """
    translated = _in_language(columns, rows, form.language)
    if form.format == "xlsx":
        from app.kernel.table_xlsx_out import write_xlsx  # noqa: PLC0415  # XlsxWriter takes 40 ms to load

        return write_xlsx(columns, translated, form.language, title)
    numbers = {place for place, column in enumerate(columns) if column.kind == "number"}
    return write_csv([column.head(form.language) for column in columns], translated, numbers)


def write_template(
    columns: Sequence[Column], form: Form = CSV, more: Iterable[Mapping[str, str | Words]] = (), title: str = ""
) -> bytes:
    """A file to fill in: the header, the columns' examples as its first row, and `more` rows; in XLSX with notes."""
    examples: list[Mapping[str, str | Words]] = [{column.name: column.example for column in columns}, *more]
    rows = [[_said(row.get(column.name, ""), form.language) for column in columns] for row in examples]
    if form.format == "xlsx":
        from app.kernel.table_xlsx_out import write_xlsx  # noqa: PLC0415

        translated = _in_language(columns, rows, form.language)
        return write_xlsx(columns, translated, form.language, title, template=True)
    return write_table(columns, rows, form)


def given(*names: str, numbers: Collection[str] = (), words: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns of a file that is only given, by their names in HEADS."""
    return tuple(
        Column(name, kind="number" if name in numbers else "word" if name in words else "text") for name in names
    )


def refuse_too_many(total: int) -> None:
    """Raise Invalid `too_many_rows` for a list longer than a file may be."""
    if total > ROW_LIMIT:
        message = f"More than {ROW_LIMIT} rows; narrow the list with its filters."
        raise Invalid("too_many_rows", message, most=ROW_LIMIT)


def moment_text(moment: datetime | None, zone: tzinfo = UTC) -> str:
    """A moment in a file: with its zone, so that it can be read back anywhere."""
    return "" if moment is None else moment.astimezone(zone).isoformat(sep=" ", timespec="milliseconds")


def _said(example: str | Words, language: Language) -> str:
    return example.of(language) if isinstance(example, Words) else example


def _in_language(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], language: Language
) -> Iterator[Sequence[Any]]:
    """The rows with their words (yes, bin, counter) in the language of the file."""
    places = [place for place, column in enumerate(columns) if column.kind == "word"]
    if language != "zh" or not places:
        yield from rows
        return
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = CHOICES_ZH.get(cells[place], cells[place])
        yield cells
