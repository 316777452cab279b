"""What every test stands on: a migrated database (PANDIAN_TEST_DB says which), an application, a client."""

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app import create_app
from app.kernel.database import Base, db
from app.settings import Settings
from tests.builders import Cast
from tests.swift import swift_folder

pytest_plugins = ["tests.together"]
SEEDED = {"reason_code", "unit"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by need: `database` tests run on both engines, `browser` tests in their own part."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker("browser")
        elif {"app", "file_app"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session")
def database_kind() -> str:
    """`sqlite` or `postgresql`."""
    return os.environ.get("PANDIAN_TEST_DB", "sqlite")


@pytest.fixture(scope="session")
def session_app(database_kind: str, worker_id: str) -> Iterator[Flask]:
    """One application per test process, over a freshly migrated database of its own."""
    if database_kind == "sqlite":
        with swift_folder() as folder:
            yield _migrated(f"sqlite:///{folder}/pandian.sqlite")
        return
    server = os.environ.get("PANDIAN_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    name = f"pandian_test_{os.getpid()}_{worker_id}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        app = _migrated(server.rsplit("/", 1)[0] + f"/{name}")
        yield app
        with app.app_context():
            db.engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def _migrated(url: str) -> Flask:
    app = create_app(Settings.from_environment({"DATABASE_URL": url, "PANDIAN_LOG_LEVEL": "ERROR"}))
    app.config["TESTING"] = False  # errors become problems, as in production
    with app.app_context(), warnings.catch_warnings():
        from flask_migrate import upgrade  # noqa: PLC0415

        upgrade()
        db.engine.dispose()
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        shutil.copy(path, path.with_suffix(".template"))
    return app


@pytest.fixture
def app(session_app: Flask, database_kind: str) -> Iterator[Flask]:
    """The application with an empty, migrated database, its context pushed."""
    with session_app.app_context():
        _empty(session_app, database_kind)
        yield session_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def file_app(session_app: Flask, database_kind: str) -> Iterator[Flask]:
    """The application with a database that was empty at the beginning of the file: its tests share what is in it."""
    with session_app.app_context():
        _empty(session_app, database_kind)
    yield session_app
    with session_app.app_context():
        db.session.remove()
        db.engine.dispose()


def _empty(app: Flask, kind: str) -> None:
    if kind == "sqlite":
        path = Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///"))
        db.engine.dispose()
        for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copy(path.with_suffix(".template"), path)
        return
    _empty_postgresql()


# What an identity column counts on from: the beginning again.
RESTART = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"""


def _empty_postgresql() -> None:
    """Delete what is there: to truncate all tables costs the server seven times as much, for each test.

    Like TRUNCATE it waits for whoever still writes, and runs into no trigger and no foreign key. That needs a
    superuser, as on the server that .ci/postgres.sh starts; on another's server the tables are truncated.
    """
    tables = {table.name: table for table in Base.metadata.sorted_tables if table.name not in SEEDED}
    everything = ", ".join(f'"{name}"' for name in tables)
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)  # noqa: S608
    with db.engine.begin() as connection:
        if not connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            connection.execute(text(f"TRUNCATE {everything} RESTART IDENTITY"))
            return
        connection.execute(text(f"LOCK TABLE {everything}"))
        filled = connection.scalars(text(asked)).all()
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in filled:
            connection.execute(tables[name].delete())
        connection.execute(text(RESTART))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody is signed in on."""
    return app.test_client()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A small cast on one site: see tests.builders."""
    return Cast.of(app)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> Any:
    """The xdist worker's name, or `main`."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")
