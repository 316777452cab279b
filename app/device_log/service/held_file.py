"""Held records as a file for a spreadsheet: what the list shows, all of it."""

from typing import Any

from sqlalchemy.orm import Session

from app.device_log.queries import HeldFilter, HeldRow, held_rows
from app.kernel.access import Viewer
from app.kernel.table import Column
from app.kernel.table_lines import ROW_LIMIT
from app.kernel.table_out import Form, given, moment_text, refuse_too_many, write_table
from app.kernel.table_words import Words

_COLUMNS = (
    *given("state", words={"state"}),
    Column("reason", title=Words("待处理原因", "Why held")),
    *given("device", "person", "occurred_at", "received_at", "note", "decided_at"),
    Column("body", title=Words("记录原文", "The record")),
    Column("record_id", title=Words("记录标识", "Record id")),
)
_TITLE = Words("待处理记录", "Held records")


def export_held(session: Session, viewer: Viewer, form: Form, wanted: HeldFilter) -> bytes:
    """The held records of the list, the newest first, each with its exact text; times in UTC."""
    found = held_rows(session, viewer, wanted, limit=ROW_LIMIT, after=None)
    refuse_too_many(found.total)
    return write_table(_COLUMNS, (_cells(row) for row in found.rows), form, _TITLE.of(form.language))


def _cells(row: HeldRow) -> list[Any]:
    return [
        *(row.state, row.reason, row.device_label, row.person_name),
        *(moment_text(row.occurred_at), moment_text(row.received_at), row.note, moment_text(row.decided_at)),
        *(row.body, row.record_id),
    ]
