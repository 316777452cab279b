"""What the records of a count look like: their shape and ranges, checked before anything is asked of the database."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from app.device_log.handlers import Fields
from app.kernel import text
from app.kernel.errors import FieldError, Invalid
from app.kernel.ids import parse_common_id, parse_id
from app.kernel.quantity import QUANTITY_LIMIT

KINDS: Final = ("sheet", "scan", "set", "void", "close")
SOURCES: Final = ("wedge", "keypad", "camera")
RAW_CODE_LENGTH_MAX: Final = 1024  # as the scanner sent it; what it means is shorter
LOT_LENGTH_MAX: Final = 64
FACTOR_MAX: Final = 1_000_000
ROUND_MAX: Final = 1000
LIST_MAX: Final = 10_000


class _Body:
    """A record's body while it is read: gathers every mistake, with its field."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.mistakes: list[FieldError] = []

    def wrong(self, name: str, message: str) -> None:
        self.mistakes.append(FieldError(name, "invalid", message))

    def uuid(self, name: str, *, optional: bool = False) -> UUID | None:
        value = self.body.get(name)
        if value is None and optional:
            return None
        found = parse_common_id(value)
        if found is None:
            self.wrong(name, "This must be a UUID.")
        return found

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.body.get(name)
        if type(value) is not int or not least <= value <= most:  # true is an int to Python, not to us
            self.wrong(name, f"This must be a whole number from {least} to {most}.")
            return least
        return value

    def text(self, name: str, length_max: int) -> str | None:
        """A text or null."""
        value = self.body.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value or len(value) > length_max or "\x00" in value:
            self.wrong(name, f"This must be a text of 1 to {length_max} characters without NUL.")
            return None
        return value

    def lot(self, value: Any, name: str) -> str:
        if value == "" or value is None:
            return ""
        try:
            return text.code_text(value, LOT_LENGTH_MAX)
        except (ValueError, AttributeError) as error:
            self.wrong(name, str(error) if isinstance(error, ValueError) else "This must be a text.")
            return ""

    def array(self, name: str) -> list[Any]:
        value = self.body.get(name, [])
        if not isinstance(value, list) or len(value) > LIST_MAX:
            self.wrong(name, f"This must be a list of at most {LIST_MAX}.")
            return []
        return value


def read_record(kind: str, body: Mapping[str, Any]) -> Fields:
    """The columns of a record of one of KINDS. Raises Invalid with every mistake in it."""
    reader = _Body(body)
    fields = _READERS[kind](
        reader,
        {
            "document_id": reader.uuid("stocktake"),
            "sheet_id": reader.uuid("sheet"),
            "location_id": reader.uuid("location"),
        },
    )
    reader.whole("round", 1, ROUND_MAX)
    if reader.mistakes:
        listed = "; ".join(f"{mistake.field}: {mistake.message}" for mistake in reader.mistakes)
        raise Invalid("invalid", f"This {kind} cannot be read. {listed}", errors=reader.mistakes)
    return fields


def item_lots(body: Mapping[str, Any], name: str) -> Iterator[tuple[UUID, str]]:
    """The (item, lot) pairs of a close's list `zeros` or `uncounted`, which was read before."""
    reader = _Body(body)
    for pair in reader.array(name):
        yield UUID(pair["item"]), reader.lot(pair.get("lot"), name)


def _read_sheet(reader: _Body, common: dict[str, Any]) -> Fields:
    reader.uuid("continues", optional=True)
    return Fields(**common)


def _read_scan(reader: _Body, common: dict[str, Any]) -> Fields:
    item, code = reader.uuid("item", optional=True), reader.text("code", RAW_CODE_LENGTH_MAX)
    if reader.body.get("item") is None and reader.body.get("code") is None:
        reader.wrong("code", "Without an item there must be a code.")
    if reader.body.get("source") not in SOURCES:
        reader.wrong("source", f"This must be one of {', '.join(SOURCES)}.")
    return Fields(
        **common,
        item_id=item,
        code=code,
        lot=reader.lot(reader.body.get("lot"), "lot"),
        symbology=reader.text("symbology", 40),
        pack_factor=reader.whole("factor", 1, FACTOR_MAX),
        quantity=reader.whole("quantity", 1, QUANTITY_LIMIT),
    )


def _read_set(reader: _Body, common: dict[str, Any]) -> Fields:
    item, code = reader.uuid("item", optional=True), reader.text("code", RAW_CODE_LENGTH_MAX)
    if reader.body.get("item") is None and reader.body.get("code") is None:
        reader.wrong("item", "Without an item there must be a code.")
    superseded = [parse_id(record) for record in reader.array("supersedes")]
    if None in superseded:
        reader.wrong("supersedes", "This must be a list of record ids.")
    return Fields(
        **common,
        item_id=item,
        code=code,
        lot=reader.lot(reader.body.get("lot"), "lot"),
        quantity=reader.whole("quantity", 0, QUANTITY_LIMIT),
        supersedes=tuple(dict.fromkeys(record for record in superseded if record)),
    )


def _read_void(reader: _Body, common: dict[str, Any]) -> Fields:
    return Fields(**common, reference_id=reader.uuid("voids"))


def _read_close(reader: _Body, common: dict[str, Any]) -> Fields:
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
