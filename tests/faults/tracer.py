"""strace, as the drills use it: to record what a server writes, and to have its system calls fail."""

import shutil
from pathlib import Path

import pytest


def strace() -> str:
    """Where it is. Failing is better than skipping: a drill that did not run is a gap."""
    found = shutil.which("strace")
    if found is None:
        pytest.fail("No strace found: sudo apt-get install strace")
    return found


def failing(calls: str, error: str, when: str, path: Path | None = None) -> list[str]:
    """A tracer that lets `calls` fail with `error` at the `when`-th of each thread (strace's words: 5, 5..9, 5+10)."""
    only = ["-P", str(path)] if path else []
    inject = ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={when}"]
    return [strace(), "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null", *only, *inject]


def recording(folder: Path) -> list[str]:
    """A tracer that writes all that is written to files into `folder`, one file a thread."""
    calls = "openat,close,write,writev,pwrite64,pwritev,ftruncate,fallocate,rename,unlink,fsync,fdatasync,msync"
    form = ["-ttt", "-T", "-y", "-xx", "-s", "2000000"]
    return [strace(), "-ff", "-f", "-qqq", "--seccomp-bpf", "-o", str(folder / "calls"), *form, "-e", f"trace={calls}"]
