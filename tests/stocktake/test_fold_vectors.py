"""A total is a fold of evidence: the server's fold and the browser's give the same tallies for the same records."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import select

from app.kernel.clock import from_ms, to_ms
from app.kernel.transaction import reading
from app.stocktake.models import Sheet, Tally
from app.stocktake.verify import verify
from tests.builders import Cast, make_device, make_item
from tests.stocktake.builders import start_stocktake
from tests.stocktake.floor import push

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "tally.json").read_text("utf-8"))
NAMES = UUID(int=7)
GOODS = ("milk", "rice", "tea", "water")
WAYS = {
    "record by record": lambda batch: [[record] for record in batch],
    "in one batch": lambda batch: [batch],
    "the last first": lambda batch: [[record] for record in reversed(batch)],
}


@pytest.mark.parametrize("way", WAYS)
def test_the_tallies_are_those_of_the_vectors(cast: Cast, way: str) -> None:
    stocktake = start_stocktake(cast)
    ids = {name: str(make_item(name.upper()).id) for name in GOODS}
    common = {
        "stocktake": str(stocktake.id),
        "location": str(cast.bins[0].id),
        "round": 1,
        "person": str(cast.counter.id),
    }
    lines: dict[Any, Any] = {}
    closed: dict[Any, Any] = {}
    for number, vector in enumerate(VECTORS):
        device = make_device(cast.site, cast.administrator, number=100 + number)
        once = {record["id"]: record for record in vector["records"]}.values()  # the log in lets none in twice
        batch = [translated(record, ids, number) | common | {"seq": place + 1} for place, record in enumerate(once)]
        for part in WAYS[way](batch):
            assert push(device, part) == {}, vector["name"]
        lines |= expected_lines(vector, ids, number)
        closed |= {named(number, end["sheet"]): (from_ms(end["closed_at"]), end["empty"]) for end in vector["ends"]}
    assert tallies() == lines
    assert ends() == closed
    with reading() as session:
        assert verify(session) == []


def named(number: int, name: str) -> str:
    return str(uuid5(NAMES, f"{number} {name}"))


def translated(record: dict[str, Any], ids: dict[str, str], number: int) -> dict[str, Any]:
    """A vector's record with real ids."""
    body = {"v": 1, "auth": "online", "mono": 1, "boot": named(0, "boot"), **record}
    for key in ("id", "sheet", "continues", "voids"):
        if body.get(key) is not None:
            body[key] = named(number, body[key])
    if body.get("item") is not None:
        body["item"] = ids[body["item"]]
    if "supersedes" in body:
        body["supersedes"] = [named(number, target) for target in body["supersedes"]]
    for key in ("zeros", "uncounted"):
        if key in body:
            body[key] = [{"item": ids[pair["item"]], "lot": pair["lot"]} for pair in body[key]]
    return body


def expected_lines(vector: dict[str, Any], ids: dict[str, str], number: int) -> dict[Any, Any]:
    """The lines with a quantity and an item: what is not counted, or not known, has no tally."""
    return {
        (named(number, line["sheet"]), ids[line["item"]], line["lot"]): (line["quantity"], line["counted_at"])
        for line in vector["lines"]
        if line["item"] is not None and line["quantity"] is not None
    }


def tallies() -> dict[Any, Any]:
    with reading() as session:
        return {
            (str(tally.sheet_id), str(tally.item_id), tally.lot): (tally.quantity, to_ms(tally.last_look_at))
            for tally in session.scalars(select(Tally))
        }


def ends() -> dict[str, Any]:
    with reading() as session:
        closed = session.scalars(select(Sheet).where(Sheet.closed_at.is_not(None)))
        return {str(sheet.id): (sheet.closed_at, sheet.empty) for sheet in closed}
