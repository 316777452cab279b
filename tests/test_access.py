"""Who may do what: every route × every kind of asker, with the things of a foreign site.

The table of routes is the application's own; a view without a mark of whom it serves, and a path with a parameter the
builders do not know, fail here. A call that names only foreign things is refused with exactly 401, 403 or 404; one that
mixes own and foreign things is refused, or shows nothing foreign.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.kernel.http import HEADERS
from app.kernel.roles import ROLES
from tests.accounts.routes import Call, Route, World, calls, plain_call, routes_of
from tests.builders import Cast, make_person

MARKS = {"public", "device", *ROLES}
REVOKED_MAY = {"POST /sync/hello", "POST /sync/push"}  # what it still holds is sent, and held
ONE_BY_ONE = {"POST /held/decide"}  # says of each record named what became of it


# The least role of what a route's name begins with; the first line that fits counts. Writes are marked with !.
PLAN = (
    (r"!.*/people/<uuid:person_id>/password", "counter"),  # one's own; the service looks
    (r"!.*/people/<uuid:person_id>/pin", "supervisor"),
    (r"!.*/(photos|decode)\b", "counter"),  # whoever scans, photographs
    (r"!.*/people", "administrator"),
    (r".*/people/(export|template)", "administrator"),
    (r"!.*/journals/.*/reverse", "manager"),
    (r"!.*/suppliers\b", "manager"),
    (r".*/(suppliers|purchase-orders|expected-deliveries|receipts)\b", "supervisor"),
    (r".*/(journals|stock|stocktakes|held|devices|enrolments|people|chain-head)\b", "supervisor"),
    (r"!.*/(sites|locations)\b", "administrator"),
    (r"!.*/(items|categories|units)\b", "manager"),
    (r"!", "supervisor"),
    (r"", "counter"),
)
SECRETS_OF_THE_BOOK = ("unit_cost", "quantity_book", "variance", "value", "quantity_counted")


@pytest.fixture
def world(cast: Cast) -> World:
    return World.of(cast)


def guarded(app: Flask, *serves: str) -> Iterator[Route]:
    wanted = serves or (*ROLES, "device")
    return (route for route in routes_of(app) if route.serves in wanted)


def answered(call: Call, client: FlaskClient) -> str:
    answer = call.send(client)
    return f"{answer.status_code} {text_of(answer)[:200]} ← {call}"


def wrong(call: Call, client: FlaskClient, *allowed: int) -> Iterator[str]:
    """The call as a sentence, unless it is answered with one of the statuses."""
    answer = call.send(client)
    if answer.status_code not in allowed and not (404 in allowed and finds_none(call, answer)):
        yield f"{answer.status_code} {text_of(answer)[:200]} ← {call}"


def finds_none(call: Call, answer: TestResponse) -> bool:
    """Whether an answer that speaks of each thing by itself says of every one that it is not there."""
    return (
        call.route.name in ONE_BY_ONE
        and answer.status_code == 200
        and {row["code"] for row in answer.json["rows"]} == {"not_found"}
    )


def text_of(answer: TestResponse) -> str:
    """What an answer says; of a picture or a paper, what can be read in it."""
    return answer.get_data().decode("utf-8", "replace")


def test_every_view_says_whom_it_serves(app: Flask) -> None:
    unmarked = [route.name for route in routes_of(app) if route.serves not in MARKS]
    assert unmarked == []


def test_no_view_serves_a_lower_role_than_was_planned(app: Flask) -> None:
    too_open = []
    for route in guarded(app, *ROLES):
        text = ("" if route.method == "GET" else "!") + route.name
        least = next(role for pattern, role in PLAN if re.match(pattern, text))
        if ROLES.index(str(route.serves)) < ROLES.index(least):
            too_open.append(f"{route.name} serves {route.serves}, planned: {least}")
    assert too_open == []
    assert {route.name for route in guarded(app, "public")} == {
        "GET /session",
        "DELETE /session",
        "POST /session/password",
        "POST /session/pin",
        "POST /devices",
    }


def test_a_counter_sees_no_cost_and_nothing_of_the_book(app: Flask, world: World) -> None:
    client = world.cast.client(world.cast.counter, on_device=True)
    answers = {
        route.name: plain_call(route, world).send(client)
        for route in guarded(app, "counter", "device")
        if route.method == "GET"
    }
    told = {
        name: [key for key in SECRETS_OF_THE_BOOK if f'"{key}":' in text_of(answer)] for name, answer in answers.items()
    }
    assert {name: keys for name, keys in told.items() if keys} == {}
    assert sum(answer.status_code == 200 for answer in answers.values()) > len(answers) / 2


def test_all_that_is_outside_the_api_is_known(app: Flask) -> None:
    """The shell's files and the operators' pages hold no data; whatever else appears must go under /api/v1."""
    outside = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api/v1/")}
    assert outside <= {"/", "/<path:name>", "/healthz", "/readyz", "/metrics"}


def test_strangers_are_refused_everywhere(app: Flask, world: World) -> None:
    client = app.test_client()
    found = [it for route in guarded(app) for call in calls(route, world) for it in wrong(call, client, 401)]
    assert found == []


def test_made_up_tokens_are_no_better_than_none(app: Flask, world: World) -> None:
    client = app.test_client()
    for name in ("pandian-session", "pandian-device", "__Host-pandian-session"):
        client.set_cookie(name, "made-up", domain="localhost")
    found = [it for route in guarded(app) for call in calls(route, world) for it in wrong(call, client, 401)]
    assert found == []


def test_a_device_alone_is_nobody(app: Flask, world: World) -> None:
    client = app.test_client()
    client.set_cookie("pandian-device", "device-1", domain="localhost")
    found = [it for route in guarded(app, *ROLES) for call in calls(route, world) for it in wrong(call, client, 401)]
    assert found == []


def test_a_device_speaks_for_itself_only(app: Flask, world: World) -> None:
    """Replay of another device's log, from a device that is enrolled itself."""
    client = world.cast.client(world.cast.counter, on_device=True)
    tried = [call for route in guarded(app, "device") if (call := next(calls(route, world))).foreign]
    assert [it for call in tried for it in wrong(call, client, 401, 403, 404)] == []
    assert {call.route.name for call in tried} >= {"POST /sync/hello", "POST /sync/push"}


def test_a_person_alone_is_no_device(app: Flask, world: World) -> None:
    client = world.cast.client(world.cast.manager)
    found = [it for route in guarded(app, "device") for call in calls(route, world) for it in wrong(call, client, 401)]
    assert found == []


def test_a_revoked_device_gets_nothing(app: Flask, world: World) -> None:
    world.cast.client(world.cast.supervisor).post(f"/api/v1/devices/{world.cast.device.id}/revoke")
    client = world.cast.client(world.cast.counter, on_device=True)
    found = [
        it
        for route in guarded(app)
        if route.name not in REVOKED_MAY
        for it in wrong(next(calls(route, world)), client, 401, 403)
    ]
    assert found == []


def test_who_was_let_go_is_nobody(app: Flask, world: World) -> None:
    gone = make_person("gone", "administrator")
    client = world.cast.client(gone)
    world.cast.client(world.cast.administrator).patch(f"/api/v1/people/{gone.id}", json={"active": False})
    found = [it for route in guarded(app, *ROLES) for it in wrong(next(calls(route, world)), client, 401)]
    assert found == []


@pytest.mark.parametrize("who", ["without a grant", "counter", "supervisor", "manager"])
def test_a_role_too_low_is_refused_whatever_is_asked(app: Flask, world: World, who: str) -> None:
    client = world.cast.client(world.people[who])
    rank = ROLES.index(who) if who in ROLES else -1
    above = ROLES[rank + 1 :]
    found = [it for route in guarded(app, *above) for call in calls(route, world) for it in wrong(call, client, 403)]
    assert found == []


def may_call(app: Flask, who: str) -> Iterator[Route]:
    return guarded(app, *ROLES[: ROLES.index(who) + 1])


@pytest.mark.parametrize("who", ROLES)
def test_what_is_foreign_is_not_there(app: Flask, world: World, who: str) -> None:
    """Calls that name nothing but foreign things."""
    client = world.cast.client(world.people[who])
    found = [
        told
        for route in may_call(app, who)
        if (call := next(calls(route, world))).foreign
        for told in wrong(call, client, 403, 404)
    ]
    assert found == []


@pytest.mark.parametrize("who", ROLES)
def test_own_things_are_no_way_to_foreign_ones(app: Flask, world: World, who: str) -> None:
    """Calls that name one foreign thing among own ones: refused; a list may also simply not find it."""
    client = world.cast.client(world.people[who])
    found = []
    for route in may_call(app, who):
        for call in list(calls(route, world))[1:]:
            answer = call.send(client)
            shows_nothing = route.method == "GET" and not world.foreign_traces(text_of(answer))
            is_fine = answer.status_code == 200 and (shows_nothing or finds_none(call, answer))
            if answer.status_code not in {403, 404, 409, 422} and not is_fine:
                found.append(f"{answer.status_code} ← {call}")
    assert found == []


@pytest.mark.parametrize("who", ROLES)
def test_lists_and_exports_show_nothing_foreign(app: Flask, world: World, who: str) -> None:
    client = world.cast.client(world.people[who])
    found = []
    for route in may_call(app, who):
        if route.method == "GET":
            answer = plain_call(route, world).send(client)
            traces = world.foreign_traces(text_of(answer))
            if answer.status_code >= 500 or traces:
                found.append(f"{answer.status_code} {traces} ← {route.name}")
    assert found == []


def test_open_views_stand_anything(app: Flask, world: World) -> None:
    client = app.test_client()
    found = [
        told
        for route in guarded(app, "public")
        for call in calls(route, world)
        for told in [answered(call, client)]
        if told.startswith("5")
    ]
    assert found == []


def test_the_access_test_reaches_every_slice(app: Flask, world: World) -> None:
    """So that it cannot become empty unnoticed: what it can name of a foreign site, and where."""
    reached = {name for route in guarded(app) for call in calls(route, world) for name in call.foreign}
    assert {"site_id", "location_id", "device_id", "person_id", "record_id"} <= reached


# --- headers, cookies, other people's pages ----------------------------------------------------------------------


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/api/v1/session", "/api/v1/people", "/api/v1/nothing", "/nothing.js", "/api/v1/openapi.json"):
        answer = client.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
    policy = HEADERS["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


def test_nothing_of_the_api_is_kept_by_caches(app: Flask, client: FlaskClient, world: World) -> None:
    for route in routes_of(app):
        answer = next(calls(route, world)).send(client)
        assert answer.headers["Cache-Control"] == "no-store", route.name


def test_another_sites_page_changes_nothing(app: Flask, world: World) -> None:
    client = world.cast.client(world.cast.administrator)
    from_elsewhere = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:5000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    )
    for route in routes_of(app):
        for headers in from_elsewhere if route.method != "GET" else ():
            answer = client.open(plain_call(route, world).path, method=route.method, headers=headers)
            assert (answer.status_code, answer.json["code"]) == (403, "cross_site"), (route.name, headers)


def test_our_own_page_and_command_lines_may(cast: Cast) -> None:
    client = cast.client(cast.administrator)
    for number, headers in enumerate(({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {})):
        body = {"login": f"li.{number}", "name": "Li"}
        assert client.post("/api/v1/people", json=body, headers=headers).status_code == 201, headers
