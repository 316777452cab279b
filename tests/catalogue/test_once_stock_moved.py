"""Once the book has a number, what the number means is fixed: the item's decimals, the place it stands at."""

from typing import Any

import pytest
from sqlalchemy import select

from app.catalogue.models import Item, Unit
from app.kernel.transaction import reading
from tests.builders import Cast, at, make_item
from tests.stocktake.builders import count, start_stocktake


@pytest.fixture
def apple(cast: Cast) -> Item:
    """Apples by weight, of which 2.5 kg came in."""
    item = make_item("APPLE", unit="kg")
    body: dict[str, Any] = {
        "site_id": str(cast.site.id),
        "kind": "opening",
        "entries": [{"sku": "APPLE", "location": "A-01", "quantity": 2500}],
    }
    posted = cast.client(cast.supervisor).post("/api/v1/journals", json=body)
    assert posted.status_code == 201, posted.json
    return item


def unit(code: str) -> str:
    with reading() as session:
        return str(session.scalars(select(Unit.id).where(Unit.code == code)).one())


def test_the_item_keeps_its_decimals(cast: Cast, apple: Item) -> None:
    manager = cast.client(cast.manager)
    refused = manager.patch(f"/api/v1/items/{apple.id}", json={"unit_id": unit("pcs")})
    assert (refused.status_code, refused.json["code"]) == (409, "scale_fixed")
    file = manager.post("/api/v1/items/import", data="sku,unit\nAPPLE,pcs\n", content_type="text/csv")
    assert [error["code"] for error in file.json["errors"]] == ["scale_fixed"]


def test_an_item_that_never_moved_may_still_change(cast: Cast, apple: Item) -> None:
    pear = make_item("PEAR", unit="kg")
    changed = cast.client(cast.manager).patch(f"/api/v1/items/{pear.id}", json={"unit_id": unit("pcs")})
    assert changed.json["unit"]["scale"] == 0


def test_the_site_keeps_its_stock_at_the_level_it_has(cast: Cast, apple: Item) -> None:
    administrator = cast.client(cast.administrator)
    refused = administrator.patch(f"/api/v1/sites/{cast.site.id}", json={"stock_level": "zone"})
    assert (refused.status_code, refused.json["code"]) == (409, "stock_level_fixed")
    other = administrator.patch(f"/api/v1/sites/{cast.other_site.id}", json={"stock_level": "zone"})
    assert other.json["stock_level"] == "zone"


def test_while_a_count_runs_both_stay_though_nothing_moved_yet(cast: Cast) -> None:
    pear = make_item("PEAR", unit="kg")
    stocktake = start_stocktake(cast)
    count(cast, stocktake, cast.bins[0], {pear: 1500}, at(10))
    site = cast.client(cast.administrator).patch(f"/api/v1/sites/{cast.site.id}", json={"stock_level": "zone"})
    assert (site.status_code, site.json["code"]) == (409, "stock_level_fixed")
    item = cast.client(cast.manager).patch(f"/api/v1/items/{pear.id}", json={"unit_id": unit("pcs")})
    assert (item.status_code, item.json["code"]) == (409, "scale_fixed")
