"""Asks /readyz again and again, in a process of its own: `python -m tests.faults.probe URL`, until its input ends.

Prints the slowest answer in seconds, how many there were, and how many were not 200, as one JSON line.
"""

import http.client
import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

PAUSE_S = 0.1
TIMEOUT_S = 20


def ask(host: str, port: int) -> tuple[float, int]:
    """Seconds and status of one question over a connection of its own; status 0 where no answer came."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
    except OSError:
        status = 0
    finally:
        connection.close()
    return time.monotonic() - began, status


@contextmanager
def readiness_watched(url: str) -> Iterator[dict[str, Any]]:
    """While the block runs, somebody asks; afterwards the mapping has `slowest_s`, `asked` and `not_ready`."""
    found: dict[str, Any] = {}
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.probe", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield found
    finally:
        said, _ = watcher.communicate(timeout=TIMEOUT_S + 5)
        found.update(json.loads(said))


def main(url: str) -> None:
    """Ask until the input is closed."""
    place = urlsplit(url)
    seconds: list[float] = []
    not_ready = 0
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        took, status = ask(str(place.hostname), place.port or 80)
        seconds.append(took)
        not_ready += status != 200
    slowest = sorted(seconds)
    print(
        json.dumps(
            {
                "slowest_s": round(slowest[-1], 2),
                "p95_s": round(slowest[len(slowest) * 95 // 100], 2),
                "median_s": round(slowest[len(slowest) // 2], 3),
                "asked": len(seconds),
                "not_ready": not_ready,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
