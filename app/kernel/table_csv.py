"""CSV as spreadsheets save and open it."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from app.kernel.errors import Malformed
from app.kernel.table_lines import FORMULA, Lines, refuse_more_rows

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def csv_lines(data: bytes) -> Lines:
    """The lines of a file in UTF-8 or GB18030; an apostrophe before a text is how it was kept from being a formula.

    Raises Malformed, TooLarge.
    """
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            refuse_more_rows(number)
            yield number, [cell.strip().removeprefix("'") for cell in cells]
    except csv.Error as error:
        message = f"Line {reader.line_num}: {error}. Save the file as CSV and try again."
        raise Malformed("malformed_csv", message) from error


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


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Collection[int] = ()) -> bytes:
    """Write UTF-8 with BOM, as Excel wants it. Text that a spreadsheet would run as a formula is kept as text.

    `numbers` are the columns (from 0) where -5 is a number and not a text.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_safe(cell, number=at in numbers) for at, cell in enumerate(row)] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: Any, *, number: bool) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(FORMULA) and not (number and _NUMBER.fullmatch(cell)):
        return "'" + cell
    return cell
