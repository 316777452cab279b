"""The door of the sync calls: some devices at work, some waiting, the rest told when to come again.

Without it a herd of devices coming back after an outage would queue before the server's threads for minutes, and the
desk, the health checks and the first of the herd's own retries behind them.
"""

import time
from collections import deque
from random import randint
from threading import BoundedSemaphore, RLock

from flask import Flask, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.kernel.errors import Unavailable

GUARDED = "/api/v1/sync/"
BODY_BYTES = 2_000_000  # the largest of the guarded calls is a push
AT_WORK = 4  # more at once only get in each other's way: one interpreter, and on SQLite one writer
WAITING = 8  # each for some tens of milliseconds; a dozen phones at once are all served
WAIT_S = 5.0
WINDOW_S = 5.0
LET_IN_PER_S = 10  # a cautious guess of what a small server takes in
RETRY_MAX_S = 20


class Door:
    """Lets a number of requests in, has some wait, and turns the rest away with a moment of their own to come again."""

    def __init__(self, at_work: int, waiting: int) -> None:
        self._free = at_work + waiting
        self._at_work = BoundedSemaphore(at_work)
        self._turned_away: deque[float] = deque()
        self._lock = RLock()

    def knock(self) -> None:
        """See whether there is room at all. Raises Unavailable (`server_busy`)."""
        if self._free <= 0:
            raise self._refusal()

    def enter(self) -> None:
        """Come in, at once or after a short wait; `leave` must follow. Raises Unavailable (`server_busy`)."""
        with self._lock:
            if self._free <= 0:
                raise self._refusal()
            self._free -= 1
        if not self._at_work.acquire(timeout=WAIT_S):
            self._make_room()
            raise self._refusal()

    def leave(self) -> None:
        """Make room."""
        self._at_work.release()
        self._make_room()

    def _make_room(self) -> None:
        with self._lock:
            self._free += 1

    def _refusal(self) -> Unavailable:
        wait_s = self._retry_after()
        return Unavailable("server_busy", "Too many devices at once; send it again.", retry_after_s=wait_s)

    def _retry_after(self) -> int:
        """Seconds, spread over as long a time as those outside will take: the more there are, the longer."""
        moment = time.monotonic()
        with self._lock:
            self._turned_away.append(moment)
            while self._turned_away[0] < moment - WINDOW_S:
                self._turned_away.popleft()
            outside = len(self._turned_away)
        return randint(1, max(2, min(RETRY_MAX_S, outside // LET_IN_PER_S)))  # noqa: S311  # jitter, no secret


def register_admission(app: Flask) -> None:
    """Put a door before the sync calls of `app`. After `register_viewer`: a stranger's body is never received."""
    door = Door(AT_WORK, WAITING)

    def knock() -> None:
        if request.path.startswith(GUARDED):
            door.knock()

    app.before_request_funcs.setdefault(None, []).insert(0, knock)  # before all others: most of a herd ends here

    @app.before_request
    def enter() -> None:
        if request.path.startswith(GUARDED):
            _receive_body()
            door.enter()
            g.inside = True

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if g.pop("inside", False):
            door.leave()


def _receive_body() -> None:
    """Have the whole body here first: a phone with a slow line must not hold a place while it sends."""
    request.max_content_length = BODY_BYTES
    try:
        request.get_data(cache=True)
    except RequestEntityTooLarge:
        return  # the view says so, in its own words
