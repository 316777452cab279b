"""Reading a batch's texts, the kinds' own fields included: no database, so that no writer waits for it."""

from collections.abc import Sequence
from functools import lru_cache

from app.device_log.rules.records import Read, is_whole, read_record
from app.device_log.rules.values import Fields, Hold
from app.device_log.rules.verdicts import KIND_UNKNOWN
from app.device_log.service.registry import handler_of
from app.kernel.errors import Invalid
from app.kernel.quantity import QUANTITY_LIMIT
from scanner.meaning import CodeError, Gs1Error, meaning

CODE_LENGTH_MAX = 1024  # a GS1 message may be long; the normal form is not
TEXT_LENGTH_MAX = 128


def read_batch(texts: Sequence[str]) -> list[Read]:
    """Read every text. What cannot be accepted whatever the database says has its `hold`; the others their fields."""
    records = [read_record(text) for text in texts]
    for record in records:
        if record.hold is None:
            record.hold = read_fields(record)
    return records


def read_fields(record: Read) -> Hold | None:
    """Let the kind's handler read the body into `record.fields`; the reason to hold it where that fails."""
    handler = handler_of(record.kind)
    if handler is None:
        return KIND_UNKNOWN
    try:
        record.fields = handler.read(record.kind, record.body or {})
    except Invalid as error:
        return Hold("invalid", error.detail)
    return _harm(record.fields)


@lru_cache(maxsize=16_384)
def normal_code(code: str | None, symbology: str | None) -> str | None:
    """The text under which a scanned code is looked up; the code itself where it has no normal form."""
    if code is None:
        return None
    try:
        return meaning(code, symbology).code
    except (CodeError, Gs1Error):
        return code[:TEXT_LENGTH_MAX]


def _harm(fields: Fields) -> Hold | None:
    """What no column could keep, whichever handler let it through."""
    texts = (("code", fields.code, CODE_LENGTH_MAX), ("lot", fields.lot, TEXT_LENGTH_MAX))
    for name, text, longest in (*texts, ("symbology", fields.symbology, TEXT_LENGTH_MAX)):
        if text is not None and (len(text) > longest or "\x00" in text):
            return Hold("invalid", f"{name} is too long or holds a NUL.")
    for name, number in (("quantity", fields.quantity), ("factor", fields.pack_factor)):
        if number is not None and not is_whole(number, -QUANTITY_LIMIT, QUANTITY_LIMIT):
            return Hold("invalid", f"{name} is no integer that anybody could count.")
    return None
