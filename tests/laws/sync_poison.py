"""Records that can never be counted, each in its own way; all name their number, so that no gap remains."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

Body = dict[str, Any]
NOWHERE = "0193a000-0000-7000-8000-00000000dead"


def _with(**changes: Any) -> Callable[[Body], str]:
    return lambda body: json.dumps(body | changes)


def _without(*names: str) -> Callable[[Body], str]:
    return lambda body: json.dumps({name: value for name, value in body.items() if name not in names})


KINDS: list[Callable[[Body], str]] = [
    lambda body: json.dumps(body)[:-7],  # cut off
    _with(kind="riddle"),
    _with(kind=None),
    _with(code="A\x00B"),
    _with(quantity=2**70),
    _with(quantity="many"),
    _with(quantity=1.5),
    _with(quantity=-(10**12)),
    _with(v=99),
    _with(person=NOWHERE),
    _with(item=NOWHERE),
    _with(stocktake=NOWHERE),
    _with(location=NOWHERE),
    _with(round=7),
    _with(at=-1),
    _with(at="2026-11-20", boot=None),
    _with(code="\ud800"),
    _without("sheet", "location"),
    _without("v", "kind", "auth"),
    lambda body: json.dumps(body)[:-1] + ',"deep":' + "[" * 2000 + "}",
    lambda body: json.dumps(body)[:-1] + ',"n":NaN}',
]


def poisoned(which: int, record_id: UUID, seq: int, person: UUID, places: tuple[UUID, UUID, UUID]) -> str:
    """The text of a scan that is wrong in the way `which`."""
    stocktake, location, item = map(str, places)
    body = {
        "v": 1, "id": str(record_id), "seq": seq, "kind": "scan", "person": str(person), "auth": "offline",
        "at": 1_763_625_600_000, "mono": 5, "boot": NOWHERE, "stocktake": stocktake, "sheet": NOWHERE,
        "location": location, "round": 1, "code": "MILK", "symbology": None, "source": "wedge", "item": item,
        "lot": "", "factor": 1, "quantity": 1,
    }  # fmt: skip
    return KINDS[which % len(KINDS)](body)
