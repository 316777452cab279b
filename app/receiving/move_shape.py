"""What the records of moves look like: goods carried from one place to another, and a move taken back."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from app.device_log.handlers import Fields, Incoming
from app.device_log.rules.body import Body

KINDS: Final = ("move", "move_void")


def read_record(kind: str, body: Mapping[str, Any]) -> Fields:
    """The columns of a record of one of KINDS. Raises Invalid with every mistake in it.

    A move belongs to the receipt it puts away, if it does; its location is where the goods come from, and where they
    go stands in the body alone (`sides_of`).
    """
    reader = Body(body)
    fields = _read_move(reader) if kind == "move" else Fields(reference_id=reader.uuid("voids"))
    reader.refuse(kind)
    return fields


def sides_of(record: Incoming) -> tuple[UUID, UUID]:
    """Where the goods of a move that was read before come from, and where they go."""
    assert record.fields.location_id is not None  # noqa: S101  # read_record let nothing else pass
    return record.fields.location_id, UUID(record.body["to"])


def _read_move(reader: Body) -> Fields:
    item = reader.uuid("item")
    reader.uuid("to")
    return Fields(
        **reader.scanned() | {"item_id": item},
        document_id=reader.uuid("receipt", optional=True),
        location_id=reader.uuid("from"),
    )
