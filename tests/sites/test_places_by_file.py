"""Zones and bins by file: every mistake told at once, all rows or none, and the same file twice changes nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.kernel.transaction import reading
from app.sites.models import Location, Site
from app.sites.service import stock
from tests.builders import Cast, location_of, make_location, make_person, make_site

SHELVES = """kind,code,parent,name,barcode,walk_order
bin,B-01,B,Shelf 1,,20
zone,B,,Aisle B,,10
bin,B-02,B,,SHELF-2,21
"""


@pytest.fixture
def administrator(cast: Cast) -> FlaskClient:
    return cast.client(cast.administrator)


def send(client: FlaskClient, site: Site, text: str | bytes, *, dry_run: bool = False) -> Any:
    return client.post(
        f"/api/v1/sites/{site.id}/locations/import?dry_run={str(dry_run).lower()}", data=text, content_type="text/csv"
    )


def counts(answer: Any) -> tuple[int, int, int, int, bool]:
    body = answer.json
    return body["rows"], body["created"], body["updated"], body["unchanged"], body["applied"]


def places() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Location)) or 0


def test_a_file_makes_the_zones_and_the_bins_in_them_in_any_order(cast: Cast, administrator: FlaskClient) -> None:
    answer = send(administrator, cast.site, SHELVES)
    assert (answer.status_code, counts(answer)) == (200, (3, 3, 0, 0, True))
    shelf, second = location_of(cast.site, "B-01"), location_of(cast.site, "B-02")
    assert shelf.parent_id == location_of(cast.site, "B").id
    assert (shelf.name, shelf.barcode, shelf.walk_order) == ("Shelf 1", "LOC-S1-B-01", 20)
    assert (second.name, second.barcode) == ("B-02", "SHELF-2")


def test_a_dry_run_says_what_would_happen_and_does_nothing(cast: Cast, administrator: FlaskClient) -> None:
    before = places()
    answer = send(administrator, cast.site, SHELVES, dry_run=True)
    assert counts(answer) == (3, 3, 0, 0, False)
    assert places() == before


def test_the_same_file_twice_changes_nothing(cast: Cast, administrator: FlaskClient) -> None:
    send(administrator, cast.site, SHELVES)
    assert counts(send(administrator, cast.site, SHELVES)) == (3, 0, 0, 3, True)


def test_what_was_exported_comes_back_unchanged(cast: Cast, administrator: FlaskClient) -> None:
    send(administrator, cast.site, SHELVES)
    made = make_location(cast.site, "=1+1", active=False)
    administrator.patch(f"/api/v1/locations/{made.id}", json={"name": '\'quoted, with "signs"'})
    exported = administrator.get(f"/api/v1/sites/{cast.site.id}/locations/export")
    assert exported.content_type == "text/csv; charset=utf-8"
    assert b"'=1+1" in exported.data
    assert counts(send(administrator, cast.site, exported.data)) == (7, 0, 0, 7, True)


def test_the_template_can_be_imported_as_it_is(cast: Cast, administrator: FlaskClient) -> None:
    template = administrator.get(f"/api/v1/sites/{cast.other_site.id}/locations/template").data
    assert counts(send(administrator, cast.other_site, template)) == (2, 2, 0, 0, True)


def test_an_empty_cell_leaves_what_is_there(cast: Cast, administrator: FlaskClient) -> None:
    changed = send(administrator, cast.site, "kind,code,name\nbin,A-01,Cold shelf\nbin,A-02,\n")
    assert counts(changed) == (2, 0, 1, 1, True)
    shelf = location_of(cast.site, "A-01")
    assert (shelf.name, shelf.parent_id, shelf.barcode) == (
        "Cold shelf",
        location_of(cast.site, "A").id,
        "LOC-S1-A-01",
    )


def test_carts_come_by_file_and_stay_carts(cast: Cast, administrator: FlaskClient) -> None:
    send(administrator, cast.site, "kind,code,mobile\nbin,CART-1,yes\n")
    assert location_of(cast.site, "CART-1").mobile is True
    assert counts(send(administrator, cast.site, "kind,code,name\nbin,CART-1,Red cart\n")) == (1, 0, 1, 0, True)
    assert location_of(cast.site, "CART-1").mobile is True
    exported = administrator.get(f"/api/v1/sites/{cast.site.id}/locations/export?search=CART&lang=zh").text
    assert "移动库位" in exported.splitlines()[0]
    assert exported.splitlines()[1].endswith(",是,是")
    assert counts(send(administrator, cast.site, exported.encode())) == (1, 0, 0, 1, True)


def test_two_shelves_exchange_their_labels(cast: Cast, administrator: FlaskClient) -> None:
    swapped = send(administrator, cast.site, "kind,code,barcode\nbin,A-01,LOC-S1-A-02\nbin,A-02,LOC-S1-A-01\n")
    assert counts(swapped) == (2, 0, 2, 0, True)
    assert location_of(cast.site, "A-01").barcode == "LOC-S1-A-02"


def test_every_mistake_is_told_at_once_with_its_row_and_column(cast: Cast, administrator: FlaskClient) -> None:
    wrong = "\n".join(
        (
            "kind,code,parent,name,barcode,walk_order,active",
            "shelf,C-01,,,,,",  # 2: no such kind
            "bin,,,,,,",  # 3: no code
            "bin,C-02,NOWHERE,,,,",  # 4: unknown parent
            "bin,C-03,A-01,,,,",  # 5: a bin in a bin
            "zone,A-01,,,,,",  # 6: is a bin already
            "bin,C-04,,,,ten,perhaps",  # 7: two mistakes in a row
            "bin,C-05,,,LOC-S1-A-02,,",  # 8: another place's label
            "bin,C-06,,,,,",
            "bin,C-06,,,,,",  # 10: said twice
            "bin,C\u200b07,,,,,",  # 11: an invisible character
        )
    )
    before = places()
    dry = send(administrator, cast.site, wrong, dry_run=True)
    assert dry.status_code == 200
    assert [(error["row"], error["column"]) for error in dry.json["errors"]] == [
        (2, "kind"),
        (3, "code"),
        (4, "parent"),
        (5, "parent"),
        (6, "kind"),
        (7, "walk_order"),
        (7, "active"),
        (8, "barcode"),
        (10, "code"),
        (11, "code"),
    ]
    refused = send(administrator, cast.site, wrong)
    assert (refused.status_code, refused.json["code"]) == (422, "import_refused")
    assert refused.content_type == "application/problem+json"
    same = ("row", "column", "cell", "head", "value", "code", "message", "data")
    assert [{key: error[key] for key in same} for error in refused.json["errors"]] == dry.json["errors"]
    assert refused.json["error_count"] == dry.json["error_count"] == 10
    assert places() == before


def test_a_counterparts_code_is_not_free(cast: Cast, administrator: FlaskClient) -> None:
    refused = send(administrator, cast.site, "kind,code\nbin,SCRAP\n")
    assert refused.json["errors"][0]["code"] == "kind_fixed"


def test_moving_bins_to_another_zone_is_refused_once_stock_moved(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site("S9", stock_level="zone")
    old, _ = make_location(site, "OLD", kind="zone"), make_location(site, "NEW", kind="zone")
    make_location(site, "B", parent=old)
    monkeypatch.setattr(stock, "_questions", [lambda *_: True])
    refused = send(administrator, site, "kind,code,parent\nbin,B,NEW\n")
    assert refused.json["errors"][0]["code"] == "stock_location_fixed"
    assert counts(send(administrator, site, "kind,code,parent\nbin,B,OLD\n")) == (1, 0, 0, 1, True)


@pytest.mark.parametrize("who", ["counter", "manager"])
def test_only_administrators_import(cast: Cast, who: str) -> None:
    assert send(cast.client(getattr(cast, who)), cast.site, SHELVES).status_code == 403


def test_an_administrator_elsewhere_finds_no_such_site(cast: Cast) -> None:
    elsewhere = cast.client(make_person("elsewhere", "administrator", cast.other_site))
    assert send(elsewhere, cast.site, SHELVES).status_code == 404
    assert elsewhere.get(f"/api/v1/sites/{cast.site.id}/locations/export").status_code == 404
