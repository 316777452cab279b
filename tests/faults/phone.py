"""A phone in somebody's hand: scans piece after piece and pushes, through every breakdown, until told to stop."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.demo.push_client import BATCH as PUSH_LIMIT
from app.demo.push_client import Device, Refused

BATCH = 10
COME_BACK_LATER = {429, 503, 507}
QUIET_SECONDS_MAX = 30


@dataclass
class Manner:
    """How a phone goes about it: records a push, whether it follows the feed, and whether it waits as it is told."""

    batch: int = BATCH
    pulls: bool = False
    obeys: bool = False  # waits for Retry-After as the PWA does; else it comes again at once, to be in the way more
    keeps_line: bool = True  # else a connection for each call: none that the server has closed meanwhile is used again
    pause_s: float = 0.0  # between two batches


@dataclass
class Phone:
    """Scans with `scan`'s fields. Everything else is what it saw.

    `acked`: the ids the server promised to keep, each with the moment (seconds since 1970) the promise came; `broken`:
    answers that never came; `refusals`: how often by (status, code); `trouble`: what must not happen at all.
    """

    device: Device
    scan: dict[str, Any]
    manner: Manner = field(default_factory=Manner)
    acked: dict[str, float] = field(default_factory=dict)
    broken: int = 0
    tries: int = 0
    refusals: Counter[tuple[int, str]] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)
    trouble: Exception | None = None
    told_to_stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to scan and push."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        """Every batch that was begun is sent until it is answered."""
        try:
            while not self.told_to_stop.is_set():
                self.scan_batch(self.manner.batch)
                self.push_until_answered()
                if self.manner.pulls:
                    self._until_answered(self.device.pull)
                time.sleep(self.manner.pause_s)
        except Exception as trouble:  # noqa: BLE001  a thread cannot raise into its test: the test asks for it
            self.trouble = trouble

    def come_back(self) -> None:
        """One whole round: greet, send what is pending, follow the feed to its head."""
        try:
            self._until_answered(self.device.hello)
            self.push_until_answered()
            self._until_answered(self.device.pull)
        except Exception as trouble:  # noqa: BLE001  see above
            self.trouble = trouble

    def scan_batch(self, pieces: int) -> None:
        """Scan so many pieces, one record each."""
        for _ in range(pieces):
            self.device.record("scan", **self.scan)

    def push_until_answered(self) -> None:
        """Send all that is pending, through whatever happens."""
        while batch := self.device.store.entries("pending", PUSH_LIMIT):
            self._until_answered(lambda batch=batch: self.device.push(batch))
            moment = time.time()
            self.acked |= {str(entry.id): moment for entry in batch}

    def _until_answered(self, call: Any) -> None:
        while True:
            self.tries += 1
            try:
                call()
            except httpx.TransportError:
                self.broken += 1
                time.sleep(0.01)
            except Refused as refusal:
                if refusal.status not in COME_BACK_LATER or not refusal.retry_after_s:
                    raise  # an error, or a refusal that does not say when to come again
                self.refusals[refusal.status, refusal.problem["code"]] += 1
                self.waits_s.append(refusal.retry_after_s)
                time.sleep(self.waits_s[-1] * random.uniform(1, 1.5) if self.manner.obeys else 0.05)
            else:
                return


@contextmanager
def counting(phones: list[Phone]) -> Iterator[None]:
    """While the block runs, all phones scan and push; afterwards each finishes the batch it has begun."""
    for phone in phones:
        phone.start()
    try:
        yield
    finally:
        for phone in phones:
            phone.told_to_stop.set()
        deadline = time.monotonic() + QUIET_SECONDS_MAX
        for phone in phones:
            assert phone.thread is not None
            phone.thread.join(timeout=max(0.0, deadline - time.monotonic()))
            phone.device.http.close()


def wait_for_more(phones: list[Phone], pushes: int = 1) -> None:
    """Until so many more pushes have been acknowledged: the server is up and at work."""
    sought = sum(len(phone.acked) for phone in phones) + pushes * phones[0].manner.batch
    deadline = time.monotonic() + QUIET_SECONDS_MAX
    while sum(len(phone.acked) for phone in phones) < sought:
        assert time.monotonic() < deadline, (
            f"too few pushes were answered for {QUIET_SECONDS_MAX} seconds: {[(p.trouble, p.refusals) for p in phones]}"
        )
        time.sleep(0.005)
