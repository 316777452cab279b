"""CSV over HTTP: the body of an import, its query and answer, and a file as an answer."""

from typing import Any

from flask import Response, request
from marshmallow import fields

from app.kernel.csv_table import BYTE_LIMIT
from app.kernel.errors import Malformed, TooLarge
from app.kernel.fields import QueryTruth
from app.kernel.http import Answer, Shape

_TYPES = {"text/csv", "application/csv", "application/vnd.ms-excel"}  # the last is what Windows calls a .csv

IMPORT_BODY = {
    "required": True,
    "description": "The file: UTF-8 or GB18030, the first row names the columns as in the template",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
CSV_ANSWER: dict[str, Any] = {
    "schema": {"type": "string"},
    "content_type": "text/csv",
    "description": "The file, UTF-8 with BOM",
}


class ImportQuery(Shape):
    """The query of every import."""

    dry_run = QueryTruth(load_default=True, metadata={"description": "true: only say what would happen"})


class RowErrorAnswer(Answer):
    """One mistake in a file."""

    row = fields.Integer(metadata={"description": "as a spreadsheet counts: the header is row 1"})
    column = fields.String()
    value = fields.String(metadata={"description": "what was there"})
    code = fields.String()
    message = fields.String()


class ImportAnswer(Answer):
    """What an import did, or would do. Counts are of rows."""

    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    applied = fields.Boolean()
    error_count = fields.Integer()
    errors = fields.List(
        fields.Nested(RowErrorAnswer), attribute="errors_listed", metadata={"description": "the first 1000 mistakes"}
    )


def csv_body() -> bytes:
    """The file that was sent. Raises Malformed when it is not said to be CSV, TooLarge beyond the limit."""
    if request.mimetype not in _TYPES:
        raise Malformed("not_csv", "Send the file with Content-Type: text/csv.")
    if (request.content_length or 0) > BYTE_LIMIT:
        raise TooLarge("file_too_large", f"The file has more than {BYTE_LIMIT // 1_000_000} MB; split it.")
    return request.get_data(cache=False)


def csv_answer(data: bytes, name: str) -> Response:
    """A file to keep, called `name` (ASCII)."""
    return Response(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
