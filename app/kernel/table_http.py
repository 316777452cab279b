"""Files over HTTP: the body of an import, its query and answer, and a file as an answer."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response, request
from marshmallow import fields, validate

from app.kernel.errors import Malformed, TooLarge
from app.kernel.fields import QueryTruth
from app.kernel.http import Answer, Blueprint, Shape
from app.kernel.table_lines import BYTE_LIMIT
from app.kernel.table_out import Form
from app.kernel.table_words import Language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What browsers call such files; Windows calls a .csv vnd.ms-excel. The content says what it is.
_TYPES = {"text/csv", "application/csv", "application/vnd.ms-excel", "application/octet-stream", XLSX}
_CONTENT: dict[str, Any] = {
    "text/csv": {"schema": {"type": "string"}},
    XLSX: {"schema": {"type": "string", "format": "binary"}},
}

IMPORT_BODY = {
    "required": True,
    "description": "The file: CSV in UTF-8 or GB18030, or XLSX; the first row names the columns as in the template",
    "content": _CONTENT,
}
_ANSWERS = (
    {"schema": {"type": "string"}, "content_type": "text/csv"},
    {"schema": {"type": "string", "format": "binary"}, "content_type": XLSX},
)
UNREADABLE = "not_a_table, malformed_csv, unknown_encoding, malformed_xlsx, not_xlsx, old_excel, empty_file"
WRONG = "wrong_header, several_sheets; import_refused, with every mistake"
View = TypeVar("View", bound=Callable[..., Any])


class ImportQuery(Shape):
    """The query of every import."""

    dry_run = QueryTruth(load_default=True, metadata={"description": "true: only say what would happen"})


class FileQuery(Shape):
    """The query of every file that is given."""

    format = fields.String(load_default="csv", validate=validate.OneOf(("csv", "xlsx")))
    lang = fields.String(
        load_default=None,
        validate=validate.OneOf(("zh", "en", "names")),
        metadata={
            "description": "of the headers (names: for programs). By default what Accept-Language says, or names"
        },
    )


class RowErrorAnswer(Answer):
    """One mistake in a file."""

    row = fields.Integer(metadata={"description": "as a spreadsheet counts: the header is row 1"})
    column = fields.String(metadata={"description": "its name for programs"})
    cell = fields.String(metadata={"description": "F7; empty where the mistake is in no one cell"})
    head = fields.String(metadata={"description": "the column's header as the file has it"})
    value = fields.String(metadata={"description": "what was there"})
    code = fields.String()
    message = fields.String()
    data = fields.Dict(keys=fields.String(), metadata={"description": "the figures of the message"})


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


def gives_file(blueprint: Blueprint) -> Callable[[View], View]:
    """Say of a view in the description that it answers with a file: CSV in UTF-8 with BOM, or XLSX."""

    def decorate(view: View) -> View:
        for answer in _ANSWERS:
            view = blueprint.alt_response(200, description="The file, in the format asked for", **answer)(view)
        return view

    return decorate


def file_body() -> bytes:
    """The file that was sent. Raises Malformed when it is not said to be a table, TooLarge beyond the limit."""
    if request.mimetype not in _TYPES:
        raise Malformed("not_a_table", f"Send the file with Content-Type: text/csv or {XLSX}.")
    if (request.content_length or 0) > BYTE_LIMIT:
        raise TooLarge("file_too_large", f"The file has more than {BYTE_LIMIT // 1_000_000} MB; split it.")
    return request.get_data(cache=False)


def form_of(query: dict[str, Any]) -> Form:
    """How the file is wanted; takes `format` and `lang` out of the query."""
    return Form(query.pop("format"), query.pop("lang") or language_asked_for())


def language_asked_for() -> Language:
    """What the browser asks for; a program that asks for nothing gets the names for programs."""
    best = request.accept_languages.best_match(["zh", "en"]) if request.accept_languages else None
    return "zh" if best == "zh" else "en" if best == "en" else "names"


def file_answer(data: bytes, name: str, form: Form) -> Response:
    """A file to keep, called `name` without its ending."""
    mimetype = XLSX if form.format == "xlsx" else "text/csv; charset=utf-8"
    filename = quote(f"{name}.{form.format}", safe="")
    return Response(
        data,
        content_type=mimetype,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{filename}"}
        if not name.isascii()
        else {"Content-Disposition": f'attachment; filename="{filename}"'},
    )
