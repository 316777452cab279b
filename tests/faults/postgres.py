"""A PostgreSQL server of the drills' own, with fsync on as in production, that may be killed and traced."""

import contextlib
import os
import random
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from app.demo.server import free_port
from tests.faults.server import children_of

PATIENCE_S = 60


def binaries() -> Path:
    """The folder of the newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        pytest.fail("No PostgreSQL server is installed: sudo apt-get install postgresql")
    return Path(initdb).parent


class OwnPostgres:
    """A cluster in `folder`, whose processes are this test's to kill. PostgreSQL refuses to run as root: root lends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.log = folder / "postgres.log"
        self._user = "postgres" if os.getuid() == 0 else None
        self._databases = 0

    def make(self) -> None:
        """Make the cluster."""
        (self.folder / "password").write_text(self.password)
        if self._user is not None:
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, self._user)
        words = f"-A scram-sha-256 --pwfile={self.folder}/password -E UTF8 --locale=C.UTF-8 --no-sync".split()
        command = [str(binaries() / "initdb"), "-D", f"{self.folder}/data", "-U", "postgres", *words]
        subprocess.run(command, user=self._user, cwd="/", check=True, capture_output=True)

    def start(self, tracer: Sequence[str] = ()) -> None:
        """Start (after a kill: recover) and wait until it lets us in; under a tracer, when one is given."""
        settings = ["-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port), "-c", "jit=off"]
        command = [*tracer, str(binaries() / "postgres"), "-D", f"{self.folder}/data", *settings]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, user=self._user, cwd="/", stdout=log, stderr=log, start_new_session=True
            )
        self.wait_until_open()

    def wait_until_open(self) -> None:
        """Wait until a connection works."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def ask(self, statement: str, database: str = "postgres") -> str:
        """The first value of a statement's answer, as text; of a command, nothing."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=3) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]  # written here, not by a user
            row = cursor.fetchone() if cursor.description else None
            return str(row[0]) if row else ""

    def url(self, database: str) -> str:
        """Its address, as DATABASE_URL takes it."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def copy_of(self, template: str) -> str:
        """The URL of a fresh database that looks like `template`."""
        self._databases += 1
        name = f"drill_{self._databases}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    @property
    def postmaster(self) -> int:
        """The process that the others are children of."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """Kill -9 of all its processes, as when the machine stops."""
        pids = [self.postmaster]
        pids += children_of(pids[0])
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while any(_lives(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)

    def kill_backend(self, chance: random.Random) -> None:
        """Kill -9 of one process that serves a connection: the server drops all others and recovers by itself."""
        backends = [pid for pid in children_of(self.postmaster) if "127.0.0.1" in _command(pid)]
        if backends:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(backends), signal.SIGKILL)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
