"""Whatever is sent, the answer is a refusal that names what is wrong: never a crash, never half a deed."""

import gzip
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.catalogue.models import Item
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.sites.models import Location
from tests.builders import Cast

ITEM: dict[str, Any] = {"sku": "TEA", "name": "Tea", "unit_cost": 1}
PLACE: dict[str, Any] = {"kind": "bin", "code": "B-1", "name": "Shelf", "walk_order": 1}
SITE: dict[str, Any] = {
    "code": "S9",
    "name": "Shop",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "stock_level": "bin",
    "tolerance_quantity": 1,
}
NO_INTEGERS = ["NaN", "Infinity", "1.5", "1.0", "true", str(2**70), "-1", '"1"', "null", "[]", "{}", "1e400"]
NO_NAMES = [
    '"a\\u0000b"',
    '"\\ud800"',
    '"a\\u202eb"',
    '"\\u200b"',
    '""',
    '" "',
    "1",
    "null",
    "[]",
    '"' + "x" * 201 + '"',
]
NOT_JSON = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"name": "\xff\xfe"}',
    b"\xef\xbb\xbf{}",
    b'{"name": NaN}',
    b"nul",
    b'"text"',
    b"[]",
    b"12",
]


@pytest.fixture
def client(cast: Cast) -> FlaskClient:
    return cast.client(cast.administrator)


@pytest.fixture
def unit_id(client: FlaskClient) -> str:
    return str(client.get("/api/v1/units").json["rows"][0]["id"])


def is_refused(answer: TestResponse, *, field: str | None = None) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.content_type == "application/problem+json"
    problem = answer.json
    assert problem["status"] == answer.status_code
    assert problem["code"]
    if field is not None and problem["code"] != "malformed_json":
        assert field in [error["field"] for error in problem["errors"]], problem


def routes(cast: Cast) -> dict[str, tuple[str, str]]:
    """Some calls that write, by name: method and address."""
    return {
        "item": ("POST", "/api/v1/items"),
        "place": ("POST", f"/api/v1/sites/{cast.site.id}/locations"),
        "site": ("POST", "/api/v1/sites"),
        "site_edit": ("PATCH", f"/api/v1/sites/{cast.site.id}"),
        "place_edit": ("PATCH", f"/api/v1/locations/{cast.bins[0].id}"),
    }


def deeds() -> int:
    """How many things there are that these calls could have made."""
    with reading() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Item, Location))


def with_value(body: dict[str, Any], field: str, value: str) -> str:
    """The body as JSON text, with `value` as it stands in the place of one field."""
    others = ", ".join(
        f'"{name}": "{given}"' if isinstance(given, str) else f'"{name}": {given}'
        for name, given in body.items()
        if name != field
    )
    return f'{{{others}, "{field}": {value}}}'


@pytest.mark.parametrize("value", NO_INTEGERS)
@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("item", ITEM, "unit_cost"),
        ("place", PLACE, "walk_order"),
        ("site", SITE, "tolerance_quantity"),
        ("site_edit", {}, "tolerance_percent_bp"),
    ],
)
def test_what_is_no_integer_is_refused_and_named(
    cast: Cast, client: FlaskClient, unit_id: str, route: str, body: dict[str, Any], field: str, value: str
) -> None:
    if value == "null" and field.startswith("tolerance"):
        return  # a tolerance may be none
    method, address = routes(cast)[route]
    given = {**body, "unit_id": unit_id} if route == "item" else body
    text = with_value(given or {"name": "Shop"}, field, value)
    before = deeds()
    is_refused(client.open(address, method=method, data=text, content_type="application/json"), field=field)
    assert deeds() == before


@pytest.mark.parametrize("value", NO_NAMES)
@pytest.mark.parametrize(
    ("route", "body"), [("item", ITEM), ("place", PLACE), ("site", SITE), ("place_edit", {"walk_order": 1})]
)
def test_what_is_no_name_is_refused_and_named(
    cast: Cast, client: FlaskClient, unit_id: str, route: str, body: dict[str, Any], value: str
) -> None:
    method, address = routes(cast)[route]
    text = with_value({**body, "unit_id": unit_id} if route == "item" else body, "name", value)
    is_refused(client.open(address, method=method, data=text, content_type="application/json"), field="name")


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:12]))
@pytest.mark.parametrize("route", ["item", "place", "site"])
def test_what_is_no_object_of_json_is_refused(cast: Cast, client: FlaskClient, route: str, body: bytes) -> None:
    method, address = routes(cast)[route]
    is_refused(client.open(address, method=method, data=body, content_type="application/json"))


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/csv", ""])
@pytest.mark.parametrize("route", ["item", "place", "site"])
def test_json_must_say_that_it_is_json(cast: Cast, client: FlaskClient, route: str, content_type: str) -> None:
    method, address = routes(cast)[route]
    answer = client.open(address, method=method, data="{}", content_type=content_type)
    is_refused(answer)
    assert answer.json["code"] == "not_json"


@pytest.mark.parametrize("route", ["item", "place", "site", "site_edit", "place_edit"])
def test_a_field_nobody_knows_is_refused_and_named(cast: Cast, client: FlaskClient, route: str) -> None:
    method, address = routes(cast)[route]
    for field in ("colour", "id", "created_at", "stock_location_id", "__proto__"):
        is_refused(client.open(address, method=method, json={field: "x"}), field=field)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/api/v1/items?colour=red", "colour"),
        ("/api/v1/items?limit=0", "limit"),
        ("/api/v1/items?limit=NaN", "limit"),
        ("/api/v1/items?limit=99999999999999999999", "limit"),
        ("/api/v1/items?search=%00", "search"),
        ("/api/v1/items?search=" + "x" * 129, "search"),
        ("/api/v1/items?category_id=drinks", "category_id"),
        ("/api/v1/items?active=perhaps", "active"),
        ("/api/v1/items?after=%F0%9F", "after"),
        ("/api/v1/items?after=" + "W" * 4000, "after"),
        ("/api/v1/items/by-code", "code"),
        ("/api/v1/items/by-code?code=", "code"),
        ("/api/v1/items/by-code?code=%00", "code"),
        ("/api/v1/items/by-code?code=" + "9" * 2000, "code"),
        ("/api/v1/sites?order=name", "order"),
        ("/api/v1/units?limit=1.5", "limit"),
    ],
)
def test_a_wrong_question_is_refused_and_named(client: FlaskClient, address: str, field: str) -> None:
    is_refused(client.get(address), field=field)


def test_a_search_that_is_no_utf_8_finds_nothing(client: FlaskClient) -> None:
    answer = client.get("/api/v1/items?search=%ff%fe")
    assert (answer.status_code, answer.json["total"]) == (200, 0)


@pytest.mark.parametrize("name", ["x", "%00", "..%2f..", str(UUID(int=0)), "0" * 300])
def test_an_address_of_nothing_is_not_found(client: FlaskClient, name: str) -> None:
    for address in (f"/api/v1/items/{name}", f"/api/v1/sites/{name}/locations"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/api/v1/items/import", "/api/v1/sites/{site}/locations/import"])
class TestFiles:
    def send(self, cast: Cast, client: FlaskClient, address: str, data: bytes, **environ: str) -> TestResponse:
        return client.post(
            address.format(site=cast.site.id), data=data, content_type="text/csv", environ_overrides=environ
        )

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\x00",
            b"\xff" * 100,
            b"PK\x03\x04\x00",
            b'"' * 10_001,
            b"sku,kind\n",
            b"\n\n\n",
            gzip.compress(b"sku,name\nA,B\n", mtime=0),
            "sku,name\nA,水\n".encode("utf-16"),
        ],
        ids=lambda data: repr(data[:8]),
    )
    def test_what_is_no_such_file_is_refused(self, cast: Cast, client: FlaskClient, address: str, data: bytes) -> None:
        is_refused(self.send(cast, client, address, data))

    def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
        self, cast: Cast, client: FlaskClient, address: str
    ) -> None:
        answer = self.send(cast, client, address, b"", CONTENT_LENGTH=str(10**9))
        assert answer.status_code == 413

    def test_whether_it_is_meant_must_be_clear(self, cast: Cast, client: FlaskClient, address: str) -> None:
        url = f"{address.format(site=cast.site.id)}?dry_run=maybe"
        is_refused(client.post(url, data=b"sku\n", content_type="text/csv"), field="dry_run")


def test_an_item_of_an_unknown_unit_is_refused_and_named(client: FlaskClient) -> None:
    for unit_id in (str(new_id()), "pcs", 1, None, "\u0000"):
        is_refused(client.post("/api/v1/items", json={**ITEM, "unit_id": unit_id}), field="unit_id")
