"""Pictures that mean harm get 413, 415 or 422 in bounded time, and what they break is replaced before the next."""

import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.photos import pictures
from app.photos.models import Photo
from scanner.worker_pool import WorkerPool
from tests.builders import Cast
from tests.scanner.hostile import (
    DAMAGED,
    FRAGILE,
    FRAGILE_COMMAND,
    LARGE,
    MB,
    SOY_SAUCE,
    UNKNOWN,
    peak_bytes,
    photo,
    pids,
    told_to,
)

WANTED = {"purpose": "damage", "taken_at_ms": 7}


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    pictures.pool.close()


@pytest.fixture
def client(cast: Cast) -> FlaskClient:
    return cast.client(cast.counter, on_device=True)


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerPool]:
    """Workers that do what is written into a picture."""
    pool = WorkerPool(1, command=FRAGILE_COMMAND, wall_s=30.0)
    monkeypatch.setattr(pictures, "pool", pool)
    yield pool
    pool.close()


def put(client: FlaskClient, data: bytes) -> Any:
    return client.put(f"/api/v1/photos/{new_id()}", query_string=WANTED, data=data, content_type="image/jpeg")


def decode(client: FlaskClient, data: bytes) -> Any:
    return client.post("/api/v1/decode", data=data, content_type="image/png")


def photos_kept() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Photo)) or 0


HOSTILE = [
    *(pytest.param(413, "picture_too_large", data, id=name) for name, data in LARGE.items()),
    *(pytest.param(422, "picture_damaged", data, id=name) for name, data in DAMAGED.items()),
    *(pytest.param(415, "picture_unknown", data, id=name) for name, data in UNKNOWN.items() if data),
    pytest.param(422, "picture_empty", b"", id="nothing"),
]


@pytest.mark.parametrize(("status", "code", "data"), HOSTILE)
def test_it_is_refused_with_a_reason_and_leaves_nothing(
    client: FlaskClient, status: int, code: str, data: bytes
) -> None:
    assert decode(client, photo()).status_code == 200  # so that what is measured is the refusal, and no start
    [pid], started = pids(pictures.pool), time.monotonic()
    before = peak_bytes(pid)
    for answer in (put(client, data), decode(client, data)):
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert answer.content_type == "application/problem+json"
    assert time.monotonic() - started < 2
    assert peak_bytes(pid) - before < 60 * MB
    assert photos_kept() == 0


def test_a_file_that_is_a_page_and_an_archive_too_is_only_a_picture_afterwards(client: FlaskClient) -> None:
    photo_id = new_id()
    data = photo() + b"<script>alert(1)</script>PK\x03\x04" + bytes(1000)
    answer = client.put(f"/api/v1/photos/{photo_id}", query_string=WANTED, data=data, content_type="text/html")
    assert answer.status_code == 201
    shown = client.get(f"/api/v1/photos/{photo_id}")
    assert b"script" not in shown.data
    assert b"PK\x03\x04" not in shown.data
    assert shown.content_type == "image/jpeg"


class Unread(io.RawIOBase):
    """A body that nobody may read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("somebody read the body")


@pytest.mark.parametrize("path", ["decode", "photos/018f0000-0000-7000-8000-000000000000"])
def test_what_says_it_is_too_long_is_not_even_read(client: FlaskClient, path: str) -> None:
    method = "POST" if path == "decode" else "PUT"
    answer = client.open(
        f"/api/v1/{path}",
        method=method,
        query_string={} if path == "decode" else WANTED,
        content_type="image/jpeg",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(100 * MB)},
    )
    assert (answer.status_code, answer.json["code"], answer.json["limit"]) == (413, "picture_too_large", 8 * MB)


def test_what_says_nothing_of_its_length_is_read_to_the_limit(client: FlaskClient) -> None:
    class Endless(io.RawIOBase):
        read_so_far = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = bytes(len(buffer))
            self.read_so_far += len(buffer)
            return len(buffer)

    body = Endless()
    chunked = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = client.post("/api/v1/decode", content_type="image/jpeg", environ_overrides=chunked)
    assert (answer.status_code, answer.json["code"]) == (413, "picture_too_large")
    assert body.read_so_far < 9 * MB


@pytest.mark.parametrize("deed", ["abort", "segv", "raise", "memory", "spin"])
def test_a_picture_that_breaks_the_decoder_is_refused_and_the_next_is_kept(
    client: FlaskClient, fragile: WorkerPool, deed: str
) -> None:
    refused = put(client, told_to(deed))
    assert (refused.status_code, refused.json["code"]) == (422, "picture_undecodable")
    assert put(client, photo()).status_code == 201


def test_a_worker_that_hangs_is_the_servers_trouble_and_the_photo_may_come_again(
    client: FlaskClient, fragile: WorkerPool
) -> None:
    fragile._wall_s, started = 1.0, time.monotonic()
    refused = put(client, told_to("sleep"))
    assert (refused.status_code, refused.json["code"]) == (503, "pictures_unavailable")
    assert refused.headers["Retry-After"] == "10"
    assert time.monotonic() - started < 10
    assert put(client, photo()).status_code == 201


def test_a_photo_is_kept_though_looking_for_codes_in_it_breaks_the_decoder(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """zbar is reported to abort on odd QR codes; the picture of such a label is evidence all the same."""
    only_codes = FRAGILE.replace("if word in data:", "if word in data and want == 'codes':")
    pool = WorkerPool(1, command=(FRAGILE_COMMAND[0], "-c", only_codes))
    monkeypatch.setattr(pictures, "pool", pool)
    try:
        answer = put(client, told_to("abort"))
        assert (answer.status_code, answer.json["codes"]) == (201, [])
        assert decode(client, told_to("abort")).status_code == 422
        assert [code["text"] for code in decode(client, photo()).json["codes"]] == [SOY_SAUCE]
    finally:
        pool.close()
