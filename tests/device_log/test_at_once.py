"""Many at once: one effect, equal answers; and what was accepted can never be changed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError

from app.demo.push_client import Device
from app.device_log import service
from app.device_log.handlers import Hold
from app.kernel.database import db
from app.kernel.transaction import reading
from tests.builders import Cast
from tests.device_log.trial import Trial, accepted, browser_of, device_of, effects, held, ticks


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """The results of all works begun together; an error is a result, too."""
    results: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works))

    def run(place: int) -> None:
        ready.wait()
        try:
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001  # a thread's error must reach the test
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_batch_ten_times_at_once_has_one_effect_and_ten_equal_answers(
    cast: Cast, device: Device, trial: Trial
) -> None:
    trial.holds = {"shut": Hold("stocktake_closed", "It is closed.")}
    ticks(device, 40)
    ticks(device, 5, code="shut")
    texts = [entry.text for entry in device.outbox]

    def sender(place: int) -> Callable[[], Any]:
        twin = Device(browser_of(cast, 7), device.key, device.device_id, device.installation_id, device.person)
        order = texts[place:] + texts[:place]
        return lambda: twin.send(order)

    answers = at_once([sender(place) for place in range(10)])
    assert [type(answer) for answer in answers] == [dict] * 10, answers
    equal = {(a["hwm"], a["n"], tuple(sorted((e["seq"], e["code"]) for e in a["exceptions"]))) for a in answers}
    assert equal == {(45, 45, tuple((seq, "stocktake_closed") for seq in range(41, 46)))}
    assert (effects(), len(accepted(device)), len(held(device))) == (40, 40, 5)
    with reading() as session:
        assert service.verify(session) == []


def test_two_devices_with_the_same_ids_at_once_count_each_record_once(cast: Cast, device: Device) -> None:
    """A copied profile, enrolled again: the ids collide while neither transaction sees the other."""
    ticks(device, 60)
    texts = [entry.text for entry in device.outbox]
    copies = [device_of(cast, 20 + n) for n in range(4)]
    answers = at_once([lambda d=d, n=n: d.send(texts[n:] + texts[:n]) for n, d in enumerate(copies)])
    assert [type(answer) for answer in answers] == [dict] * 4, answers
    assert effects() == 60
    assert sum(len(accepted(copy)) for copy in copies) == 60
    assert sum(len(held(copy)) for copy in copies) == 180
    assert {answer["hwm"] for answer in answers} == {60}
    assert {e["code"] for answer in answers for e in answer["exceptions"]} == {"id_reuse"}


def test_many_devices_push_at_once(cast: Cast, trial: Trial) -> None:
    devices = [device_of(cast, 30 + n) for n in range(8)]
    for device in devices:
        ticks(device, 120)
    answers = at_once([device.sync for device in devices])
    assert answers == [None] * 8
    assert effects() == 960
    assert {device.hwm for device in devices} == {120}


@pytest.mark.parametrize("statement", ["UPDATE device_record SET quantity = 9", "DELETE FROM device_record"])
def test_an_accepted_record_can_be_neither_changed_nor_deleted(device: Device, statement: str) -> None:
    ticks(device, 1)
    device.push()
    with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert [record.quantity for record in accepted(device)] == [1]


def test_what_replaces_what_can_be_neither_changed_nor_deleted(device: Device) -> None:
    ticks(device, 1)
    device.record("tick", quantity=3, supersedes=[str(device.outbox[0].id)])
    device.push()
    with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM record_supersedes"))


def test_a_full_batch_takes_few_statements(device: Device) -> None:
    ticks(device, 500)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    device.push()
    assert effects() == 500
    assert len(statements) <= 25, "\n".join(statements)
    assert not any("device_record.record_id IN" in statement for statement in statements[-8:]), "it was read again"
