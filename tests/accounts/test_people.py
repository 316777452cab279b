"""People: taken on by administrators, let go without a trace of access left, their PINs reset by their supervisors."""

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service
from app.accounts.queries import names_of, people_for_devices, roles_at
from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from tests.accounts.secrets import PASSWORD, PIN, device_browser, give, with_password, with_pin
from tests.builders import Cast, make_person


def take_on(client: FlaskClient, **body: Any) -> Any:
    return client.post("/api/v1/people", json={"login": "li.na", "name": "李娜", **body})


def change(client: FlaskClient, person_id: UUID | str, **body: Any) -> Any:
    return client.patch(f"/api/v1/people/{person_id}", json=body)


def logins(client: FlaskClient, query: str = "") -> list[str]:
    return [row["login"] for row in client.get(f"/api/v1/people{query}").json["rows"]]


def told_to_devices() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Change.entity_key).where(Change.entity == "person")))


def test_an_administrator_takes_somebody_on_who_then_works(cast: Cast) -> None:
    grants = [{"site_id": str(cast.site.id), "role": "counter"}]
    made = take_on(
        cast.client(cast.administrator), login=" Li.Na ", language="en", grants=grants, pin=PIN, password=PASSWORD
    )
    assert made.status_code == 201, made.json
    assert made.json == {
        "id": made.json["id"],
        "login": "li.na",
        "name": "李娜",
        "language": "en",
        "active": True,
        "has_pin": True,
        "has_password": True,
        "grants": grants,
    }
    assert told_to_devices() == [made.json["id"]]
    signed_in = device_browser(cast).post("/api/v1/session/pin", json={"person_id": made.json["id"], "pin": PIN})
    assert signed_in.json["grants"] == grants
    assert with_password(cast.app.test_client(), "li.na").status_code == 200


def test_a_login_belongs_to_one_person_however_it_is_written(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    take_on(administrator)
    again = take_on(administrator, login="LI.NA")
    assert (again.status_code, again.json["code"]) == (409, "login_taken")
    taken = change(administrator, cast.counter.id, login="li.na")
    assert (taken.status_code, taken.json["errors"][0]["field"]) == (409, "login")


def test_what_a_person_cannot_be_is_refused_whole(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    cannot_be: tuple[dict[str, Any], ...] = (
        {"password_hash": "x"},
        {"id": "01900000-0000-7000-8000-000000000000"},
        {"is_admin": True},
        {"active": "yes"},
        {"name": ""},
        {"name": "a\u202eb"},
        {"login": "a b"},
        {"language": "fr"},
        {"pin": "123456"},
        {"password": "short"},
        {"grants": [{"site_id": None, "role": "owner"}]},
        {"grants": [{"role": "counter"}]},
        {"grants": [{"site_id": "01900000-0000-7000-8000-000000000000", "role": "counter"}]},
    )
    for body in cannot_be:
        assert take_on(administrator, **body).status_code == 422, body
        assert "li.na" not in logins(administrator)
        if not body.keys() & {"pin", "password"}:
            assert change(administrator, cast.counter.id, **body).status_code == 422, body


def test_only_administrators_of_all_sites_look_after_people(cast: Cast) -> None:
    at_one_site = make_person("siteadmin", "administrator", cast.site)
    for person in (cast.manager, cast.supervisor, cast.counter, cast.outsider, at_one_site):
        client = cast.client(person)
        assert take_on(client, grants=[{"site_id": None, "role": "administrator"}]).status_code == 403
        own = [{"site_id": None, "role": "administrator"}]
        assert change(client, person.id, grants=own).status_code == 403
        assert client.get("/api/v1/people/export").status_code == 403


def test_supervisors_see_the_people_of_their_sites_and_no_others(cast: Cast) -> None:
    assert logins(cast.client(cast.supervisor)) == ["admin", "counter", "manager", "supervisor"]
    assert logins(cast.client(cast.outsider)) == ["admin", "outsider"]
    assert logins(cast.client(cast.administrator)) == ["admin", "counter", "manager", "outsider", "supervisor"]
    foreign = cast.client(cast.supervisor).get(f"/api/v1/people?site_id={cast.other_site.id}")
    assert foreign.status_code == 404


def test_a_grant_at_a_foreign_site_is_not_shown(cast: Cast) -> None:
    both = [{"site_id": str(cast.site.id), "role": "counter"}, {"site_id": str(cast.other_site.id), "role": "manager"}]
    change(cast.client(cast.administrator), cast.counter.id, grants=both)
    rows = cast.client(cast.supervisor).get("/api/v1/people?search=COUNT").json["rows"]
    assert [row["grants"] for row in rows] == [both[:1]]


def test_the_list_is_searched_and_paged(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    first = administrator.get("/api/v1/people?limit=2").json
    assert (len(first["rows"]), first["total"]) == (2, 5)
    assert len(logins(administrator, f"?limit=2&after={first['next']}")) == 2
    assert logins(administrator, "?search=%25") == []
    assert logins(administrator, f"?site_id={cast.other_site.id}") == ["admin", "outsider"]


def test_who_is_let_go_is_out_at_the_next_call(cast: Cast) -> None:
    give(cast.counter, password=PASSWORD, pin=PIN)
    device, desk = device_browser(cast), cast.app.test_client()
    with_pin(device, cast.counter)
    with_password(desk, "counter")
    let_go = change(cast.client(cast.administrator), cast.counter.id, active=False)
    assert let_go.json["active"] is False
    assert device.get("/api/v1/session").json["person"] is None
    assert desk.get("/api/v1/session").json["person"] is None
    assert with_pin(device, cast.counter).status_code == 401
    assert with_password(desk, "counter").status_code == 401
    change(cast.client(cast.administrator), cast.counter.id, active=True)
    assert device.get("/api/v1/session").json["person"] is None  # the old session stays over


def test_a_change_of_role_counts_at_the_next_call(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    assert client.get("/api/v1/people").status_code == 200
    change(cast.client(cast.administrator), cast.supervisor.id, grants=[])
    assert client.get("/api/v1/people").status_code == 403


def test_the_last_administrator_cannot_be_locked_out(cast: Cast) -> None:
    administrator = cast.client(cast.administrator)
    for body in (
        {"active": False},
        {"grants": []},
        {"grants": [{"site_id": str(cast.site.id), "role": "administrator"}]},
    ):
        refused = change(administrator, cast.administrator.id, **body)
        assert (refused.status_code, refused.json["code"]) == (409, "last_administrator")
    make_person("second", "administrator")
    assert change(administrator, cast.administrator.id, active=False).status_code == 200


def test_an_administrator_without_a_password_does_not_count_for_one_with(cast: Cast) -> None:
    give(cast.administrator, password=PASSWORD)
    second = make_person("second", "administrator")
    administrator = cast.client(cast.administrator)
    assert change(administrator, cast.administrator.id, active=False).json["code"] == "last_administrator"
    give(second, password=PASSWORD)
    assert change(administrator, cast.administrator.id, active=False).status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old(cast: Cast) -> None:
    give(cast.supervisor, password=PASSWORD)
    desk = cast.app.test_client()
    with_password(desk, "supervisor")
    administrator = cast.client(cast.administrator)
    path = f"/api/v1/people/{cast.supervisor.id}/password"
    assert administrator.put(path, json={"password": "another good phrase"}).status_code == 204
    assert desk.get("/api/v1/session").json["person"] is None
    assert with_password(desk, "supervisor").status_code == 401
    assert with_password(desk, "supervisor", "another good phrase").status_code == 200


def test_a_new_password_opens_a_login_that_guessing_had_closed(cast: Cast) -> None:
    give(cast.supervisor, password=PASSWORD)
    desk = cast.app.test_client()
    for _ in range(5):
        with_password(desk, "supervisor", "wrong password")
    assert with_password(desk, "supervisor").status_code == 429
    path = f"/api/v1/people/{cast.supervisor.id}/password"
    cast.client(cast.administrator).put(path, json={"password": "another good phrase"})
    assert with_password(desk, "supervisor", "another good phrase").status_code == 200


def test_people_change_their_own_password_with_the_present_one(cast: Cast) -> None:
    give(cast.counter, password=PASSWORD)
    client, path = cast.client(cast.counter), f"/api/v1/people/{cast.counter.id}/password"
    for current in ({}, {"current_password": "not the one"}):
        refused = client.put(path, json={"password": "another good phrase", **current})
        assert (refused.status_code, refused.json["code"]) == (403, "current_password_wrong")
    assert client.put(path, json={"password": "counter", "current_password": PASSWORD}).status_code == 422
    good = {"password": "another good phrase", "current_password": PASSWORD}
    assert client.put(path, json=good).status_code == 204
    assert with_password(client, "counter", "another good phrase").status_code == 200


def test_guessing_the_present_password_from_a_borrowed_session_is_slowed_down(cast: Cast) -> None:
    give(cast.counter, password=PASSWORD)
    client, path = cast.client(cast.counter), f"/api/v1/people/{cast.counter.id}/password"
    body = {"password": "another good phrase", "current_password": "guess"}
    assert [client.put(path, json=body).status_code for _ in range(6)] == [403] * 5 + [429]


def test_nobody_sets_somebody_elses_password_but_an_administrator(cast: Cast) -> None:
    body = {"password": "another good phrase"}
    for person in (cast.manager, cast.supervisor, cast.outsider):
        assert cast.client(person).put(f"/api/v1/people/{cast.counter.id}/password", json=body).status_code == 403
    missing = cast.client(cast.administrator).put(f"/api/v1/people/{new_id()}/password", json=body)
    assert missing.status_code == 404


def test_a_supervisor_sets_pins_at_own_sites_only(cast: Cast) -> None:
    def answers(person: Any, whose: Any, pin: str = "802517") -> int:
        return cast.client(person).put(f"/api/v1/people/{whose.id}/pin", json={"pin": pin}).status_code

    assert answers(cast.supervisor, cast.counter) == 204
    assert answers(cast.supervisor, cast.outsider) == 404
    assert answers(cast.outsider, cast.counter) == 404
    assert answers(cast.counter, cast.counter) == 403
    assert answers(cast.supervisor, cast.counter, "123456") == 422


def test_nobody_sets_the_pin_of_somebody_who_may_more(cast: Cast) -> None:
    """Who sets a PIN knows it: it must not open a door the setter has no key to."""
    supervisor = cast.client(cast.supervisor)
    for person in (cast.manager, cast.administrator):
        assert supervisor.put(f"/api/v1/people/{person.id}/pin", json={"pin": "802517"}).status_code == 403
    both = [{"site_id": str(cast.site.id), "role": "counter"}, {"site_id": str(cast.other_site.id), "role": "manager"}]
    change(cast.client(cast.administrator), cast.counter.id, grants=both)
    assert supervisor.put(f"/api/v1/people/{cast.counter.id}/pin", json={"pin": "802517"}).status_code == 403


def test_a_new_pin_ends_the_sessions_opened_with_the_old(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.counter)
    cast.client(cast.supervisor).put(f"/api/v1/people/{cast.counter.id}/pin", json={"pin": "802517"})
    assert device.get("/api/v1/session").json["person"] is None
    assert told_to_devices() == [str(cast.counter.id)]


def test_a_device_is_told_of_the_people_of_its_site(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    people = [cast.counter, cast.administrator, cast.outsider]
    keys = [str(person.id) for person in people] + [str(new_id())]
    with reading() as session:
        bodies = people_for_devices(session, keys, cast.site.id)
    assert bodies == {
        keys[0]: {"id": keys[0], "name": "Counter", "has_pin": True, "active": True, "role": "counter"},
        keys[1]: {"id": keys[1], "name": "Admin", "has_pin": False, "active": True, "role": "administrator"},
    }


def test_who_leaves_a_site_leaves_its_devices(cast: Cast) -> None:
    device, administrator = device_browser(cast), cast.client(cast.administrator)

    def pulled() -> dict[str, str]:
        rows = device.get("/api/v1/sync/changes?cursor=0").json["rows"]
        return {row["id"]: row["op"] for row in rows if row["entity"] == "person"}

    change(administrator, cast.counter.id, name="Chen")
    assert pulled() == {str(cast.counter.id): "U"}
    change(administrator, cast.counter.id, grants=[{"site_id": str(cast.other_site.id), "role": "counter"}])
    assert pulled() == {str(cast.counter.id): "D"}


def test_others_ask_for_names_and_for_roles_at_a_site(cast: Cast) -> None:
    ids = [cast.counter.id, cast.administrator.id, cast.outsider.id]
    change(cast.client(cast.administrator), cast.manager.id, active=False)
    with reading() as session:
        assert names_of(session, ids) == {ids[0]: "Counter", ids[1]: "Admin", ids[2]: "Outsider"}
        roles = roles_at(session, cast.site.id, [*ids, cast.manager.id])
    assert roles == {ids[0]: "counter", ids[1]: "administrator"}


def test_the_command_line_makes_the_first_administrator(client: FlaskClient) -> None:
    new = service.NewPerson(
        login="chief",
        name="Chief",
        grants=[service.GrantRow(None, "administrator")],
        password_hash=service.sealed_password(PASSWORD, "chief"),
    )
    made = transact(lambda session: service.create_person(session, new, now()))
    assert with_password(client, "chief").json["person"]["id"] == str(made.id)
    assert logins(client) == ["chief"]
