"""The old names of app.kernel.table_http."""

from typing import Any

from flask import Response

from app.kernel.table_http import IMPORT_BODY, ImportAnswer, ImportQuery, file_answer, file_body
from app.kernel.table_out import CSV

CSV_ANSWER: dict[str, Any] = {
    "schema": {"type": "string"},
    "content_type": "text/csv",
    "description": "The file, UTF-8 with BOM",
}
csv_body = file_body
__all__ = ["CSV_ANSWER", "IMPORT_BODY", "ImportAnswer", "ImportQuery", "csv_answer", "csv_body"]


def csv_answer(data: bytes, name: str) -> Response:
    """A CSV to keep, called `name`."""
    return file_answer(data, name.removesuffix(".csv"), CSV)
