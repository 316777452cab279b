"""The server's side of the picture workers: a few processes, started when first needed, replaced when they die.

Safe for threads and forks, and cheap to import: no picture library comes into the server. Whatever a picture does to
its worker, the caller gets one of four refusals, and the next picture gets a worker that works.
"""

import atexit
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scanner.worker_frames import FrameBroken, receive_frame, send_frame
from scanner.worker_limits import PIXELS_MAX, SIDE_MAX, START_SECONDS, WALL_SECONDS

WORKERS: Final = 2
WAITING_MAX: Final = 2
"""Callers that may wait for a worker: more of them would take the server's threads away from counting."""
WAIT_SECONDS: Final = 5.0
COMMAND: Final = (sys.executable, "-m", "scanner.worker")
_ROOT: Final = Path(__file__).resolve().parent.parent
_PASSED_ON: Final = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_ENVIRONMENT: Final = {  # no more than that: a worker knows neither the database nor its password
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_IO_MAX_IMAGE_PIXELS": str(PIXELS_MAX),  # should a file say one size to us and another to the library
    "OPENCV_IO_MAX_IMAGE_WIDTH": str(SIDE_MAX),
    "OPENCV_IO_MAX_IMAGE_HEIGHT": str(SIDE_MAX),
}
_KILLED_FOR_TIME: Final = -signal.SIGXCPU


class PoolError(Exception):
    """No answer about this picture; the message says why in plain words."""


class PictureRefused(PoolError):
    """The worker looked and refused: `code` as `scanner.decode.PictureError`, `measure` what was too large."""

    def __init__(self, code: str, message: str, measure: dict[str, Any]) -> None:
        super().__init__(message)
        self.code = code
        self.measure = measure


class PictureBreaks(PoolError):
    """The worker died of the picture, or the picture took more work than any may: sending it again is no use."""


class PoolBusy(PoolError):
    """All workers have work and others wait already: the same picture may go through in a moment."""


class PoolFailed(PoolError):
    """No worker starts, or one did not answer in time without having worked: the machine is in trouble."""


class _WorkerGone(Exception):
    """An idle worker went, as they do after a while, and has not looked at the picture."""


@dataclass(frozen=True, slots=True)
class Remade:
    """A picture made anew: a JPEG with nothing in it but pixels, upright."""

    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class CodesRead:
    """The codes in a picture, as JSON; positions in pixels of the upright picture with this longer side."""

    side: int
    codes: list[dict[str, Any]]


class _Worker:
    """One process and the channel to it. Used by one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self.channel, theirs = socket.socketpair()
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            self.process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=_ROOT,
                env={**_ENVIRONMENT, **passed_on},
                start_new_session=True,  # what ends the server's group lets the worker finish its picture
            )
        except OSError:
            self.channel.close()
            raise
        finally:
            theirs.close()
        try:
            receive_frame(self.channel, time.monotonic() + START_SECONDS)
        except BaseException:
            self.end()
            raise

    def ask(self, want: str, data: bytes, wall_s: float) -> tuple[dict[str, Any], bytes]:
        """Put one question. Raises _WorkerGone, PictureBreaks or PoolFailed, the worker being ended by then."""
        deadline = time.monotonic() + wall_s
        self.channel.settimeout(wall_s)
        try:
            send_frame(self.channel, {"want": want}, data)
            return receive_frame(self.channel, deadline)
        except TimeoutError as error:
            self.end()
            raise PoolFailed("the picture was not unpacked in time") from error
        except (OSError, FrameBroken) as error:
            code = self.end(patience_s=1.0)
            if code == 0:
                raise _WorkerGone from error
            why = "took too long to unpack" if code == _KILLED_FOR_TIME else f"broke the decoder ({code})"
            raise PictureBreaks(f"the picture {why}") from error

    def end(self, patience_s: float = 0.0) -> int:
        """Close the channel and see the process out, by force when it does not go; returns its exit code."""
        self.channel.close()
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def forget(self) -> None:
        """In a forked child: the process is the parent's, and only the copy of the channel is closed."""
        self.channel.close()
        self.process.returncode = 0


class WorkerPool:
    """At most `workers` processes of `command`, each with one picture at a time."""

    def __init__(
        self, workers: int = WORKERS, *, command: Sequence[str] = COMMAND, wall_s: float = WALL_SECONDS
    ) -> None:
        self._size = workers
        self._command = tuple(command)
        self._wall_s = wall_s
        self._open()
        _pools.add(self)

    def _open(self) -> None:
        # Last in, first out: one worker stays warm, the other goes when it is not needed. None is one not started.
        self._places: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(self._size):
            self._places.put(None)
        self._waiting = threading.Semaphore(WAITING_MAX)
        self._workers: weakref.WeakSet[_Worker] = weakref.WeakSet()

    def remake(self, data: bytes) -> Remade:
        """The picture as a fresh JPEG. Raises PoolError."""
        told, jpeg = self._ask("jpeg", data)
        if not jpeg.startswith(b"\xff\xd8\xff"):
            raise PictureBreaks("the worker answered with something that is no JPEG")
        return Remade(int(told["width"]), int(told["height"]), jpeg)

    def read_codes(self, data: bytes) -> CodesRead:
        """The codes in the picture. Raises PoolError."""
        told, _ = self._ask("codes", data)
        return CodesRead(int(told["side"]), list(told["codes"]))

    def close(self) -> None:
        """End the workers that are idle now. The pool can be used again."""
        for worker in self._taken_out():
            worker.end(patience_s=1.0)
            self._places.put(None)

    def forget(self) -> None:
        """In a forked child: start anew, without the parent's workers and locks."""
        for worker in list(self._workers):
            worker.forget()
        self._open()

    def _taken_out(self) -> list[_Worker]:
        found: list[_Worker | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._places.get_nowait())
        for _ in range(found.count(None)):
            self._places.put(None)
        return [worker for worker in found if worker is not None]

    def _ask(self, want: str, data: bytes) -> tuple[dict[str, Any], bytes]:
        worker, answered = self._place(), None
        try:
            while answered is None:
                is_fresh = worker is None
                worker = worker or self._started()
                try:
                    answered = worker.ask(want, data, self._wall_s)
                except _WorkerGone:
                    if is_fresh:
                        raise PictureBreaks("the picture made a worker go") from None
                    worker = None
        finally:
            self._places.put(worker if answered else None)
        message, made = answered
        if "ok" not in message:
            measure = message.get("measure", {})
            raise PictureRefused(str(message.get("error")), str(message.get("message")), dict(measure))
        return message["ok"], made

    def _place(self) -> _Worker | None:
        with contextlib.suppress(queue.Empty):
            return self._places.get_nowait()
        if not self._waiting.acquire(blocking=False):
            raise PoolBusy("other pictures are being unpacked, and more wait")
        try:
            return self._places.get(timeout=WAIT_SECONDS)
        except queue.Empty as error:
            raise PoolBusy("other pictures take their time") from error
        finally:
            self._waiting.release()

    def _started(self) -> _Worker:
        try:
            worker = _Worker(self._command)
        except (OSError, FrameBroken) as error:
            raise PoolFailed("no worker starts") from error
        self._workers.add(worker)
        return worker


_pools: weakref.WeakSet[WorkerPool] = weakref.WeakSet()


def _close_all() -> None:
    for pool in list(_pools):
        pool.close()


def _forget_all() -> None:
    for pool in list(_pools):
        pool.forget()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_forget_all)
