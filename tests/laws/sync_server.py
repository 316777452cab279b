"""The server of the simulation: the real services of the log in and the feed, behind a network that fails as told."""

import gzip
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
from flask import Flask

from app.accounts.models import Device as DeviceRow
from app.device_log import service as device_log
from app.device_log.schemas import HelloShape, PushShape
from app.device_log.service import Greeting, Said
from app.feed import service as feed
from app.feed import snapshots
from app.feed.schemas import ManifestAnswer
from app.feed.snapshot_run import manifest_for
from app.kernel.access import Viewer
from app.kernel.errors import DomainError, Forbidden, Gone, Invalid, NotFound, Unavailable
from app.kernel.json import dumps, loads
from app.kernel.transaction import reading, transact
from tests.builders import MORNING
from tests.laws.sync_snapshots import Snapshots

FAULTS = ("well", "lost", "crash", "cut", "twice", "late", "busy", "large")
STATUS = {Forbidden: 403, NotFound: 404, Gone: 410, Invalid: 422, Unavailable: 503}
Call = Callable[[bytes], dict[str, Any] | bytes]


def hashed(text: str) -> bytes:
    """What the server knows a text by."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


class LawBroken(AssertionError):
    """A law does not hold; the message begins with its number."""


class _Crash(Exception):
    """The server dies in the middle of a transaction."""


Verdicts = dict[bytes, str]  # hash of a record → why it is held; "" where it is accepted


@dataclass
class Answered:
    """A push that the server answered, whether the answer arrived or not."""

    device_id: UUID
    era: int
    texts: list[str]
    verdicts: Verdicts


@dataclass
class Server:
    """The application in one moment of its own time; `era` counts the restores."""

    app: Flask
    snapshots: Snapshots
    now: datetime = MORNING
    era: int = 0
    late: list[bytes] = field(default_factory=list)  # pushes that are still under way, perhaps for days
    answered: list[Answered] = field(default_factory=list)
    pushes: int = 0
    poison: set[str] = field(default_factory=set)
    compare: bool = False  # whether to ask what the answer would be without poison, and under another clock

    def tick(self, seconds: float = 1) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    # -- the calls

    def hello(self, body: bytes) -> dict[str, Any]:
        said = HelloShape().load(loads(body))
        greeting = Greeting(said["installation_id"], said["app"], said["acked_seq"], said["epoch"], said["cursor"])
        return asdict(transact(lambda session: device_log.hello(session, _said(said), greeting, self.now)))

    def push(self, body: bytes, *, crash: bool = False) -> dict[str, Any]:
        loaded = PushShape().load(loads(body))
        said, texts = _said(loaded), loaded["records"]
        expected = self._expected(said, texts) if self.compare else {}
        answer = self.commit(said, texts, crash=crash)
        self.pushes += 1
        self.note(said.device_id, texts, answer)
        self._compare(expected, texts, answer)
        return asdict(answer)

    def commit(self, said: Said, texts: Sequence[str], *, crash: bool) -> device_log.Pushed:
        """Take a batch in, in one transaction; with `crash` the server dies before it has committed."""

        def work(session: Any) -> device_log.Pushed:
            answer = device_log.push(session, said, device_log.read_batch(texts), self.now)
            if crash:
                raise _Crash
            return answer

        return transact(work)

    def changes(self, device_id: UUID, cursor: str) -> dict[str, Any]:
        with reading() as session:
            row = session.get_one(DeviceRow, device_id)
            viewer = Viewer(device_id=device_id, device_site_id=row.site_id, device_revoked=row.revoked_at is not None)
            behind = feed.behind(session, cursor) and not viewer.device_revoked
        if behind:
            transact(lambda session: feed.catch_up(session, cursor, self.now))
        with reading() as session:
            return asdict(feed.pull(session, viewer, cursor, 2000))

    def snapshot(self, device_id: UUID, url: str) -> dict[str, Any] | bytes:
        """The manifest of a dataset, or one page of it as text."""
        dataset, *page = url.partition("/sync/snapshot/")[2].split("/")
        with reading() as session:
            row = session.get_one(DeviceRow, device_id)
            viewer = Viewer(device_id=device_id, device_site_id=row.site_id, device_revoked=row.revoked_at is not None)
        if not page:
            told: dict[str, Any] = ManifestAnswer().dump(manifest_for(viewer, dataset))
            return told
        with reading() as session:
            return gzip.decompress(snapshots.page(session, viewer, dataset, UUID(page[0]), int(page[1])).content)

    def deliver_late(self, which: int) -> None:
        """A push that was long under way arrives after all; nobody waits for the answer."""
        if self.late:
            self.push(self.late.pop(which % len(self.late)))

    def restore(self, snapshot: Any, *, crude: bool) -> None:
        """An earlier state of the database comes back, by the book (a new epoch) or by a copy nobody tells of."""
        self.snapshots.restore(snapshot)
        self.era += 1
        if not crude:
            transact(lambda session: feed.new_epoch(session, self.now))

    # -- what is watched

    def note(self, device_id: UUID, texts: Sequence[str], answer: device_log.Pushed) -> None:
        self.answered.append(Answered(device_id, self.era, list(texts), verdicts_of(texts, answer)))

    def _expected(self, said: Said, texts: Sequence[str]) -> Verdicts:
        """What the batch would get without its poison, and under another clock: law 8, law 17."""
        clean = [text for text in texts if text not in self.poison]
        other = Said(said.device_id, said.next_seq, said.pending, 86_400_000, 5, UUID(int=7))
        return verdicts_of(clean, self.dry(other, clean))

    def dry(self, said: Said, texts: Sequence[str]) -> device_log.Pushed:
        found: list[device_log.Pushed] = []

        def work(session: Any) -> None:
            found.append(device_log.push(session, said, device_log.read_batch(texts), self.now))
            raise _Crash

        with suppress(_Crash):
            transact(work)
        return found[0]

    @staticmethod
    def _compare(expected: Verdicts, texts: Sequence[str], answer: device_log.Pushed) -> None:
        there = verdicts_of(texts, answer)
        for key, verdict in expected.items():
            if there[key] != verdict:
                raise LawBroken(f"8/17: beside poison, under another clock, {verdict!r} became {there[key]!r}")


def verdicts_of(texts: Iterable[str], answer: device_log.Pushed) -> Verdicts:
    """What became of each text."""
    held = {(told.seq, told.id): told.code for told in answer.exceptions}
    found: Verdicts = {}
    for record in device_log.read_batch(list(texts)):
        found[record.body_hash] = held.get((record.seq, record.id), "")
    return found


@dataclass
class Wire:
    """One device's way to the server, in place of its httpx client: each call meets the next fault of `plan`."""

    server: Server
    device_id: UUID
    plan: deque[str] = field(default_factory=deque)

    def post(self, url: str, *, json: Any = None, content: bytes | None = None, headers: Any = None) -> httpx.Response:
        body = content if content is not None else dumps(json)
        fault = self.plan.popleft() if self.plan else "well"
        call = self.server.hello if url.endswith("hello") else self.server.push
        return self._met(fault, call, body)

    def get(self, url: str, *, params: dict[str, str] | None = None) -> httpx.Response:
        fault = self.plan.popleft() if self.plan else "well"
        if params is None:
            return self._met(fault, lambda _body: self.server.snapshot(self.device_id, url), b"")
        return self._met(fault, lambda _body: self.server.changes(self.device_id, params["cursor"]), b"")

    def _met(self, fault: str, call: Call, body: bytes) -> httpx.Response:
        pushing = call == self.server.push
        if fault == "busy":
            return httpx.Response(503, json={"code": "database_busy"}, headers={"Retry-After": "1"})
        if fault == "large" and pushing and len(loads(body)["records"]) > 1:
            return httpx.Response(413, json={"code": "batch_too_large"})
        if fault == "late" and pushing:
            self.server.late.append(body)
        if fault in {"lost", "late"}:
            raise httpx.ConnectError("no network")
        if fault == "crash" and pushing:
            return self.crashed(body)
        answer = self.answer(call, body)
        if fault == "twice":
            answer = self.answer(call, body)
        if fault in {"cut", "crash"}:
            raise httpx.ReadError("the answer was cut off")
        return answer

    def crashed(self, body: bytes) -> httpx.Response:
        """The server dies while it takes a batch in: no answer, and nothing of it is kept."""
        with suppress(_Crash):
            self.server.push(body, crash=True)
        raise httpx.ReadError("the server died")

    def answer(self, call: Call, body: bytes) -> httpx.Response:
        try:
            told = call(body)
            return httpx.Response(200, content=told if isinstance(told, bytes) else dumps(told))
        except DomainError as error:
            status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
            return httpx.Response(status, json={"code": error.code, "detail": error.detail})


def _said(body: dict[str, Any]) -> Said:
    return Said(body["device_id"], body["next_seq"], body["pending"], body["sent_ms"], body["mono_ms"], body["boot"])
