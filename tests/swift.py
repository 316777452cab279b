"""Folders for databases that are thrown away."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  a folder is made in it, with a name nobody can guess
ENOUGH_BYTES = 1_000_000_000  # of a container's it may be 64 MB: too little for a test that fills a table


@contextmanager
def swift_folder() -> Iterator[Path]:
    """A folder in memory where there is room, else on the disk; gone at the end.

    Tests kill processes, never the machine: what a process has written stays, and nobody waits 1 to 3 ms for the disk
    at each of the dozens of commits of a test.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    with tempfile.TemporaryDirectory(prefix="pandian-test-", dir=MEMORY if roomy else None) as folder:
        yield Path(folder)
