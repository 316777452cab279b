"""A counting device in Python: it keeps a log of its own, signs it, and brings it to the server over HTTP.

The demo plays with it, and so do the tests: it is what `sync.md` calls the client's machine, without a screen. It
knows the server by its public calls alone, so it is also an example for writers of other clients.
"""

import base64
import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.kernel.ids import new_id

API = "/api/v1"
BATCH = 500  # records a push
SCHEMA_VERSION = 1
APP_VERSION = "device.py/1"


class Refused(Exception):
    """The server answered with a problem; `status` and `problem` say which."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status = status
        self.problem = problem


class Key:
    """The device's ECDSA P-256 key pair; in a browser it would be a WebCrypto key nobody can take out."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> bytes:
        """The public half as SPKI, as an enrolment sends it."""
        return self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data: bytes) -> str:
        """Base64 of r‖s (64 bytes), the form WebCrypto gives."""
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


@dataclass
class Clock:
    """The device's two clocks in milliseconds: the wall's, wrong by `skew_ms`, and the one that only runs forward."""

    wall: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    monotonic: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
    skew_ms: int = 0
    boot: UUID = field(default_factory=uuid4)

    def read(self) -> tuple[int, int]:
        """Wall and monotonic time now."""
        return self.wall() + self.skew_ms, self.monotonic()


@dataclass
class Entry:
    """One record of the log: its exact text for ever, and what the server said of it."""

    seq: int
    id: UUID
    text: str
    state: Literal["pending", "acked", "held"] = "pending"
    code: str = ""


@dataclass
class Device:
    """An enrolled device: its identity, its log (`outbox`), and what it knows of the world (`world`).

    `http` carries the device's cookie. `person` is who holds the device now; `auth` says how he signed in.
    """

    http: httpx.Client
    key: Key
    device_id: UUID
    installation_id: UUID
    person: UUID
    clock: Clock = field(default_factory=Clock)
    auth: Literal["online", "offline"] = "online"
    zipped: bool = True
    next_seq: int = 1
    hwm: int = 0
    epoch: str | None = None
    cursor: str = "0"
    outbox: list[Entry] = field(default_factory=list)
    world: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def enrol(cls, http: httpx.Client, code: str, label: str, person: UUID, **more: Any) -> "Device":
        """Join with a supervisor's code; the answer's cookie stays in `http`. Raises Refused."""
        key, installation_id = Key(), uuid4()
        answer = _checked(
            http.post(
                f"{API}/devices",
                json={
                    "code": code,
                    "installation_id": str(installation_id),
                    "public_key": base64.b64encode(key.public).decode(),
                    "label": label,
                    "app_version": APP_VERSION,
                },
            )
        )
        return cls(http, key, UUID(answer["device"]["id"]), installation_id, person, **more)

    def record(self, kind: str, **fields: Any) -> Entry:
        """Write one record to the log: from now on its bytes never change."""
        wall, monotonic = self.clock.read()
        entry_id = new_id()
        body = {
            "v": SCHEMA_VERSION,
            "id": entry_id,
            "seq": self.next_seq,
            "kind": kind,
            "person": self.person,
            "auth": self.auth,
            "at": wall,
            "mono": monotonic,
            "boot": self.clock.boot,
            **fields,
        }
        entry = Entry(self.next_seq, entry_id, orjson.dumps(body).decode())
        self.outbox.append(entry)
        self.next_seq += 1
        return entry

    @property
    def pending(self) -> list[Entry]:
        """What the server has not confirmed yet, in order."""
        return [entry for entry in self.outbox if entry.state == "pending"]

    @property
    def held(self) -> list[Entry]:
        """What the server keeps for a supervisor's look."""
        return [entry for entry in self.outbox if entry.state == "held"]

    def hello(self) -> dict[str, Any]:
        """Say how far the log is, hear how much of it the server has. A new epoch makes all of it pending again."""
        said = {
            "device_id": str(self.device_id),
            "installation_id": str(self.installation_id),
            "app": APP_VERSION,
            "schema_v": SCHEMA_VERSION,
            "acked_seq": self.hwm,
            "epoch": self.epoch,
            "cursor": None if self.cursor == "0" else self.cursor,
            **self._contact(),
        }
        answer = _checked(self.http.post(f"{API}/sync/hello", json=said))
        self._meet(answer["server_epoch"])
        self.hwm = answer["hwm"]
        self.next_seq = max(self.next_seq, answer["max_seq"] + 1)
        return answer

    def push(self, entries: list[Entry] | None = None) -> dict[str, Any]:
        """Send one batch, by default the next stretch of what is pending; note the verdicts."""
        entries = self.pending[:BATCH] if entries is None else entries
        answer = self.send([entry.text for entry in entries])
        self._meet(answer["server_epoch"])
        held = {exception["seq"]: exception["code"] for exception in answer["exceptions"]}
        for entry in entries:
            entry.state = "held" if entry.seq in held else "acked"
            entry.code = held.get(entry.seq, "")
        self.hwm = answer["hwm"]
        return answer

    def send(self, texts: list[str], *, signature: str | None = None, **changes: Any) -> dict[str, Any]:
        """Push these exact texts and return the answer, noting nothing. `changes` replace fields of the envelope."""
        body, headers = self.packed(texts, signature=signature, **changes)
        return _checked(self.http.post(f"{API}/sync/push", content=body, headers=headers))

    def packed(self, texts: list[str], *, signature: str | None = None, **changes: Any) -> tuple[bytes, dict[str, str]]:
        """A push of these exact texts as it goes over the wire: the body and its headers."""
        batch = {"device_id": str(self.device_id), "batch_id": str(new_id()), "epoch": self.epoch, **self._contact()}
        body = orjson.dumps({**batch, "records": texts, **changes})
        headers = {"Content-Type": "application/json", "X-Pandian-Signature": signature or self.key.sign(body)}
        if self.zipped:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 6)
        return body, headers

    def pull(self) -> int:
        """Follow the feed to its head; how many rows came. Where the server says so, begin again at 0."""
        count, more = 0, True
        while more:
            try:
                page = _checked(self.http.get(f"{API}/sync/changes", params={"cursor": self.cursor}))
            except Refused as refusal:
                if refusal.status != httpx.codes.GONE:
                    raise
                self.cursor, self.world = "0", {}
                continue
            for row in page["rows"]:
                if row["op"] == "U":
                    self.world[row["entity"], row["id"]] = row["body"]
                else:
                    self.world.pop((row["entity"], row["id"]), None)
            self.cursor, more = page["next"], page["more"]
            count += len(page["rows"])
        return count

    def sync(self) -> None:
        """One round of the engine: hello, push until nothing is pending, pull to the head."""
        self.hello()
        while self.pending:
            self.push()
        self.pull()

    def known(self, entity: str) -> Iterator[dict[str, Any]]:
        """The bodies of all things of an entity as the device knows them."""
        return (body for (kind, _), body in self.world.items() if kind == entity)

    def _contact(self) -> dict[str, Any]:
        wall, monotonic = self.clock.read()
        return {
            "next_seq": self.next_seq,
            "pending": len(self.pending),
            "sent_ms": wall,
            "mono_ms": monotonic,
            "boot": str(self.clock.boot),
        }

    def _meet(self, epoch: str) -> None:
        if self.epoch is not None and epoch != self.epoch:
            for entry in self.outbox:
                entry.state, entry.code = "pending", ""
        self.epoch = epoch


def _checked(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(answer.content) if answer.content else {}
    if answer.is_success:
        return body
    raise Refused(answer.status_code, body)
