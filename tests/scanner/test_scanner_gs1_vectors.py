"""What a GS1 code says of the goods, read alike by Python and by the browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.meaning import CodeError, meaning

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors/gs1.json").read_text("utf-8"))


def _said(vector: dict[str, Any]) -> dict[str, Any] | None:
    found = meaning(vector["text"], vector["symbology"])
    if found.kind not in {"gs1", "sscc"}:
        return None
    return {
        "gtin": found.gtin,
        "lot": found.lot,
        "expiry": found.expiry and found.expiry.isoformat(),
        "serial": found.serial,
        "count": found.count,
        "weight_kg": None if found.weight_kg is None else str(found.weight_kg),
        "sscc": found.sscc,
    }


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_every_vector_says_the_same_as_in_the_browser(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(CodeError):
            meaning(vector["text"], vector["symbology"])
    else:
        assert _said(vector) == vector["gs1"]


def test_the_vectors_are_named_once_each() -> None:
    names = [v["name"] for v in VECTORS]
    assert len(names) == len(set(names)) >= 30
