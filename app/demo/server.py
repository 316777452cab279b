"""A Pandian of its own for the demo: a fresh database, a real server process on a loopback port, stopped at the end."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.settings import ROOT

START_TIMEOUT_S = 30


@contextmanager
def private_server() -> Iterator[tuple[str, str]]:
    """Yield (base URL, database URL) of a served, migrated, empty SQLite database; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pandian-demo-") as folder:
        database = f"sqlite:///{folder}/pandian.sqlite"
        port = free_port()
        environment = os.environ | {
            "DATABASE_URL": database,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PANDIAN_LOG_LEVEL": "WARNING",
        }
        _flask(environment, "db", "upgrade")
        server = _start(environment, Path(folder) / "server.log")
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, Path(folder) / "server.log")
            yield url, database
        finally:
            server.terminate()
            server.wait(timeout=START_TIMEOUT_S)


def free_port() -> int:
    """A loopback port nobody listens on just now.

    Below the range that outgoing connections take theirs from, or one of them could have it while a server restarts.
    """
    for _ in range(100):
        port = random.randrange(15_000, 30_000)  # noqa: S311  # no secret
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("No free port was found between 15000 and 30000.")


def _flask(environment: dict[str, str], *command: str) -> None:
    subprocess.run(  # noqa: S603  # our own command line, in our own interpreter
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )


def _start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(  # our own server, in our own interpreter
            [sys.executable, "-m", "gunicorn", "--config", "app/gunicorn.py"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/healthz", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The demo's server did not start:\n{log.read_text(errors='replace')[-2000:]}")
