"""A night of counting to break things in: one stocktake, phones at its first bin; and what became of their scans."""

import os
import ssl
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import func, select

from app.accounts.models import Device as DeviceRow
from app.checks import verify_everything
from app.demo.push_client import Device, Key
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.jobs import sequence
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.stocktake.models import Place, Sheet, Stocktake, Tally
from tests.builders import Cast, make_device, make_item, save
from tests.faults.phone import Manner, Phone
from tests.faults.server import Server

PATIENCE_SECONDS = 20  # the PWA's own
WITHOUT_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # one for all: loading certificates takes 30 ms a phone
LONG = "PANDIAN_FAULTS"  # per cent of the long form to run; without it the quick form runs


def size(quick: int, long: int) -> int:
    """How often, how many: a few in `make test`, the long form (or a part of it) in `make faults`."""
    percent = os.environ.get(LONG)
    return quick if percent is None else max(quick, long * int(percent) // 100)


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the scans of some phones. All but `acked` must be 0."""

    acked: int  # scans that the server promised to keep
    lost: int  # of them, not in the log
    doubled: int  # pieces counted beyond the scans in the log
    uncounted: int  # scans in the log that no sheet counts
    held: int  # nobody here does anything that a supervisor must look at
    unmarked: int  # scans that the devices' high-water marks do not cover
    findings: int  # what `flask verify` finds wrong


class Floor:
    """A stocktake under way with one bin and one item; phones come and scan it piece by piece."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        item = make_item(barcodes={"06901234567892": 1})
        self.stocktake = Stocktake(
            id=new_id(),
            site_id=cast.site.id,
            number=1,
            name="Night of the power cuts",
            kind="full",
            blind=True,
            state="counting",
            created_by=cast.supervisor.id,
            created_at=now(),
            started_at=now(),
        )
        place = Place(
            stocktake_id=self.stocktake.id,
            location_id=cast.bins[0].id,
            stock_location_id=cast.bins[0].stock_location_id,
        )
        save(self.stocktake, place)
        self.scan: dict[str, Any] = {
            "stocktake": self.stocktake.id,
            "location": cast.bins[0].id,
            "round": 1,
            "code": "6901234567892",
            "symbology": "EAN-13",
            "source": "wedge",
            "item": item.id,
            "lot": "",
            "factor": 1,
            "quantity": 1,
        }

    def phones(self, url: str, count: int, manner: Manner | None = None) -> list[Phone]:
        """Enrolled phones of the counter that speak to `url`, each with a sheet of its own."""
        first = 2 + self._enrolled()
        return [self._phone(url, number, manner or Manner()) for number in range(first, first + count)]

    def _enrolled(self) -> int:
        with reading() as session:
            return (session.scalar(select(func.max(DeviceRow.number))) or 1) - 1

    def _phone(self, url: str, number: int, manner: Manner) -> Phone:
        key = Key()
        row = make_device(self.cast.site, self.cast.administrator, number=number, public_key=key.public)
        cookies = {"pandian-device": f"device-{number}"}
        http = httpx.Client(
            base_url=url,
            cookies=cookies,
            timeout=PATIENCE_SECONDS,
            verify=WITHOUT_TLS,
            limits=httpx.Limits(max_keepalive_connections=None if manner.keeps_line else 0),
        )
        device = Device(http, key, row.id, row.installation_id, self.cast.counter.id)
        return Phone(device, self.scan | {"sheet": new_id()}, manner)


def counted(phones: list[Phone]) -> Counted:
    """What the database says of these phones' scans, once all of them have been answered."""
    for phone in phones:
        assert phone.trouble is None, phone.trouble
        assert phone.device.pending == []
    sequence()
    devices = [phone.device.device_id for phone in phones]
    with reading() as session:
        kept = session.scalars(select(DeviceRecord.record_id).where(DeviceRecord.device_id.in_(devices))).all()
        held = session.scalar(select(func.count()).where(HeldRecord.device_id.in_(devices))) or 0
        marked = session.scalar(select(func.sum(DeviceState.hwm)).where(DeviceState.device_id.in_(devices))) or 0
        pieces = session.scalar(
            select(func.sum(Tally.quantity)).join(Sheet, Sheet.id == Tally.sheet_id).where(Sheet.device_id.in_(devices))
        )
        findings = verify_everything(session)
    acked = {id_ for phone in phones for id_ in phone.acked}
    in_log = set(map(str, kept))
    assert len(in_log) == len(kept)
    assert in_log <= {str(entry.id) for phone in phones for entry in phone.device.outbox}, "the server made some up"
    return Counted(
        acked=len(acked),
        lost=len(acked - in_log),
        doubled=max(int(pieces or 0) - len(kept), 0),
        uncounted=max(len(kept) - int(pieces or 0), 0),
        held=held,
        unmarked=len(acked) - int(marked),
        findings=len(findings),
    )


def expect_each_once(phones: list[Phone]) -> Counted:
    """Every acknowledged scan is there once: in the log, in the high-water marks, in what was counted."""
    result = counted(phones)
    assert result == Counted(result.acked, lost=0, doubled=0, uncounted=0, held=0, unmarked=0, findings=0)
    assert result.acked == sum(len(phone.device.outbox) for phone in phones)
    return result


def serving(server: Server) -> Server:
    """The server, started."""
    server.start()
    return server
