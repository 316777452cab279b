"""An administrator opens a shop: one call makes it ready for stock."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.feed.models import Change
from app.kernel.transaction import reading
from app.sites.models import Location
from app.sites.service import stock
from tests.builders import Cast, make_person

SHOP = {
    "code": "SH-01",
    "name": "上海一店",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "stock_level": "zone",
}


@pytest.fixture
def administrator(cast: Cast) -> FlaskClient:
    return cast.client(cast.administrator)


def test_a_new_site_has_its_own_location_and_every_counterpart(administrator: FlaskClient) -> None:
    made = administrator.post("/api/v1/sites", json=SHOP)
    assert made.status_code == 201
    site = made.json
    assert {name: site[name] for name in SHOP} == SHOP
    assert site["active"] is True
    assert site["tolerance_quantity"] is None
    places = administrator.get(f"/api/v1/sites/{site['id']}/locations").json["rows"]
    assert {place["kind"] for place in places} == {"site", "supplier", "customer", "scrap", "variance", "opening"}
    root = next(place for place in places if place["kind"] == "site")
    assert (root["code"], root["barcode"]) == ("SH-01", "LOC-SH-01")
    assert all(place["stock_location_id"] == place["id"] for place in places)


def test_the_feed_hears_of_the_site_and_its_locations(administrator: FlaskClient) -> None:
    site = administrator.post("/api/v1/sites", json=SHOP).json
    with reading() as session:
        changes = session.execute(select(Change.entity, Change.site_id)).all()
    assert sorted(entity for entity, _ in changes) == ["location"] * 6 + ["site"]
    assert {str(site_id) for _, site_id in changes} == {site["id"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Asia/Shangai"),
        ("time_zone", "../../etc/passwd"),
        ("currency", "RMB"),
        ("currency", "USD"),  # the other shops keep their books in CNY, and items have one cost
        ("stock_level", "shelf"),
        ("code", "SUPPLIER"),
        ("code", "A" * 17),
        ("name", "  "),
        ("self_approval", "yes"),
        ("tolerance_percent_bp", -1),
    ],
)
def test_a_wrong_value_is_refused_and_named(administrator: FlaskClient, field: str, value: object) -> None:
    refused = administrator.post("/api/v1/sites", json={**SHOP, field: value})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_two_sites_cannot_have_one_code(administrator: FlaskClient) -> None:
    refused = administrator.post("/api/v1/sites", json={**SHOP, "code": "S1"})
    assert (refused.status_code, refused.json["code"]) == (409, "code_taken")


def test_only_an_administrator_of_all_sites_opens_another(cast: Cast) -> None:
    assert cast.client(cast.manager).post("/api/v1/sites", json=SHOP).status_code == 403
    local = make_person("local", "administrator", cast.site)
    assert cast.client(local).post("/api/v1/sites", json=SHOP).status_code == 403


def test_people_see_the_sites_where_they_work_and_no_others(cast: Cast) -> None:
    seen = cast.client(cast.counter).get("/api/v1/sites").json
    assert ([site["code"] for site in seen["rows"]], seen["total"]) == (["S1"], 1)
    everything = cast.client(cast.administrator).get("/api/v1/sites").json
    assert [site["code"] for site in everything["rows"]] == ["S1", "S2"]


class TestEditing:
    def test_what_is_not_named_stays(self, cast: Cast) -> None:
        edited = cast.client(cast.administrator).patch(
            f"/api/v1/sites/{cast.site.id}", json={"name": "老店", "tolerance_quantity": 2}
        )
        assert edited.status_code == 200
        assert (edited.json["name"], edited.json["tolerance_quantity"]) == ("老店", 2)
        assert edited.json["currency"] == "CNY"

    def test_the_code_stays_because_labels_carry_it(self, cast: Cast) -> None:
        refused = cast.client(cast.administrator).patch(f"/api/v1/sites/{cast.site.id}", json={"code": "X"})
        assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "code")

    @pytest.mark.parametrize(("level", "kept_at"), [("site", "S1"), ("zone", "A"), ("bin", "A-01")])
    def test_before_stock_moves_the_stock_keeping_level_may_change(self, cast: Cast, level: str, kept_at: str) -> None:
        edited = cast.client(cast.administrator).patch(f"/api/v1/sites/{cast.site.id}", json={"stock_level": level})
        assert edited.status_code == 200
        with reading() as session:
            places = {place.code: place for place in session.scalars(select(Location)) if place.site_id == cast.site.id}
        assert places["A-01"].stock_location_id == places[kept_at].id
        assert places["SCRAP"].stock_location_id == places["SCRAP"].id

    @pytest.mark.parametrize("change", [{"stock_level": "site"}, {"currency": "JPY"}])
    def test_once_stock_moved_what_balances_mean_is_fixed(
        self, cast: Cast, change: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stock, "_questions", [lambda _, site_id: site_id == cast.site.id])
        refused = cast.client(cast.administrator).patch(f"/api/v1/sites/{cast.site.id}", json=change)
        assert refused.status_code in {409, 422}
        assert refused.json["code"] in {"stock_level_fixed", "invalid"}
        same = cast.client(cast.administrator).patch(f"/api/v1/sites/{cast.site.id}", json={"stock_level": "bin"})
        assert same.status_code == 200

    def test_a_manager_may_not(self, cast: Cast) -> None:
        assert cast.client(cast.manager).patch(f"/api/v1/sites/{cast.site.id}", json={"name": "X"}).status_code == 403

    def test_an_administrator_of_another_site_finds_nothing(self, cast: Cast) -> None:
        elsewhere = make_person("elsewhere", "administrator", cast.other_site)
        refused = cast.client(elsewhere).patch(f"/api/v1/sites/{cast.site.id}", json={"name": "X"})
        assert (refused.status_code, refused.json["code"]) == (404, "not_found")
