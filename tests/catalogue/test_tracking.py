"""How an item's pieces are told apart: lots, expiry dates, serial numbers; and what the book keeps fixed of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.models import Item, Unit
from app.catalogue.rules import Tracking, serial_mistake, tracking_mistakes
from app.kernel.transaction import reading
from tests.builders import Cast, make_item

HEADER = "sku,name,unit,lots,expiry,serials,minimum_life_days\n"


@pytest.fixture
def manager(cast: Cast) -> FlaskClient:
    return cast.client(cast.manager)


def unit(code: str) -> str:
    with reading() as session:
        return str(session.scalars(select(Unit.id).where(Unit.code == code)).one())


def make(client: FlaskClient, **body: Any) -> Any:
    return client.post("/api/v1/items", json={"sku": "MILK", "name": "Milk", "unit_id": unit("pcs"), **body})


def send(client: FlaskClient, rows: str, *, dry_run: str = "false") -> Any:
    return client.post(f"/api/v1/items/import?dry_run={dry_run}", data=HEADER + rows, content_type="text/csv")


def codes(answer: Any) -> list[tuple[str, str]]:
    column = "column" if "rows" in answer.json else "field"
    return [(error[column].rpartition(" ")[2], error["code"]) for error in answer.json["errors"]]


def post(cast: Cast, kind: str, sku: str, quantity: int, lot: str = "") -> Any:
    entry = {"sku": sku, "location": "A-01", "quantity": quantity, "lot": lot}
    body = {"site_id": str(cast.site.id), "kind": kind, "entries": [entry]}
    return cast.client(cast.supervisor).post("/api/v1/journals", json=body)


def test_milk_has_lots_that_expire_and_must_last_a_while(manager: FlaskClient) -> None:
    made = make(manager, tracks_lots=True, tracks_expiry=True, minimum_life_days=10)
    assert made.status_code == 201
    shown = manager.get(f"/api/v1/items/{made.json['id']}").json
    assert (shown["tracks_lots"], shown["tracks_expiry"], shown["tracks_serials"]) == (True, True, False)
    assert shown["minimum_life_days"] == 10
    plain = make(manager, sku="BAG")
    assert (plain.json["tracks_expiry"], plain.json["minimum_life_days"]) == (False, None)


@pytest.mark.parametrize(
    ("wishes", "mistake"),
    [
        ({"tracks_serials": True, "unit": "kg"}, ("tracks_serials", "serials_need_pieces")),
        ({"tracks_serials": True, "tracks_lots": True}, ("tracks_serials", "serials_or_lots")),
        ({"tracks_expiry": True}, ("tracks_expiry", "expiry_needs_lots")),
        ({"minimum_life_days": 10}, ("minimum_life_days", "life_needs_expiry")),
    ],
)
def test_wishes_that_contradict_each_other_are_refused_with_the_reason(
    manager: FlaskClient, wishes: dict[str, Any], mistake: tuple[str, str]
) -> None:
    wishes = dict(wishes)
    refused = make(manager, unit_id=unit(wishes.pop("unit", "pcs")), **wishes)
    assert (refused.status_code, codes(refused)) == (422, [mistake])
    item = make(manager).json
    for name in ("tracks_serials", "tracks_lots", "tracks_expiry", "minimum_life_days"):
        assert item[name] in (False, None)
    if mistake[1] != "serials_need_pieces":
        edited = manager.patch(f"/api/v1/items/{item['id']}", json=wishes)
        assert (edited.status_code, codes(edited)) == (422, [mistake])


def test_what_does_not_touch_tracking_is_not_asked_about_it(manager: FlaskClient) -> None:
    odd = make_item("ODD", tracks_serials=True, unit="kg")
    assert manager.patch(f"/api/v1/items/{odd.id}", json={"name": "Odd"}).status_code == 200


def test_expiry_is_let_go_together_with_the_life_that_needs_it(manager: FlaskClient) -> None:
    item = make(manager, tracks_lots=True, tracks_expiry=True, minimum_life_days=10).json
    alone = manager.patch(f"/api/v1/items/{item['id']}", json={"tracks_expiry": False})
    assert codes(alone) == [("minimum_life_days", "life_needs_expiry")]
    both = manager.patch(f"/api/v1/items/{item['id']}", json={"tracks_expiry": False, "minimum_life_days": None})
    assert (both.status_code, both.json["minimum_life_days"]) == (200, None)


@pytest.fixture
def drill(cast: Cast) -> Item:
    """Drills, of which three came in without anybody noting their numbers."""
    item = make_item("DRILL")
    assert post(cast, "opening", "DRILL", 3).status_code == 201
    return item


def test_serial_numbers_begin_and_end_before_stock_moves(cast: Cast, manager: FlaskClient, drill: Item) -> None:
    refused = manager.patch(f"/api/v1/items/{drill.id}", json={"tracks_serials": True})
    assert (refused.status_code, refused.json["code"]) == (409, "tracking_fixed")
    assert "without serial numbers" in refused.json["detail"]
    saw = make_item("SAW", tracks_serials=True)
    assert post(cast, "opening", "SAW", 1, lot="SN-1").status_code == 201
    ended = manager.patch(f"/api/v1/items/{saw.id}", json={"tracks_serials": False})
    assert (ended.status_code, ended.json["code"]) == (409, "tracking_fixed")
    fresh = make_item("FRESH")
    assert manager.patch(f"/api/v1/items/{fresh.id}", json={"tracks_serials": True}).status_code == 200


def test_lots_begin_any_day_and_end_when_no_stock_stands_in_them(cast: Cast, manager: FlaskClient, drill: Item) -> None:
    assert manager.patch(f"/api/v1/items/{drill.id}", json={"tracks_lots": True}).status_code == 200
    assert post(cast, "opening", "DRILL", 2, lot="L1").status_code == 201
    refused = manager.patch(f"/api/v1/items/{drill.id}", json={"tracks_lots": False})
    assert (refused.status_code, refused.json["code"]) == (409, "lots_in_use")
    assert post(cast, "scrap", "DRILL", 2, lot="L1").status_code == 201
    assert manager.patch(f"/api/v1/items/{drill.id}", json={"tracks_lots": False}).status_code == 200


def test_a_serial_number_is_posted_as_one_piece(cast: Cast) -> None:
    make_item("SAW", tracks_serials=True)
    refused = post(cast, "opening", "SAW", 2, lot="SN-1")
    assert [error["code"] for error in refused.json["errors"]] == ["serial_is_one_piece"]
    assert post(cast, "opening", "SAW", 2).status_code == 201  # numbers not known yet


def test_a_file_brings_tracking_and_takes_nothing_away(manager: FlaskClient) -> None:
    assert send(manager, "MILK,Milk,pcs,yes,yes,,10\nSAW,Saw,pcs,,,yes,\n").json["created"] == 2
    again = send(manager, "MILK,,,,,,\n")
    assert (again.json["unchanged"], again.json["updated"]) == (1, 0)
    rows = {row["sku"]: row for row in manager.get("/api/v1/items").json["rows"]}
    assert (rows["MILK"]["tracks_expiry"], rows["MILK"]["minimum_life_days"]) == (True, 10)
    assert (rows["SAW"]["tracks_serials"], rows["SAW"]["tracks_lots"]) == (True, False)
    exported = manager.get("/api/v1/items/export").data
    back = manager.post("/api/v1/items/import?dry_run=true", data=exported, content_type="text/csv")
    assert (back.json["unchanged"], back.json["errors"]) == (2, [])


def test_a_file_says_every_wish_that_cannot_be(cast: Cast, manager: FlaskClient, drill: Item) -> None:
    make_item("APPLE", unit="kg")
    refused = send(manager, "DRILL,,,,,yes,\nAPPLE,,,,,yes,\nNEW,New,pcs,no,yes,,5000000\n")
    assert refused.status_code == 422
    told = [(error["row"], error["column"], error["code"]) for error in refused.json["errors"]]
    assert sorted(told) == [
        (2, "serials", "tracking_fixed"),
        (3, "serials", "serials_need_pieces"),
        (4, "expiry", "expiry_needs_lots"),
        (4, "minimum_life_days", "not_a_whole_number"),
    ]


def test_the_rules_alone() -> None:
    fine = Tracking(lots=False, expiry=True, serials=True, minimum_life_days=0, scale=0)
    assert tracking_mistakes(fine) == []
    assert serial_mistake(tracks_serials=True, lot="SN-1", quantity=1) is None
    assert serial_mistake(tracks_serials=True, lot="", quantity=9) is None
    assert serial_mistake(tracks_serials=False, lot="L1", quantity=9) is None
    assert "one piece" in (serial_mistake(tracks_serials=True, lot="SN-1", quantity=2) or "")
