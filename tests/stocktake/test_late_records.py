"""Scans that come when their stocktake is over: counted in one that is open, or put aside; never passed in silence."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.models import Item
from app.demo.push_client import Device
from app.device_log.models import DeviceRecord, HeldRecord
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.sites.models import Location
from app.stocktake.models import Sheet, Stocktake
from app.stocktake.verify import verify
from tests.builders import Cast, at, make_item
from tests.device_log.trial import device_of
from tests.stocktake.builders import count, line_of, start_stocktake


@dataclass
class Counter:
    """A device that counts a place."""

    device: Device
    stocktake: UUID
    where: Location
    sheet: UUID = field(default_factory=new_id)

    def note(self, kind: str, **fields: Any) -> UUID:
        place = {"stocktake": self.stocktake, "sheet": self.sheet, "location": self.where.id, "round": 1}
        return self.device.record(kind, **place, **fields).id

    def scan(self, item: Item, quantity: int) -> UUID:
        seen = {"code": "X", "symbology": None, "source": "wedge", "lot": "", "factor": 1}
        return self.note("scan", item=item.id, quantity=quantity, **seen)


def over(stocktake: Stocktake, state: str = "posted") -> None:
    def work(session: Any) -> None:
        session.get_one(Stocktake, stocktake.id).state = state

    transact(work)


@dataclass
class Late:
    """A shelf that was counted as 6 of an item, one of them voided, and came when its stocktake was posted."""

    cast: Cast
    item: Item
    old: Stocktake
    new: Stocktake
    counter: Counter

    @property
    def desk(self) -> FlaskClient:
        return self.cast.client(self.cast.supervisor)

    def held(self) -> list[dict[str, Any]]:
        return list(self.desk.get("/api/v1/held", query_string={"state": "open"}).json["rows"])

    def decide(self, decision: str, **more: Any) -> Any:
        records = [{name: row[name] for name in ("record_id", "body_hash")} for row in self.held()]
        return self.desk.post("/api/v1/held/decide", json={"decision": decision, "records": records, **more})


@pytest.fixture
def late(cast: Cast) -> Late:
    item = make_item()
    old, new = start_stocktake(cast), start_stocktake(cast, number=2)
    counter = Counter(device_of(cast), old.id, cast.bins[0])
    counter.note("sheet", continues=None)
    counter.scan(item, 5)
    mistaken = counter.scan(item, 3)
    counter.note("void", voids=mistaken)
    counter.scan(item, 1)
    counter.note("close", empty=False, zeros=[], uncounted=[])
    over(old)
    counter.device.sync()
    return Late(cast, item, old, new, counter)


def test_what_comes_after_the_posting_waits_with_the_name_of_its_stocktake(late: Late) -> None:
    rows = late.held()
    assert {row["reason"] for row in rows} == {"stocktake_posted"}
    assert rows[0]["document"] == {
        "id": str(late.old.id),
        "kind": "stocktake",
        "number": 1,
        "label": "Count 1",
        "state": "posted",
        "takes_records": False,
    }
    assert late.decide("release").json["done"] == 0


def test_a_whole_shelf_is_moved_into_the_open_stocktake_as_it_was_scanned(late: Late) -> None:
    assert late.decide("move", document_id=str(late.new.id)).json["done"] == 6
    line = line_of(late.new, late.cast.bins[0], late.item)
    assert line.quantity_counted == 6
    with reading() as session:
        records = session.scalars(select(DeviceRecord).order_by(DeviceRecord.device_seq)).all()
        (sheet,) = session.scalars(select(Sheet)).all()
        assert verify(session) == []
    assert [record.body for record in records] == [entry.text for entry in late.counter.device.outbox]
    assert {record.document_id for record in records} == {late.new.id}
    assert {record.sheet_id for record in records} == {sheet.id}
    assert sheet.id != late.counter.sheet
    assert sheet.closed_at is not None


def test_the_move_is_written_down_and_the_counter_told(late: Late) -> None:
    late.decide("move", document_id=str(late.new.id), note="counted for the new year")
    with reading() as session:
        rows = session.scalars(select(HeldRecord)).all()
    assert {(row.state, row.document_id, row.moved_to, row.decided_by) for row in rows} == {
        ("released", late.old.id, late.new.id, late.cast.supervisor.id)
    }
    told = late.counter.device.hello()["held"]
    assert {(one["document"]["label"], one["moved_to"]["label"], one["note"]) for one in told} == {
        ("Count 1", "Count 2", "counted for the new year")
    }


def test_a_place_counted_in_both_is_an_overlap_and_not_a_sum(late: Late) -> None:
    other = Counter(device_of(late.cast, 8, person=late.cast.manager), late.new.id, late.cast.bins[0])
    other.note("sheet", continues=None)
    other.scan(late.item, 6)
    other.device.sync()
    late.decide("move", document_id=str(late.new.id))
    line = line_of(late.new, late.cast.bins[0], late.item)
    assert (line.state, line.quantity_counted) == ("needs_decision", None)


def test_records_moved_one_after_the_other_come_to_one_sheet(late: Late) -> None:
    for row in late.held():
        records = [{name: row[name] for name in ("record_id", "body_hash")}]
        asked = {"decision": "move", "records": records, "document_id": str(late.new.id)}
        late.desk.post("/api/v1/held/decide", json=asked)
    assert line_of(late.new, late.cast.bins[0], late.item).quantity_counted == 6
    with reading() as session:
        assert len(session.scalars(select(Sheet)).all()) == 1


def test_a_place_that_the_other_stocktake_does_not_count_is_answered_record_by_record(late: Late) -> None:
    elsewhere = start_stocktake(late.cast, number=3, state="draft")
    answer = late.decide("move", document_id=str(elsewhere.id)).json
    assert {row["reason"] for row in answer["rows"]} == {"stocktake_not_started"}
    assert (answer["done"], len(late.held())) == (0, 6)


def test_nothing_is_moved_to_another_shop(late: Late) -> None:
    abroad = start_stocktake(late.cast, number=1, site_id=late.cast.other_site.id)
    assert late.decide("move", document_id=str(abroad.id)).status_code == 404
    everywhere = late.cast.client(late.cast.administrator)
    records = [{name: row[name] for name in ("record_id", "body_hash")} for row in late.held()]
    asked = {"decision": "move", "records": records, "document_id": str(abroad.id)}
    answer = everywhere.post("/api/v1/held/decide", json=asked).json
    assert (answer["done"], {row["reason"] for row in answer["rows"]}) == (0, {"unknown_stocktake"})


def post(late: Late, **body: Any) -> Any:
    return late.desk.post(f"/api/v1/stocktakes/{late.old.id}/post", json=body)


def test_posting_over_held_records_asks_for_a_reason_and_keeps_it(late: Late) -> None:
    over(late.old, "closed")
    assert [(one["code"], one["lines"]) for one in post(late, dry_run=True).json["problems"]] == [("records_held", 6)]
    for body in ({}, {"only_ready": True}, {"override_reason": "  "}):
        refused = post(late, **body)
        assert (refused.status_code, refused.json["code"]) == (409, "posting_refused")
    tea = make_item("TEA")
    for place in late.cast.bins:
        count(late.cast, late.old, place, {tea: 2}, at(10))
    lines = late.desk.get(f"/api/v1/stocktakes/{late.old.id}/lines").json["rows"]
    named = [{"id": line["id"], "version": line["version"]} for line in lines]
    accept = {"decision": "accept", "lines": named, "reason_code": "miscount"}
    late.desk.post(f"/api/v1/stocktakes/{late.old.id}/decisions", json=accept)
    assert post(late).json["problems"][0]["code"] == "records_held"
    posted = post(late, override_reason="the shelf was counted again")
    assert (posted.status_code, posted.json["lines"]) == (200, 2)
    with reading() as session:
        assert session.get_one(Stocktake, late.old.id).override_reason == "the shelf was counted again"
