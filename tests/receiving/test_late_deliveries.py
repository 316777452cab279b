"""What is scanned for a receipt that is over: taken in with one that is open; posting over it needs a reason."""

from typing import Any
from uuid import UUID

import pytest

from app.catalogue.models import Item
from app.demo.push_client import Device
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.receiving.queries.posting import Posting
from app.receiving.service import posting_run
from tests.builders import Cast, make_item
from tests.device_log.trial import device_of
from tests.receiving.dock import close, decide, dock_of, post, says, the_receipt, viewer_of


def late_for(cast: Cast, receipt: UUID, item: Item) -> Device:
    """A device that scanned three pieces for the receipt and comes when it is over."""
    device, sheet = device_of(cast), new_id()
    body = {
        "code": "X", "symbology": None, "source": "wedge", "lot": "", "expires_on": None, "serial": None,
        "sscc": None, "factor": 1, "quantity": 3,
    }  # fmt: skip
    place = {"receipt": receipt, "sheet": sheet, "location": cast.bins[0].id}
    device.record("receive", item=item.id, **place, **body)
    device.sync()
    return device


def decide_held(cast: Cast, decision: str, **more: Any) -> Any:
    desk = cast.client(cast.supervisor)
    rows = desk.get("/api/v1/held", query_string={"state": "open"}).json["rows"]
    records = [{name: row[name] for name in ("record_id", "body_hash")} for row in rows]
    return desk.post("/api/v1/held/decide", json={"decision": decision, "records": records, **more}).json


def received(cast: Cast, item: Item) -> Any:
    dock = dock_of(cast).open()
    dock.scan(item, 2)
    dock.push()
    close(cast, dock.receipt)
    decide(cast, dock.receipt, item)
    return dock


def test_a_late_scan_of_a_posted_receipt_is_taken_in_with_an_open_one(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, water)
    post(cast, dock.receipt)
    device = late_for(cast, dock.receipt, water)
    assert [entry.code for entry in device.held] == ["receipt_posted"]
    other = dock_of(cast)
    other.seq = 100
    other.open().scan(make_item("TEA"), 1)
    other.push()
    assert decide_held(cast, "release")["rows"][0]["reason"] == "receipt_posted"
    assert decide_held(cast, "move", document_id=str(other.receipt))["done"] == 1
    assert says(other.receipt, water)[:2] == (0, 3)
    (told,) = device.hello()["held"]
    assert told["moved_to"]["label"] == "GRN-2"


def test_a_scan_of_a_receipt_does_not_go_into_a_stocktake(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, water)
    late_for(cast, dock.receipt, water)
    made = cast.client(cast.supervisor).post(
        "/api/v1/stocktakes", json={"site_id": str(cast.site.id), "name": "Count", "kind": "full", "blind": True}
    )
    answer = decide_held(cast, "move", document_id=made.json["id"])
    assert (answer["done"], answer["rows"][0]["reason"]) == (0, "other_document")


def test_posting_over_held_records_asks_for_a_reason_and_keeps_it(cast: Cast) -> None:
    water = make_item()
    dock = received(cast, water)
    late_for(cast, dock.receipt, water)
    asked = posting_run.dry_run(viewer_of(cast), Posting(dock.receipt))["problems"]
    assert [(problem["code"], problem["lines"]) for problem in asked] == [("records_held", 1)]
    with pytest.raises(Conflict, match="posting_refused"):
        post(cast, dock.receipt)
    posting = Posting(dock.receipt, override_reason="that box goes back")
    assert posting_run.post(viewer_of(cast), posting)["posted"]
    assert the_receipt(dock.receipt).override_reason == "that box goes back"
