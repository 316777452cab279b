"""Signing in: with a password at the desk, with a PIN on an enrolled device; and what guessing meets."""

import json
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts.models import Attempt, Person, PersonSession
from app.accounts.service import hashing
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.telemetry import configure_logging
from app.kernel.transaction import reading, transact
from tests.accounts.secrets import PASSWORD, PIN, device_browser, give, wait, with_password, with_pin
from tests.builders import Cast, make_device, make_person

WRONG = "904518"


def change_sessions(**values: Any) -> None:
    transact(lambda session: session.execute(update(PersonSession).values(**values)))


def person_of(client: FlaskClient) -> Any:
    return client.get("/api/v1/session").json["person"]


def test_nobody_is_signed_in_at_first(client: FlaskClient) -> None:
    answer = client.get("/api/v1/session").json
    assert (answer["person"], answer["device"], answer["grants"]) == (None, None, [])
    assert answer["secure"] is True  # loopback
    assert abs(answer["server_ms"] / 1000 - now().timestamp()) < 5


def test_a_supervisor_signs_in_at_the_desk(cast: Cast, client: FlaskClient) -> None:
    give(cast.supervisor, password=PASSWORD)
    answer = with_password(client, "Supervisor ")
    assert answer.status_code == 200
    assert answer.json["person"] == {
        "id": str(cast.supervisor.id),
        "name": "Supervisor",
        "login": "supervisor",
        "language": "zh",
    }
    assert answer.json["grants"] == [{"site_id": str(cast.site.id), "role": "supervisor"}]
    assert client.get("/api/v1/session").json["person"] == answer.json["person"]


def test_a_counter_signs_in_on_the_shared_device(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    rows = device.get("/api/v1/device/people").json["rows"]
    assert {row["name"]: row["has_pin"] for row in rows}["Counter"] is True
    answer = with_pin(device, cast.counter)
    assert answer.status_code == 200
    assert answer.json["device"]["label"] == "PDA-01"
    assert person_of(device)["name"] == "Counter"


def test_signing_out_ends_the_session_and_leaves_the_device(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.counter)
    token = device.get_cookie("pandian-session").value
    assert device.delete("/api/v1/session").status_code == 204
    assert device.get_cookie("pandian-session") is None
    device.set_cookie("pandian-session", token, domain="localhost")
    answer = device.get("/api/v1/session").json
    assert (answer["person"], answer["device"]["label"]) == (None, "PDA-01")
    assert device.delete("/api/v1/session").status_code == 204  # once more does no harm


def test_a_pin_opens_nothing_off_an_enrolled_device(cast: Cast, client: FlaskClient) -> None:
    give(cast.counter, pin=PIN)
    answer = with_pin(client, cast.counter)
    assert (answer.status_code, answer.json["code"]) == (401, "device_unknown")


def test_a_pins_session_is_worth_nothing_off_its_device(cast: Cast, client: FlaskClient) -> None:
    """Trust: replay of another device's session."""
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.counter)
    token = device.get_cookie("pandian-session").value
    client.set_cookie("pandian-session", token, domain="localhost")
    assert person_of(client) is None
    make_device(cast.site, cast.administrator, number=2)
    client.set_cookie("pandian-device", "device-2", domain="localhost")
    assert person_of(client) is None


def test_somebody_of_another_site_cannot_sign_in_on_this_sites_device(cast: Cast) -> None:
    give(cast.outsider, pin=PIN)
    answer = with_pin(device_browser(cast), cast.outsider)
    assert (answer.status_code, answer.json["code"]) == (401, "bad_credentials")


def test_nobody_signs_in_on_a_revoked_device(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    cast.client(cast.supervisor).post(f"/api/v1/devices/{cast.device.id}/revoke")
    assert with_pin(device_browser(cast), cast.counter).status_code == 401


def test_a_token_somebody_planted_before_is_not_the_one_after(cast: Cast, client: FlaskClient) -> None:
    """Trust: session fixation."""
    give(cast.supervisor, password=PASSWORD)
    client.set_cookie("pandian-session", "planted", domain="localhost")
    with_password(client, "supervisor")
    first = client.get_cookie("pandian-session").value
    assert first != "planted"
    assert len(first) >= 43  # 256 bits
    with_password(client, "supervisor")
    second = client.get_cookie("pandian-session").value
    assert second != first
    client.set_cookie("pandian-session", first, domain="localhost")
    assert person_of(client) is None  # the one before has ended


def test_unknown_inactive_and_wrong_get_the_same_answer_after_the_same_work(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trust: no enumeration. Every path compares with one hash, so it takes as long."""
    give(cast.supervisor, password=PASSWORD)
    give(cast.counter, password=PASSWORD)
    transact(lambda session: session.execute(update(Person).where(Person.id == cast.counter.id).values(active=False)))
    compared: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, stored, secret: compared.append(stored) or real(self, stored, secret)
    )
    cases = [
        ("supervisor", "wrong password"),
        ("nobody", PASSWORD),
        ("counter", PASSWORD),
        ("manager", PASSWORD),
        ("a b", "x"),
    ]
    answers = [with_password(client, login, password) for login, password in cases]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert len(compared) == len(cases)
    assert all(stored.startswith("$argon2id$") for stored in compared)


def test_pins_of_unknown_people_are_answered_and_counted_alike(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    give(cast.counter, pin=PIN)
    stranger = Person(id=new_id())
    compared: list[str] = []
    real = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, stored, secret: compared.append(stored) or real(self, stored, secret)
    )
    device = device_browser(cast)
    known = [with_pin(device, cast.counter, WRONG) for _ in range(6)]
    unknown = [with_pin(device, stranger, WRONG) for _ in range(6)]
    outside = [with_pin(device, cast.outsider, WRONG) for _ in range(6)]
    assert [a.status_code for a in known] == [401] * 5 + [429]
    assert [a.data for a in known] == [a.data for a in unknown] == [a.data for a in outside]
    assert len(compared) == 15  # and none while the lock is closed


def test_five_wrong_pins_are_quick_then_each_waits(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    assert [with_pin(device, cast.counter, WRONG).status_code for _ in range(5)] == [401] * 5
    closed = with_pin(device, cast.counter)
    assert (closed.status_code, closed.json["code"]) == (429, "too_many_attempts")
    assert 0 < closed.json["retry_after_s"] <= 15
    assert closed.headers["Retry-After"] == str(closed.json["retry_after_s"])
    wait()
    assert with_pin(device, cast.counter).status_code == 200


def test_ten_wrong_pins_disable_it_on_this_device_only(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    for _ in range(10):
        assert with_pin(device, cast.counter, WRONG).status_code == 401
        wait()
    disabled = with_pin(device, cast.counter)
    assert (disabled.status_code, disabled.json["code"]) == (403, "pin_disabled")
    make_device(cast.site, cast.administrator, number=2)
    device.set_cookie("pandian-device", "device-2", domain="localhost")
    assert with_pin(device, cast.counter).status_code == 200


def test_a_supervisor_opens_a_disabled_pin_by_setting_one(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    for _ in range(10):
        with_pin(device, cast.counter, WRONG)
        wait()
    set_pin = cast.client(cast.supervisor).put(f"/api/v1/people/{cast.counter.id}/pin", json={"pin": "802517"})
    assert set_pin.status_code == 204
    assert with_pin(device, cast.counter, "802517").status_code == 200


def test_a_right_pin_forgets_the_wrong_ones_before_it(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    for _ in range(3):
        for _ in range(4):
            assert with_pin(device, cast.counter, WRONG).status_code == 401
        assert with_pin(device, cast.counter).status_code == 200
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_wrong_tries_are_remembered_by_the_database_not_by_the_process(cast: Cast) -> None:
    give(cast.counter, pin=PIN)
    with_pin(device_browser(cast), cast.counter, WRONG)
    with reading() as session:
        row = session.scalars(select(Attempt)).one()
    assert (row.lock, row.failures) == (f"pin:{cast.counter.id}:{cast.device.id}", 1)


def test_wrong_passwords_from_one_address_do_not_lock_the_owner_out(cast: Cast, client: FlaskClient) -> None:
    give(cast.supervisor, password=PASSWORD)
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    for _ in range(5):
        with_password(client, "supervisor", "not the password", environ_overrides=stranger)
    assert with_password(client, "supervisor", environ_overrides=stranger).status_code == 429
    assert with_password(client, "supervisor").status_code == 200


def test_many_addresses_together_are_slowed_down_too(cast: Cast, client: FlaskClient) -> None:
    give(cast.supervisor, password=PASSWORD)
    for n in range(50):
        address = {"REMOTE_ADDR": f"203.0.113.{n}"}
        assert with_password(client, "supervisor", "not the password", environ_overrides=address).status_code == 401
    assert with_password(client, "supervisor").status_code == 429


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(cast: Cast, client: FlaskClient) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    transact(lambda s: s.execute(update(Person).where(Person.id == cast.supervisor.id).values(password_hash=old)))
    assert with_password(client, "supervisor").status_code == 200
    with reading() as session:
        stored = session.scalar(select(Person.password_hash).where(Person.id == cast.supervisor.id))
    assert not hashing.is_outdated("password", stored or "")
    assert with_password(client, "supervisor").status_code == 200


@pytest.mark.parametrize(("minutes", "still"), [(29, True), (31, False)])
def test_a_device_nobody_touches_for_half_an_hour_is_signed_out(cast: Cast, minutes: int, still: bool) -> None:
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.counter)
    change_sessions(last_used_at=now() - timedelta(minutes=minutes))
    assert (person_of(device) is not None) is still


def test_the_desk_stays_signed_in_for_a_working_day(cast: Cast, client: FlaskClient) -> None:
    give(cast.supervisor, password=PASSWORD)
    with_password(client, "supervisor")
    change_sessions(last_used_at=now() - timedelta(hours=11))
    assert person_of(client) is not None
    change_sessions(expires_at=now())
    assert person_of(client) is None


def test_use_is_noted_once_a_minute_and_heartbeats_are_no_use(cast: Cast) -> None:
    give(cast.supervisor, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.supervisor)

    def used_at() -> Any:
        with reading() as session:
            return session.scalars(select(PersonSession.last_used_at)).one()

    earlier = now() - timedelta(seconds=30)
    change_sessions(last_used_at=earlier)
    device.get("/api/v1/people")
    assert used_at() == earlier  # within the minute
    earlier = now() - timedelta(minutes=10)
    change_sessions(last_used_at=earlier)
    device.get("/api/v1/session")
    assert used_at() == earlier  # the app asked, nobody touched the screen
    device.get("/api/v1/people")
    assert used_at() > earlier


def test_a_password_session_on_a_device_ends_when_the_device_is_revoked(cast: Cast) -> None:
    give(cast.supervisor, password=PASSWORD)
    device = device_browser(cast)
    with_password(device, "supervisor")
    assert person_of(device) is not None
    cast.client(cast.manager).post(f"/api/v1/devices/{cast.device.id}/revoke")
    device.delete_cookie("pandian-device", domain="localhost")
    assert person_of(device) is None


def test_unknown_fields_are_refused_at_sign_in(client: FlaskClient) -> None:
    body = {"login": "admin", "password": PASSWORD, "role": "administrator"}
    assert client.post("/api/v1/session/password", json=body).status_code == 422


def test_no_answer_holds_a_hash_or_token(cast: Cast) -> None:
    give(cast.supervisor, password=PASSWORD, pin=PIN)
    device = device_browser(cast)
    answers = [with_password(device, "supervisor"), device.get("/api/v1/people"), device.get("/api/v1/device/people")]
    token = device.get_cookie("pandian-session").value
    for answer in answers:
        assert b"argon2" not in answer.data
        assert token.encode() not in answer.data
        assert b"_hash" not in answer.data


def test_eight_people_at_once_hash_two_at_a_time() -> None:
    assert hashing._room._initial_value == hashing.AT_ONCE == 2  # type: ignore[attr-defined]


def test_somebody_without_a_grant_signs_in_and_may_nothing(cast: Cast, client: FlaskClient) -> None:
    give(make_person("guest"), password=PASSWORD)
    assert with_password(client, "guest").json["grants"] == []
    assert client.get("/api/v1/people").status_code == 403


def test_the_log_says_who_came_and_never_with_what(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    give(cast.counter, pin=PIN)
    device = device_browser(cast)
    with_pin(device, cast.counter, WRONG)
    with_pin(device, cast.counter)
    with_password(device, "my-password-typed-as-login", PASSWORD)
    configure_logging("ERROR")
    logged = capsys.readouterr().out
    events = [json.loads(line) for line in logged.splitlines()]
    assert [event["event"] for event in events] == ["sign_in_refused", "signed_in", "sign_in_refused"]
    assert events[0]["person_id"] == events[1]["person_id"] == str(cast.counter.id)
    token = device.get_cookie("pandian-session").value
    for secret in (PIN, WRONG, PASSWORD, token, "my-password-typed-as-login", "argon2"):
        assert secret not in logged
