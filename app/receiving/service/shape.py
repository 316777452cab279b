"""What the records of a receipt look like: their shape and ranges, checked before anything is asked of the database."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.device_log.handlers import Fields
from app.device_log.rules.body import LOT_LENGTH_MAX, Body
from app.kernel import text

KINDS: Final = ("receipt", "receive", "damaged", "receive_set", "damaged_set", "receive_void", "receive_close")
SSCC_LENGTH_MAX: Final = 32
_DAY_LENGTH: Final = 10


def read_record(kind: str, body: Mapping[str, Any]) -> Fields:
    """The columns of a record of one of KINDS. Raises Invalid with every mistake in it."""
    reader = Body(body)
    common = {
        "document_id": reader.uuid("receipt"),
        "sheet_id": reader.uuid("sheet"),
        "location_id": reader.uuid("location"),
    }
    fields = _READERS[kind](reader, common)
    reader.refuse(kind)
    return fields


def delivery_note(body: Mapping[str, Any]) -> str:
    """The delivery note an opening record names; empty where it names none."""
    value = body.get("delivery_note")
    return text.name_text(value) if value else ""


def expiry(body: Mapping[str, Any]) -> date | None:
    """The expiry date of a scan that was read before."""
    return _day(body.get("expires_on"))


def _day(value: Any) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != _DAY_LENGTH:
        raise ValueError("This must be a date, YYYY-MM-DD, or null.")
    return date.fromisoformat(value)


def _read_receipt(reader: Body, common: dict[str, Any]) -> Fields:
    for name in ("order", "delivery", "supplier"):
        reader.uuid(name, optional=True)
    try:
        delivery_note(reader.body)
    except (ValueError, AttributeError) as error:
        reader.wrong("delivery_note", str(error) if isinstance(error, ValueError) else "This must be a text or null.")
    return Fields(**common)


def _read_receive(reader: Body, common: dict[str, Any]) -> Fields:
    try:
        _day(reader.body.get("expires_on"))
    except ValueError:
        reader.wrong("expires_on", "This must be a date, YYYY-MM-DD, or null.")
    reader.text("serial", LOT_LENGTH_MAX)
    reader.text("sscc", SSCC_LENGTH_MAX)
    return Fields(**common, **reader.scanned())


def _read_set(reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, **reader.keyed())


def _read_void(reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, reference_id=reader.uuid("voids"))


def _read_close(_reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common)


_READERS = {
    "receipt": _read_receipt,
    "receive": _read_receive,
    "damaged": _read_receive,
    "receive_set": _read_set,
    "damaged_set": _read_set,
    "receive_void": _read_void,
    "receive_close": _read_close,
}
