"""A real server over the test's own database, phones on its floor, and a board for the figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.kernel.database import db
from tests.builders import Cast
from tests.faults.figures import Board
from tests.faults.floor import Floor
from tests.faults.server import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder are drills; tests.together has one process run them: what they start from is warm once."""
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker("faults")


@pytest.fixture
def database_url(app: Flask) -> str:
    """Where the test's own database is, for servers beside it."""
    url = db.engine.url.render_as_string(hide_password=False)
    db.engine.dispose()
    return url


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """The server on the test's own database."""
    server = Server(database_url, tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def floor(cast: Cast) -> Floor:
    """The stocktake that phones count in."""
    return Floor(cast)


@pytest.fixture
def board(database_kind: str) -> Board:
    """Where figures go."""
    return Board(database_kind)
