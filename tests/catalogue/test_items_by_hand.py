"""A manager keeps the catalogue: items, their codes and packs, their units; the floor only reads."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue import queries
from app.catalogue.models import Unit
from app.catalogue.service import stock
from app.feed.models import Change
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from tests.builders import Cast, make_item

WATER, CARTON = "6921168509256", "16921168509253"


@pytest.fixture
def manager(cast: Cast) -> FlaskClient:
    return cast.client(cast.manager)


def unit(code: str) -> str:
    with reading() as session:
        return str(session.scalars(select(Unit.id).where(Unit.code == code)).one())


def make(client: FlaskClient, **body: Any) -> Any:
    return client.post("/api/v1/items", json={"sku": "WATER", "name": "Water", "unit_id": unit("pcs"), **body})


def feed_keys() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Change.entity_key).where(Change.entity == "item")))


class TestMaking:
    def test_an_item_is_made_with_its_piece_and_its_carton(self, manager: FlaskClient) -> None:
        category = manager.post("/api/v1/categories", json={"name": "饮料"}).json
        made = make(
            manager,
            category_id=category["id"],
            unit_cost=1_500_000,
            barcodes=[{"code": WATER}, {"code": CARTON, "pack_factor": 12, "label": "箱"}],
        )
        assert made.status_code == 201
        item = made.json
        assert (item["sku"], item["category_name"], item["unit"]["scale"]) == ("WATER", "饮料", 0)
        assert (item["unit_cost"], item["active"], item["tracks_lots"]) == (1_500_000, True, False)
        assert item["barcodes"] == [
            {"code": WATER, "normal_form": "0" + WATER, "pack_factor": 1, "label": ""},
            {"code": CARTON, "normal_form": CARTON, "pack_factor": 12, "label": "箱"},
        ]
        assert "matched" not in item
        assert set(feed_keys()) == {item["id"]}

    def test_a_sku_is_one_items(self, manager: FlaskClient) -> None:
        make(manager)
        again = make(manager)
        assert (again.status_code, again.json["code"]) == (409, "sku_taken")

    def test_an_unknown_unit_or_category_is_named(self, manager: FlaskClient) -> None:
        for field in ("unit_id", "category_id"):
            refused = make(manager, **{field: str(new_id())})
            assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)

    @pytest.mark.parametrize("who", ["counter", "supervisor"])
    def test_the_floor_makes_no_items(self, cast: Cast, who: str) -> None:
        assert make(cast.client(getattr(cast, who))).status_code == 403


class TestCodes:
    def test_a_code_belongs_to_one_item_however_it_is_written(self, manager: FlaskClient) -> None:
        make(manager, barcodes=[{"code": WATER}])
        refused = make(manager, sku="OTHER", barcodes=[{"code": "0" + WATER}])
        assert (refused.status_code, refused.json["code"]) == (409, "code_taken")
        assert refused.json["item"]["sku"] == "WATER"
        assert "WATER" in refused.json["detail"]
        assert manager.get("/api/v1/items?search=OTHER").json["total"] == 0

    def test_the_list_given_is_the_list_kept(self, manager: FlaskClient) -> None:
        item = make(manager, barcodes=[{"code": WATER}, {"code": "OLD"}]).json
        changed = manager.put(
            f"/api/v1/items/{item['id']}/barcodes",
            json={"barcodes": [{"code": "0" + WATER, "pack_factor": 2}, {"code": "NEW"}]},
        )
        assert changed.status_code == 200
        assert [(code["code"], code["pack_factor"]) for code in changed.json["barcodes"]] == [
            ("NEW", 1),
            ("0" + WATER, 2),
        ]
        other = make(manager, sku="OTHER", barcodes=[{"code": "OLD"}])
        assert other.status_code == 201

    def test_a_wrong_check_digit_names_the_right_one(self, manager: FlaskClient) -> None:
        refused = make(manager, barcodes=[{"code": "6921168509257"}, {"code": "16921168509254"}])
        assert [error["field"] for error in refused.json["errors"]] == ["barcodes.0.code", "barcodes.1.code"]
        assert WATER in refused.json["errors"][0]["message"]
        assert refused.json["errors"][0]["code"] == "check_digit"

    def test_the_same_code_twice_in_a_list_is_a_mistake(self, manager: FlaskClient) -> None:
        refused = make(manager, barcodes=[{"code": WATER}, {"code": "0" + WATER}])
        assert [error["code"] for error in refused.json["errors"]] == ["doubled_code"]

    @pytest.mark.parametrize("code", ["", " ", "A\u200bB", "A\u202eB", "A\x00B", "X" * 129, 12, None])
    def test_what_no_scanner_sends_is_refused(self, manager: FlaskClient, code: object) -> None:
        assert make(manager, barcodes=[{"code": code}]).status_code == 422

    def test_a_code_is_looked_up_in_any_form(self, cast: Cast, manager: FlaskClient) -> None:
        make(manager, barcodes=[{"code": WATER}, {"code": CARTON, "pack_factor": 12}])
        counter = cast.client(cast.counter)
        texts = {
            WATER: 1,
            "0" + WATER: 1,
            "６９２１１６８５０９２５６": 1,
            f"(01){CARTON}(10)L-7": 12,
            f"01{CARTON}10L-7": 12,
            f"https://id.gs1.org/01/{CARTON}": 12,
        }
        for text, factor in texts.items():
            found = counter.get("/api/v1/items/by-code", query_string={"code": text})
            assert (found.status_code, found.json["sku"]) == (200, "WATER"), text
            assert found.json["matched"]["pack_factor"] == factor
            assert "unit_cost" not in found.json

    def test_an_unknown_code_is_not_found(self, manager: FlaskClient) -> None:
        missing = manager.get("/api/v1/items/by-code?code=NOBODY")
        assert (missing.status_code, missing.json["code"]) == (404, "code_unknown")
        wrong = manager.get("/api/v1/items/by-code", query_string={"code": "\x00"})
        assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "code")


class TestEditing:
    def test_what_is_not_named_stays(self, manager: FlaskClient) -> None:
        item = make(manager, unit_cost=7).json
        edited = manager.patch(f"/api/v1/items/{item['id']}", json={"name": "纯净水", "active": False}).json
        assert (edited["name"], edited["active"], edited["unit_cost"], edited["sku"]) == ("纯净水", False, 7, "WATER")

    def test_before_stock_moves_the_unit_may_change(self, manager: FlaskClient) -> None:
        item = make(manager).json
        edited = manager.patch(f"/api/v1/items/{item['id']}", json={"unit_id": unit("kg")})
        assert edited.json["unit"]["scale"] == 3

    def test_once_stock_moved_its_decimals_are_fixed(
        self, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        item = make(manager, unit_id=unit("kg")).json
        monkeypatch.setattr(stock, "_questions", [lambda _, asked: asked])
        refused = manager.patch(f"/api/v1/items/{item['id']}", json={"unit_id": unit("pcs")})
        assert (refused.status_code, refused.json["code"]) == (409, "scale_fixed")
        litre = manager.patch(f"/api/v1/items/{item['id']}", json={"unit_id": unit("l")})
        assert litre.json["unit"]["code"] == "l"

    def test_an_unknown_item_is_not_found(self, manager: FlaskClient) -> None:
        assert manager.patch(f"/api/v1/items/{new_id()}", json={"name": "X"}).status_code == 404
        assert manager.put(f"/api/v1/items/{new_id()}/barcodes", json={"barcodes": []}).status_code == 404
        assert manager.get(f"/api/v1/items/{new_id()}").status_code == 404


class TestFinding:
    @pytest.fixture(autouse=True)
    def goods(self, cast: Cast) -> None:
        make_item("TEA-1", name="Green Tea 100%", barcodes={"0" + WATER: 1})
        make_item("TEA-2", name="Black tea")
        make_item("SALT_1", name="Sea salt", active=False)

    def found(self, client: FlaskClient, **query: Any) -> list[str]:
        return [item["sku"] for item in client.get("/api/v1/items", query_string=query).json["rows"]]

    def test_by_part_of_the_name_in_any_case(self, manager: FlaskClient) -> None:
        assert self.found(manager, search="TEA") == ["TEA-1", "TEA-2"]

    def test_by_part_of_the_sku(self, manager: FlaskClient) -> None:
        assert self.found(manager, search="salt_") == ["SALT_1"]

    def test_by_part_of_a_code_and_by_the_code_in_another_form(self, manager: FlaskClient) -> None:
        assert self.found(manager, search="1168509") == ["TEA-1"]
        assert self.found(manager, search=WATER) == ["TEA-1"]

    def test_signs_of_a_pattern_mean_themselves(self, manager: FlaskClient) -> None:
        assert self.found(manager, search="100%") == ["TEA-1"]
        assert self.found(manager, search="%") == ["TEA-1"]
        assert self.found(manager, search="T_1") == ["SALT_1"]

    def test_by_category_and_by_use(self, manager: FlaskClient) -> None:
        category = manager.post("/api/v1/categories", json={"name": "Tea"}).json["id"]
        tea = manager.get("/api/v1/items?search=TEA-2").json["rows"][0]["id"]
        manager.patch(f"/api/v1/items/{tea}", json={"category_id": category})
        assert self.found(manager, category_id=category) == ["TEA-2"]
        assert self.found(manager, active="false") == ["SALT_1"]
        assert self.found(manager, active="true") == ["TEA-1", "TEA-2"]

    def test_pages_neither_repeat_nor_leave_out(self, manager: FlaskClient) -> None:
        first = manager.get("/api/v1/items?limit=2").json
        second = manager.get(f"/api/v1/items?limit=2&after={first['next']}").json
        assert [item["sku"] for item in first["rows"] + second["rows"]] == ["SALT_1", "TEA-1", "TEA-2"]
        assert (first["total"], second["next"]) == (3, None)

    def test_costs_are_for_supervisors_and_above(self, cast: Cast) -> None:
        for person, sees in ((cast.counter, False), (cast.supervisor, True), (cast.manager, True)):
            rows = cast.client(person).get("/api/v1/items").json["rows"]
            assert all(("unit_cost" in item) == sees for item in rows)
            one = cast.client(person).get(f"/api/v1/items/{rows[0]['id']}").json
            assert ("unit_cost" in one) == sees


class TestUnitsAndCategories:
    def test_the_usual_units_are_there(self, manager: FlaskClient) -> None:
        units = {row["code"]: row["scale"] for row in manager.get("/api/v1/units").json["rows"]}
        assert units.items() >= {"kg": 3, "l": 3, "m": 2, "pcs": 0}.items()

    def test_a_unit_and_a_category_are_made_once(self, manager: FlaskClient) -> None:
        made = manager.post("/api/v1/units", json={"code": "t-1", "name": "吨", "scale": 6})
        assert (made.status_code, made.json["scale"]) == (201, 6)
        again = (
            manager.post("/api/v1/categories", json={"name": "Tea"}),
            manager.post("/api/v1/categories", json={"name": "Tea"}),
        )
        assert [answer.status_code for answer in again] == [201, 409]
        refused = manager.post("/api/v1/units", json={"code": "kg", "name": "x", "scale": 0})
        assert (refused.status_code, refused.json["code"]) == (409, "code_taken")


def test_devices_learn_names_and_codes_but_no_costs(cast: Cast) -> None:
    item = make_item("WATER", barcodes={"0" + WATER: 1, CARTON: 12})
    with reading() as session:
        bodies = queries.item_bodies(session, [str(item.id), str(new_id())], cast.site.id)
    assert bodies == {
        str(item.id): {
            "id": str(item.id),
            "sku": "WATER",
            "name": "Water",
            "category": None,
            "unit": {"code": "pcs", "name": "件", "scale": 0},
            "tracks_lots": False,
            "tracks_expiry": False,
            "tracks_serials": False,
            "minimum_life_days": None,
            "active": True,
            "barcodes": [
                {"code": "0" + WATER, "normal_form": "0" + WATER, "pack_factor": 1, "label": ""},
                {"code": CARTON, "normal_form": CARTON, "pack_factor": 12, "label": ""},
            ],
        }
    }


def test_other_slices_ask_by_code_by_sku_and_by_id(cast: Cast) -> None:
    apple = make_item("APPLE", unit="kg", barcodes={"APPLE": 1, CARTON: 12})
    with reading() as session:
        meant = queries.items_by_code(session, ["APPLE", CARTON, "NOTHING"])
        assert meant == {
            "APPLE": queries.CodeMeaning(apple.id, 1, 3),
            CARTON: queries.CodeMeaning(apple.id, 12, 3),
        }
        units = queries.units_of(session, [apple.id, UUID(int=1)])
        assert {key: unit.scale for key, unit in units.items()} == {apple.id: 3}
        by_id, by_sku = queries.items_of(session, [apple.id]), queries.items_by_sku(session, ["APPLE", "x"])
        assert by_id[apple.id] == by_sku["APPLE"]
        assert by_sku["APPLE"].unit_cost == 1_500_000
