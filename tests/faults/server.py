"""A real gunicorn server, with production's configuration, that can be killed and started again quickly."""

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from app.demo.server import free_port
from tests.faults.faulty_app import SWITCH

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 30
APPLICATION = "tests.faults.faulty_app:application()"

# Children are forked from a process that has imported everything and opened nothing: a start takes 50 ms, not 2 s.
_warm = multiprocessing.get_context("forkserver")
_warm.set_forkserver_preload(["app", "tests.faults.faulty_app", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"])


class Server:
    """gunicorn on a port of its own; `kill` is kill -9 of master and workers. `settings` go into its environment."""

    def __init__(self, database_url: str, folder: Path, **settings: str) -> None:
        self.database_url = database_url
        self.log = folder / "server.log"
        self.switch = folder / "switch"
        self.port = free_port()
        self.settings = settings
        self.process: BaseProcess | subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": self.database_url,
            "PANDIAN_LOG_LEVEL": "WARNING",
            SWITCH: str(self.switch),
            **self.settings,
        }

    def start(self) -> None:
        """Start and wait until it listens."""
        process = _warm.Process(target=_serve, args=(self.environment, str(self.log)), daemon=False)
        process.start()
        self.process = process
        self.wait_until_listening()

    def start_under(self, tracer: Sequence[str]) -> None:
        """Start as the child of a tracer (strace with its options), which sees every system call of it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*tracer, sys.executable, "-m", "gunicorn", "--config", "app/gunicorn.py", APPLICATION],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_listening()
        self.wait_until_ready()

    def wait_until_listening(self) -> None:
        """Wait until somebody accepts connections."""
        began = time.monotonic()
        while not self.listens():
            if time.monotonic() - began > START_SECONDS_MAX:
                raise TimeoutError(f"the server does not listen: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def wait_until_ready(self) -> None:
        """Wait until a worker answers that it can do its work."""
        began = time.monotonic()
        while self.readiness(timeout=5) != httpx.codes.OK:
            if time.monotonic() - began > START_SECONDS_MAX:
                raise TimeoutError(f"the server is not ready: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def listens(self) -> bool:
        """Whether somebody accepts connections on the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def readiness(self, timeout: float) -> int:
        """The status of /readyz; 0 where no answer came within `timeout` seconds."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=timeout).status_code
        except httpx.TransportError:
            return 0

    def kill(self) -> None:
        """Kill -9 the whole server, as the kernel or the power switch would."""
        assert self.process is not None
        assert self.process.pid is not None
        with contextlib.suppress(ProcessLookupError):  # it may just have been killed by its own fault
            os.killpg(self.process.pid, signal.SIGKILL)
        self._join(START_SECONDS_MAX)

    def kill_worker(self) -> None:
        """Kill -9 the worker processes alone: the master starts others."""
        assert self.process is not None
        assert self.process.pid is not None
        for worker in children_of(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def stop(self, patience_s: float) -> int:
        """SIGTERM, as an update or a shutdown of the machine sends it; the exit code. Raises TimeoutError."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGTERM)
        self._join(patience_s)
        code = self.process.returncode if isinstance(self.process, subprocess.Popen) else self.process.exitcode
        if code is None:
            raise TimeoutError(f"the server has not ended within {patience_s} s of SIGTERM")
        return code

    def die_before_answering(self, victim: str) -> None:
        """Arm the fault: the next push is committed and not answered, and `victim` (worker or server) is dead."""
        draft = self.switch.with_suffix(".draft")
        draft.write_text(victim)
        draft.rename(self.switch)

    def wait_until_dead(self, victim: str) -> None:
        """Wait for the armed fault to have happened."""
        began = time.monotonic()
        while self.switch.exists():
            if time.monotonic() - began > START_SECONDS_MAX:
                raise TimeoutError("no push came to die at")
            time.sleep(0.005)
        if victim == "server":
            self.kill()

    def _join(self, patience_s: float) -> None:
        if isinstance(self.process, subprocess.Popen):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience_s)
        elif self.process is not None:
            self.process.join(patience_s)


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    children: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just died
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return children


def _serve(environment: dict[str, str], log: str) -> None:
    os.setsid()  # a group of its own, to be killed together
    os.chdir(ROOT)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ |= environment
    sys.argv = ["gunicorn", "--config", str(ROOT / "app/gunicorn.py"), APPLICATION]
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415  # warm already; typed by nobody

    WSGIApplication().run()
