"""`python -m tests.bench`: variances, posting and push on both engines, as ratios to the raw limit of the same run.

Prints a table and writes JSON. Absolute times depend on the machine; the ratios are what to compare.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, func, select, text, update

from app import create_app
from app.kernel.access import Viewer
from app.kernel.database import db
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.settings import Settings
from app.stocktake import posting_run
from app.stocktake.evaluation_run import evaluate_all
from app.stocktake.models import CountLine
from app.stocktake.posting import Posting
from tests.bench import pushes, raw, receiving, snapshots
from tests.bench.book import Book, count, make_book

LINES = 100_000
LOCK_BAR_S = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: its value, the bar it should keep to, and whether it does."""

    engine: str
    what: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = True

    @property
    def holds(self) -> bool | None:
        if self.bar is None:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar


class Locks:
    """The longest time from BEGIN to COMMIT: no lock is held longer than that."""

    def __init__(self) -> None:
        self.longest = 0.0
        event.listen(db.engine, "begin", self._begin)
        event.listen(db.engine, "commit", self._end)

    def _begin(self, connection: Any) -> None:
        connection.info["bench_begun"] = time.perf_counter()

    def _end(self, connection: Any) -> None:
        self.longest = max(self.longest, time.perf_counter() - connection.info["bench_begun"])

    def take(self) -> float:
        longest, self.longest = self.longest, 0.0
        return longest


@contextmanager
def application(engine: str) -> Iterator[Flask]:
    """An application over a fresh, migrated database of the engine, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pandian-bench-") as folder:
        name, server = (
            f"pandian_bench_{os.getpid()}",
            os.environ.get("PANDIAN_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"),
        )
        url = f"sqlite:///{folder}/pandian.sqlite"
        if engine == "postgresql":
            _administer(server, f'CREATE DATABASE "{name}"')
            url = server.rsplit("/", 1)[0] + f"/{name}"
        try:
            app = create_app(Settings.from_environment({"DATABASE_URL": url, "PANDIAN_LOG_LEVEL": "ERROR"}))
            with app.app_context():
                upgrade()
                yield app
                db.engine.dispose()
        finally:
            if engine == "postgresql":
                _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def analyze() -> None:
    """Give the planner what a server in use has long known."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def stocktake_figures(engine: str, lines: int) -> Iterator[Figure]:
    """Variances and posting of one big stocktake."""
    book = make_book(lines)
    analyze()
    locks = Locks()
    yield Figure(engine, f"making {lines:,} lines at the start", timed(lambda: evaluate_all(book.stocktake_id)), "s")
    yield Figure(engine, "  longest transaction", locks.take(), "s", LOCK_BAR_S)
    count(book)
    locks.take()
    variances = timed(lambda: evaluate_all(book.stocktake_id))
    _check_lines(book, lines)
    yield Figure(engine, f"variances of {lines:,} lines", variances, "s", 3.0)
    yield Figure(engine, "  longest transaction", locks.take(), "s", LOCK_BAR_S)
    analyze()
    transact(
        lambda session: session.execute(
            update(CountLine).values(state="accepted", reason_code="miscount", decided_by=book.supervisor_id)
        )
    )
    raw.prepare()
    analyze()
    limit = raw.posting(book.stocktake_id, book.variance_location_id, new_id())
    locks.take()
    viewer = Viewer(person_id=book.supervisor_id, grants={None: "supervisor"})
    posting = timed(lambda: posting_run.post(viewer, Posting(stocktake_id=book.stocktake_id)))
    yield Figure(engine, f"posting {lines:,} differences", posting, "s", 10.0)
    yield Figure(engine, "  raw set-based inserts of the same rows", limit, "s")
    yield Figure(engine, "  posting / raw", posting / limit, "×", 4.0)
    yield Figure(engine, "  longest transaction", locks.take(), "s", LOCK_BAR_S)


def _check_lines(book: Book, lines: int) -> None:
    """The figures mean nothing if the lines are not right: every one differs by one or two pieces."""
    with reading() as session:
        found, wrong = session.execute(
            select(func.count(), func.count().filter(func.abs(CountLine.variance).not_in((1, 2)))).where(
                CountLine.stocktake_id == book.stocktake_id
            )
        ).one()
    if (found, wrong) != (lines, 0):
        raise SystemExit(f"The lines are wrong: {found} of {lines}, {wrong} with another variance than made.")


def print_table(figures: list[Figure]) -> None:
    """The figures, and which of them miss their bar."""
    print(f"{'engine':<11} {'what':<44} {'value':>10}    bar")
    for figure in figures:
        bar = "" if figure.bar is None else f"{'≤' if figure.at_most else '≥'} {figure.bar:g}"
        mark = {None: "", True: "ok", False: "MISSED"}[figure.holds]
        print(f"{figure.engine:<11} {figure.what:<44} {figure.value:>10,.2f} {figure.unit:<2} {bar:<8} {mark}")


def main() -> int:
    """Run, print, write JSON. The exit code says whether every bar held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    chosen = parser.parse_args()
    figures: list[Figure] = []
    for engine in chosen.engines:
        with application(engine) as app:
            figures += stocktake_figures(engine, chosen.lines)
        with application(engine) as app:
            figures += [Figure(engine, *row) for row in pushes.figures(app)]
        with application(engine) as app:
            figures += [Figure(engine, *row) for row in receiving.figures(app)]
        with application(engine) as app:
            figures += [Figure(engine, *row) for row in snapshots.figures(app)]
    print_table(figures)
    chosen.json.write_text(json.dumps([asdict(figure) | {"holds": figure.holds} for figure in figures], indent=1))
    return 0 if all(figure.holds is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
