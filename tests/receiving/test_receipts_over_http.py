"""A receipt from end to end over the API and a device's real log: scanned, closed, decided, posted, taken back."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.catalogue.models import Item
from app.checks import verify_everything
from app.demo.push_client import Device
from app.jobs import sequence
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.photos.models import Photo
from tests.builders import MORNING, Cast, location_of, make_item, save
from tests.device_log.trial import device_of
from tests.receiving.dock import make_delivery, make_order, make_supplier, ordered

API = "/api/v1"


@dataclass
class Hand:
    """A person receiving on a device."""

    device: Device
    place: UUID
    receipt: UUID = field(default_factory=new_id)
    sheet: UUID = field(default_factory=new_id)

    def note(self, kind: str, **fields: Any) -> UUID:
        """One record; its id."""
        common = {"receipt": str(self.receipt), "sheet": str(self.sheet), "location": str(self.place)}
        return self.device.record(kind, **common | fields).id

    def open(self, order: Any = None) -> None:
        """Begin."""
        document = str(order.id) if order is not None else None
        self.note("receipt", order=document, delivery=None, supplier=None, delivery_note="LS-9")

    def scan(self, item: Item | None, quantity: int, kind: str = "receive", **fields: Any) -> UUID:
        """So many pieces."""
        body = {"item": str(item.id) if item else None, "code": "X", "symbology": None, "source": "camera", "lot": ""}
        more = {"expires_on": None, "serial": None, "sscc": None, "factor": 1, "quantity": quantity}
        return self.note(kind, **body | more | fields)


@pytest.fixture
def hand(cast: Cast) -> Hand:
    return Hand(device_of(cast), cast.bins[0].id)


def call(client: FlaskClient, method: str, path: str, status: int = 200, **json: Any) -> Any:
    """The answer's body."""
    answer = client.open(f"{API}{path}", method=method, json=json or None)
    assert answer.status_code == status, answer.json
    return answer.json


def test_a_receipt_from_the_dock_to_the_book_and_back(cast: Cast, hand: Hand) -> None:
    water, milk = make_item(), make_item("MILK")
    order = make_order(cast, {water: 10, milk: 4}, supplier=make_supplier())
    hand.open(order)
    hand.scan(water, 12)
    broken = hand.scan(milk, 1, "damaged")
    hand.scan(milk, 3)
    hand.note("receive_close")
    hand.device.sync()
    assert hand.device.held == []
    [told] = hand.device.known("receipt")
    assert (told["label"], told["state"], told["order_id"]) == ("GRN-1", "receiving", str(order.id))
    assert "unit_cost" not in told

    desk, path = cast.client(cast.supervisor), f"/receipts/{hand.receipt}"
    receipt = call(desk, "GET", path)
    assert (receipt["supplier"]["code"], receipt["order"]["label"]) == ("SUP", "PO-1")
    assert receipt["opened_by"] == {"id": str(cast.counter.id), "name": "Counter"}
    assert receipt["progress"]["lines_by_state"] == {"needs_decision": 2}
    photo = Photo(
        id=new_id(), site_id=cast.site.id, person_id=cast.counter.id, record_id=broken, document_id=hand.receipt,
        purpose="damage", taken_at=MORNING, received_at=MORNING, width=1, height=1, sent_hash=b"", jpeg=b"",
    )  # fmt: skip
    save(photo)
    lines = {row["item"]["sku"]: row for row in call(desk, "GET", f"{path}/lines")["rows"]}
    assert (lines["WATER"]["variance"], lines["WATER"]["value"], lines["WATER"]["flags"]) == (2, 400, ["over_ceiling"])
    assert lines["MILK"]["lots"] == [
        {"lot": "", "expires_on": None, "damaged": False, "quantity": 3},
        {"lot": "", "expires_on": None, "damaged": True, "quantity": 1},
    ]
    detail = call(desk, "GET", f"{path}/lines/{lines['MILK']['id']}")
    assert [record["kind"] for record in detail["records"]] == ["damaged", "receive"]
    assert [it["id"] for it in detail["photos"]] == [str(photo.id)]
    assert [it["quantity"] for it in detail["expected_lines"]] == [4]

    call(desk, "POST", f"{path}/close")
    assert call(desk, "POST", f"{path}/post", dry_run=True)["problems"][0]["code"] == "needs_decision"
    call(desk, "POST", f"{path}/post", 409)
    chosen = [row["id"] for row in lines.values()]
    versions = {str(row["id"]): row["version"] for row in lines.values()}
    decision = {"line_ids": chosen, "versions": versions, "reason_code": "miscount"}
    assert call(desk, "POST", f"{path}/decisions", decision="accept_expected", **decision) == {"decided": 2}
    call(desk, "POST", f"{path}/decisions", 409, decision="accept", **decision)
    posted = call(desk, "POST", f"{path}/post")
    assert (posted["entries"], posted["lines"], posted["posted"]) == (2, 2, True)
    assert call(desk, "GET", path)["state"] == "posted"
    assert ordered(order) == ("part_received", [10, 3])
    hand.device.pull()
    assert list(hand.device.known("receipt")) == []
    take_back(cast, desk, path, water)
    assert ordered(order) == ("ordered", [0, 0])
    sequence()
    with reading() as session:
        assert verify_everything(session) == []


def take_back(cast: Cast, desk: FlaskClient, path: str, water: Item) -> None:
    """One piece goes back to the supplier, which is put right; then all of the receipt."""
    back = {"lines": [{"item_id": str(water.id), "quantity": 1}], "reason_code": "miscount"}
    journal = call(desk, "POST", f"{path}/returns", 201, **back)
    assert journal["entries"] == 1
    call(desk, "POST", f"{path}/reverse", 409, note="no")
    manager = cast.client(cast.manager)
    call(manager, "POST", f"/journals/{journal['journal_id']}/reverse", 201, reason_code="miscount")
    assert call(desk, "POST", f"{path}/reverse", note="wrong dock")["state"] == "reversed"


def test_a_record_held_after_closing_is_released_and_counts(cast: Cast, hand: Hand) -> None:
    water = make_item()
    hand.open()
    hand.scan(water, 1)
    hand.device.sync()
    desk, path = cast.client(cast.supervisor), f"/receipts/{hand.receipt}"
    call(desk, "POST", f"{path}/close")
    hand.scan(water, 2)
    hand.device.sync()
    [entry] = hand.device.held
    assert entry.code == "receipt_closed"
    assert call(desk, "GET", path)["progress"]["held"] == 1
    [held] = call(desk, "GET", "/held?state=open")["rows"]
    call(desk, "POST", f"/held/{held['record_id']}/{held['body_hash']}/release", note="came in time")
    [line] = call(desk, "GET", f"{path}/lines")["rows"]
    assert line["quantity_good"] == 3
    assert call(desk, "GET", f"{path}/sync-health")["complete"] is True


def test_the_desk_opens_finds_and_gives_up_receipts(cast: Cast) -> None:
    water = make_item()
    order = make_order(cast, {water: 10})
    desk = cast.client(cast.supervisor)
    where = {"site_id": str(cast.site.id), "location_id": str(cast.bins[0].id)}
    made = call(desk, "POST", "/receipts", 201, **where, order_id=str(order.id), delivery_note="LS-77")
    blind = call(desk, "POST", "/receipts", 201, **where)
    assert (made["label"], blind["label"], blind["supplier"]) == ("GRN-1", "GRN-2", None)
    assert made["progress"]["lines_by_state"] == {"agreed": 1}
    assert made["progress"]["quantity_expected"] == 10
    for query, labels in (
        ("", ["GRN-2", "GRN-1"]),
        (f"?site_id={cast.site.id}", ["GRN-2", "GRN-1"]),
        ("?search=grn-2", ["GRN-2"]),
        ("?search=ls-7", ["GRN-1"]),
        ("?search=supplier", ["GRN-1"]),
        ("?state=closed", []),
        (f"?order_id={order.id}", ["GRN-1"]),
    ):
        assert [row["label"] for row in call(desk, "GET", f"/receipts{query}")["rows"]] == labels
    assert call(desk, "POST", f"/receipts/{blind['id']}/cancel", reason="no truck")["state"] == "cancelled"
    call(desk, "POST", f"/receipts/{blind['id']}/close", 409)
    assert (
        call(desk, "GET", f"/receipts/{made['id']}/lines?search=wat&state=agreed&sort=value&order=desc")["total"] == 1
    )
    assert call(desk, "GET", f"/receipts/{made['id']}/lines?mark=short")["total"] == 0


def test_receipts_are_found_by_what_they_were_expected_with(cast: Cast) -> None:
    water, desk = make_item(), cast.client(cast.supervisor)
    order, delivery = make_order(cast, {water: 10}), make_delivery(cast, [(water, 10, "")])
    where = {"site_id": str(cast.site.id), "location_id": str(cast.bins[0].id)}
    by_order, by_delivery, _blind = (
        call(desk, "POST", "/receipts", 201, **where, **against)
        for against in ({"order_id": str(order.id)}, {"delivery_id": str(delivery.id)}, {})
    )
    for query, wanted in (
        (f"order_id={order.id}", by_order),
        (f"delivery_id={delivery.id}", by_delivery),
        (f"supplier_id={order.supplier_id}", by_order),
        (f"supplier_id={delivery.supplier_id}", by_delivery),
    ):
        assert [row["id"] for row in call(desk, "GET", f"/receipts?{query}")["rows"]] == [wanted["id"]], query
        assert desk.get(f"{API}/receipts/export?{query}").text.count("GRN-") == 1
    assert call(desk, "GET", f"/receipts?delivery_id={order.id}")["rows"] == []


def test_the_desk_opens_only_what_can_be_received(cast: Cast) -> None:
    desk = cast.client(cast.supervisor)
    where = {"site_id": str(cast.site.id), "location_id": str(cast.bins[0].id)}
    closed = make_order(cast, {make_item(): 1}, state="closed")
    assert call(desk, "POST", "/receipts", 409, **where, order_id=str(closed.id))["code"] == "document_not_open"
    for name in ("order_id", "delivery_id", "supplier_id", "location_id"):
        answer = call(desk, "POST", "/receipts", 422, **where | {name: str(new_id())})
        assert [error["field"] for error in answer["errors"]] == [name]
    other = make_supplier("OTHER")
    order = make_order(cast, {make_item("MILK"): 1}, number=2)
    both = {"order_id": str(order.id), "supplier_id": str(other.id)}
    assert call(desk, "POST", "/receipts", 422, **where, **both)["errors"][0]["code"] == "other_supplier"
    call(cast.client(cast.counter), "POST", "/receipts", 403, **where)


def test_a_blind_receipt_is_put_right_until_it_is_posted(cast: Cast, hand: Hand) -> None:
    water, zone = make_item(), location_of(cast.site, "A")
    order = make_order(cast, {water: 5}, supplier=make_supplier())
    hand.place = zone.id  # above the level where this shop keeps its stock
    hand.open()
    hand.scan(water, 4)
    hand.device.sync()
    desk, path = cast.client(cast.supervisor), f"/receipts/{hand.receipt}"
    call(desk, "POST", f"{path}/close")
    refused = call(desk, "POST", f"{path}/post", 409)
    assert [problem["code"] for problem in refused["problems"]] == ["above_stock_level"]
    call(desk, "PATCH", path, 422, location_id=str(zone.id))
    changed = call(desk, "PATCH", path, location_id=str(cast.bins[0].id), order_id=str(order.id), note="was PO-1")
    assert (changed["location"]["code"], changed["supplier"]["code"]) == ("A-01", "SUP")
    [line] = call(desk, "GET", f"{path}/lines")["rows"]
    assert (line["quantity_expected"], line["flags"]) == (5, ["short"])
    assert call(desk, "PATCH", path, order_id=None)["order"] is None
    assert call(desk, "PATCH", path, supplier_id=str(make_supplier("OTHER").id))["supplier"]["code"] == "OTHER"
    call(desk, "POST", f"{path}/post")
    call(desk, "PATCH", path, 409, note="too late")
