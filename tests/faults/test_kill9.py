"""Kill -9 of the server while phones push: what was acknowledged is there, and everything is there once.

`PANDIAN_KILLS=200 pytest tests/faults` makes the long drill of it.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.demo.push_client import Device, Key
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.kernel.clock import now
from app.kernel.database import db
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.stocktake.models import Place, Sheet, Stocktake, Tally
from tests.builders import Cast, make_device, make_item, save
from tests.faults.phone import Phone
from tests.faults.server import Server

pytestmark = pytest.mark.faults

PHONES = 3
PATIENCE_SECONDS = 10
KILLS_AT_RANDOM = int(os.environ.get("PANDIAN_KILLS", "12"))
DEATHS_BEFORE_ANSWERING = ["server", "worker"] * 5


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[Server]:
    """The server on the test's own database."""
    url = db.engine.url.render_as_string(hide_password=False)
    db.engine.dispose()
    server = Server(url, tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def phones(cast: Cast, server: Server) -> list[Phone]:
    """Phones of one counter, each scanning at the first bin on a sheet of its own, piece by piece."""
    item = make_item(barcodes={"06901234567892": 1})
    stocktake = Stocktake(
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
        stocktake_id=stocktake.id, location_id=cast.bins[0].id, stock_location_id=cast.bins[0].stock_location_id
    )
    save(stocktake, place)
    scan = {
        "stocktake": stocktake.id,
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
    return [Phone(enrolled(cast, server, number), scan | {"sheet": new_id()}) for number in range(2, 2 + PHONES)]


def enrolled(cast: Cast, server: Server, number: int) -> Device:
    """A device of the first site, with a key of its own, in the counter's hand."""
    key = Key()
    row = make_device(cast.site, cast.administrator, number=number, public_key=key.public)
    cookies = {"pandian-device": f"device-{number}"}
    http = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", cookies=cookies, timeout=PATIENCE_SECONDS)
    return Device(http, key, row.id, uuid4(), cast.counter.id)


@contextmanager
def counting(phones: list[Phone]) -> Iterator[None]:
    """While the block runs, all phones scan and push; afterwards each finishes the batch it has begun."""
    for phone in phones:
        phone.start()
    try:
        yield
    finally:
        for phone in phones:
            phone.told_to_stop.set()
        for phone in phones:
            phone.join(timeout=30)
            phone.device.http.close()


def wait_for_more(phones: list[Phone]) -> None:
    """Until something new has been acknowledged: the server is up and at work."""
    before = sum(len(phone.acked) for phone in phones)
    deadline = time.monotonic() + 20
    while sum(len(phone.acked) for phone in phones) == before:
        assert time.monotonic() < deadline, f"no push was answered for 20 seconds: {[p.trouble for p in phones]}"
        time.sleep(0.005)


def test_what_was_acknowledged_is_there_once_whenever_the_server_is_killed(server: Server, phones: list[Phone]) -> None:
    chance = random.Random(9)
    with counting(phones):
        for _ in range(KILLS_AT_RANDOM):
            wait_for_more(phones)
            time.sleep(chance.uniform(0, 0.05))
            server.kill()
            server.start()
        for victim in DEATHS_BEFORE_ANSWERING:
            wait_for_more(phones)
            server.die_before_answering(victim)
            server.wait_until_dead(victim)
            if victim == "server":
                server.start()
        wait_for_more(phones)

    assert sum(phone.broken for phone in phones) >= len(DEATHS_BEFORE_ANSWERING)
    for phone in phones:
        assert_every_scan_is_there_once(phone)


def assert_every_scan_is_there_once(phone: Phone) -> None:
    """In the log, in the device's high-water mark, and in what was counted: as many pieces as beeps."""
    device_id = phone.device.device_id
    with reading() as session:
        kept = session.scalars(select(DeviceRecord.record_id).where(DeviceRecord.device_id == device_id)).all()
        held = session.scalars(select(HeldRecord.code).where(HeldRecord.device_id == device_id)).all()
        hwm = session.scalar(select(DeviceState.hwm).where(DeviceState.device_id == device_id))
        counted = session.scalar(
            select(func.sum(Tally.quantity)).join(Sheet, Sheet.id == Tally.sheet_id).where(Sheet.device_id == device_id)
        )
    assert phone.trouble is None
    assert held == []
    assert sorted(map(str, kept)) == sorted(phone.acked)
    assert hwm == len(phone.acked)
    assert counted == len(phone.acked)
