"""What the records of a count look like: their shape and ranges, checked before anything is asked of the database."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from app.device_log.handlers import Fields
from app.device_log.rules.body import Body
from app.kernel.ids import parse_common_id

KINDS: Final = ("sheet", "scan", "set", "void", "close")
ROUND_MAX: Final = 1000


def read_record(kind: str, body: Mapping[str, Any]) -> Fields:
    """The columns of a record of one of KINDS. Raises Invalid with every mistake in it."""
    reader = Body(body)
    fields = _READERS[kind](
        reader,
        {
            "document_id": reader.uuid("stocktake"),
            "sheet_id": reader.uuid("sheet"),
            "location_id": reader.uuid("location"),
        },
    )
    reader.whole("round", 1, ROUND_MAX)
    reader.refuse(kind)
    return fields


def item_lots(body: Mapping[str, Any], name: str) -> Iterator[tuple[UUID, str]]:
    """The (item, lot) pairs of a close's list `zeros` or `uncounted`, which was read before."""
    reader = Body(body)
    for pair in reader.array(name):
        yield UUID(pair["item"]), reader.lot(pair.get("lot"), name)


def _read_sheet(reader: Body, common: dict[str, Any]) -> Fields:
    reader.uuid("continues", optional=True)
    return Fields(**common)


def _read_scan(reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, **reader.scanned())


def _read_set(reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, **reader.keyed())


def _read_void(reader: Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, reference_id=reader.uuid("voids"))


def _read_close(reader: Body, common: dict[str, Any]) -> Fields:
    for name in ("zeros", "uncounted"):
        for pair in reader.array(name):
            item = pair.get("item") if isinstance(pair, dict) else None
            if parse_common_id(item) is None:
                reader.wrong(name, "Each must name an item by its UUID.")
                break
            reader.lot(pair.get("lot"), name)
    if not isinstance(reader.body.get("empty", False), bool):
        reader.wrong("empty", "This must be true or false.")
    return Fields(**common)


_READERS = {
    "sheet": _read_sheet,
    "scan": _read_scan,
    "set": _read_set,
    "void": _read_void,
    "close": _read_close,
}
