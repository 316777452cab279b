"""The world of a new device: making and fetching a snapshot of 100,000 items, and pulling them as changes."""

import gc
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask

from app.feed import queries, service
from app.feed.compaction_run import compact
from app.feed.rules import BEGINNING
from app.feed.snapshot_run import make_if_due
from app.feed.snapshots import manifest
from app.kernel.access import Viewer
from app.kernel.json import dumps
from app.kernel.transaction import reading, transact
from tests.bench.catalogue import ITEMS, make_catalogue
from tests.builders import Cast


def figures(app: Flask) -> Iterator[tuple[Any, ...]]:
    """(what, value, unit, bar, at most)."""
    cast = Cast.of(app)
    make_catalogue()
    viewer = Viewer(device_id=cast.device.id, device_site_id=cast.site.id)
    transact(service.sequence)
    transact(service.epoch)
    yield f"making a snapshot of {ITEMS:,} items", _timed(lambda: make_if_due("company", None)), "s", None, True
    with reading() as session:
        found = manifest(session, viewer, "company")
    if found is None or found.rows != ITEMS:
        raise SystemExit(f"The snapshot is wrong: {found and found.rows} rows.")
    yield "  its bytes over the wire", found.bytes / 1e6, "MB", 4.5, True
    yield "  pages", len(found.pages), "", None, True
    _pull(viewer)  # a process compiles each statement once in its life
    wall, cpu = _pull(viewer)
    yield "pull, rows a second", ITEMS / wall, "/s", None, False
    yield "pull, rows a CPU second of the process", ITEMS / cpu, "/s", 50_000.0, False
    yield "nightly compaction, nothing to forget", _timed(compact), "s", None, True
    with reading() as session:
        if queries.verify(session):
            raise SystemExit("The feed does not hold.")


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _pull(viewer: Viewer) -> tuple[float, float]:
    """Wall and CPU seconds for the whole feed, as JSON: what the call does without HTTP around it."""
    gc.collect()
    gc.freeze()  # as wsgi.py does
    wall, cpu, cursor, more, rows = time.perf_counter(), time.process_time(), BEGINNING, True, 0
    while more:
        with reading() as session:
            page = service.pull(session, viewer, cursor, 2000)
        dumps(page)
        cursor, more, rows = page.next, page.more, rows + len(page.rows)
    if rows != ITEMS:
        raise SystemExit(f"{rows} rows pulled of {ITEMS}.")
    return time.perf_counter() - wall, time.process_time() - cpu
