"""SIGTERM under load, as an update sends it: no longer ready, what was begun is finished, everything is closed."""

import random
import time
from pathlib import Path

from sqlalchemy import text

from app.kernel.database import db
from app.kernel.transaction import reading
from tests.faults.figures import Board
from tests.faults.floor import Floor, expect_each_once, size
from tests.faults.phone import Manner, counting, wait_for_more
from tests.faults.server import Server

STOPS = size(2, 40)
STOPPED_WITHIN_S = 10
CLOSED_WITHIN_S = 3


def test_a_server_told_to_stop_finishes_what_it_has_begun(server: Server, floor: Floor, board: Board) -> None:
    chance = random.Random(3)
    phones = floor.phones(server.url, 3) + floor.phones(server.url, 1, Manner(batch=300, pulls=True))
    longest = 0.0
    with counting(phones):
        for _ in range(STOPS):
            wait_for_more(phones)
            time.sleep(chance.uniform(0, 0.1))
            began = time.monotonic()
            assert server.stop(STOPPED_WITHIN_S) == 0
            longest = max(longest, time.monotonic() - began)
            assert server.readiness(timeout=1) == 0
            deadline = time.monotonic() + CLOSED_WITHIN_S  # PostgreSQL notices a moment later that a client has gone
            while connections_left(server.database_url) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert connections_left(server.database_url) == 0
            server.start()
        wait_for_more(phones)

    counted = expect_each_once(phones)
    board.write("SIGTERM under load", STOPS, phones, counted, slowest_stop_s=round(longest, 1))


def connections_left(database_url: str) -> int:
    """Who has the database open, beside this process."""
    db.engine.dispose()
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        return sum(_points_to(link, path) for link in Path("/proc").glob("[0-9]*/fd/*"))
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with reading() as session:
        return int(session.scalar(text(others)) or 0)


def _points_to(link: Path, start: str) -> bool:
    try:
        return str(link.readlink()).startswith(start)
    except OSError:  # not ours to read, or gone
        return False
