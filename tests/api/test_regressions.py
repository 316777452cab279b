"""Wrong input anywhere: 4xx as a problem that names the field. Every route of the table × what has broken servers.

The calls are the access test's: for each route real ids in its path, and the least body it would take. The one thing
wrong is put into that.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.routes import Call, Route, World, plain_call, routes_of
from tests.api.drive import problem_fault
from tests.builders import Cast

JSON = "application/json"
# What is not signed is refused unread; test_openapi and the device log's tests sign.
SIGNED = {"POST /sync/push", "POST /sync/import"}
NESTED = 100_000
BROKEN = {
    "nothing": b"",
    "an empty list": b"[]",
    "null": b"null",
    "a number": b"7",
    "NaN": b"NaN",
    "NaN inside": b'{"name": NaN}',
    "Infinity inside": b'{"name": -Infinity}',
    "half an object": b'{"name":',
    "brackets without end": b"[" * NESTED,
    "nested brackets": b"[" * NESTED + b"]" * NESTED,
    "nested objects": b'{"name":' * NESTED + b"1" + b"}" * NESTED,
    "bad UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a lone surrogate": rb'{"name": "\ud800"}',
    "NUL between": b'{"name"\x00: "x"}',
}
WRONG_EVERYWHERE: dict[str, Any] = {
    "a long text": "x" * 100_000,
    "2**70": 2**70,
    "-2**70": -(2**70),
    "1.5": 1.5,
    "1.0": 1.0,
    "a list": [[]],
    "an object": {"a": {}},
}
HOSTILE = WRONG_EVERYWHERE | {  # some fields may take these, and another may then be wrong
    "NUL": "a\0b",
    "reordering": "abc\u202edef",
    "only spaces": "  \u3000 ",
    "true": True,
    "null": None,
    "the year 1 in the far east": "0001-01-01T00:00:00+14:00",
    "the year 9999 in the far west": "9999-12-31T23:59:59-12:00",
    "digits of another script": "１２３",
}


@pytest.fixture
def world(cast: Cast) -> World:
    return World.of(cast)


@pytest.fixture
def client(cast: Cast, world: World) -> FlaskClient:
    return cast.client(cast.administrator, on_device=True)


def json_routes(app: Flask) -> Iterator[Route]:
    return (route for route in routes_of(app) if route.json)


def send(client: FlaskClient, call: Call, data: bytes, content_type: str = JSON) -> Any:
    if call.route.name == "DELETE /session":
        client = client.application.test_client()
    return client.open(
        call.path, method=call.route.method, query_string=dict(call.query), data=data, content_type=content_type
    )


def fault(answer: Any, field: str | None = None) -> str:
    """What is wrong with the answer to something wrong; empty when it is well. `field` must be named in a 422."""
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        return ""
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{answer.status_code}"
    found = problem_fault(answer.status_code, answer.content_type, answer.get_data())
    if found or field is None or answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return found
    named = {part for error in answer.json["errors"] for part in error["field"].split(".")}
    return "" if field in named else f"it names {sorted(named)}, not {field}"


def told(answer: Any, call: Call, found: str) -> str:
    return f"{found}: {answer.status_code} {answer.get_data(as_text=True)[:300]} ← {call.route.name}"


# --- bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_refused_by_every_route(app: Flask, world: World, client: FlaskClient, name: str) -> None:
    wrong = []
    for route in routes_of(app):
        if route.method != "GET":
            call = plain_call(route, world)
            answer = send(client, call, BROKEN[name])
            readable = not route.json or name == "nothing"  # without a shape the body is not read
            found = fault(answer) or ("" if readable or answer.status_code >= HTTPStatus.BAD_REQUEST else "taken")
            if found:
                wrong.append(told(answer, call, found))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_not_said_to_be_json_is_not_read(
    app: Flask, world: World, client: FlaskClient, content_type: str
) -> None:
    for route in json_routes(app):
        call = plain_call(route, world)
        answer = send(client, call, json.dumps(call.json).encode(), content_type)
        assert (answer.status_code, answer.json["code"]) == (400, "not_json"), route.name


@pytest.mark.parametrize("name", HOSTILE)
def test_a_wrong_value_is_refused_with_its_fields_name(
    app: Flask, world: World, client: FlaskClient, name: str
) -> None:
    wrong = []
    for route in json_routes(app):
        call = plain_call(route, world)
        for field, body in spoilt(call.json, HOSTILE[name]):
            answer = send(client, call, json.dumps(body).encode())
            found = fault(answer, field if name in WRONG_EVERYWHERE else None)
            if not found and name in WRONG_EVERYWHERE and answer.status_code < HTTPStatus.BAD_REQUEST:
                found = "taken"
            if found:
                wrong.append(told(answer, call, f"{field}: {found}"))
    assert wrong == [], "\n".join(wrong)


def spoilt(body: dict[str, Any], value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The body once for each of its fields, also the nested ones, with the value in its place."""
    for name, present in body.items():
        yield name, body | {name: value}
        if isinstance(present, list) and present and isinstance(present[0], dict):
            for inner, changed in spoilt(present[0], value):
                yield inner, body | {name: [changed]}


def test_an_unknown_field_is_refused_by_its_name(app: Flask, world: World, client: FlaskClient) -> None:
    for route in json_routes(app):
        call = plain_call(route, world)
        answer = send(client, call, json.dumps(call.json | {"surprise": 1}).encode())
        assert answer.status_code == 422, (route.name, answer.json)
        assert "surprise" in [error["field"] for error in answer.json["errors"]], (route.name, answer.json)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"\0" * 10, b'"', b"a,b\n1", b"sku\n\0\n", b"\n" * 100, "sku\u202e\n".encode()],
)
def test_a_broken_file_is_refused_by_every_import(app: Flask, world: World, client: FlaskClient, data: bytes) -> None:
    for route in routes_of(app):
        if route.takes_csv:
            call = plain_call(route, world)
            answer = send(client, call, data, "text/csv")
            assert 400 <= answer.status_code < 500, (route.name, answer.get_data(as_text=True))
            assert not fault(answer), (route.name, answer.json)


# --- addresses -------------------------------------------------------------------------------------------------------


def test_an_unknown_query_is_refused_by_its_name(app: Flask, world: World, client: FlaskClient) -> None:
    for route in routes_of(app):
        if not route.json and not route.takes_csv and route.name not in SIGNED:
            call = plain_call(route, world)
            answer = client.open(call.path, method=route.method, query_string=dict(call.query) | {"surprise": "1"})
            assert answer.status_code == 422, (route.name, answer.json)
            assert [error["field"] for error in answer.json["errors"]] == ["surprise"], (route.name, answer.json)


@pytest.mark.parametrize("value", ["a%00b", "%ff%fe", "%E2%80%AE", "9" * 30, "-1", "1.5", "true", "", "x" * 5_000])
def test_a_wrong_query_is_refused_with_its_fields_name(
    app: Flask, world: World, client: FlaskClient, value: str
) -> None:
    wrong = []
    for route in routes_of(app):
        call = plain_call(route, world)
        is_well = call.send(client).status_code == HTTPStatus.OK if route.query else False
        for field in {name for schema in route.query for name in schema.fields}:
            rest = "".join(f"&{name}={quote(str(it))}" for name, it in call.query.items() if name != field)
            answer = client.open(f"{call.path}?{field}={value}{rest}", method=route.method, data=b"", content_type="")
            found = fault(answer, field if is_well else None)
            if found:
                wrong.append(told(answer, call, f"{field}: {found}"))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("value", ["%00", "%ff", "x", "%F0%9F%93%A6", "-1", "9" * 40, "..", "a" * 3_000])
def test_a_wrong_address_is_not_found(app: Flask, world: World, client: FlaskClient, value: str) -> None:
    for route in routes_of(app):
        call = plain_call(route, world)
        for name in route.rule.arguments:
            path = call.path.replace(str(world.home.get(name, world.home.get("body_hash"))), value)
            data = {} if call.json is None else {"json": call.json}
            answer = client.open(path, method=route.method, query_string=dict(call.query), **data)
            assert answer.status_code in {404, 405, 422}, (route.name, path, answer.get_data(as_text=True))
            assert not fault(answer), (route.name, path, answer.get_data(as_text=True))


def test_a_method_that_is_not_there_is_a_problem_too(app: Flask, world: World, client: FlaskClient) -> None:
    for route in routes_of(app):
        answer = client.open(plain_call(route, world).path, method="PROPFIND")
        assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed"), route.name
        assert route.method in answer.headers["Allow"]


# --- what schemathesis found -----------------------------------------------------------------------------------------

NOWHERE = "01a205b6-0000-7000-8000-000000000001"


def test_what_is_made_for_a_site_that_is_not_there_is_refused(cast: Cast) -> None:
    """An administrator of all sites passes every check of his grants: the site itself has to be looked up."""
    client = cast.client(cast.administrator)
    stocktake = {"site_id": NOWHERE, "name": "x", "kind": "full", "blind": True}
    assert client.post("/api/v1/enrolments", json={"site_id": NOWHERE}).status_code == 404
    assert client.post("/api/v1/stocktakes", json=stocktake).status_code == 404
    assert client.get(f"/api/v1/sites/{NOWHERE}/chain-head").status_code == 404


def test_yes_is_not_true(cast: Cast, world: World) -> None:
    """The workbench's truths are JSON's true and false, as the description says."""
    client = cast.client(cast.administrator)
    answer = client.post(f"/api/v1/stocktakes/{world.home['stocktake_id']}/post", json={"dry_run": "yes"})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "dry_run")


def test_a_moment_that_no_calendar_of_ours_has_is_refused(cast: Cast, world: World) -> None:
    """The year 1 with an offset lies before the first moment there is in UTC."""
    client = cast.client(cast.administrator)
    query = {"item_id": world.home["item_id"], "location_id": world.home["location_id"]}
    for moment in (HOSTILE["the year 1 in the far east"], HOSTILE["the year 9999 in the far west"]):
        answer = client.get("/api/v1/stock/book", query_string=query | {"at": moment})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "at")
    assert (
        client.get("/api/v1/stock/book", query_string=query | {"at": datetime.now(UTC).isoformat()}).status_code == 200
    )
