"""A full disk and a disk that fails to sync: refused with a reason and a time, and over by itself."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.kernel.database import db
from tests.builders import Cast, sign_in
from tests.faults.figures import Board
from tests.faults.floor import Floor, expect_each_once, size
from tests.faults.phone import Phone, counting, wait_for_more
from tests.faults.postgres import OwnPostgres
from tests.faults.server import Server
from tests.faults.tracer import failing

SEEN = size(5, 200)  # refusals to be seen before the drill is over
PUSHES_A_REFUSAL = 50
FULL = (507, "disk_full")
SYNCS = "fsync,fdatasync"


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("fault", "calls", "error", "when", "refusal"),
    [
        ("the disk is full", "pwrite64", "ENOSPC", "60+97", FULL),
        ("fsync fails", SYNCS, "EIO", "6+4", (503, "database_unavailable")),
    ],
)
def test_sqlite_on_a_bad_disk(
    database_url: str,
    floor: Floor,
    tmp_path: Path,
    board: Board,
    fault: str,
    calls: str,
    error: str,
    when: str,
    refusal: tuple[int, str],
) -> None:
    wal = Path(database_url.removeprefix("sqlite:///") + "-wal")
    server = Server(database_url, tmp_path)
    server.start_under(failing(calls, error, when, wal))
    try:
        phones = floor.phones(server.url, 3)
        with counting(phones):
            wait_for_refusals(phones, refusal)
            wait_for_more(phones, 5)
    finally:
        server.kill()
    assert {seen for phone in phones for seen in phone.refusals} <= {refusal, (503, "server_busy")}
    board.write(fault, refusals(phones, refusal), phones, expect_each_once(phones), refused=refusal)


@pytest.mark.engine("sqlite")
@pytest.mark.long
def test_a_disk_with_no_room_left_is_read_from_and_goes_on_when_there_is_some(
    database_url: str, cast: Cast, floor: Floor, small_disk: Path, tmp_path: Path, board: Board
) -> None:
    """Nothing is injected here: a small file system is filled up, and emptied again."""
    sign_in(cast.app.test_client(), cast.supervisor)
    server = Server(f"sqlite:///{small_disk}/pandian.sqlite", tmp_path)
    phones = floor.phones(server.url, 3)
    db.engine.dispose()
    home, filler = Path(database_url.removeprefix("sqlite:///")), small_disk / "filler"
    shutil.copy(home, small_disk / "pandian.sqlite")
    server.start()
    try:
        with counting(phones):
            wait_for_more(phones, 3)
            fill(filler)
            while refusals(phones, FULL) < SEEN:
                time.sleep(0.05)
            token = f"token-{cast.supervisor.id}-desk"
            read = httpx.get(f"{server.url}/api/v1/items", cookies={"pandian-session": token}, timeout=10)
            filler.unlink()
            wait_for_more(phones, 5)
    finally:
        server.kill()
    for left in small_disk.glob("pandian.sqlite*"):
        shutil.copy(left, home.with_name(home.name + left.name.removeprefix("pandian.sqlite")))
    board.write("no room left on a small disk", 1, phones, expect_each_once(phones), refused=refusals(phones, FULL))
    assert read.status_code == httpx.codes.OK, "reading stopped"
    assert {seen for phone in phones for seen in phone.refusals} <= {FULL, (503, "server_busy")}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    if os.getuid() != 0:
        pytest.fail("Only root may mount a small disk: run `sudo make faults`.")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Write until there is no room for one more byte."""
    with file.open("wb", buffering=0) as filler:
        for piece in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while filler.write(bytes(piece)):
                    pass


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize(
    ("fault", "calls", "error", "when", "refusal"),
    [
        ("the disk is full", "pwrite64", "ENOSPC", "1+2", FULL),
        ("fsync fails", "fdatasync", "EIO", "12", (503, "database_unavailable")),
    ],
)
def test_postgresql_on_a_bad_disk(
    own_postgres: OwnPostgres,
    own_cast: Cast,
    own_server: Server,
    board: Board,
    fault: str,
    calls: str,
    error: str,
    when: str,
    refusal: tuple[int, str],
) -> None:
    """A failed sync of its log is a panic to PostgreSQL: it drops all connections and recovers from the disk."""
    table = own_postgres.ask("SELECT pg_relation_filepath('device_record')", str(db.engine.url.database))
    own_postgres.kill()
    only = own_postgres.folder / "data" / table if calls == "pwrite64" else None
    own_postgres.start(failing(calls, error, when, only))
    phones = Floor(own_cast).phones(own_server.url, 3)
    with counting(phones):
        wait_for_refusals(phones, refusal)
        own_postgres.kill()
        own_postgres.start()
        wait_for_more(phones, 5)
    board.write(fault, refusals(phones, refusal), phones, expect_each_once(phones), refused=refusal)


def wait_for_refusals(phones: list[Phone], which: tuple[int, str]) -> None:
    """Until the phones have been refused like this often enough, going on in between."""
    pushes = 0
    while refusals(phones, which) < SEEN:
        wait_for_more(phones)
        pushes += 1
        assert pushes < SEEN * PUSHES_A_REFUSAL, f"the disk hardly ever failed: {[phone.refusals for phone in phones]}"


def refusals(phones: list[Phone], which: tuple[int, str]) -> int:
    """How often the phones were refused like this."""
    return sum(phone.refusals[which] for phone in phones)
