"""The client that writers of other clients copy: its log, its verdicts, its patience; on a server that is made up."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.demo.push_client import RETENTION_MS, Device, Key, Refused
from app.demo.push_store import Entry, MemoryStore, SqliteStore, Store

EPOCH = "0123456789abcdef"


class Server:
    """Answers as it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.greeting: dict[str, Any] = {"missing": [], "held": [], "max_seq": 0, "hwm": 0, "revoked": False}
        self.epoch, self.now_ms, self.hwm = EPOCH, 1_763_625_600_000, 0
        self.held: list[dict[str, Any]] = []
        self.pages: list[dict[str, Any]] = []
        self.refusals: list[httpx.Response] = []
        self.pushed: list[list[str]] = []
        self.said: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        common = {"server_epoch": self.epoch, "server_ms": self.now_ms}
        if request.url.path.endswith("hello"):
            self.said.append(json.loads(request.content))
            return httpx.Response(200, json=common | self.greeting)
        if "/snapshot/" in request.url.path:
            return httpx.Response(404, json={"code": "not_found", "detail": "an older server"})
        if request.url.path.endswith("changes"):
            page = self.pages.pop(0) if self.pages else {"next": f"{self.epoch}:0", "rows": [], "more": False}
            return httpx.Response(200, json=page)
        if self.refusals:
            return self.refusals.pop(0)
        texts = json.loads(request.content)["records"]
        self.pushed.append(texts)
        self.hwm = max(self.hwm, *(json.loads(text)["seq"] for text in texts))
        return httpx.Response(200, json=common | {"hwm": self.hwm, "n": len(texts), "exceptions": self.held})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else SqliteStore(str(tmp_path / "device.sqlite"))


@pytest.fixture
def device(server: Server, store: Store) -> Device:
    http = httpx.Client(transport=httpx.MockTransport(server.answer), base_url="http://localhost")
    return Device(http, Key(), uuid4(), uuid4(), uuid4(), store=store, zipped=False)


def states(device: Device) -> list[str]:
    return [entry.state for entry in device.outbox]


def scans(device: Device, count: int) -> list[Entry]:
    return [device.record("scan", quantity=1) for _ in range(count)]


def test_the_number_and_the_record_are_one_step(device: Device, store: Store) -> None:
    scans(device, 2)

    def torn(seq: int) -> Entry:
        raise OSError(f"the disk is full at {seq}")

    with pytest.raises(OSError, match="full at 3"):
        store.append(torn)
    assert device.next_seq == 3
    assert [entry.seq for entry in (*device.outbox, device.record("scan"))] == [1, 2, 3]


def test_the_same_bytes_are_sent_however_often(device: Device, server: Server) -> None:
    device.record("scan", code="6901234567892", lot="批次")
    server.refusals = [httpx.Response(503, json={}, headers={"Retry-After": "7"}), httpx.Response(500, json={})]
    for _ in range(2):
        with pytest.raises(Refused):
            device.push_all()
    device.push_all()
    assert server.pushed == [[device.outbox[0].text]]
    assert "批次" in device.outbox[0].text


def test_only_what_is_named_is_held_and_all_else_is_acknowledged(device: Device, server: Server) -> None:
    scans(device, 3)
    server.held = [{"id": "x", "seq": 2, "status": "held", "code": "stocktake_closed", "detail": "It is closed."}]
    device.sync()
    assert states(device) == ["acked", "held", "acked"]
    assert [(entry.seq, entry.code, entry.detail) for entry in device.held] == [
        (2, "stocktake_closed", "It is closed.")
    ]


def test_a_new_epoch_makes_everything_pending_again_held_records_too(device: Device, server: Server) -> None:
    scans(device, 2)
    server.held = [{"id": "x", "seq": 2, "status": "held", "code": "forbidden", "detail": ""}]
    device.sync()
    server.epoch, server.held = "fedcba9876543210", []
    device.hello()
    assert (states(device), device.hwm, device.cursor) == (["pending", "pending"], 0, "0")
    device.sync()
    assert [len(texts) for texts in server.pushed] == [2, 2]
    assert server.pushed[0] == server.pushed[1]


def test_a_new_epoch_in_the_answer_to_a_push_settles_this_batch_alone(device: Device, server: Server) -> None:
    scans(device, 1)
    device.sync()
    scans(device, 1)
    server.epoch = "fedcba9876543210"
    device.push()
    assert states(device) == ["pending", "acked"]


def test_the_hwm_that_is_told_of_is_the_highest_of_its_epoch(device: Device, server: Server) -> None:
    scans(device, 3)
    device.sync()
    server.hwm = 1  # a copy from yesterday was put in place, and nobody said so
    device.push(device.outbox[:1])
    device.hello()
    assert server.said[-1]["acked_seq"] == 3


def test_what_the_server_misses_is_sent_again(device: Device, server: Server) -> None:
    scans(device, 5)
    device.sync()
    server.greeting["missing"] = [[2, 3], [5, 9]]
    device.hello()
    assert states(device) == ["acked", "pending", "pending", "acked", "pending"]


def test_an_old_profile_numbers_above_what_the_server_has(device: Device, server: Server) -> None:
    server.greeting["max_seq"] = 41
    device.hello()
    assert [entry.seq for entry in scans(device, 2)] == [42, 43]


def test_a_released_record_is_settled(device: Device, server: Server) -> None:
    (entry,) = scans(device, 1)
    server.held = [{"id": str(entry.id), "seq": 1, "status": "held", "code": "forbidden", "detail": ""}]
    device.sync()
    told = {"id": str(entry.id), "seq": 1, "code": "forbidden", "detail": ""}
    server.greeting["held"] = [told | {"state": "dismissed"}]
    device.hello()
    assert states(device) == ["held"]
    server.greeting["held"] = [told | {"state": "released"}]
    device.hello()
    assert states(device) == ["acked"]


def test_a_batch_too_large_is_halved_until_it_fits_and_grows_again(device: Device, server: Server) -> None:
    scans(device, 20)
    device.batch = 16
    server.refusals = [httpx.Response(413, json={"code": "batch_too_large"})] * 2
    device.push_all()
    assert [len(texts) for texts in server.pushed] == [4, 8, 8]
    assert device.pending == []


def test_only_what_was_acknowledged_14_days_ago_by_the_servers_clock_is_forgotten(
    device: Device, server: Server
) -> None:
    scans(device, 3)
    server.held = [{"id": "x", "seq": 2, "status": "held", "code": "forbidden", "detail": ""}]
    device.sync()
    scans(device, 1)
    device.clock.skew_ms = 400 * 86_400_000  # somebody set the device's clock: that is no reason
    device.sync()
    assert len(device.outbox) == 4
    server.now_ms += RETENTION_MS
    server.held = []
    device.sync()
    assert [entry.seq for entry in device.outbox] == [2]
    assert scans(device, 1)[0].seq == 5


def _refuse(status: int, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(status, json={"code": "no"}, headers=named)


def _cut(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no network")


@pytest.mark.parametrize(
    ("server_says", "least", "most"),
    [
        (_refuse(503, Retry_After="40"), 40, 60),
        (_refuse(429, Retry_After="2"), 2, 3),
        (_refuse(401), 22.5, 37.5),
        (_refuse(403), 22.5, 37.5),
        (_refuse(500), 1.5, 2.5),
        (_cut, 1.5, 2.5),
    ],
    ids=["503", "429", "401", "403", "500", "no network"],
)
def test_a_refusal_drops_nothing_and_says_when_to_come_again(
    device: Device, server_says: Callable[[httpx.Request], httpx.Response], least: float, most: float
) -> None:
    scans(device, 2)
    device.http = httpx.Client(transport=httpx.MockTransport(server_says), base_url="http://localhost")
    assert least <= device.round() <= most
    assert states(device) == ["pending", "pending"]


def test_waiting_grows_to_a_minute_and_is_forgotten_after_the_first_answer(device: Device, server: Server) -> None:
    good = device.http
    device.http = httpx.Client(transport=httpx.MockTransport(_cut), base_url="http://localhost")
    waits = [device.round() for _ in range(9)]
    assert waits[0] < waits[2] < waits[4]
    assert 45 <= waits[-1] <= 75
    device.http = good
    device.round()
    assert device.failures == 0


def test_the_feed_is_followed_page_by_page_and_begun_anew_at_0(device: Device, server: Server) -> None:
    def page(following: str, *rows: tuple[str, str], more: bool = False) -> dict[str, Any]:
        told = [{"entity": "item", "id": key, "op": op, "body": {"sku": key}} for key, op in rows]
        return {"next": following, "rows": told, "more": more}

    server.pages = [page(f"{EPOCH}:2", ("a", "U"), ("b", "U"), more=True), page(f"{EPOCH}:4", ("b", "D"), ("c", "U"))]
    device.sync()
    assert [thing["sku"] for thing in device.known("item")] == ["a", "c"]
    device.store.change(facts={"cursor": "0"})
    server.pages = [page(f"{EPOCH}:9", ("d", "U"))]
    device.sync()
    assert ([thing["sku"] for thing in device.known("item")], device.cursor) == (["d"], f"{EPOCH}:9")


def test_a_device_that_was_switched_off_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    path = str(tmp_path / "device.sqlite")
    enrolled = httpx.Response(201, json={"device": {"id": str(uuid4())}}, headers={"Set-Cookie": "pandian-device=t"})
    http = httpx.Client(transport=httpx.MockTransport(lambda _request: enrolled), base_url="http://localhost")
    first = Device.enrol(http, "ABCD-EFGH", "PDA 7", uuid4(), store=SqliteStore(path))
    scans(first, 2)
    http = httpx.Client(transport=httpx.MockTransport(server.answer), base_url="http://localhost")
    again = Device.resume(http, SqliteStore(path), first.person, zipped=False)
    assert (again.device_id, again.installation_id, again.key.public) == (
        first.device_id,
        first.installation_id,
        first.key.public,
    )
    assert http.cookies["pandian-device"] == "t"
    assert [entry.text for entry in again.pending] == [entry.text for entry in first.outbox]
    again.sync()
    assert [entry.seq for entry in scans(again, 1)] == [3]
