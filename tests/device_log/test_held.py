"""A supervisor decides about records that were kept but not counted; of two at once one wins."""

import threading
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Person
from app.demo.push_client import APP_VERSION, Device
from app.device_log.handlers import Hold
from app.kernel.ids import new_id
from app.kernel.transaction import transact
from tests.builders import Cast, make_device
from tests.device_log.trial import DOCUMENT, Trial, accepted, device_of, effects, held, ticks

CLOSED = Hold("stocktake_closed", "It is closed.", releasable=True)


@pytest.fixture
def desk(cast: Cast) -> FlaskClient:
    return cast.client(cast.supervisor)


def listed(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/held", query_string=query)
    assert answer.status_code == 200, answer.json
    return list(answer.json["rows"])


def decide(client: FlaskClient, row: dict[str, Any], verb: str, note: str = "") -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/api/v1/held/{row['record_id']}/{row['body_hash']}/{verb}", json={"note": note})
    return answer.status_code, dict(answer.json)


def hold_one(device: Device, trial: Trial, hold: Hold = CLOSED) -> None:
    trial.holds["shut"] = hold
    ticks(device, 1, code="shut")
    device.sync()


def test_the_supervisor_sees_who_recorded_what_and_why_it_is_held(
    cast: Cast, device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold_one(device, trial)
    (row,) = listed(desk, site_id=str(cast.site.id), state="open")
    assert row["body"] == device.outbox[0].text
    assert (row["reason"], row["detail"], row["state"]) == ("stocktake_closed", "It is closed.", "open")
    assert (row["device_number"], row["device_seq"], row["person_name"]) == (7, 1, "Counter")
    assert row["document_id"] == str(DOCUMENT)


def test_a_released_record_is_counted_once_and_the_device_learns_of_it(
    device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold_one(device, trial)
    (row,) = listed(desk)
    status, body = decide(desk, row, "release", "counted before the door closed")
    assert (status, body["state"], body["note"]) == (200, "released", "counted before the door closed")
    (record,) = accepted(device)
    assert (record.record_id, record.device_seq, record.body) == (device.outbox[0].id, 1, device.outbox[0].text)
    assert effects() == 1
    assert [told["state"] for told in device.hello()["held"]] == ["released"]
    device.pull()
    assert [told["state"] for told in device.known("held_record")] == ["released"]


def test_a_released_record_sent_again_is_still_the_same_record(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial)
    decide(desk, listed(desk)[0], "release")
    answer = device.push(device.outbox)
    assert [e["code"] for e in answer["exceptions"]] == ["stocktake_closed"]
    assert (effects(), answer["hwm"]) == (1, 1)


def test_a_dismissed_record_stays_readable_and_uncounted(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial)
    (row,) = listed(desk)
    assert decide(desk, row, "dismiss")[0] == 422
    assert decide(desk, row, "dismiss", "scanned at home")[0] == 200
    assert listed(desk, state="open") == []
    (row,) = listed(desk, state="dismissed")
    assert (row["note"], row["body"]) == ("scanned at home", device.outbox[0].text)
    assert effects() == 0
    assert [told["state"] for told in device.hello()["held"]] == ["dismissed"]


def test_a_decision_is_taken_once(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial)
    (row,) = listed(desk)
    decide(desk, row, "dismiss", "no")
    status, problem = decide(desk, row, "release")
    assert (status, problem["code"], problem["state"]) == (409, "already_decided", "dismissed")
    assert effects() == 0


def test_of_two_supervisors_at_once_one_wins(cast: Cast, device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial)
    (row,) = listed(desk)
    cast.client(cast.manager)  # signs in
    results: list[int] = []
    ready = threading.Barrier(2)

    def act(verb: str, person: Person) -> None:
        with cast.app.app_context():
            client = cast.client(person)
            ready.wait()
            results.append(decide(client, row, verb, "note")[0])

    threads = [
        threading.Thread(target=act, args=choice)
        for choice in (("release", cast.supervisor), ("dismiss", cast.manager))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [200, 409]
    (kept,) = held(device)
    assert effects() == (1 if kept.state == "released" else 0)


def test_what_no_supervisor_can_set_aside_is_not_released(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial, Hold("stocktake_posted", "It is posted."))
    (row,) = listed(desk)
    status, problem = decide(desk, row, "release")
    assert (status, problem["code"], problem["reason"]) == (409, "not_releasable", "stocktake_posted")
    assert [record.state for record in held(device)] == ["open"]
    assert decide(desk, row, "dismiss", "counted again")[0] == 200


def test_a_reason_that_went_away_no_longer_stands(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial, Hold("unknown_item", "There is no such item."))
    trial.holds = {}
    assert decide(desk, listed(desk)[0], "release")[0] == 200
    assert effects() == 1


def test_a_record_that_cannot_be_read_can_only_be_dismissed(device: Device, desk: FlaskClient) -> None:
    device.send(["no JSON"])
    (row,) = listed(desk)
    status, problem = decide(desk, row, "release")
    assert (status, problem["reason"]) == (409, "invalid")
    assert decide(desk, row, "dismiss", "unreadable")[0] == 200


def test_a_record_of_nobody_can_only_be_dismissed(device: Device, desk: FlaskClient) -> None:
    device.person = new_id()
    ticks(device, 1)
    device.push()
    status, problem = decide(desk, listed(desk)[0], "release")
    assert (status, problem["reason"]) == (409, "person_unknown")


def test_what_somebody_without_the_right_recorded_can_be_released(
    cast: Cast, device: Device, desk: FlaskClient
) -> None:
    device.person = cast.outsider.id
    ticks(device, 1)
    device.push()
    assert decide(desk, listed(desk)[0], "release", "he helped us")[0] == 200
    assert [record.person_id for record in accepted(device)] == [cast.outsider.id]


def test_a_record_whose_number_is_taken_is_released_without_one(device: Device, desk: FlaskClient) -> None:
    ticks(device, 1)
    device.push()
    device.send([orjson.dumps({**orjson.loads(device.outbox[0].text), "id": str(new_id())}).decode()])
    assert decide(desk, listed(desk)[0], "release", "two phones, one profile")[0] == 200
    assert sorted((record.device_seq or 0) for record in accepted(device)) == [0, 1]
    assert effects() == 2


def test_a_record_whose_id_is_taken_is_released_under_another(device: Device, desk: FlaskClient) -> None:
    ticks(device, 1)
    device.push()
    device.send([orjson.dumps({**orjson.loads(device.outbox[0].text), "seq": 2, "quantity": 5}).decode()])
    assert decide(desk, listed(desk)[0], "release")[0] == 200
    first, second = accepted(device)
    assert (first.record_id, first.quantity) == (device.outbox[0].id, 1)
    assert second.record_id != first.record_id
    assert (second.device_seq, second.quantity) == (2, 5)


def test_another_sites_held_records_are_not_there(cast: Cast, device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold_one(device, trial)
    (row,) = listed(desk)
    outsider = cast.client(cast.outsider)
    assert listed(outsider) == []
    assert outsider.get("/api/v1/held", query_string={"site_id": str(cast.site.id)}).status_code == 404
    assert decide(outsider, row, "release")[0] == 404
    assert decide(cast.client(cast.counter), row, "release")[0] == 403
    assert effects() == 0


@pytest.mark.parametrize("address", ["x/00", "x/zz", "x/" + "0" * 64])
def test_an_unknown_held_record_is_not_found(desk: FlaskClient, address: str) -> None:
    assert desk.post(f"/api/v1/held/{address}/release", json={}).status_code == 404


def test_the_list_is_paged_newest_first(device: Device, trial: Trial, desk: FlaskClient) -> None:
    trial.holds["shut"] = CLOSED
    ticks(device, 5, code="shut")
    device.push()
    first = desk.get("/api/v1/held?limit=3").json
    second = desk.get("/api/v1/held", query_string={"limit": 3, "after": first["next"]}).json
    assert (first["total"], len(first["rows"]), len(second["rows"]), second["next"]) == (5, 3, 2, None)
    assert len({row["record_id"] for page in (first, second) for row in page["rows"]}) == 5


def test_the_devices_of_a_site_and_what_they_still_hold(cast: Cast, device: Device, desk: FlaskClient) -> None:
    ticks(device, 3)
    device.push(device.outbox[:2])
    device.hello()
    foreign = make_device(cast.other_site, cast.administrator, number=9)
    rows = desk.get("/api/v1/devices").json["rows"]
    assert [row["number"] for row in rows] == [1, 7]
    silent, busy = rows
    assert (silent["last_contact_at"], silent["hwm"]) == (None, None)
    assert (busy["next_seq"], busy["hwm"], busy["pending"], busy["app_version"]) == (4, 2, 1, APP_VERSION)
    assert busy["last_contact_at"].endswith("Z")
    everything = cast.client(cast.administrator).get("/api/v1/devices").json["rows"]
    assert str(foreign.id) in {row["id"] for row in everything}
    assert desk.get(f"/api/v1/devices?site_id={cast.other_site.id}").status_code == 404
    assert cast.client(cast.counter).get("/api/v1/devices").status_code == 403


def test_a_person_who_left_can_be_forgiven(cast: Cast, trial: Trial, desk: FlaskClient) -> None:
    device = device_of(cast, 12)
    ticks(device, 1)
    transact(lambda s: s.execute(update(Person).where(Person.id == cast.counter.id).values(active=False)))
    device.push()
    assert decide(desk, listed(desk)[0], "release", "her last day")[0] == 200
    assert effects() == 1
