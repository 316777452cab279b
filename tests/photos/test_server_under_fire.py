"""A real server that is sent one hostile picture after another: it counts on, grows no larger, and dies tidily."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from flask import Flask

from app.kernel.database import db
from app.kernel.ids import new_id
from tests.builders import Cast
from tests.scanner.hostile import LARGE, MB, gone_within, peak_bytes, photo, told_to

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]
WANTED = {"purpose": "damage", "taken_at_ms": 7}
SECONDS_UNDER_FIRE = 6.0


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    url: str

    def workers(self) -> list[int]:
        """gunicorn's workers."""
        return _children(self.process.pid)

    def picture_workers(self) -> list[int]:
        return [pid for worker in self.workers() for pid in _children(worker)]


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


@pytest.fixture(scope="module")
def cast(file_app: Flask) -> Cast:
    with file_app.app_context():
        cast = Cast.of(file_app)
        cast.client(cast.counter, on_device=True)
        return cast


@pytest.fixture(scope="module")
def server(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with cast.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        db.engine.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "HOST": "127.0.0.1", "PORT": str(port), "DATABASE_URL": url, "PANDIAN_LOG_LEVEL": "ERROR",
        "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "app/gunicorn.py",
        "tests.photos.fragile_app:application()",
    ]
    with (tmp_path_factory.mktemp("server") / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base)
        yield Server(process, base)
    finally:
        process.kill()
        process.wait()


def _wait_for(base: str) -> None:
    end = time.monotonic() + 120  # of a machine that has much else to do
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{base}/healthz").is_success:
                return
        time.sleep(0.05)
    raise TimeoutError("the server does not listen")


@pytest.fixture
def phone(cast: Cast, server: Server) -> Iterator[httpx.Client]:
    cookies = {"pandian-session": f"token-{cast.counter.id}-{cast.device.id}", "pandian-device": "device-1"}
    with httpx.Client(base_url=f"{server.url}/api/v1", cookies=cookies, timeout=30) as client:
        yield client


def send(phone: httpx.Client, data: bytes) -> int:
    return phone.put(f"/photos/{new_id()}", params=WANTED, content=data).status_code


def test_it_answers_others_while_pictures_hang_crash_and_swell(server: Server, phone: httpx.Client) -> None:
    assert send(phone, photo()) == 201
    [gunicorn_worker] = server.workers()
    before, end = peak_bytes(gunicorn_worker), time.monotonic() + SECONDS_UNDER_FIRE
    statuses: list[int] = []
    waits: list[float] = []

    def attack(data: bytes) -> None:
        while time.monotonic() < end:
            statuses.append(send(phone, data))

    hostile = [told_to("sleep"), told_to("spin"), told_to("segv"), told_to("memory"), *list(LARGE.values())[:2]]
    threads = [threading.Thread(target=attack, args=(data,)) for data in hostile]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        started = time.monotonic()
        assert phone.get("/items").status_code == 200
        waits.append(time.monotonic() - started)
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    print(f"{len(statuses)} hostile pictures; {len(waits)} others, slowest {max(waits) * 1000:.0f} ms")
    assert set(statuses) <= {413, 422, 503}
    assert max(waits) < 1.5
    assert server.workers() == [gunicorn_worker]
    assert peak_bytes(gunicorn_worker) - before < 80 * MB
    assert send(phone, photo()) == 201


def test_a_hundred_megabytes_are_refused_unread(server: Server, phone: httpx.Client) -> None:
    [gunicorn_worker] = server.workers()
    before, sent = peak_bytes(gunicorn_worker), 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += MB
            yield bytes(MB)

    with contextlib.suppress(httpx.WriteError):  # the server may close before it has heard all
        answer = phone.post("/decode", content=body(), headers={"Content-Length": str(100 * MB)})
        assert answer.status_code == 413
    with contextlib.suppress(httpx.WriteError):
        answer = phone.post("/decode", content=body())  # in chunks, without a length
        assert answer.status_code == 413
    assert peak_bytes(gunicorn_worker) - before < 30 * MB
    assert phone.get("/items").status_code == 200


def test_picture_workers_end_with_the_server_however_it_ends(server: Server, phone: httpx.Client) -> None:
    for victim, how in ((server.workers()[0], signal.SIGKILL), (server.process.pid, signal.SIGTERM)):
        _wait_for(server.url)
        assert send(phone, photo()) == 201
        picture_workers = server.picture_workers()
        assert picture_workers
        os.kill(victim, how)
        assert all(gone_within(pid, 10) for pid in picture_workers)
