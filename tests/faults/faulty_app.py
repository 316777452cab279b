"""The application as production serves it, except that it can die between its commit and its answer.

Lives here and not in `app`: a production server has no such switch.
"""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app import create_app
from app.kernel.database import db

SWITCH = "PANDIAN_FAULT_SWITCH"  # names a file; while it exists, the next accepted push is not answered
PRAGMAS = "PANDIAN_FAULT_PRAGMAS"  # for SQLite, after production's own: "synchronous=OFF", for a control that must fail


class FaultyApp:
    """A WSGI wrapper that kills its process after the work of a push is done and committed, before a byte is sent."""

    def __init__(self, application: Callable[..., Iterable[bytes]], switch: Path) -> None:
        self.application = application
        self.switch = switch

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[str] = []

        def overhear(status: str, *arguments: Any) -> Any:
            said.append(status)
            return start_response(status, *arguments)

        answer = list(self.application(environ, overhear))
        if environ["PATH_INFO"].endswith("/sync/push") and said[-1].startswith("200"):
            self.die_if_told()
        return answer

    def die_if_told(self) -> None:
        """Of several threads, the one that takes the switch away dies, and all with it."""
        claimed = self.switch.with_suffix(f".{os.getpid()}")
        try:
            self.switch.rename(claimed)
        except FileNotFoundError:
            return
        if claimed.read_text() == "server":
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def application() -> FaultyApp:
    """What gunicorn is told to serve."""
    app = create_app()
    _set(app, [pragma for pragma in os.environ.get(PRAGMAS, "").split(",") if pragma])
    return FaultyApp(app, Path(os.environ[SWITCH]))


def _set(app: Flask, pragmas: list[str]) -> None:
    def connect(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    with app.app_context():
        event.listen(db.engine, "connect", connect)
