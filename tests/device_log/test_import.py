"""A device's log comes in a file, in a person's hands: the same verdicts as a push, and the person is noted."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.accounts.models import Device as DeviceRow
from app.accounts.models import Person
from app.demo.push_client import Device, Key
from app.device_log.handlers import Hold
from app.device_log.models import DeviceState, LogImport
from app.kernel.clock import from_ms, now, to_ms
from app.kernel.transaction import reading, transact
from tests.builders import Cast, make_device
from tests.device_log.trial import FrozenClock, Trial, accepted, effects, held, state_of, ticks

HOUR_MS = 3_600_000


@pytest.fixture
def written(device: Device) -> Device:
    """A device that holds three records in a plain batch."""
    device.zipped = False
    ticks(device, 3)
    return device


def upload(cast: Cast, person: Person, batch: tuple[bytes, dict[str, str]]) -> TestResponse:
    body, headers = batch
    return cast.client(person).post("/api/v1/sync/import", data=body, headers=headers)


def batch_of(device: Device, **changes: Any) -> tuple[bytes, dict[str, str]]:
    return device.packed([entry.text for entry in device.outbox], **changes)


def imports() -> list[LogImport]:
    with reading() as session:
        return list(session.scalars(select(LogImport)))


def test_a_file_is_taken_in_with_the_verdicts_of_a_push(cast: Cast, written: Device, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(written, 1, code="shut")
    answer = upload(cast, cast.supervisor, batch_of(written)).get_json()
    assert (answer["n"], answer["hwm"]) == (4, 4)
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(4, "stocktake_closed")]
    assert [record.body for record in accepted(written)] == [entry.text for entry in written.outbox[:3]]
    assert {record.person_id for record in accepted(written)} == {written.person}
    assert len(held(written)) == 1


@pytest.mark.parametrize("first", ["the file", "the device"])
def test_a_file_and_the_device_itself_bring_the_same_records_once(cast: Cast, written: Device, first: str) -> None:
    if first == "the device":
        written.sync()
    upload(cast, cast.supervisor, batch_of(written))
    again = upload(cast, cast.supervisor, batch_of(written)).get_json()
    assert (again["hwm"], again["exceptions"]) == (3, [])
    assert effects() == 3
    written.sync()
    assert [entry.state for entry in written.outbox] == ["acked"] * 3


def test_who_brought_it_is_noted_each_time(cast: Cast, written: Device) -> None:
    upload(cast, cast.supervisor, batch_of(written))
    upload(cast, cast.manager, batch_of(written))
    rows = imports()
    assert {row.imported_by for row in rows} == {cast.supervisor.id, cast.manager.id}
    assert {(row.device_id, row.records, row.held) for row in rows} == {(written.device_id, 3, 0)}


def test_a_file_that_was_changed_or_signed_by_another_key_is_refused(cast: Cast, written: Device) -> None:
    body, headers = batch_of(written)
    changed = body.replace(rb"\"quantity\":1", rb"\"quantity\":9", 1)
    assert changed != body
    strange = batch_of(written, signature=Key().sign(body))
    for batch in ((changed, headers), (body, {**headers, "X-Pandian-Signature": ""}), strange):
        answer = upload(cast, cast.supervisor, batch)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "bad_signature")
    assert (accepted(written), imports()) == ([], [])


def test_only_a_supervisor_of_the_devices_site_may_bring_it(cast: Cast, written: Device) -> None:
    assert upload(cast, cast.counter, batch_of(written)).status_code == 403
    assert upload(cast, cast.outsider, batch_of(written)).status_code == 404
    assert accepted(written) == []


def test_a_device_nobody_knows_brings_nothing(cast: Cast, written: Device) -> None:
    foreign = batch_of(written, device_id=str(cast.counter.id))
    assert upload(cast, cast.supervisor, foreign).status_code == 404


def test_a_device_of_another_site_is_not_to_be_found(cast: Cast, written: Device) -> None:
    other = make_device(cast.other_site, cast.administrator, number=88, public_key=written.key.public)
    assert upload(cast, cast.supervisor, batch_of(written, device_id=str(other.id))).status_code == 404


def test_what_a_revoked_device_wrote_is_held(cast: Cast, written: Device) -> None:
    transact(lambda s: s.execute(update(DeviceRow).where(DeviceRow.id == written.device_id).values(revoked_at=now())))
    answer = upload(cast, cast.supervisor, batch_of(written)).get_json()
    assert [e["code"] for e in answer["exceptions"]] == ["device_revoked"] * 3


def test_a_file_that_lay_about_makes_no_record_late_and_is_no_contact(cast: Cast, device: Device) -> None:
    clock = device.clock = FrozenClock(wall_ms=to_ms(now()) - 10 * HOUR_MS, mono_ms=1_000)
    ticks(device, 1)
    device.hello()
    # Ten hours ago that was, and the device's clock was right.
    contact = DeviceState.device_id == device.device_id
    transact(lambda s: s.execute(update(DeviceState).where(contact).values(clock_offset_ms=0)))
    before = state_of(device).last_contact_at
    clock.wall_ms += HOUR_MS
    clock.mono_ms += HOUR_MS
    ticks(device, 1)
    upload(cast, cast.supervisor, batch_of(device))
    made_at = [from_ms(clock.wall_ms - HOUR_MS), from_ms(clock.wall_ms)]
    assert [record.occurred_at for record in accepted(device)] == made_at
    assert (state_of(device).last_contact_at, state_of(device).clock_offset_ms) == (before, 0)


def test_the_numbers_that_came_in_the_file_are_not_waited_for(cast: Cast, written: Device) -> None:
    written.hello()
    assert state_of(written).pending == 3
    upload(cast, cast.supervisor, written.packed([entry.text for entry in written.outbox[:2]]))
    assert (state_of(written).hwm, state_of(written).pending) == (2, 1)
    upload(cast, cast.supervisor, batch_of(written))
    assert state_of(written).pending == 0


def test_an_envelope_that_is_wrong_is_refused_with_its_fields(cast: Cast, written: Device) -> None:
    body = orjson.dumps({"device_id": str(written.device_id)})
    answer = upload(cast, cast.supervisor, (body, {"X-Pandian-Signature": written.key.sign(body)}))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
