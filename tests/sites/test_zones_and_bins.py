"""Zones and bins: made, moved, relabelled, taken out of use; never deleted."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.kernel.transaction import reading
from app.sites import queries
from app.sites.models import Site
from app.sites.service import stock
from tests.builders import Cast, location_of, make_location, make_site


@pytest.fixture
def administrator(cast: Cast) -> FlaskClient:
    return cast.client(cast.administrator)


def make(client: FlaskClient, site: Site, **body: Any) -> Any:
    return client.post(f"/api/v1/sites/{site.id}/locations", json={"name": "here", **body})


def test_a_bin_in_a_zone_gets_a_label_of_its_own(cast: Cast, administrator: FlaskClient) -> None:
    zone = location_of(cast.site, "A")
    made = make(administrator, cast.site, kind="bin", code="A-03", parent_id=str(zone.id), walk_order=7)
    assert made.status_code == 201
    assert made.json["barcode"] == "LOC-S1-A-03"
    assert made.json["stock_location_id"] == made.json["id"]
    assert made.json["walk_order"] == 7


def test_a_place_says_that_it_is_a_cart(cast: Cast, administrator: FlaskClient) -> None:
    made = make(administrator, cast.site, kind="bin", code="CART-1", mobile=True).json
    assert made["mobile"] is True
    assert make(administrator, cast.site, kind="bin", code="B-9").json["mobile"] is False
    with reading() as session:
        (body,) = queries.location_bodies(session, [made["id"]], cast.site.id).values()
    assert body["mobile"] is True  # devices hear of it
    path = f"/api/v1/locations/{made['id']}"
    assert administrator.patch(path, json={"mobile": False}).json["mobile"] is False
    root = location_of(cast.site, "S1")
    refused = administrator.patch(f"/api/v1/locations/{root.id}", json={"mobile": True})
    assert (refused.status_code, refused.json["code"]) == (409, "location_fixed")


@pytest.mark.parametrize(("level", "kept_in"), [("site", "S9"), ("zone", "Z"), ("bin", "Z-1")])
def test_a_bins_stock_is_kept_at_the_sites_level(administrator: FlaskClient, level: str, kept_in: str) -> None:
    site = make_site("S9", stock_level=level)
    zone = make(administrator, site, kind="zone", code="Z").json
    made = make(administrator, site, kind="bin", code="Z-1", parent_id=zone["id"]).json
    assert made["stock_location_id"] == str(location_of(site, kept_in).id)


def test_a_bin_needs_no_zone(cast: Cast, administrator: FlaskClient) -> None:
    made = make(administrator, cast.site, kind="bin", code="DOCK").json
    assert made["parent_id"] == str(location_of(cast.site, "S1").id)


@pytest.mark.parametrize("parent", ["A-01", "SCRAP"])
def test_nothing_lies_in_a_bin_or_a_counterpart(cast: Cast, administrator: FlaskClient, parent: str) -> None:
    refused = make(administrator, cast.site, kind="bin", code="X", parent_id=str(location_of(cast.site, parent).id))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "wrong_parent")


def test_a_zone_of_another_site_is_unknown_here(cast: Cast, administrator: FlaskClient) -> None:
    foreign = make_location(cast.other_site, "F", kind="zone")
    refused = make(administrator, cast.site, kind="bin", code="X", parent_id=str(foreign.id))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "parent_id")


@pytest.mark.parametrize(
    ("body", "code"),
    [({"code": "A-01"}, "code_taken"), ({"code": "NEW", "barcode": "LOC-S1-A-01"}, "barcode_taken")],
)
def test_a_code_and_a_label_belong_to_one_place(
    cast: Cast, administrator: FlaskClient, body: dict[str, str], code: str
) -> None:
    refused = make(administrator, cast.site, kind="bin", **body)
    assert (refused.status_code, refused.json["code"]) == (409, code)
    assert "A-01" in refused.json["detail"]


def test_a_place_is_taken_out_of_use_and_counted_no_more(cast: Cast, administrator: FlaskClient) -> None:
    bin_id = cast.bins[0].id
    edited = administrator.patch(f"/api/v1/locations/{bin_id}", json={"active": False})
    assert edited.json["active"] is False
    with reading() as session:
        assert bin_id not in queries.location_ids(session, cast.site.id)


def test_the_default_label_comes_back_when_its_own_is_taken_off(cast: Cast, administrator: FlaskClient) -> None:
    url = f"/api/v1/locations/{cast.bins[0].id}"
    assert administrator.patch(url, json={"barcode": "SHELF-1"}).json["barcode"] == "SHELF-1"
    assert administrator.patch(url, json={"barcode": None}).json["barcode"] == "LOC-S1-A-01"


@pytest.mark.parametrize("change", [{"active": False}, {"parent_id": None}])
def test_the_site_itself_and_its_counterparts_stay(
    cast: Cast, administrator: FlaskClient, change: dict[str, object]
) -> None:
    for code in ("S1", "VARIANCE"):
        refused = administrator.patch(f"/api/v1/locations/{location_of(cast.site, code).id}", json=change)
        assert (refused.status_code, refused.json["code"]) == (409, "location_fixed")


class TestMovingABinToAnotherZone:
    @pytest.fixture
    def site(self, cast: Cast) -> Site:
        return make_site("S9", stock_level="zone")

    def move(self, client: FlaskClient, site: Site) -> Any:
        old, new = make_location(site, "OLD", kind="zone"), make_location(site, "NEW", kind="zone")
        place = make_location(site, "B", parent=old)
        return client.patch(f"/api/v1/locations/{place.id}", json={"parent_id": str(new.id)})

    def test_moves_where_its_stock_is_kept(self, site: Site, administrator: FlaskClient) -> None:
        moved = self.move(administrator, site).json
        assert moved["stock_location_id"] == str(location_of(site, "NEW").id)

    def test_is_refused_once_stock_moved(
        self, site: Site, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stock, "_questions", [lambda *_: True])
        refused = self.move(administrator, site)
        assert (refused.status_code, refused.json["code"]) == (409, "stock_location_fixed")


class TestReading:
    def test_everybody_of_the_site_sees_its_places_in_walking_order(self, cast: Cast) -> None:
        found = cast.client(cast.counter).get(f"/api/v1/sites/{cast.site.id}/locations?kind=bin").json
        assert [place["code"] for place in found["rows"]] == ["A-01", "A-02"]

    def test_places_are_found_by_part_of_their_code(self, cast: Cast) -> None:
        found = cast.client(cast.counter).get(f"/api/v1/sites/{cast.site.id}/locations?search=-02").json
        assert [place["code"] for place in found["rows"]] == ["A-02"]

    def test_a_percent_sign_is_a_percent_sign(self, cast: Cast) -> None:
        assert cast.client(cast.counter).get(f"/api/v1/sites/{cast.site.id}/locations?search=%25").json["total"] == 0

    def test_pages_go_on_where_the_last_ended(self, cast: Cast) -> None:
        client = cast.client(cast.counter)
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            answer = client.get(f"/api/v1/sites/{cast.site.id}/locations?limit=2{after}").json
            seen += [place["code"] for place in answer["rows"]]
            after = f"&after={answer['next']}" if answer["next"] else None
        assert len(seen) == len(set(seen)) == answer["total"] == 9  # the site, a zone, two bins, five counterparts

    def test_an_outsider_finds_no_such_site(self, cast: Cast) -> None:
        assert cast.client(cast.outsider).get(f"/api/v1/sites/{cast.site.id}/locations").status_code == 404

    def test_nobody_must_sign_in(self, cast: Cast) -> None:
        answer = cast.app.test_client().get(f"/api/v1/sites/{cast.site.id}/locations")
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_devices_hear_of_their_own_sites_places_only(cast: Cast) -> None:
    foreign = make_location(cast.other_site, "F")
    keys = [str(cast.bins[0].id), str(foreign.id)]
    with reading() as session:
        bodies = queries.location_bodies(session, keys, cast.site.id)
        sites = queries.site_bodies(session, [str(cast.site.id), str(cast.other_site.id)], cast.site.id)
    assert list(bodies) == [str(cast.bins[0].id)]
    assert bodies[str(cast.bins[0].id)]["barcode"] == "LOC-S1-A-01"
    assert list(sites) == [str(cast.site.id)]
    assert not any(name.startswith("tolerance") for name in sites[str(cast.site.id)])
