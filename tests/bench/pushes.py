"""Push throughput: signed, gzipped batches of a counting device through the whole application, beside raw inserts."""

import gc
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.demo.push_client import API, BATCH, Device, Key
from app.device_log.models import DeviceRecord
from app.kernel.ids import new_id
from app.kernel.transaction import reading
from app.sites.models import Location
from app.stocktake.models import Place, Stocktake
from tests.bench import raw
from tests.builders import MORNING, Cast, make_device, make_item, save

RECORDS = 10_000
WARM_UP = 2 * BATCH  # a process compiles each statement once in its life
LINES_A_SHEET = 40


def figures(app: Flask) -> Iterator[tuple[Any, ...]]:
    """(what, value, unit, bar, at most) of pushing and of pushing everything again."""
    device, stocktake_id, cast = _device(app)
    _push(app, [_request(device, batch) for batch in _batches(device, stocktake_id, cast.bins[1], WARM_UP)])
    batches = _batches(device, stocktake_id, cast.bins[0], RECORDS)
    wall, cpu = _push(app, [_request(device, batch) for batch in batches])
    _again_wall, again_cpu = _push(app, [_request(device, batch) for batch in batches])
    with reading() as session:
        rows = [dict(row) for row in session.execute(select(DeviceRecord.__table__)).mappings()]
    if len(rows) != WARM_UP + RECORDS:
        raise SystemExit(f"{len(rows)} records on the server, {WARM_UP + RECORDS} sent.")
    raw.prepare()
    limit = raw.record_inserts(rows[WARM_UP:], BATCH)
    yield "push, records a second", RECORDS / wall, "/s", None, False
    yield "push, records a CPU second of the process", RECORDS / cpu, "/s", 10_000.0, False
    yield "  all of it again, records a CPU second", RECORDS / again_cpu, "/s", 20_000.0, False
    yield "  raw inserts, records a second", RECORDS / limit, "/s", None, False
    yield "  push / raw", wall / limit, "×", None, True


def _device(app: Flask) -> tuple[Device, Any, Cast]:
    cast = Cast.of(app)
    key = Key()
    row = make_device(cast.site, cast.administrator, number=9, public_key=key.public)
    stocktake = Stocktake(
        id=new_id(), site_id=cast.site.id, number=1, name="Push", kind="full", blind=True, state="counting",
        created_by=cast.supervisor.id, created_at=MORNING, started_at=MORNING,
    )  # fmt: skip
    places = [
        Place(stocktake_id=stocktake.id, location_id=b.id, stock_location_id=b.stock_location_id, zone_id=b.parent_id)
        for b in cast.bins
    ]
    save(stocktake, *places)
    return Device(httpx.Client(), key, row.id, row.installation_id, cast.counter.id), stocktake.id, cast


def _batches(device: Device, stocktake_id: Any, place: Location, records: int) -> list[list[str]]:
    """So many scans on a new sheet, of items nobody has met, in the texts of batches."""
    sheet, first = new_id(), device.next_seq
    codes = [f"PUSHCODE{first}-{number}" for number in range(LINES_A_SHEET)]
    items = [make_item(f"PUSH-{code}", barcodes={code: 1}) for code in codes]
    for number in range(records):
        item = items[number % len(items)]
        device.record(
            "scan", stocktake=str(stocktake_id), sheet=str(sheet), location=str(place.id), round=1,
            code=codes[number % len(items)], symbology="Code 128", source="wedge", item=str(item.id), lot="",
            factor=1, quantity=1,
        )  # fmt: skip
    texts = [entry.text for entry in device.outbox[-records:]]
    return [texts[start : start + BATCH] for start in range(0, records, BATCH)]


def _request(device: Device, batch: list[str]) -> dict[str, Any]:
    """A batch as the server's WSGI environment: packing, signing and HTTP of the device's side are not measured."""
    body, headers = device.packed(batch)
    builder = EnvironBuilder(
        f"{API}/sync/push",
        base_url="http://127.0.0.1",
        method="POST",
        data=body,
        headers=Headers({**headers, "Cookie": "pandian-device=device-9"}),
    )
    return builder.get_environ()


def _push(app: Flask, requests: list[dict[str, Any]]) -> tuple[float, float]:
    """Wall and CPU seconds that the application takes to answer; every record must be accepted."""
    gc.collect()
    gc.freeze()  # as wsgi.py does
    wall, cpu = time.perf_counter(), time.process_time()
    answers = [run_wsgi_app(app, request, buffered=True) for request in requests]
    taken = time.perf_counter() - wall, time.process_time() - cpu
    for body, status, _headers in answers:
        answer = orjson.loads(b"".join(body))
        if status != "200 OK" or answer["exceptions"]:
            raise SystemExit(f"A batch was not accepted: {answer}")
    return taken
