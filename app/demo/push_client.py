"""A counting device in Python that needs nothing else of this project: copy it to write a client of your own.

It is the whole machine of docs/push-api.md, without a screen: a log on the device's own disk (`push_store`), in order,
every record under the next number; a key that signs; hello → push until nothing waits → pull to the head. It knows the
server by its public calls alone. The demo, the tests and the simulation of faults all play with this very client.
"""

import base64
import gzip
import json
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from app.demo.push_store import Entry, MemoryStore, State, Store, next_number

API = "/api/v1"
DATASETS = ("site", "company")
BATCH = 500  # records a push
BATCH_BYTES = 1_200_000  # of their texts; the server takes 2 MB for all of a batch
SCHEMA_VERSION = 1
APP_VERSION = "push_client.py/1"
RETENTION_MS = 14 * 24 * 3_600_000  # how long what was acknowledged is kept, by the server's clock
WAITING_S, IDLE_S, LONGEST_S, PAUSE_S = 4.0, 30.0, 60.0, 30.0
UNTOUCHED = "0"  # the cursor of a device that knows nothing of the world yet


class Refused(Exception):
    """The server answered with a problem; `status` and `problem` say which, `retry_after_s` when to come again."""

    def __init__(self, status: int, problem: dict[str, Any], retry_after_s: float | None = None) -> None:
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status = status
        self.problem = problem
        self.retry_after_s = retry_after_s


class Key:
    """The device's ECDSA P-256 key pair; in a browser it would be a WebCrypto key nobody can take out."""

    def __init__(self, pem: str | None = None) -> None:
        loaded = load_pem_private_key(pem.encode(), None) if pem else ec.generate_private_key(ec.SECP256R1())
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise TypeError("The device's key must be one of the curve P-256.")
        self._private = loaded

    @property
    def pem(self) -> str:
        """The private half, for the device's own disk. Where the hardware has a key store, use that instead."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public(self) -> bytes:
        """The public half as SPKI (DER), as an enrolment sends it."""
        return self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data: bytes) -> str:
        """Base64 of r‖s (64 bytes), the form WebCrypto gives; not DER, which most libraries give."""
        r, s = decode_dss_signature(self._private.sign(data, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


@dataclass
class Clock:
    """The device's two clocks in milliseconds: the wall's, wrong by `skew_ms`, and the one that only runs forward.

    `boot` is a new one whenever the second clock began again at another number.
    """

    wall: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    monotonic: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
    skew_ms: int = 0
    boot: UUID = field(default_factory=uuid4)

    def read(self) -> tuple[int, int]:
        """Wall and monotonic time now."""
        return self.wall() + self.skew_ms, self.monotonic()


@dataclass
class Device:
    """An enrolled device: who it is, its log, and what it knows of the world. One thread at a time may sync.

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
    store: Store = field(default_factory=MemoryStore)
    revoked: bool = False
    batch: int = BATCH  # halved when the server finds a batch too large
    failures: int = 0

    @classmethod
    def enrol(cls, http: httpx.Client, code: str, label: str, person: UUID, **more: Any) -> "Device":
        """Join with a supervisor's code. A store enrolled before keeps its key, and so its log. Raises Refused."""
        store: Store = more.setdefault("store", MemoryStore())
        key, installation_id = Key(store.fact("key")), UUID(store.fact("installation") or str(uuid4()))
        store.change(facts={"key": key.pem, "installation": str(installation_id)})
        said = {
            "code": code,
            "installation_id": str(installation_id),
            "public_key": base64.b64encode(key.public).decode(),
            "label": label,
            "app_version": APP_VERSION,
        }
        device_id = UUID(_checked(http.post(f"{API}/devices", json=said))["device"]["id"])
        store.change(facts={"device": str(device_id), "cookies": json.dumps(dict(http.cookies))})
        return cls(http, key, device_id, installation_id, person, **more)

    @classmethod
    def resume(cls, http: httpx.Client, store: Store, person: UUID, **more: Any) -> "Device":
        """Go on with a store that was enrolled, after the process began again. Raises KeyError for one that was not."""
        facts = {name: store.fact(name) for name in ("key", "installation", "device", "cookies")}
        known = {name: fact for name, fact in facts.items() if fact is not None}
        http.cookies.update(json.loads(known["cookies"]))
        ids = UUID(known["device"]), UUID(known["installation"])
        return cls(http, Key(known["key"]), *ids, person, store=store, **more)

    # -- the log

    def record(self, kind: str, **fields: Any) -> Entry:
        """Write one record: when this returns it is on disk and may beep. From now on its bytes never change."""
        wall, monotonic = self.clock.read()
        stamp = {"auth": self.auth, "at": wall, "mono": monotonic, "boot": self.clock.boot}

        def write(seq: int) -> Entry:
            entry_id = new_id()
            head = {"v": SCHEMA_VERSION, "id": entry_id, "seq": seq, "kind": kind, "person": self.person}
            return Entry(seq, entry_id, _json({**head, **stamp, **fields}))

        return self.store.append(write)

    @property
    def outbox(self) -> list[Entry]:
        """The whole log as it is still kept, in order."""
        return self.store.entries()

    @property
    def pending(self) -> list[Entry]:
        """What the server has not confirmed yet, in order."""
        return self.store.entries("pending")

    @property
    def held(self) -> list[Entry]:
        """What the server keeps for a supervisor's look."""
        return self.store.entries("held")

    @property
    def next_seq(self) -> int:
        """The number the next record will get."""
        return next_number(self.store)

    @property
    def hwm(self) -> int:
        """The highest acknowledgement heard under the present epoch."""
        return int(self.store.fact("hwm") or "0")

    @property
    def epoch(self) -> str | None:
        """The server's history this device last spoke with."""
        return self.store.fact("epoch")

    @property
    def cursor(self) -> str:
        """Up to where the feed is known."""
        return self.store.fact("cursor") or UNTOUCHED

    def known(self, entity: str) -> Iterator[dict[str, Any]]:
        """The bodies of all things of an entity as the device knows them."""
        return (body for (kind, _), body in self.store.world().items() if kind == entity)

    # -- one round: hello → push until nothing waits → pull to the head

    def sync(self) -> None:
        """One round. Raises Refused and httpx.TransportError; whatever was not answered stays pending."""
        greeting = self.hello()
        self.push_all()
        if not greeting["revoked"]:
            self.pull()
        self.prune(greeting["server_ms"])

    def round(self) -> float:
        """One round that no network breaks; after how many seconds the next is due. Call it for ever."""
        try:
            self.sync()
        except Refused as refusal:
            self.failures += 1
            if refusal.retry_after_s is not None:
                return refusal.retry_after_s * random.uniform(1, 1.5)  # noqa: S311
            pause = PAUSE_S if refusal.status in {401, 403} else None  # nothing is dropped: somebody enrols it again
            return self._spread(pause or self._back_off())
        except httpx.TransportError:
            self.failures += 1
            return self._spread(self._back_off())
        self.failures = 0
        return self._spread(WAITING_S if self.store.count("pending") else IDLE_S)

    def hello(self) -> dict[str, Any]:
        """Say how far the log is, hear how much of it the server has, and what became of held records."""
        said = {
            "device_id": str(self.device_id),
            "installation_id": str(self.installation_id),
            "app": APP_VERSION,
            "schema_v": SCHEMA_VERSION,
            "acked_seq": self.hwm,
            "epoch": self.epoch,
            "cursor": None if self.cursor == UNTOUCHED else self.cursor,
            **self._contact(),
        }
        answer = _checked(self.http.post(f"{API}/sync/hello", json=said))
        changed, facts = self._met(answer)
        facts["max_seq"] = str(answer["max_seq"])  # an old profile came back, or this is a copy: begin above it
        log = {entry.seq: entry for entry in self.store.entries()} | changed
        for first, last in answer["missing"]:  # what we took for settled there is not: send it again
            changed |= {seq: _again(entry) for seq, entry in log.items() if first <= seq <= last}
        for told in answer["held"]:
            entry = changed.get(told["seq"], log.get(told["seq"]))
            if entry and entry.state == "held" and str(entry.id) == told["id"] and told["state"] == "released":
                changed[entry.seq] = replace(entry, state="acked", acked_ms=answer["server_ms"])
        self.revoked = answer["revoked"]
        self.store.change(changed.values(), facts)
        return answer

    def push_all(self) -> None:
        """Send what is pending, in order, batch after batch."""
        while batch := self._next_batch():
            try:
                self.push(batch)
            except Refused as refusal:
                if refusal.status != httpx.codes.REQUEST_ENTITY_TOO_LARGE or len(batch) == 1:
                    raise
                self.batch = (len(batch) + 1) // 2
            else:
                self.batch = min(BATCH, self.batch * 2)

    def push(self, entries: Sequence[Entry] | None = None) -> dict[str, Any]:
        """Send one batch, by default the next stretch of what is pending; note the verdicts."""
        entries = self._next_batch() if entries is None else entries
        answer = self.send([entry.text for entry in entries])
        changed, facts = self._met(answer)
        held = {told["seq"]: told for told in answer["exceptions"] if told["status"] == "held"}
        for entry in entries:
            told = held.get(entry.seq, {"code": "", "detail": ""})
            state: State = "held" if entry.seq in held else "acked"
            verdict = {"code": told["code"], "detail": told["detail"], "acked_ms": answer["server_ms"]}
            changed[entry.seq] = replace(entry, state=state, **verdict)
        self.store.change(changed.values(), facts)
        return answer

    def send(self, texts: Sequence[str], *, signature: str | None = None, **changes: Any) -> dict[str, Any]:
        """Push these exact texts and return the answer, noting nothing. `changes` replace fields of the envelope."""
        body, headers = self.packed(texts, signature=signature, **changes)
        return _checked(self.http.post(f"{API}/sync/push", content=body, headers=headers))

    def packed(
        self, texts: Sequence[str], *, signature: str | None = None, **changes: Any
    ) -> tuple[bytes, dict[str, str]]:
        """A push of these exact texts as it goes over the wire: the body and its headers."""
        batch = {"device_id": str(self.device_id), "batch_id": str(new_id()), "epoch": self.epoch, **self._contact()}
        body = _json({**batch, "records": texts, **changes}).encode()
        headers = {"Content-Type": "application/json", "X-Pandian-Signature": signature or self.key.sign(body)}
        if self.zipped:  # the signature is over the plain bytes
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 6)
        return body, headers

    def pull(self) -> int:
        """Follow the feed to its head, from the snapshots on or (where told so) anew; how many rows came."""
        count = self._begin() if self.cursor == UNTOUCHED else 0
        more = True
        while more:
            cursor = self.cursor
            try:
                page = _checked(self.http.get(f"{API}/sync/changes", params={"cursor": cursor}))
            except Refused as refusal:
                if refusal.status != httpx.codes.GONE:
                    raise
                self.store.change(facts={"cursor": UNTOUCHED})
                continue
            self.store.change((), {"cursor": page["next"]}, page["rows"], anew=cursor == UNTOUCHED)
            more = page["more"]
            count += len(page["rows"])
        return count

    def _begin(self) -> int:
        """Take the world from the snapshots, at once; how many rows came, 0 where this server has none."""
        rows: list[dict[str, Any]] = []
        cursors: list[tuple[int, str]] = []
        for dataset in DATASETS:
            try:
                told = _checked(self.http.get(f"{API}/sync/snapshot/{dataset}"))
                for page in told["pages"]:
                    rows += self._page(dataset, told["id"], page["page"])
            except Refused as refusal:
                if refusal.status != httpx.codes.NOT_FOUND:
                    raise
                return 0  # it has none, or this one was replaced just now: the feed tells the same
            cursors.append((told["feed_number"], told["cursor"]))
        self.store.change((), {"cursor": min(cursors)[1]}, rows, anew=True)
        return len(rows)

    def _page(self, dataset: str, snapshot: str, number: int) -> Iterator[dict[str, Any]]:
        answer = self.http.get(f"{API}/sync/snapshot/{dataset}/{snapshot}/{number}")
        if not answer.is_success:
            _checked(answer)
        for line in answer.text.split("\n"):  # not splitlines: a name may hold other ends of line
            if line:
                row = json.loads(line)
                yield {"op": "U", "id": row["body"].get("id"), **row}

    def prune(self, server_ms: int) -> None:
        """Forget what has been acknowledged for 14 days of the server's clock; pending and held entries stay."""
        old = server_ms - RETENTION_MS
        gone = [entry.seq for entry in self.store.entries("acked") if entry.acked_ms and entry.acked_ms <= old]
        if gone:
            self.store.change(forget=gone)

    # -- inside

    def _met(self, answer: Mapping[str, Any]) -> tuple[dict[int, Entry], dict[str, str]]:
        """What an answer's epoch and hwm mean: under another epoch than ours nothing is settled any more."""
        epoch, hwm = answer["server_epoch"], answer["hwm"]
        if epoch == self.epoch:
            return {}, {"hwm": str(max(self.hwm, hwm))}
        settled = (*self.store.entries("acked"), *self.store.entries("held"))
        facts = {"epoch": epoch, "hwm": str(hwm), "cursor": UNTOUCHED}
        return {entry.seq: _again(entry) for entry in settled}, facts

    def _next_batch(self) -> list[Entry]:
        entries, size = self.store.entries("pending", self.batch), 0
        for place, entry in enumerate(entries):
            size += len(entry.text.encode())
            if place and size > BATCH_BYTES:
                return entries[:place]
        return entries

    def _contact(self) -> dict[str, Any]:
        wall, monotonic = self.clock.read()
        return {
            "next_seq": self.next_seq,
            "pending": self.store.count("pending"),
            "sent_ms": wall,
            "mono_ms": monotonic,
            "boot": str(self.clock.boot),
        }

    def _back_off(self) -> float:
        return min(LONGEST_S, 2.0 ** min(self.failures, 10))

    @staticmethod
    def _spread(seconds: float) -> float:
        """Between 75 and 125 %: five hundred devices must not come back in one moment."""
        return seconds * random.uniform(0.75, 1.25)  # noqa: S311


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): ids made later sort later. No order is ever taken from it."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def _again(entry: Entry) -> Entry:
    return replace(entry, state="pending", code="", detail="", acked_ms=None)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json() if answer.content else {}
    if answer.is_success:
        return body
    wait = answer.headers.get("Retry-After", "")
    raise Refused(answer.status_code, body, float(wait) if wait.isdigit() else None)
