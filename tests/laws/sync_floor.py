"""A shop whose devices count, receive and carry through every breakdown; what they wrote is noted beside them."""

from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Device as DeviceRow
from app.accounts.models import Person
from app.catalogue.models import Item
from app.demo.push_client import Clock, Device, Key, Refused
from app.demo.push_store import Entry, MemoryStore
from app.device_log import service as device_log
from app.kernel.access import Viewer
from app.kernel.clock import to_ms
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.transaction import transact
from app.receiving import service as receiving
from app.sites.models import Location
from app.stocktake import plan
from app.stocktake.evaluation_run import evaluate_all
from tests.builders import Cast, make_device, make_item
from tests.laws.sync_poison import poisoned
from tests.laws.sync_server import LawBroken, Server, Wire
from tests.laws.sync_snapshots import Snapshots

BATCH = 4  # records a push here, so that a queue is several batches
BACKUPS_LAST = timedelta(days=13)
MACHINERY = {413, 429, 503}  # what may fail a batch


class Crashed(Exception):
    """The device's process died while it wrote a record."""


class FragileStore(MemoryStore):
    """A device's disk that outlives the process, which may die before or after a record is on it."""

    crash = ""

    def append(self, write: Callable[[int], Entry]) -> Entry:
        crash, self.crash = self.crash, ""
        if crash == "before":
            raise Crashed
        entry = super().append(write)
        if crash == "after":
            raise Crashed
        return entry


@dataclass(frozen=True)
class Beep:
    """A record that was written to a device's disk, and by whom."""

    id: UUID
    device_id: UUID
    seq: int
    text: str
    person: UUID


@dataclass
class Look:
    """A record that can be taken back or replaced later."""

    id: UUID
    document: UUID | None
    sheet: UUID | None
    item: UUID


@dataclass
class Phone:
    """A device, its disk, and who holds it. A copy of a profile is a second phone with the same device."""

    device: Device
    store: FragileStore
    wire: Wire
    version: int = 1
    sheets: dict[tuple[str, UUID, UUID], UUID] = field(default_factory=dict)  # (document, person, place) → sheet
    looks: list[Look] = field(default_factory=list)
    greeted: bool = True  # since the last restore that nobody told of
    boot_ms: int = 0


@dataclass
class Backup:
    """An earlier state of the server."""

    taken_at: datetime
    snapshot: Any


@dataclass
class Stage:
    """What every run begins with: made once, then put back from its snapshot."""

    cast: Cast
    items: list[Item]
    devices: list[DeviceRow]
    stocktake: UUID
    snapshot: Any

    @classmethod
    def of(cls, app: Flask, snapshots: Snapshots) -> "Stage":
        """One shop with two bins and two items, a count that has begun, two devices."""
        cast = Cast.of(app)
        items = [make_item("MILK", barcodes={"MILK": 1}), make_item("WATER", barcodes={"WATER": 1})]
        devices = [cast.device, make_device(cast.site, cast.administrator, number=2)]
        viewer = Viewer(person_id=cast.manager.id, grants={cast.site.id: "manager"})
        command = plan.NewStocktake(cast.site.id, "Count", "full", (), True, None, None, None)
        made = transact(lambda session: plan.create(session, viewer, command, cast.site.created_at))
        transact(lambda session: plan.start(session, viewer, made.id, cast.site.created_at))
        evaluate_all(made.id)
        return cls(cast, items, devices, made.id, snapshots.take())


class Floor:
    """The phones, the server, and all that was ever written."""

    def __init__(self, app: Flask, stage: Stage, snapshots: Snapshots) -> None:
        snapshots.restore(stage.snapshot)
        self.stage, self.cast = stage, stage.cast
        self.server = Server(app, snapshots)
        self.viewer = Viewer(person_id=stage.cast.manager.id, grants={stage.cast.site.id: "manager"})
        self.people = [stage.cast.counter, stage.cast.supervisor]
        self.backups = [Backup(self.server.now, stage.snapshot)]
        self.beeps: dict[UUID, Beep] = {}
        self.strange: set[str] = set()  # texts that no log holds
        self.receipt = new_id()
        self.phones = [self._phone(row, FragileStore()) for row in stage.devices]
        self.released: set[bytes] = set()

    def _phone(self, row: DeviceRow, store: FragileStore) -> Phone:
        wire = Wire(self.server, row.id)
        phone: Phone
        clock = Clock(wall=lambda: to_ms(self.server.now), monotonic=lambda: to_ms(self.server.now) - phone.boot_ms)
        http: Any = wire
        device = Device(http, _Unsigned(), row.id, row.installation_id, self.cast.counter.id, clock, store=store)
        device.zipped, device.batch = False, BATCH
        phone = Phone(device, store, wire, boot_ms=to_ms(self.server.now))
        return phone

    # -- what people do with a device

    def write(self, phone: Phone, kind: str, **fields: Any) -> UUID:
        """One record. A device whose process dies meanwhile is started again, and what is on its disk is its log."""
        try:
            entry = phone.device.record(kind, **({"v": phone.version} if phone.version > 1 else {}), **fields)
        except Crashed:
            self.restart(phone)
            raise
        self._beeped(phone, entry, phone.device.person)
        return entry.id

    def _beeped(self, phone: Phone, entry: Entry, person: UUID) -> None:
        self.beeps.setdefault(entry.id, Beep(entry.id, phone.device.device_id, entry.seq, entry.text, person))

    def restart(self, phone: Phone) -> None:
        """The app begins again with what is on the disk: after a crash, an update, a battery that was changed."""
        before = [entry.text for entry in phone.store.entries()]
        old = phone.device
        clock = Clock(old.clock.wall, old.clock.monotonic, old.clock.skew_ms)
        phone.boot_ms = to_ms(self.server.now)
        phone.device = Device(
            old.http, old.key, old.device_id, old.installation_id, old.person, clock, old.auth, zipped=False,
            store=phone.store, batch=BATCH,
        )  # fmt: skip
        for entry in phone.store.entries():
            self._beeped(phone, entry, old.person)
        if [entry.text for entry in phone.store.entries()] != before:
            raise LawBroken("15: a restart changed the log")

    def sheet(self, phone: Phone, document: str, place: Location) -> dict[str, Any]:
        """The fields of a record of this person at this place; a new sheet is opened first."""
        person = phone.device.person
        counting = document == "count"
        named: dict[str, Any] = {"stocktake": self.stage.stocktake} if counting else {"receipt": self.receipt}
        key = document, person, place.id
        sheet = phone.sheets.get(key)
        common = {**named, "location": place.id, **({"round": 1} if counting else {})}
        if sheet is None:
            sheet = new_id()
            self.write(phone, "sheet" if counting else "receipt", **common, sheet=sheet)
            phone.sheets[key] = sheet
        return {**common, "sheet": sheet}

    def scan(self, phone: Phone, kind: str, place: int, item: int, quantity: int) -> None:
        """A scan in a count (`scan`) or of goods that came (`receive`, `damaged`)."""
        goods = self.stage.items[item]
        fields = self.sheet(phone, "count" if kind == "scan" else "receipt", self.cast.bins[place])
        body = {"item": goods.id, "lot": "", "code": goods.sku, "symbology": None, "source": "wedge", "factor": 1}
        made = self.write(phone, kind, **fields, **body, quantity=quantity)
        phone.looks.append(Look(made, fields.get("stocktake") or fields["receipt"], fields["sheet"], goods.id))

    def set(self, phone: Phone, kind: str, place: int, item: int, quantity: int) -> None:
        """So many in all, in place of what this person has scanned here."""
        goods = self.stage.items[item]
        fields = self.sheet(phone, "count" if kind == "set" else "receipt", self.cast.bins[place])
        replaced = [look.id for look in phone.looks if (look.sheet, look.item) == (fields["sheet"], goods.id)]
        body = {"item": goods.id, "lot": "", "code": None, "quantity": quantity, "supersedes": replaced}
        made = self.write(phone, kind, **fields, **body)
        phone.looks.append(Look(made, fields.get("stocktake") or fields["receipt"], fields["sheet"], goods.id))

    def void(self, phone: Phone, which: int) -> None:
        """A record is taken back."""
        if not phone.looks:
            return
        look = phone.looks[which % len(phone.looks)]
        if look.document is None:
            self.write(phone, "move_void", voids=look.id)
        else:
            counting = look.document == self.stage.stocktake
            fields = self.sheet(phone, "count" if counting else "receipt", self.cast.bins[0])
            self.write(phone, "void" if counting else "receive_void", **fields, voids=look.id)

    def carry(self, phone: Phone, item: int, quantity: int, *, back: bool) -> None:
        """Goods go from bin to bin."""
        goods, places = self.stage.items[item], [place.id for place in self.cast.bins]
        giver, taker = reversed(places) if back else places
        body = {"item": goods.id, "lot": "", "code": goods.sku, "symbology": None, "source": "wedge", "factor": 1}
        made = self.write(phone, "move", **body, quantity=quantity, **{"from": giver}, to=taker, receipt=None)
        phone.looks.append(Look(made, None, None, goods.id))

    def close_sheet(self, phone: Phone, place: int) -> None:
        """Done here."""
        fields = self.sheet(phone, "count", self.cast.bins[place])
        self.write(phone, "close", **fields, zeros=[], uncounted=[], empty=False)
        del phone.sheets["count", phone.device.person, self.cast.bins[place].id]

    def poison(self, phone: Phone, which: int) -> None:
        """A record that can never be counted gets into the log."""
        places = self.stage.stocktake, self.cast.bins[0].id, self.stage.items[0].id

        def write(seq: int) -> Entry:
            entry_id = new_id()
            return Entry(seq, entry_id, poisoned(which, entry_id, seq, phone.device.person, places))

        entry = phone.store.append(write)
        self.server.poison.add(entry.text)
        self._beeped(phone, entry, phone.device.person)

    def copy(self, phone: Phone) -> None:
        """The phone's profile is copied to another phone, and both go on."""
        row = next(row for row in self.stage.devices if row.id == phone.device.device_id)
        store = FragileStore()
        store.log, store.facts, store.things = dict(phone.store.log), dict(phone.store.facts), dict(phone.store.things)
        twin = self._phone(row, store)
        twin.device.person, twin.sheets, twin.looks = phone.device.person, dict(phone.sheets), deepcopy(phone.looks)
        twin.greeted, twin.version = phone.greeted, phone.version
        self.phones.append(twin)

    # -- contact

    def sync(self, phone: Phone, faults: list[str], *, pull: bool = True) -> bool:
        """One round of the engine on a bad network; whether it went through. Only the machinery may fail it."""
        phone.wire.plan = deque(faults)
        try:
            self._round(phone, pull=pull)
        except httpx.TransportError:
            return False
        except Refused as refusal:
            if refusal.status not in MACHINERY:
                raise LawBroken(f"8: a batch was refused for what it says: {refusal}") from refusal
            return False
        finally:
            phone.wire.plan.clear()
        return True

    def _round(self, phone: Phone, *, pull: bool) -> None:
        greeting = phone.device.hello()
        phone.greeted = True
        phone.device.push_all()
        if pull and not greeting["revoked"]:
            phone.device.pull()
        phone.device.prune(greeting["server_ms"])

    def stranger(self, phone: Phone, text: str) -> None:
        """Somebody with the device's key sends a text that no log holds."""
        self.strange.add(text)
        self.server.poison.add(text)
        try:
            phone.device.send([text])
        except (httpx.TransportError, Refused) as trouble:
            raise LawBroken(f"8: one text failed the batch: {trouble}") from trouble

    # -- at the desk

    def backup(self) -> None:
        """The state of the server is kept."""
        self.backups = [*self.backups[-3:], Backup(self.server.now, self.server.snapshots.take())]

    def restore(self, which: int, *, crude: bool) -> None:
        """An earlier state comes back, if it is not older than devices keep what was acknowledged."""
        young = [backup for backup in self.backups if backup.taken_at > self.server.now - BACKUPS_LAST]
        if not young:
            return
        backup = young[which % len(young)]
        crude = crude and len(self.phones) == len(self.stage.devices)
        self.server.restore(backup.snapshot, crude=crude)
        self.backups = [one for one in self.backups if one.taken_at <= backup.taken_at]
        self.released = set()
        if crude:
            for phone in self.phones:
                phone.greeted = False

    def revoke(self, which: int, *, back: bool) -> None:
        """A device is shut out, or let in again."""
        row = self.stage.devices[which]
        at = None if back else self.server.now
        transact(lambda s: s.execute(update(DeviceRow).where(DeviceRow.id == row.id).values(revoked_at=at)))

    def rights(self, which: int, *, back: bool) -> None:
        """A person leaves, or comes back."""
        person = self.people[which]
        transact(lambda s: s.execute(update(Person).where(Person.id == person.id).values(active=back)))

    def close_count(self, reason: str) -> bool:
        """The counting is over; without a reason only when nothing is known to be outstanding."""
        return self._closed(lambda s: plan.close(s, self.viewer, self.stage.stocktake, reason, self.server.now))

    def close_receipt(self, reason: str) -> bool:
        """The receiving is over."""
        return self._closed(lambda s: receiving.close(s, self.viewer, self.receipt, reason, self.server.now))

    @staticmethod
    def _closed(work: Callable[[Any], Any]) -> bool:
        try:
            transact(work)
        except Conflict:
            return False
        return True

    def decide(self, record_id: str, body_hash: bytes, *, release: bool) -> None:
        """A supervisor decides about a held record."""
        decision = device_log.Decision(record_id, body_hash, "seen")
        work = device_log.release if release else device_log.dismiss
        try:
            transact(lambda session: work(session, decision, self.viewer, self.server.now))
        except Conflict:
            return
        if release:
            self.released.add(body_hash)


class _Unsigned(Key):
    """No signature: the services behind the wire never see one."""

    def __init__(self) -> None:
        self.pem_ = ""

    def sign(self, data: bytes) -> str:
        return ""
