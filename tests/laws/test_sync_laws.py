"""Devices, a server, and every breakdown: the laws of sync hold in any order, and bugs of ten known kinds are found."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.laws.simulate import application, empty
from tests.laws.sync_mutants import MUTANTS, planted
from tests.laws.sync_run import hunt, simulate, staged
from tests.laws.sync_snapshots import SqliteSnapshots, snapshots_of

RUNS = {"sqlite": 160, "postgresql": 40}
SEED = 20261123
ENOUGH = 200  # runs within which a planted bug must show


def test_the_laws_of_sync_hold_whatever_happens(app: Flask, database_kind: str) -> None:
    with staged(app, database_kind) as (stage, snapshots):
        outcome = simulate(app, stage, snapshots, runs=RUNS[database_kind], start=SEED, shrink=False)
    assert outcome.broken is None, (
        f"{outcome.broken}; the steps: make simulate RUNS={RUNS[database_kind]} SEED={SEED} DB={database_kind}"
    )
    assert outcome.runs >= RUNS[database_kind]


@pytest.fixture(scope="module")
def scratch() -> Iterator[tuple[Flask, SqliteSnapshots, bytes]]:
    """An application of our own: some of the bugs are in the schema. On SQLite alone, the bugs are no engine's."""
    with application("sqlite") as app, app.app_context():
        empty(app, "sqlite")
        snapshots = snapshots_of(app, "sqlite")
        assert isinstance(snapshots, SqliteSnapshots)
        yield app, snapshots, snapshots.take()


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_bug_that_others_had_would_be_found(scratch: tuple[Flask, SqliteSnapshots, bytes], mutant: str) -> None:
    app, snapshots, migrated = scratch
    snapshots.restore(migrated)
    with planted(mutant, app, "sqlite"), staged(app, "sqlite") as (stage, of_stage):
        outcome = hunt(app, stage, of_stage, runs=ENOUGH, start=1)
    assert outcome.broken is not None, f"{mutant} lived through {outcome.runs} runs"
