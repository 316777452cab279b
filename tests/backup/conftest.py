"""What the tests of backup and restore stand on: the commands, and no database left behind on the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from app.kernel.database import db
from tests.backup.installation import Installation


@pytest.fixture
def installation(app: Flask, tmp_path: Path) -> Iterator[Installation]:
    """The test's own database as an installation that is backed up and restored by its commands."""
    yield Installation(app, tmp_path)
    if db.engine.dialect.name != "postgresql":
        return
    name = str(db.engine.url.database)
    admin = create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    asked = text("SELECT datname FROM pg_database WHERE starts_with(datname, :name) AND datname <> :name")
    with admin.connect() as connection:
        for left in connection.scalars(asked, {"name": name}).all():
            connection.execute(text(f'DROP DATABASE "{left}" WITH (FORCE)'))
    admin.dispose()
