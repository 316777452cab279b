"""Running the simulation: so many runs from a seed, on one application, perhaps with a bug planted."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from app.kernel.database import db
from tests.laws.sync_floor import Stage
from tests.laws.sync_machine import machine_of
from tests.laws.sync_snapshots import Snapshots, snapshots_of

STEPS = 20
HUNT = 20  # runs a seed, where a planted bug is looked for


@dataclass
class Outcome:
    """How many runs there were, what they cost, and what broke (None: every law held)."""

    runs: int
    cpu_s: float
    broken: BaseException | None


@contextmanager
def staged(app: Flask, kind: str) -> Iterator[tuple[Stage, Snapshots]]:
    """The scene on an empty database. Power cuts are other tests' matter: nothing waits for the disk."""
    snapshots = snapshots_of(app, kind)
    hasten = _no_waiting if kind == "sqlite" else _no_waiting_postgresql
    db.engine.dispose()
    event.listen(db.engine, "connect", hasten)
    try:
        yield Stage.of(app, snapshots), snapshots
    finally:
        event.remove(db.engine, "connect", hasten)
        db.engine.dispose()


def simulate(app: Flask, stage: Stage, snapshots: Snapshots, *, runs: int, start: int, shrink: bool) -> Outcome:
    """Runs until a law breaks, at most so many. With `shrink` the fewest steps that break it are looked for."""
    machine = machine_of(app, stage, snapshots)
    began = time.process_time()
    chosen: Any = settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
    )
    broken: BaseException | None = None
    try:
        run_state_machine_as_test(seed(start)(machine), settings=chosen)
    except AssertionError as error:
        broken = error
    return Outcome(machine.runs, time.process_time() - began, broken)


def hunt(app: Flask, stage: Stage, snapshots: Snapshots, *, runs: int, start: int) -> Outcome:
    """Short simulations from one seed after the other, until a law breaks or there were so many runs."""
    total = Outcome(0, 0.0, None)
    while total.broken is None and total.runs < runs:
        outcome = simulate(app, stage, snapshots, runs=HUNT, start=start, shrink=False)
        total = Outcome(total.runs + outcome.runs, total.cpu_s + outcome.cpu_s, outcome.broken)
        start += 1
    return total


def _no_waiting(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _no_waiting_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    connection.commit()
