"""The door of the sync calls: a few at work, some waiting, the rest sent away with a time to come again."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.kernel import admission
from app.kernel.admission import RETRY_MAX_S, Door, register_admission
from app.kernel.errors import Unavailable
from app.kernel.problems import register_problems

PATH = "/api/v1/sync/push"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, threading.Event]:
    """An application with room for one at work and one waiting, and the event its work waits for."""
    monkeypatch.setattr(admission, "AT_WORK", 1)
    monkeypatch.setattr(admission, "WAITING", 1)
    done, app = threading.Event(), Flask("slow")
    register_problems(app)
    register_admission(app)

    def work() -> str:
        assert done.wait(10)
        return "done"

    app.add_url_rule(PATH, view_func=work, methods=["POST"])
    app.add_url_rule("/api/v1/items", view_func=lambda: "items")
    return app, done


def statuses(app: Flask, done: threading.Event, count: int) -> list[int]:
    """The statuses of so many calls at once; those that are let in end when all others have been sent away."""

    def call(client: FlaskClient) -> int:
        status = client.post(PATH, data=b"{}").status_code
        if status == 503:
            away.release()
        return status

    away = threading.Semaphore(0)
    with ThreadPoolExecutor(count) as pool:
        calls = [pool.submit(call, app.test_client()) for _ in range(count)]
        for _ in range(count - 2):
            assert away.acquire(timeout=10)
        assert app.test_client().get("/api/v1/items").status_code == 200, "the desk waits for no phone"
        done.set()
        return sorted(call.result() for call in calls)


def test_one_works_one_waits_and_the_others_are_sent_away(slow: tuple[Flask, threading.Event]) -> None:
    assert statuses(*slow, 5) == [200, 200, 503, 503, 503]


def test_who_has_left_makes_room(slow: tuple[Flask, threading.Event]) -> None:
    app, done = slow
    done.set()
    assert [app.test_client().post(PATH).status_code for _ in range(5)] == [200] * 5


def test_whose_work_fails_makes_room_too(slow: tuple[Flask, threading.Event]) -> None:
    app, _ = slow
    app.add_url_rule("/api/v1/sync/broken", "broken", lambda: 1 // 0)
    assert [app.test_client().get("/api/v1/sync/broken").status_code for _ in range(3)] == [500] * 3


def test_a_crowd_is_spread_over_a_longer_time_than_a_few() -> None:
    door = Door(1, 0)
    door.enter()
    waits = []
    for _ in range(400):
        with pytest.raises(Unavailable, match="server_busy") as refusal:
            door.enter()
        waits.append(refusal.value.data["retry_after_s"])
    assert max(waits[:20]) <= 2
    assert set(waits) == set(range(1, RETRY_MAX_S + 1))
