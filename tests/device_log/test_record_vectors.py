"""A record's exact text, as the browser writes it: what the server reads out of it, and the hash it keeps it under."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.device_log.handlers import Fields
from app.device_log.service import read_batch

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "records.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_server_reads_what_the_browser_wrote(session_app: Flask, vector: dict[str, Any]) -> None:
    (read,) = read_batch([vector["text"]])
    assert read.hold is None
    assert read.body_hash.hex() == vector["sha256"]
    assert read.fields is not None
    assert told(read.fields) == vector["fields"]


def told(fields: Fields) -> dict[str, Any]:
    """The columns that are filled, in the words of JSON."""
    filled = {name: value for name, value in fields._asdict().items() if value not in (None, "", ())}
    return {name: plain(value) for name, value in filled.items()}


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, UUID) else value
