"""A phone in somebody's hand: scans piece after piece and pushes, through every breakdown, until told to stop."""

import threading
import time
from typing import Any

import httpx

from app.demo.push_client import Device, Refused

BATCH = 10
COME_BACK_LATER = {429, 503}


class Phone(threading.Thread):
    """Scans with `scan`'s fields; `acked`: what the server promised to keep; `broken`: answers that never came."""

    def __init__(self, device: Device, scan: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.device = device
        self.scan = scan
        self.acked: list[str] = []
        self.broken = 0
        self.trouble: Exception | None = None
        self.told_to_stop = threading.Event()

    def run(self) -> None:
        """Every batch that was begun is sent until it is answered."""
        try:
            while not self.told_to_stop.is_set():
                scans = [self.device.record("scan", **self.scan) for _ in range(BATCH)]
                self._push_until_answered()
                self.acked += [str(scan.id) for scan in scans]
        except Exception as trouble:  # noqa: BLE001  a thread cannot raise into its test: the test asks for it
            self.trouble = trouble

    def _push_until_answered(self) -> None:
        while self.device.pending:
            try:
                self.device.push()
            except httpx.TransportError:
                self.broken += 1
                time.sleep(0.01)
            except Refused as refusal:
                if refusal.status not in COME_BACK_LATER:
                    raise
                time.sleep(0.05)
