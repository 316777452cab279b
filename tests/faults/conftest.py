"""A real server over the test's own database, phones on its floor, and a board for the figures."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.kernel.database import db
from app.settings import Settings
from tests.backup.installation import Installation
from tests.builders import Cast
from tests.faults.figures import Board
from tests.faults.floor import LONG, Floor
from tests.faults.postgres import OwnPostgres
from tests.faults.server import Server


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All of this folder are drills; tests.together has one process run them: what they start from is warm once.

    A drill for one engine alone belongs to that engine's run, one for the long form alone to `make faults`.
    """
    kind = os.environ.get("PANDIAN_TEST_DB", "sqlite")
    foreign = []
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker("faults")
            only = item.get_closest_marker("engine")
            if only is not None:
                item.add_marker("database")
                foreign += [item] if only.args[0] != kind else []
            if item.get_closest_marker("long") and LONG not in os.environ:
                foreign.append(item)
    items[:] = [item for item in items if item not in foreign]
    config.hook.pytest_deselected(items=foreign)


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
def installation(app: Flask, tmp_path: Path) -> Iterator[Installation]:
    """The test's own database in the hands of an administrator."""
    own = Installation(app, tmp_path)
    yield own
    own.leave_nothing()


@pytest.fixture(scope="session")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPostgres]:
    """A PostgreSQL server to be killed, with a migrated database `migrated` to copy from."""
    with tempfile.TemporaryDirectory(prefix="pandian-faults-") as folder:  # short: a socket's path has 107 characters
        postgres = OwnPostgres(Path(folder))
        postgres.make()
        postgres.start()
        postgres.ask("CREATE DATABASE migrated")
        with _application(postgres.url("migrated")).app_context():
            upgrade()
            db.engine.dispose()
        yield postgres
        postgres.kill()


@pytest.fixture
def own_cast(own_postgres: OwnPostgres) -> Iterator[Cast]:
    """The cast in a fresh database of that server."""
    app = _application(own_postgres.copy_of("migrated"))
    with app.app_context():
        yield Cast.of(app)
        db.engine.dispose()


@pytest.fixture
def own_server(own_cast: Cast, tmp_path: Path) -> Iterator[Server]:
    """The web server on that database."""
    server = Server(db.engine.url.render_as_string(hide_password=False), tmp_path)
    server.start()
    yield server
    server.kill()


def _application(url: str) -> Flask:
    return create_app(Settings.from_environment({"DATABASE_URL": url, "PANDIAN_LOG_LEVEL": "ERROR"}))


@pytest.fixture
def board(database_kind: str) -> Board:
    """Where figures go."""
    return Board(database_kind)
