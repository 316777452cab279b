"""The power goes at any moment: whatever was acknowledged before is on the disk, and the database is whole.

The writes of a real server are recorded; disks as a power cut may leave them are made from the recording and opened
with the same SQLite. The same drill on a server that is told to be careless must lose: else it would prove nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from pysqlite3 import dbapi2 as sqlite

from app.kernel.database import db
from tests.faults.faulty_app import PRAGMAS
from tests.faults.figures import Board
from tests.faults.floor import Counted, Floor, expect_each_once, size
from tests.faults.phone import Manner, Phone, counting, wait_for_more
from tests.faults.power import FATES, Call, cuts, recorded
from tests.faults.server import Server
from tests.faults.tracer import recording

pytestmark = pytest.mark.engine("sqlite")
PUSHES = size(24, 150)
CUTS = size(30, 120)  # an image for each of the three fates
CHECKPOINTS = "wal_autocheckpoint=100"  # pages; production's 8000 would not come to one in so short a time


@dataclass(frozen=True, slots=True)
class Loss:
    """What opening all images came to."""

    images: int
    acked_before: int  # over all images: scans that were acknowledged before the power went
    lost: int  # of these, not in the image
    corrupt: int  # images that are no whole database
    halved: int  # images with a part of a batch


@pytest.mark.parametrize(
    ("care", "loses"), [("as in production", False), ("synchronous=NORMAL", True)], ids=["full", "control"]
)
def test_what_was_acknowledged_survives_a_power_cut(
    database_url: str, floor: Floor, tmp_path: Path, board: Board, care: str, loses: bool
) -> None:
    pragmas = f"{CHECKPOINTS},{care}" if loses else CHECKPOINTS
    database = Path(database_url.removeprefix("sqlite:///"))
    server = Server(database_url, tmp_path, **{PRAGMAS: pragmas})
    phones = floor.phones(server.url, 2, Manner(batch=10))
    db.engine.dispose()
    start = {f"{database}{end}": _content(f"{database}{end}") for end in ("", "-wal")}
    server.start_under(recording(tmp_path))
    try:
        with counting(phones):
            wait_for_more(phones, PUSHES)
    finally:
        server.kill()
    loss = tried(recorded(tmp_path, set(start)), start, phones, tmp_path)
    counted = expect_each_once(phones)
    whole = Counted(counted.acked, loss.lost, 0, 0, 0, 0, counted.findings)
    more = {"corrupt": loss.corrupt, "halved": loss.halved, "acked_before": loss.acked_before}
    board.write(f"power cut, {care}{' (must lose)' if loses else ''}", loss.images, phones, whole, None, **more)
    assert loss.acked_before > loss.images, "no acknowledgement lay before the cuts"
    assert loss.halved == loss.corrupt == 0
    assert (loss.lost > 0) == loses


def tried(calls: list[Call], start: dict[str, bytes], phones: list[Phone], folder: Path) -> Loss:
    """Open images of cuts all over the recording."""
    chance = Random(11)
    acks = {scan: moment for phone in phones for scan, moment in phone.acked.items()}
    chosen = set(chance.sample(range(len(calls)), min(CUTS, len(calls))))
    images = acked_before = lost = corrupt = halved = 0
    for last, disks in cuts(calls, start, chosen):
        before = {scan for scan, moment in acks.items() if moment <= last.ended_at}
        for fate in FATES:
            contents = {file: disk.after_the_cut(fate, chance) for file, disk in disks.items()}
            kept, whole, pieces = opened(contents, folder)
            images += 1
            acked_before += len(before)
            lost += len(before - kept)
            corrupt += not whole
            halved += pieces != len(kept)
    return Loss(images, acked_before, lost, corrupt, halved)


def opened(contents: dict[str, bytes], folder: Path) -> tuple[set[str], bool, int]:
    """What SQLite finds in an image: the ids of the scans, whether the file is whole, and the pieces counted."""
    place = folder / "image.sqlite"
    place.with_name("image.sqlite-shm").unlink(missing_ok=True)
    for file, content in contents.items():
        (folder / ("image.sqlite-wal" if file.endswith("-wal") else "image.sqlite")).write_bytes(content)
    connection = sqlite.connect(str(place))
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        whole = whole and connection.execute("PRAGMA foreign_key_check").fetchall() == []
        ids = connection.execute("SELECT hex(record_id) FROM device_record").fetchall()
        [[pieces]] = connection.execute("SELECT coalesce(sum(quantity), 0) FROM tally").fetchall()
    except sqlite.DatabaseError:
        return set(), False, 0
    finally:
        connection.close()
    return {_uuid(hexed) for (hexed,) in ids}, whole, int(pieces)


def _uuid(hexed: str) -> str:
    low = hexed.lower()
    return "-".join((low[:8], low[8:12], low[12:16], low[16:20], low[20:]))


def _content(file: str) -> bytes:
    return Path(file).read_bytes() if Path(file).exists() else b""
