"""The old names of app.kernel.table_http."""

from flask import Response

from app.kernel.table_http import FILE_ANSWER, IMPORT_BODY, ImportAnswer, ImportQuery, file_answer, file_body
from app.kernel.table_out import CSV

CSV_ANSWER = FILE_ANSWER
csv_body = file_body
__all__ = ["CSV_ANSWER", "IMPORT_BODY", "ImportAnswer", "ImportQuery", "csv_answer", "csv_body"]


def csv_answer(data: bytes, name: str) -> Response:
    """A CSV to keep, called `name`."""
    return file_answer(data, name.removesuffix(".csv"), CSV)
