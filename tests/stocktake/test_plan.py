"""A stocktake is planned, started, cancelled or closed; what it covers is said once and belongs to it alone."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.feed.models import Change
from app.kernel.transaction import reading
from app.sites.models import Location, Site
from app.stocktake.models import CountLine, Place
from tests.builders import Cast, at, location_of, make_item, make_location, make_site, root_of
from tests.stocktake.builders import move


def draft(client: FlaskClient, site: Site, **changes: Any) -> TestResponse:
    body = {"site_id": str(site.id), "name": "November", "kind": "full", "blind": True}
    return client.post("/api/v1/stocktakes", json=body | changes)


def started(client: FlaskClient, site: Site, **changes: Any) -> dict[str, Any]:
    made = draft(client, site, **changes)
    assert made.status_code == 201, made.json
    answer = client.post(f"/api/v1/stocktakes/{made.json['id']}/start")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def places_of(stocktake: dict[str, Any]) -> dict[str, Place]:
    with reading() as session:
        rows = session.execute(
            select(Location.code, Place)
            .join(Place, Place.location_id == Location.id)
            .where(Place.stocktake_id == UUID(stocktake["id"]))
        )
        return {row.code: row.Place for row in rows}


def test_a_full_stocktake_covers_every_shelf_of_the_site(cast: Cast) -> None:
    make_location(cast.site, "OLD", active=False)
    empty_zone = make_location(cast.site, "YARD", kind="zone")
    stocktake = started(cast.client(cast.supervisor), cast.site)
    places = places_of(stocktake)
    assert set(places) == {"A-01", "A-02", "YARD"}
    assert places["A-01"].zone_id == cast.bins[0].parent_id
    assert places["YARD"].zone_id == empty_zone.id
    assert (stocktake["number"], stocktake["state"]) == (1, "counting")
    assert stocktake["progress"]["places_total"] == stocktake["progress"]["places_open"] == 3


def test_a_stocktake_by_zone_covers_the_zones_named(cast: Cast) -> None:
    zone = make_location(cast.site, "B", kind="zone")
    make_location(cast.site, "B-01", parent=zone)
    stocktake = started(cast.client(cast.supervisor), cast.site, kind="zone", zone_ids=[str(zone.id)])
    assert set(places_of(stocktake)) == {"B-01"}
    assert [zone["code"] for zone in stocktake["zones"]] == ["B"]


def test_a_shop_without_zones_is_one_counting_place(cast: Cast) -> None:
    kiosk = make_site("S3", stock_level="site")
    stocktake = started(cast.client(cast.administrator), kiosk)
    assert set(places_of(stocktake)) == {"S3"}


def test_shelves_of_a_shop_that_keeps_stock_as_one_are_summed_up_to_it(cast: Cast) -> None:
    shop = make_site("S3", stock_level="site")
    zone = make_location(shop, "Z", kind="zone")
    make_location(shop, "Z-1", parent=zone)
    places = places_of(started(cast.client(cast.administrator), shop))
    assert places["Z-1"].stock_location_id == root_of(shop).id


def test_a_part_of_what_is_kept_as_one_cannot_be_compared_with_its_book(cast: Cast) -> None:
    shop = make_site("S3", stock_level="site")
    zones = [make_location(shop, code, kind="zone") for code in ("Y", "Z")]
    client = cast.client(cast.administrator)
    refused = draft(client, shop, kind="zone", zone_ids=[str(zones[0].id)])
    assert (refused.status_code, refused.json["code"]) == (422, "stock_location_partly_covered")
    assert draft(client, shop, kind="zone", zone_ids=[str(zone.id) for zone in zones]).status_code == 201


@pytest.mark.parametrize(
    ("kind", "zones", "code"),
    [("zone", [], "required"), ("full", ["A"], "not_for_full"), ("zone", ["A-01"], "unknown_zone")],
)
def test_a_plan_names_zones_when_it_is_by_zone(cast: Cast, kind: str, zones: list[str], code: str) -> None:
    ids = [str(location_of(cast.site, zone).id) for zone in zones]
    refused = draft(cast.client(cast.supervisor), cast.site, kind=kind, zone_ids=ids)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["code"] == code


def test_tolerances_are_the_sites_unless_the_plan_says_otherwise(cast: Cast) -> None:
    site = make_site("S3", tolerance_quantity=2, tolerance_value=500)
    plan = draft(cast.client(cast.administrator), site, tolerance_value=900).json
    assert (plan["tolerance_quantity"], plan["tolerance_value"], plan["tolerance_percent_bp"]) == (2, 900, None)


def test_each_site_numbers_its_stocktakes(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    numbers = [draft(client, site).json["number"] for site in (cast.site, cast.site, cast.other_site)]
    assert numbers == [1, 2, 1]


def test_starting_says_what_the_book_expects(cast: Cast) -> None:
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    stocktake = started(cast.client(cast.supervisor), cast.site)
    assert stocktake["progress"]["lines_by_state"] == {"uncounted": 1}
    with reading() as session:
        assert session.scalars(select(CountLine.location_id)).all() == [cast.bins[0].id]
        told = session.scalars(select(Change.entity).where(Change.entity.in_(("stocktake", "place")))).all()
        assert sorted(told) == ["place", "place", "stocktake"]


def test_two_stocktakes_never_cover_a_place_at_once(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    first = started(client, cast.site)
    second = draft(client, cast.site, kind="zone", zone_ids=[str(cast.bins[0].parent_id)]).json
    refused = client.post(f"/api/v1/stocktakes/{second['id']}/start")
    assert (refused.status_code, refused.json["code"]) == (409, "place_in_other_stocktake")
    assert "A-01" in refused.json["detail"]
    assert refused.json["places"][0]["number"] == first["number"]
    assert places_of(second) == {}
    client.post(f"/api/v1/stocktakes/{first['id']}/cancel")
    assert client.post(f"/api/v1/stocktakes/{second['id']}/start").status_code == 200


def test_a_stocktake_starts_once(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    stocktake = started(client, cast.site)
    again = client.post(f"/api/v1/stocktakes/{stocktake['id']}/start")
    assert (again.status_code, again.json["code"], again.json["state"]) == (409, "wrong_state", "counting")


def test_what_is_cancelled_or_closed_stays_so(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    stocktake = started(client, cast.site)
    assert client.post(f"/api/v1/stocktakes/{stocktake['id']}/close", json={}).json["state"] == "closed"
    assert client.post(f"/api/v1/stocktakes/{stocktake['id']}/close", json={}).status_code == 409
    assert client.post(f"/api/v1/stocktakes/{stocktake['id']}/cancel").json["state"] == "cancelled"
    assert client.post(f"/api/v1/stocktakes/{stocktake['id']}/cancel").status_code == 409


def test_stocktakes_are_listed_newest_first_for_their_supervisors(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    for site in (cast.site, cast.other_site, cast.site):
        draft(client, site)
    mine = cast.client(cast.supervisor).get("/api/v1/stocktakes").json
    assert [row["number"] for row in mine["rows"]] == [2, 1]
    assert client.get("/api/v1/stocktakes").json["total"] == 3
    assert client.get(f"/api/v1/stocktakes?site_id={cast.other_site.id}&state=draft").json["total"] == 1
    assert client.get("/api/v1/stocktakes?state=posted").json["total"] == 0
    page = client.get("/api/v1/stocktakes?limit=2").json
    rest = client.get(f"/api/v1/stocktakes?limit=2&after={page['next']}").json
    assert (len(page["rows"]), len(rest["rows"]), rest["next"]) == (2, 1, None)


def test_a_stocktake_is_its_supervisors_and_unknown_to_others(cast: Cast) -> None:
    path = "/api/v1/stocktakes"
    assert cast.app.test_client().get(path).status_code == 401
    path += "/" + started(cast.client(cast.supervisor), cast.site)["id"]
    calls = [path, f"{path}/places", f"{path}/overlaps", f"{path}/unknown-codes", f"{path}/sync-health"]
    for call in calls:
        assert cast.client(cast.supervisor).get(call).status_code == 200, call
        assert cast.client(cast.outsider).get(call).status_code == 404, call
        assert cast.client(cast.counter).get(call).status_code == 403, call
    assert cast.client(cast.outsider).post(f"{path}/close", json={}).status_code == 404
    assert draft(cast.client(cast.outsider), cast.site).status_code == 404
    assert draft(cast.client(cast.counter), cast.site).status_code == 403


def test_places_are_listed_in_walking_order(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    stocktake = started(client, cast.site)
    path = f"/api/v1/stocktakes/{stocktake['id']}/places"
    assert [row["location_code"] for row in client.get(path).json["rows"]] == ["A-01", "A-02"]
    assert client.get(f"{path}?search=02").json["total"] == 1
    assert client.get(f"{path}?state=closed").json["rows"] == []
    assert client.get(f"{path}?zone_id={cast.bins[0].parent_id}").json["total"] == 2
