"""What the tests of the log in stand on: a kind of record that does nothing but be counted, and enrolled devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.demo.push_client import Clock, Device, Key
from app.device_log.handlers import Fields, Hold, Incoming
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.feed.models import Change
from app.feed.service import record_changes
from app.kernel.errors import invalid_field
from app.kernel.transaction import reading
from tests.builders import Cast, make_device

DOCUMENT = UUID("01890000-0000-7000-8000-00000000d0c5")


@dataclass
class Trial:
    """A handler of the kind `tick`: its effect is one change of the feed per record."""

    holds: dict[str, Hold] = field(default_factory=dict)  # by the record's code
    calls: int = 0

    def read(self, kind: str, body: Mapping[str, Any]) -> Fields:
        quantity = body.get("quantity")
        if not isinstance(quantity, int):
            raise invalid_field("quantity", "not_an_integer", "quantity is not an integer.")
        return Fields(
            document_id=DOCUMENT,
            quantity=quantity,
            code=body.get("code"),
            lot=body.get("lot", ""),
            supersedes=tuple(UUID(target) for target in body.get("supersedes", ())),
        )

    def judge(self, session: Session, records: Sequence[Incoming]) -> Mapping[UUID, Hold]:
        self.calls += 1
        return {r.record_id: self.holds[r.fields.code] for r in records if r.fields.code in self.holds}

    def apply(self, session: Session, records: Sequence[Incoming], now: datetime) -> None:
        record_changes(session, "tick", [record.record_id for record in records], now)


def device_of(cast: Cast, number: int = 7, *, person: Person | None = None, **changes: Any) -> Device:
    """An enrolled device of the cast's site in the hands of its counter."""
    key = Key()
    row = make_device(cast.site, cast.administrator, number=number, public_key=key.public)
    return Device(browser_of(cast, number), key, row.id, row.installation_id, (person or cast.counter).id, **changes)


def browser_of(cast: Cast, number: int) -> httpx.Client:
    """An HTTP client of its own with the device's cookie."""
    http = httpx.Client(transport=httpx.WSGITransport(app=cast.app), base_url="http://localhost")
    http.cookies.set("pandian-device", f"device-{number}", domain="localhost.local")
    return http


def ticks(device: Device, count: int, **changes: Any) -> None:
    """Record `count` ticks."""
    for _ in range(count):
        device.record("tick", **{"quantity": 1, **changes})


class FrozenClock(Clock):
    """A clock that stands where a test puts it."""

    def __init__(self, wall_ms: int = 0, mono_ms: int = 0) -> None:
        super().__init__(wall=lambda: self.wall_ms, monotonic=lambda: self.mono_ms, boot=uuid4())
        self.wall_ms, self.mono_ms = wall_ms, mono_ms


def accepted(device: Device) -> list[DeviceRecord]:
    """What the server accepted of the device, in the device's order."""
    with reading() as session:
        return list(
            session.scalars(
                select(DeviceRecord)
                .where(DeviceRecord.device_id == device.device_id)
                .order_by(DeviceRecord.device_seq, DeviceRecord.server_seq)
            )
        )


def held(device: Device) -> list[HeldRecord]:
    """What the server keeps aside of the device."""
    with reading() as session:
        return list(
            session.scalars(
                select(HeldRecord).where(HeldRecord.device_id == device.device_id).order_by(HeldRecord.device_seq)
            )
        )


def effects() -> int:
    """How often a tick was counted."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Change).where(Change.entity == "tick")) or 0


def state_of(device: Device) -> DeviceState:
    """What the server remembers of the device."""
    with reading() as session:
        return session.get_one(DeviceState, device.device_id)
