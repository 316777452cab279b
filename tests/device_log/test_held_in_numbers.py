"""Held records worked off in numbers: found by what they have in common, decided at once, one answer for each."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.demo.push_client import Device
from app.device_log.handlers import Hold
from app.kernel.database import db
from tests.builders import Cast
from tests.device_log.trial import DOCUMENT, Trial, accepted, device_of, effects, held, ticks

CLOSED = Hold("stocktake_closed", "It is closed.", releasable=True)
POSTED = Hold("stocktake_posted", "It is posted.")


@pytest.fixture
def desk(cast: Cast) -> FlaskClient:
    return cast.client(cast.supervisor)


def hold(device: Device, trial: Trial, count: int, reason: Hold = CLOSED) -> None:
    trial.holds[reason.code] = reason
    ticks(device, count, code=reason.code)
    device.sync()


def listed(desk: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    return list(desk.get("/api/v1/held", query_string={"state": "open", **query}).json["rows"])


def keys(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: row[name] for name in ("record_id", "body_hash")} for row in rows]


def decide(desk: FlaskClient, rows: list[dict[str, Any]], decision: str, **more: Any) -> Any:
    return desk.post("/api/v1/held/decide", json={"decision": decision, "records": keys(rows), **more})


def test_they_are_found_by_reason_document_device_and_person(
    cast: Cast, device: Device, trial: Trial, desk: FlaskClient
) -> None:
    other = device_of(cast, 8, person=cast.manager)
    hold(device, trial, 2)
    hold(other, trial, 3, POSTED)
    found = {
        "reason": len(listed(desk, reason="stocktake_posted")),
        "document": len(listed(desk, document_id=str(DOCUMENT))),
        "device": len(listed(desk, device_id=str(device.device_id))),
        "person": len(listed(desk, person_id=str(cast.manager.id))),
        "both": len(listed(desk, reason="stocktake_closed", person_id=str(cast.manager.id))),
    }
    assert found == {"reason": 3, "document": 5, "device": 2, "person": 3, "both": 0}


def test_their_groups_are_counted_the_largest_first(
    cast: Cast, device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold(device, trial, 2)
    hold(device_of(cast, 8, person=cast.manager), trial, 3, POSTED)
    groups = desk.get("/api/v1/held/groups", query_string={"state": "open"}).json["rows"]
    assert [(group["reason"], group["person_name"], group["records"]) for group in groups] == [
        ("stocktake_posted", "Manager", 3),
        ("stocktake_closed", "Counter", 2),
    ]
    assert groups[0]["document_id"] == str(DOCUMENT)


def test_a_supervisor_of_another_shop_sees_and_decides_nothing(cast: Cast, device: Device, trial: Trial) -> None:
    hold(device, trial, 1)
    rows = listed(cast.client(cast.supervisor))
    stranger = cast.client(cast.outsider)
    assert stranger.get("/api/v1/held/groups").json["rows"] == []
    answer = decide(stranger, rows, "release").json
    assert [(row["done"], row["code"]) for row in answer["rows"]] == [(False, "not_found")]
    assert effects() == 0


def test_what_can_be_counted_is_and_what_cannot_stays_with_its_reason(
    device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold(device, trial, 3)
    hold(device, trial, 1, POSTED)
    device.send(["no JSON"])
    rows = listed(desk)
    answer = decide(desk, rows, "release", note="counted before the door closed").json
    assert (answer["done"], answer["refused"]) == (3, 2)
    assert sorted(row["reason"] for row in answer["rows"] if not row["done"]) == ["invalid", "stocktake_posted"]
    assert [row["record_id"] for row in answer["rows"]] == [row["record_id"] for row in rows]
    assert [record.device_seq for record in accepted(device)] == [1, 2, 3]
    assert effects() == 3
    assert {row.note for row in held(device) if row.state == "released"} == {"counted before the door closed"}


def test_many_are_released_with_as_few_statements_as_one(device: Device, trial: Trial, desk: FlaskClient) -> None:
    def statements(rows: list[dict[str, Any]]) -> int:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        decide(desk, rows, "release")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    hold(device, trial, 41)
    rows = listed(desk)
    assert statements(rows[1:]) <= statements(rows[:1])
    assert effects() == 41


def test_to_dismiss_many_takes_one_note(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold(device, trial, 2)
    assert decide(desk, listed(desk), "dismiss").status_code == 422
    assert decide(desk, listed(desk), "dismiss", note="scanned at home").json["done"] == 2
    assert [(told["state"], told["note"]) for told in device.hello()["held"]] == [("dismissed", "scanned at home")] * 2


def test_what_somebody_decided_meanwhile_is_answered_and_not_decided_again(
    device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold(device, trial, 2)
    rows = listed(desk)
    decide(desk, rows[:1], "dismiss", note="no")
    answer = decide(desk, rows, "release").json
    assert [(row["done"], row["code"]) for row in answer["rows"]] == [(False, "already_decided"), (True, "")]


def test_a_record_named_twice_is_counted_once(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold(device, trial, 1)
    assert decide(desk, listed(desk) * 2, "release").json["done"] == 1
    assert effects() == 1


def test_two_copies_of_one_id_are_both_counted_each_under_its_own(
    cast: Cast, device: Device, trial: Trial, desk: FlaskClient
) -> None:
    hold(device, trial, 1)
    first = device.outbox[0]
    device.send([first.text.replace('"quantity":1', '"quantity":2')])
    assert {row["reason"] for row in listed(desk)} == {"stocktake_closed", "id_reuse"}
    assert decide(desk, listed(desk), "release").json["done"] == 2
    assert len({record.record_id for record in accepted(device)}) == 2
    assert sorted(record.device_seq or 0 for record in accepted(device)) == [0, 1]


def test_a_record_moves_only_into_a_document_that_is_there(device: Device, trial: Trial, desk: FlaskClient) -> None:
    hold(device, trial, 1)
    refused = decide(desk, listed(desk), "move", document_id=str(DOCUMENT))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "unknown_document")
    assert len(listed(desk)) == 1
