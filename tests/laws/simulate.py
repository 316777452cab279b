"""`make simulate`: long runs of the simulation of sync, from a seed, on either engine, perhaps with a bug planted.

RUNS=1000 SEED=1 DB=sqlite|postgresql MUTANT=<name> MUTANTS=all. Exit status 1 where a law breaks, with the fewest
steps that break it; with a mutant, where nothing broke.
"""

import os
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from app import create_app
from app.kernel.database import db
from app.settings import ROOT, Settings
from tests.laws.sync_mutants import MUTANTS, planted
from tests.laws.sync_run import Outcome, hunt, simulate, staged

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own in it


def main() -> int:
    """Run as the environment says; the exit status."""
    runs, start = int(os.environ.get("RUNS") or 1000), int(os.environ.get("SEED") or 1)
    kind, mutant = os.environ.get("DB") or "sqlite", os.environ.get("MUTANT") or None
    names = list(MUTANTS) if os.environ.get("MUTANTS") == "all" else [mutant]
    with application(kind) as app, app.app_context():
        good = [_one(app, kind, name, runs, start) for name in names]
    return 0 if all(good) else 1


def _one(app: Flask, kind: str, mutant: str | None, runs: int, start: int) -> bool:
    empty(app, kind)
    with planted(mutant, app, kind), staged(app, kind) as (stage, snapshots):
        if mutant is None:
            outcome = simulate(app, stage, snapshots, runs=runs, start=start, shrink=True)
        else:
            outcome = hunt(app, stage, snapshots, runs=runs, start=start)
    pace = f"{outcome.runs} runs, {outcome.cpu_s:.1f} CPU s, {outcome.runs / max(outcome.cpu_s, 0.01):.1f} runs a CPU s"
    if mutant is not None:
        found = f"found: {outcome.broken}" if outcome.broken else "NOT FOUND"
        print(f"{mutant:<18} {pace}; {found}".splitlines()[0], flush=True)
        return outcome.broken is not None
    print(f"{kind}, seed {start}: {pace}", flush=True)
    if outcome.broken is None:
        print("Every law held.")
        return True
    _tell(outcome, runs, start)
    return False


def _tell(outcome: Outcome, runs: int, start: int) -> None:
    assert outcome.broken is not None
    traceback.print_exception(outcome.broken)
    print(f"\nA law is broken: {outcome.broken}\nThe same again: make simulate RUNS={runs} SEED={start}")


def empty(app: Flask, kind: str) -> None:
    """A database with the newest schema and nothing in it."""
    db.engine.dispose()
    if kind == "sqlite":
        path = Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
        for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
    else:
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    with warnings.catch_warnings():
        upgrade()
    db.engine.dispose()


@contextmanager
def application(kind: str) -> Iterator[Flask]:
    """An application on a database of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder:
        if kind == "sqlite":
            yield _made(f"sqlite:///{folder}/simulation.sqlite")
            return
        server = _ask("start")
        try:
            url = server.rsplit("/", 1)[0] + "/pandian_simulation"
            admin = create_engine(server, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text("DROP DATABASE IF EXISTS pandian_simulation"))
                connection.execute(text("CREATE DATABASE pandian_simulation"))
            yield _made(url)
            with admin.connect() as connection:
                connection.execute(text("DROP DATABASE pandian_simulation WITH (FORCE)"))
            admin.dispose()
        finally:
            _ask("stop", server)


def _made(url: str) -> Flask:
    return create_app(Settings.from_environment({"DATABASE_URL": url, "PANDIAN_LOG_LEVEL": "ERROR"}))


def _ask(*words: str) -> str:
    done = subprocess.run([str(ROOT / ".ci" / "postgres.sh"), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
