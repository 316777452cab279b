"""A supervisor gives items their fixed bins, by hand and by file; the site's devices hear of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue.models import Item
from app.kernel.ids import new_id
from tests.builders import Cast, location_of, make_item, make_location
from tests.device_log.trial import device_of

API = "/api/v1/item-places"


@pytest.fixture
def desk(cast: Cast) -> FlaskClient:
    return cast.client(cast.supervisor)


def give(cast: Cast, client: FlaskClient, item: Item, location_id: Any, **more: Any) -> Any:
    body = {"site_id": str(cast.site.id), "item_id": str(item.id), "location_id": str(location_id)}
    return client.put(API, json=body | more)


def listed(cast: Cast, client: FlaskClient, **query: Any) -> list[tuple[str, str]]:
    answer = client.get(API, query_string={"site_id": str(cast.site.id), **query})
    assert answer.status_code == 200, answer.json
    return [(row["item"]["sku"], row["location"]["code"]) for row in answer.json["rows"]]


def send(cast: Cast, client: FlaskClient, text: str | bytes, *, dry_run: str = "false") -> Any:
    path = f"{API}/import?site_id={cast.site.id}&dry_run={dry_run}"
    return client.post(path, data=text, content_type="text/csv")


def test_an_item_gets_its_bin_and_another_and_none(cast: Cast, desk: FlaskClient) -> None:
    water, device = make_item(), device_of(cast)
    key = f"{cast.site.id}:{water.id}"
    assert give(cast, desk, water, cast.bins[0].id).json["location"]["code"] == "A-01"
    device.sync()
    body = {"id": key, "item": str(water.id), "location": str(cast.bins[0].id)}
    assert list(device.known("item_place")) == [body]
    assert give(cast, desk, water, cast.bins[1].id).json["location"]["code"] == "A-02"
    assert listed(cast, desk) == [("WATER", "A-02")]
    gone = desk.delete(API, query_string={"site_id": str(cast.site.id), "item_id": str(water.id)})
    assert (gone.status_code, listed(cast, desk)) == (204, [])
    device.sync()
    assert list(device.known("item_place")) == []
    again = desk.delete(API, query_string={"site_id": str(cast.site.id), "item_id": str(water.id)})
    assert again.status_code == 404


def test_no_other_sites_device_hears_of_it(cast: Cast, desk: FlaskClient) -> None:
    give(cast, desk, make_item(), cast.bins[0].id)
    home, cast.site = cast.site, cast.other_site
    device = device_of(cast, person=cast.outsider)
    device.sync()
    assert list(device.known("item_place")) == []
    cast.site = home


@pytest.mark.parametrize("code", ["SUPPLIER", "A", "X-01", "OLD", "nowhere"])
def test_only_a_place_where_stock_is_kept_can_be_somebodys(cast: Cast, desk: FlaskClient, code: str) -> None:
    make_location(cast.site, "OLD", active=False)
    places = {"X-01": make_location(cast.other_site, "X-01").id, "nowhere": new_id()}
    refused = give(cast, desk, make_item(), places.get(code) or location_of(cast.site, code).id)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "location_id")


def test_an_item_nobody_knows_has_no_place(cast: Cast, desk: FlaskClient) -> None:
    refused = give(cast, desk, make_item(), cast.bins[0].id, item_id=str(new_id()))
    assert refused.json["errors"][0]["code"] == "unknown_item"


def test_a_counter_gives_no_places(cast: Cast) -> None:
    assert give(cast, cast.client(cast.counter), make_item(), cast.bins[0].id).status_code == 403


def test_they_are_found_by_what_people_know(cast: Cast, desk: FlaskClient) -> None:
    for sku, place in zip(("WATER", "MILK"), cast.bins, strict=True):
        give(cast, desk, make_item(sku), place.id)
    assert listed(cast, desk) == [("MILK", "A-02"), ("WATER", "A-01")]
    assert listed(cast, desk, search="milk") == [("MILK", "A-02")]
    assert listed(cast, desk, search="a-01") == [("WATER", "A-01")]


class TestByFile:
    def test_a_file_gives_many_and_twice_the_same_changes_nothing(self, cast: Cast, desk: FlaskClient) -> None:
        for sku in ("WATER", "MILK"):
            make_item(sku)
        file = "sku,location\nWATER,A-01\nMILK,A-02\n"
        assert send(cast, desk, file, dry_run="true").json["created"] == 2
        assert listed(cast, desk) == []
        assert send(cast, desk, file).json["applied"] is True
        assert send(cast, desk, file).json["unchanged"] == 2
        assert send(cast, desk, "sku,location\nMILK,A-01\n").json["updated"] == 1
        assert listed(cast, desk) == [("MILK", "A-01"), ("WATER", "A-01")]

    def test_what_is_exported_can_be_imported(self, cast: Cast, desk: FlaskClient) -> None:
        give(cast, desk, make_item(), cast.bins[0].id)
        for form in ("csv", "xlsx"):
            query = {"site_id": str(cast.site.id), "format": form, "lang": "zh"}
            file = desk.get(f"{API}/export", query_string=query)
            assert send(cast, desk, file.data).json["unchanged"] == 1
        assert desk.get(f"{API}/template").data.startswith("\ufeffsku,item_name,location".encode())

    def test_every_mistake_is_told_at_once(self, cast: Cast, desk: FlaskClient) -> None:
        for sku in ("WATER", "MILK"):
            make_item(sku)
        refused = send(cast, desk, "sku,location\nWATER,A-01\nWATER,A-02\nNONE,B-9\nMILK,SUPPLIER\nMILK,\n")
        assert refused.status_code == 422
        told = {(error["row"], error["column"], error["code"]) for error in refused.json["errors"]}
        assert told == {
            (3, "location", "contradicts_row"),
            (4, "sku", "unknown_item"),
            (4, "location", "unknown_location"),
            (5, "location", "unknown_location"),
            (6, "location", "required"),
            (6, "location", "contradicts_row"),
        }
        assert listed(cast, desk) == []
