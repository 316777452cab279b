"""The old names of app.kernel.table and app.kernel.table_out."""

from collections.abc import Iterable, Mapping, Sequence

from app.kernel.table import Column, ImportReport, Row, RowError, read_all_rows, read_csv
from app.kernel.table_csv import write_csv
from app.kernel.table_lines import BYTE_LIMIT, ROW_LIMIT
from app.kernel.table_out import write_template

__all__ = [
    "BYTE_LIMIT",
    "ROW_LIMIT",
    "Column",
    "ImportReport",
    "Row",
    "RowError",
    "read_all_rows",
    "read_csv",
    "template_csv",
    "write_csv",
]


def template_csv(columns: Sequence[Column], more: Iterable[Mapping[str, str]] = ()) -> bytes:
    """A template with the names for programs."""
    return write_template(columns, more=list(more))
