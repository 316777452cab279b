"""A real gunicorn server, with production's configuration, that can be killed and started again quickly."""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.dying_app import SWITCH

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 20

# Children are forked from a process that has imported everything and opened nothing: a start takes 50 ms, not 2 s.
_warm = multiprocessing.get_context("forkserver")
_warm.set_forkserver_preload(["app", "tests.faults.dying_app", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"])


class Server:
    """gunicorn on a port of its own; `kill` is kill -9 of master and workers."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url = database_url
        self.log = folder / "server.log"
        self.switch = folder / "switch"
        self.port = _free_port()
        self.process: BaseProcess | None = None

    def start(self) -> None:
        """Start and wait until it listens."""
        self.process = _warm.Process(
            target=_serve, args=(self.port, self.database_url, str(self.switch), str(self.log)), daemon=False
        )
        self.process.start()
        began = time.monotonic()
        while not self.listens():
            if time.monotonic() - began > START_SECONDS_MAX:
                raise TimeoutError(f"the server does not listen: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def listens(self) -> bool:
        """Whether somebody accepts connections on the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Kill -9 the whole server, as the kernel or the power switch would."""
        assert self.process is not None
        assert self.process.pid is not None
        with contextlib.suppress(ProcessLookupError):  # it may just have been killed by its own fault
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()

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


def _serve(port: int, database_url: str, switch: str, log: str) -> None:
    os.setsid()  # a group of its own, to be killed together
    os.chdir(ROOT)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ |= {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "PANDIAN_LOG_LEVEL": "WARNING",
        SWITCH: switch,
    }
    sys.argv = ["gunicorn", "--config", str(ROOT / "app/gunicorn.py"), "tests.faults.dying_app:application()"]
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415  # warm already; typed by nobody

    WSGIApplication().run()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
