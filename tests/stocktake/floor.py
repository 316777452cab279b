"""A device on the floor: it scans, and its records reach the count as the log in would hand them over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import Device, Person
from app.catalogue.models import Item
from app.device_log.handlers import Hold, Incoming
from app.device_log.models import DeviceRecord, RecordSupersedes
from app.kernel.clock import now, to_ms
from app.kernel.ids import new_id
from app.kernel.json import dumps, loads
from app.kernel.transaction import transact
from app.sites.models import Location
from app.stocktake.models import Stocktake
from app.stocktake.records import CountHandler
from scanner.meaning import CodeError, normal_form
from tests.builders import at

HANDLER = CountHandler()
DOUBT = timedelta(seconds=1)


@dataclass
class Pda:
    """A device in somebody's hands, working on one stocktake. Times run on by a second a record."""

    device: Device
    person: Person
    stocktake: Stocktake
    clock: datetime = field(default_factory=lambda: at(10))
    seq: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def open(self, where: Location, *, number: int = 1, continues: "Page | None" = None) -> "Page":
        """A sheet, opened by a record of its own."""
        page = Page(self, new_id(), where.id, number)
        page.note("sheet", continues=str(continues.id) if continues else None)
        return page

    def push(self, *, order: Iterable[int] | None = None) -> dict[str, str]:
        """Send what waits (in this order); the codes of the holds by record id."""
        batch = [self.waiting[i] for i in order] if order is not None else self.waiting
        self.waiting = []
        return push(self.device, batch)


@dataclass
class Page:
    """A sheet being filled."""

    pda: Pda
    id: UUID
    location_id: UUID
    number: int

    def note(self, kind: str, *, when: datetime | None = None, **fields: Any) -> str:
        """Put a record into the outbox; its id."""
        pda = self.pda
        pda.seq += 1
        pda.clock = when or pda.clock + timedelta(seconds=1)
        record = {
            "v": 1,
            "id": str(new_id()),
            "seq": pda.seq,
            "kind": kind,
            "person": str(pda.person.id),
            "auth": "online",
            "at": to_ms(pda.clock),
            "mono": pda.seq,
            "boot": str(pda.device.id),
            "stocktake": str(pda.stocktake.id),
            "sheet": str(self.id),
            "location": str(self.location_id),
            "round": self.number,
        }
        pda.waiting.append(record | fields)
        return str(record["id"])

    def scan(self, item: Item | None, quantity: int = 1, *, code: str = "X", factor: int = 1, **fields: Any) -> str:
        """A scan; with item None of a code nobody knows."""
        return self.note(
            "scan",
            **{
                "item": str(item.id) if item else None,
                "code": code,
                "symbology": None,
                "source": "wedge",
                "lot": "",
                "factor": factor,
                "quantity": quantity,
            }
            | fields,
        )

    def set(self, item: Item | None, quantity: int, supersedes: Iterable[str] = (), **fields: Any) -> str:
        """It is so many in all."""
        named = str(item.id) if item else None
        body = {"item": named, "code": None, "lot": "", "quantity": quantity, "supersedes": list(supersedes)}
        return self.note("set", **body | fields)

    def void(self, record_id: str, **fields: Any) -> str:
        """Take a record back."""
        return self.note("void", voids=record_id, **fields)

    def close(self, *, zeros: Iterable[Item] = (), empty: bool = False, **fields: Any) -> str:
        """Done here."""
        zero = [{"item": str(item.id), "lot": ""} for item in zeros]
        return self.note("close", zeros=zero, uncounted=[], empty=empty, **fields)


def push(device: Device, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Judge, write and apply these records in one transaction, as the log in does; the holds by record id."""
    incoming = [received(device, record) for record in records]

    def work(session: Session) -> Mapping[UUID, Hold]:
        held = HANDLER.judge(session, incoming)
        accepted = [record for record in incoming if record.record_id not in held]
        write(session, accepted)
        HANDLER.apply(session, accepted, now())
        return held

    return {str(record_id): hold.code for record_id, hold in transact(work).items()}


def received(device: Device, record: Mapping[str, Any]) -> Incoming:
    """The record as the log in hands it over."""
    when = datetime.fromtimestamp(record["at"] / 1000, tz=at(0).tzinfo)
    return Incoming(
        record_id=UUID(record["id"]),
        device_id=device.id,
        device_seq=record["seq"],
        site_id=device.site_id,
        kind=record["kind"],
        person_id=UUID(record["person"]),
        body=loads(dumps(dict(record))),
        fields=HANDLER.read(record["kind"], record),
        occurred_at=when,
        occurred_from=when - DOUBT,
        occurred_to=when + DOUBT,
        received_at=now(),
    )


def write(session: Session, accepted: list[Incoming]) -> None:
    """The rows of the log."""
    rows = [_row(record) for record in accepted]
    if rows:
        session.execute(insert(DeviceRecord), rows)
    pairs = [
        {"record_id": record.record_id, "target_id": target}
        for record in accepted
        for target in record.fields.supersedes
    ]
    if pairs:
        session.execute(insert(RecordSupersedes), pairs)


def _row(record: Incoming) -> dict[str, Any]:
    fields, body = record.fields, dumps(record.body)
    return {
        "record_id": record.record_id,
        "device_id": record.device_id,
        "device_seq": record.device_seq,
        "site_id": record.site_id,
        "schema_version": 1,
        "kind": record.kind,
        "person_id": record.person_id,
        "document_id": fields.document_id,
        "sheet_id": fields.sheet_id,
        "location_id": fields.location_id,
        "item_id": fields.item_id,
        "lot": fields.lot,
        "code": fields.code,
        "code_normal": _normal(fields.code, fields.symbology),
        "symbology": fields.symbology,
        "pack_factor": fields.pack_factor,
        "quantity": fields.quantity,
        "reference_id": fields.reference_id,
        "device_ms": record.body["at"],
        "occurred_at": record.occurred_at,
        "occurred_from": record.occurred_from,
        "occurred_to": record.occurred_to,
        "received_at": record.received_at,
        "body": body.decode(),
        "body_hash": sha256(body).digest(),
    }


def _normal(code: str | None, symbology: str | None) -> str | None:
    try:
        return normal_form(code, symbology) if code else None
    except CodeError:
        return None
