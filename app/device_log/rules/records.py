"""What one record's exact text says: the fields all kinds share, or why they cannot be read. Pure.

Nothing in here refuses a batch: a text that cannot be read is kept and held, so that it poisons no queue.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from app.device_log.rules.times import Stamp
from app.device_log.rules.values import Fields, Hold
from app.kernel.ids import parse_common_id, parse_id

SCHEMA_VERSIONS = range(1, 2)
AUTHS = ("online", "offline")
SEQ_MAX = 2**53 - 1  # what every JSON reader knows exactly
WALL_MS_MAX = 253_402_300_799_999  # the last millisecond of the year 9999
KIND_LENGTH_MAX = 40

# What can be saved from a text that is no JSON any more, so that it still uses up its number.
_SAVED_SEQ = re.compile(r'"seq"\s*:\s*([0-9]{1,15})\s*[,}]')
_SAVED_ID = re.compile(r'"id"\s*:\s*"([0-9A-Fa-f-]{36})"')


@dataclass(slots=True)
class Read:
    """One text of a batch as far as it can be read. `seq` 0: it names none. `hold`: why it cannot be accepted.

    `fields` is what the handler of its kind read from the body.
    """

    text: str
    body_hash: bytes
    id: str  # canonical UUID, or a digest of the text where it has none
    seq: int
    hold: Hold | None = None
    record_id: UUID | None = None
    version: int = 0
    kind: str = ""
    person_id: UUID | None = None
    stamp: Stamp | None = None
    body: dict[str, Any] | None = None
    fields: Fields | None = None

    @property
    def identity(self) -> tuple[int, bytes]:
        """What makes it the same record of a device: its number and its bytes."""
        return self.seq, self.body_hash


class _Unreadable(Exception):
    """A shared field that is wrong, with the code to hold the record under."""

    def __init__(self, detail: str, code: str = "invalid") -> None:
        super().__init__(detail)
        self.hold = Hold(code, detail)


def read_record(text: str) -> Read:
    """Read one record's text. Never raises: what is wrong is in `hold`."""
    raw = text.encode("utf-8", "surrogatepass")
    body_hash = hashlib.sha256(raw).digest()
    body = _parsed(raw)
    record_id, seq = _identity(text, body)
    name = str(record_id) if record_id else "sha256-" + body_hash.hex()[:32]
    try:
        return _read_shared(Read(text, body_hash, name, seq, record_id=record_id, body=body))
    except _Unreadable as error:
        return Read(text, body_hash, name, seq, error.hold, body=body, person_id=parse_id((body or {}).get("person")))


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether a JSON value is an integer within bounds; true, 1.0 and "1" are not."""
    return type(value) is int and least <= value <= most


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _identity(text: str, body: dict[str, Any] | None) -> tuple[UUID | None, int]:
    if body is not None:
        seq = body.get("seq")
        return parse_id(body.get("id")), seq if isinstance(seq, int) and is_whole(seq, 1, SEQ_MAX) else 0
    saved_id, saved_seq = _SAVED_ID.search(text), _SAVED_SEQ.search(text)
    return parse_id(saved_id[1]) if saved_id else None, int(saved_seq[1]) if saved_seq else 0


def _read_shared(record: Read) -> Read:
    body = record.body
    if body is None:
        raise _Unreadable("The record is not a JSON object.")
    if record.record_id is None:
        raise _Unreadable("id is not a UUID.")
    if record.seq == 0:
        raise _Unreadable("seq is not a positive integer.")
    record.version, kind, person_id = _version(body), body.get("kind"), parse_common_id(body.get("person"))
    if not isinstance(kind, str) or not 0 < len(kind) <= KIND_LENGTH_MAX:
        raise _Unreadable("kind is not a word.")
    if person_id is None:
        raise _Unreadable("person is not a UUID.")
    if body.get("auth") not in AUTHS:
        raise _Unreadable("auth is neither online nor offline.")
    record.kind, record.person_id, record.stamp = kind, person_id, _stamp(body)
    return record


def _version(body: dict[str, Any]) -> int:
    version = body.get("v")
    if not isinstance(version, int) or not is_whole(version, 1, 10**6):
        raise _Unreadable("v is not a schema version.")
    if version not in SCHEMA_VERSIONS:
        raise _Unreadable(f"Schema version {version} is not known to this server.", "schema_unknown")
    return version


def _stamp(body: dict[str, Any]) -> Stamp:
    at, mono, boot = body.get("at"), body.get("mono"), parse_common_id(body.get("boot"))
    if not isinstance(at, int) or not is_whole(at, 0, WALL_MS_MAX):
        raise _Unreadable("at is not a time in milliseconds.")
    if not isinstance(mono, int) or not is_whole(mono, 0, WALL_MS_MAX):
        raise _Unreadable("mono is not a count of milliseconds.")
    if boot is None:
        raise _Unreadable("boot is not a UUID.")
    return Stamp(at, mono, boot)
