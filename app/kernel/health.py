"""/healthz says the process lives, /readyz that it can do its work; both for machines, neither says more."""

import shutil
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response
from sqlalchemy import text

from app.kernel.access import public
from app.kernel.database import db, is_sqlite
from app.kernel.json import dumps
from app.kernel.transaction import reading

FREE_DISK_PERCENT = 5
SQLITE_FIXED = (3, 51, 3)  # the first release without the WAL-reset corruption (3.7.0 to 3.51.2 have it)
SQLITE_BACKPORTS = {(3, 50, 7), (3, 44, 6)}


def register_health(app: Flask) -> None:
    """Serve both checks."""
    newest = ScriptDirectory(str(app.extensions["migrate"].directory)).get_current_head()

    @app.get("/healthz")
    @public
    def healthz() -> Response:
        return _answer({"process": True})

    @app.get("/readyz")
    @public
    def readyz() -> Response:
        return _answer(_checks(newest))


def sqlite_is_fixed(version: str) -> bool:
    """Whether several connections may write a WAL database of this SQLite safely."""
    numbers = tuple(int(part) for part in version.split("."))
    return numbers >= SQLITE_FIXED or numbers in SQLITE_BACKPORTS


def _checks(newest: str | None) -> dict[str, bool]:
    with reading() as session:
        connection = session.connection()
        checks = {"database": session.scalar(text("SELECT 1")) == 1}
        checks["schema"] = MigrationContext.configure(connection).get_current_revision() == newest
        if is_sqlite(connection):
            checks["sqlite_version"] = sqlite_is_fixed(str(session.scalar(text("SELECT sqlite_version()"))))
            folder = db.engine.url.database or "."
            disk = shutil.disk_usage(folder)
            checks["free_disk"] = disk.free * 100 >= disk.total * FREE_DISK_PERCENT
    return checks


def _answer(checks: dict[str, Any]) -> Response:
    good = all(checks.values())
    body = {"status": "ok" if good else "not ready", "checks": checks}
    return Response(dumps(body), status=200 if good else 503, content_type="application/json")
