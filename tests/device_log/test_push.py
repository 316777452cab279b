"""A device brings its log: every record gets one final verdict, and keeps it however often it is sent."""

import re

import orjson
import pytest
from sqlalchemy import update

from app.accounts.models import Device as DeviceRow
from app.accounts.models import Person
from app.demo.push_client import APP_VERSION, Device, Refused
from app.demo.push_store import Entry
from app.device_log import service
from app.device_log.handlers import Hold
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from tests.builders import Cast
from tests.device_log.trial import Trial, accepted, device_of, effects, held, state_of, ticks


def changed(entry: Entry, **fields: object) -> str:
    """The entry's text with other fields."""
    return orjson.dumps({**orjson.loads(entry.text), **fields}).decode()


def verify() -> list[str]:
    with reading() as session:
        return [finding.check for finding in service.verify(session)]


@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "plain"])
def test_a_batch_is_taken_in_as_it_was_written(device: Device, zipped: bool) -> None:
    device.zipped = zipped
    ticks(device, 3, code="6901234567892", lot="L1")
    answer = device.push()
    assert (answer["hwm"], answer["n"], answer["exceptions"]) == (3, 3, [])
    records = accepted(device)
    assert [record.body for record in records] == [entry.text for entry in device.outbox]
    assert [record.device_seq for record in records] == [1, 2, 3]
    first = records[0]
    assert (first.code, first.code_normal, first.lot, first.quantity) == ("6901234567892", "06901234567892", "L1", 1)
    assert first.person_id == device.person
    assert effects() == 3
    assert verify() == []


def test_a_batch_sent_again_gets_the_same_answer_and_has_no_effect(device: Device, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(device, 2)
    ticks(device, 1, code="shut")
    device.record("tick", quantity="many")
    first = device.push(device.outbox)
    again = device.push(device.outbox)
    assert {**first, "server_ms": 0} == {**again, "server_ms": 0}
    assert [(e["seq"], e["status"], e["code"]) for e in first["exceptions"]] == [
        (3, "held", "stocktake_closed"),
        (4, "held", "invalid"),
    ]
    assert effects() == 2
    assert len(held(device)) == 2


def test_a_verdict_stays_although_its_reason_has_gone(device: Device, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(device, 1, code="shut")
    device.push()
    trial.holds = {}
    assert [e["code"] for e in device.push(device.outbox)["exceptions"]] == ["stocktake_closed"]
    assert effects() == 0


def test_records_twice_in_one_batch_count_once(device: Device, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(device, 1)
    ticks(device, 1, code="shut")
    answer = device.push([*device.outbox, *device.outbox])
    assert [e["seq"] for e in answer["exceptions"]] == [2, 2]
    assert (answer["n"], answer["hwm"], effects(), len(held(device))) == (4, 2, 1, 1)


def test_the_acknowledgement_is_the_contiguous_prefix_never_the_highest(device: Device) -> None:
    ticks(device, 9)
    log = device.outbox
    assert device.push(log[4:6])["hwm"] == 0
    assert device.push(log[:2])["hwm"] == 2
    greeting = device.hello()
    assert (greeting["hwm"], greeting["max_seq"], greeting["missing"]) == (2, 6, [[3, 4]])
    assert device.push(log[2:4])["hwm"] == 6
    assert device.push(log[6:])["hwm"] == 9
    assert device.hello()["missing"] == []
    assert verify() == []


def test_held_records_use_up_their_number(device: Device) -> None:
    device.record("tick", quantity=None)
    ticks(device, 1)
    device.record("riddle")
    assert device.push()["hwm"] == 3
    assert [record.code for record in held(device)] == ["invalid", "kind_unknown"]


def test_another_record_under_a_known_id_is_kept_aside(device: Device) -> None:
    ticks(device, 2)
    device.push()
    other = changed(device.outbox[0], seq=3, quantity=100)
    answer = device.send([other])
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(3, "id_reuse")]
    assert answer["hwm"] == 3
    assert device.send([other])["exceptions"] == answer["exceptions"]
    assert [record.quantity for record in accepted(device)] == [1, 1]


def test_another_record_under_a_known_number_is_kept_aside(device: Device) -> None:
    """A copied browser profile goes on counting under the numbers of the first."""
    ticks(device, 2)
    device.push()
    answer = device.send([changed(device.outbox[1], id=str(new_id()), quantity=5)])
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(2, "seq_reuse")]
    assert (answer["hwm"], effects()) == (2, 2)


def test_a_mended_record_is_another_record(device: Device) -> None:
    ticks(device, 1)
    device.push()
    answer = device.send([changed(device.outbox[0], quantity=2)])
    assert [e["code"] for e in answer["exceptions"]] == ["id_reuse"]


def test_reuse_is_noticed_inside_one_batch_too(device: Device) -> None:
    ticks(device, 1)
    log = device.outbox
    texts = [log[0].text, changed(log[0], quantity=2), changed(log[0], id=str(new_id()), quantity=3)]
    answer = device.send(texts)
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(1, "id_reuse"), (1, "seq_reuse")]
    assert [record.quantity for record in accepted(device)] == [1]


def test_one_devices_record_sent_by_another_is_kept_aside(cast: Cast, device: Device, trial: Trial) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(device, 1)
    ticks(device, 1, code="shut")
    device.push()
    thief = device_of(cast, 8)
    texts = [entry.text for entry in device.outbox]
    answer = thief.send(texts)
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(1, "id_reuse"), (2, "id_reuse")]
    assert answer["hwm"] == 2
    assert thief.send(texts)["exceptions"] == answer["exceptions"]
    assert (len(held(thief)), effects()) == (2, 1)
    assert verify() == []


BAD_TEXTS = {
    "no JSON": ("tick", "invalid"),
    '{"v":1,"seq":1': ("cut off, its number saved", "invalid"),
    "[]": ("a list", "invalid"),
    "null": ("null", "invalid"),
    "": ("nothing", "invalid"),
    "\x00\x01": ("NUL", "invalid"),
    "[" * 5000: ("bottomless", "invalid"),
    '{"v":1,"v":NaN}': ("not a number", "invalid"),
    '{"id":"\\ud800","seq":1}': ("a lone surrogate", "invalid"),
    '{"v":1,"seq":1,"id":"../../etc/passwd"}': ("no id", "invalid"),
    '{"v":1,"seq":1e400}': ("infinite", "invalid"),
}


@pytest.mark.parametrize("text", BAD_TEXTS, ids=[name for name, _ in BAD_TEXTS.values()])
def test_a_text_that_cannot_be_read_poisons_nothing(device: Device, text: str) -> None:
    ticks(device, 2)
    texts = [device.outbox[0].text, text, device.outbox[1].text]
    answer = device.send(texts)
    assert [e["code"] for e in answer["exceptions"]] == ["invalid"]
    assert (answer["hwm"], effects()) == (2, 2)
    assert device.send(texts)["exceptions"] == answer["exceptions"]
    (kept,) = held(device)
    assert re.fullmatch(r"sha256-[0-9a-f]{32}", kept.record_id)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("v", 2, "schema_unknown"),
        ("v", "1", "invalid"),
        ("v", True, "invalid"),
        ("id", "7", "invalid"),
        ("id", None, "invalid"),
        ("seq", 0, "invalid"),
        ("seq", -3, "invalid"),
        ("seq", 1.0, "invalid"),
        ("seq", True, "invalid"),
        ("seq", 2**63, "invalid"),
        ("kind", "riddle", "kind_unknown"),
        ("kind", 5, "invalid"),
        ("kind", "tick\x00", "kind_unknown"),
        ("person", "nobody", "invalid"),
        ("person", "0193a000-0000-7000-8000-00000000dead", "forbidden"),
        ("auth", "perhaps", "invalid"),
        ("at", -1, "invalid"),
        ("at", "2026-11-20", "invalid"),
        ("at", 10**18, "invalid"),
        ("mono", 1.5, "invalid"),
        ("boot", "", "invalid"),
        ("quantity", True, "invalid"),
        ("quantity", 1.5, "invalid"),
        ("quantity", 2**62, "invalid"),
        ("code", "a\x00b", "invalid"),
        ("lot", "x" * 129, "invalid"),
        ("symbol", {"unknown": ["fields", "are", "kept"]}, None),
    ],
)
def test_a_wrong_field_holds_its_record_alone(device: Device, field: str, value: object, code: str | None) -> None:
    ticks(device, 3)
    log = device.outbox
    answer = device.send([log[0].text, changed(log[1], **{field: value}), log[2].text])
    assert [e["code"] for e in answer["exceptions"]] == ([code] if code else [])
    assert effects() == (2 if code else 3)


def test_a_person_of_another_site_cannot_count_here(cast: Cast, device: Device) -> None:
    device.person = cast.outsider.id
    ticks(device, 1)
    device.person = cast.manager.id
    ticks(device, 1)
    assert [(e["seq"], e["code"]) for e in device.push()["exceptions"]] == [(1, "forbidden")]


def test_a_person_who_left_is_held_and_the_next_one_counts_on(cast: Cast, device: Device) -> None:
    ticks(device, 1)
    transact(lambda s: s.execute(update(Person).where(Person.id == cast.counter.id).values(active=False)))
    device.person = cast.supervisor.id
    ticks(device, 1)
    assert [(e["seq"], e["code"]) for e in device.push()["exceptions"]] == [(1, "forbidden")]


def test_a_revoked_device_may_send_and_everything_is_held(device: Device) -> None:
    ticks(device, 2)
    device.push()
    transact(lambda s: s.execute(update(DeviceRow).where(DeviceRow.id == device.device_id).values(revoked_at=now())))
    ticks(device, 2)
    answer = device.push(device.outbox)
    assert [(e["seq"], e["code"]) for e in answer["exceptions"]] == [(3, "device_revoked"), (4, "device_revoked")]
    assert (answer["hwm"], effects()) == (4, 2)
    assert device.hello()["revoked"] is True


def test_what_the_device_says_of_itself_is_remembered(device: Device) -> None:
    device.clock.skew_ms = -60_000
    ticks(device, 2)
    device.hello()
    assert (state_of(device).next_seq, state_of(device).pending) == (3, 2)
    device.push()
    state = state_of(device)
    assert (state.pending, state.hwm, state.max_seq) == (0, 2, 2)
    assert state.clock_offset_ms is not None
    assert 59_000 < state.clock_offset_ms < 63_000
    assert state.app_version == APP_VERSION


def test_an_empty_batch_is_a_batch(device: Device) -> None:
    answer = device.send([])
    assert (answer["n"], answer["hwm"], answer["exceptions"]) == (0, 0, [])


def test_what_replaces_what_is_kept(device: Device) -> None:
    ticks(device, 2)
    replaced = [str(entry.id) for entry in device.outbox]
    device.record("tick", quantity=12, supersedes=[*replaced, replaced[0]])
    assert device.push()["exceptions"] == []


def test_the_device_learns_of_its_held_records_by_the_feed(cast: Cast, device: Device) -> None:
    device.record("tick", quantity=None)
    device.sync()
    (told,) = device.known("held_record")
    assert (told["seq"], told["code"], told["state"]) == (1, "invalid", "open")
    assert "body" not in told


def test_a_push_that_breaks_in_the_middle_leaves_nothing_and_can_be_sent_again(
    device: Device, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks(device, 3)
    device.record("tick", quantity=None)
    with monkeypatch.context() as broken:
        broken.setattr(trial, "apply", lambda *_: 1 / 0)
        with pytest.raises(Refused) as refused:
            device.push()
    assert refused.value.status == 500
    assert (accepted(device), held(device)) == ([], [])
    assert device.push()["hwm"] == 4
    assert effects() == 3
