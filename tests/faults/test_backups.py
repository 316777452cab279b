"""Backups under load, each restored beside; and servers that burn, are restored, and get back what devices keep."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.backup.taking import take
from app.catalogue.models import Item
from app.checks import verify_everything
from app.device_log.models import DeviceRecord
from app.feed.service import record_changes
from app.jobs import sequence
from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.ledger.models import Journal
from tests.backup.installation import Installation
from tests.builders import Cast, make_item
from tests.faults.figures import Board
from tests.faults.floor import Counted, Floor, expect_each_once, size
from tests.faults.phone import Phone, counting, wait_for_more
from tests.faults.server import Server
from tests.stocktake.builders import move

BACKUPS = size(5, 25)
PIECES = 12
NEWER_NAME = "Given after the backup"
API = "/api/v1"


class Poster:
    """A desk at work: one posting after another, numbered and sealed."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.item = make_item("RICE")
        self.posted = 0
        self.trouble: Exception | None = None
        self.stop = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the block runs."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join(timeout=30)

    def _run(self) -> None:
        with self.cast.app.app_context():
            while not self.stop.is_set() and self.trouble is None:
                try:
                    move(self.cast, "receipt", self.item, self.cast.bins[1], 1, now())
                    self.posted += 1
                    sequence()
                except Exception as trouble:  # noqa: BLE001  a thread cannot raise into its test: the test asks for it
                    self.trouble = trouble


def test_every_backup_taken_under_load_is_whole_and_holds_what_was_acknowledged_before_it(
    server: Server, floor: Floor, installation: Installation, board: Board
) -> None:
    phones, poster = floor.phones(server.url, 3), Poster(floor.cast)
    taken: list[tuple[Path, set[str], int]] = []
    with counting(phones), poster.at_work():
        for number in range(BACKUPS):
            wait_for_more(phones)
            acked, posted = {one for phone in phones for one in list(phone.acked)}, poster.posted
            path, _ = take(installation.database, installation.folder / f"{number}.zip", "test", now())
            taken.append((path, acked, posted))
        wait_for_more(phones)
    assert poster.trouble is None
    good = sum(is_good(installation, *one) for one in taken)
    board.write("backup under load, each restored beside", BACKUPS, phones, expect_each_once(phones), good=good)
    assert good == BACKUPS


def is_good(installation: Installation, archive: Path, acked: set[str], posted: int) -> bool:
    """Whether what is in the backup is one moment of the book, not earlier than what was acknowledged before it."""
    with installation.beside(archive):
        sequence()
        with reading() as session:
            records = set(map(str, session.scalars(select(DeviceRecord.record_id))))
            journals = session.scalar(select(func.count()).select_from(Journal)) or 0
            findings = verify_everything(session)
    return not findings and acked <= records and journals >= posted


def by_command(installation: Installation, archive: Path) -> None:
    """The way of docs/running.md."""
    assert "The book holds" in installation.restore(archive)


def by_hand(installation: Installation, archive: Path) -> None:
    """A copy put in place without a word to anybody."""
    installation.put_back_by_hand(archive)


@pytest.mark.parametrize("restored", [by_command, by_hand])
def test_after_a_fire_and_a_restore_devices_bring_back_everything_once(
    server: Server,
    floor: Floor,
    installation: Installation,
    board: Board,
    restored: Callable[[Installation, Path], None],
) -> None:
    phones = floor.phones(server.url, 4)
    newcomer = floor.phones(server.url, 1)[0]
    quiet, *others = phones
    for phone in phones:
        work(phone)
    archive, before = installation.back_up(), installation.epoch()
    for phone in others:
        work(phone)
    others[0].scan_batch(PIECES)  # offline when it happens
    rename(floor, NEWER_NAME)
    others[1].device.sync()
    assert NEWER_NAME in {item["name"] for item in others[1].device.known("item")}
    cursor = others[1].device.cursor

    server.kill()
    installation.burn()
    restored(installation, archive)
    server.start()
    for phone in (quiet, *others, quiet):  # who has nothing to tell of comes first, and would let it pass
        phone.come_back()

    epoch = installation.epoch()
    assert {phone.device.epoch for phone in phones} == {epoch} != {before}
    assert others[1].device.http.get(f"{API}/sync/changes", params={"cursor": cursor}).status_code == 410
    newcomer.come_back()
    for phone in phones:
        phone.device.pull()
        assert lasting(phone) == lasting(newcomer)
        assert NEWER_NAME not in {item["name"] for item in phone.device.known("item")}
    result = expect_each_once(phones)
    assert result.acked == PIECES * (1 + 3 + 3 + 1)
    hang_up(*phones, newcomer)
    board.write(f"fire, restored {restored.__name__.replace('_', ' ')}", 1, phones, result)


def test_a_server_that_runs_is_not_pulled_away_from_under_its_devices(
    server: Server, floor: Floor, installation: Installation
) -> None:
    phone = floor.phones(server.url, 1)[0]
    work(phone)
    archive = installation.back_up()
    work(phone)
    if installation.database.kind == "postgresql":
        assert "stop the server and the scheduler" in installation.refused(archive, "--replace")
    else:
        installation.restore(archive, "--replace")
    work(phone)
    phone.come_back()
    result = expect_each_once([phone])
    hang_up(phone)
    assert result == Counted(3 * PIECES, lost=0, doubled=0, uncounted=0, held=0, unmarked=0, findings=0)


def work(phone: Phone) -> None:
    """Scan some pieces, send them, and follow the world."""
    phone.scan_batch(PIECES)
    phone.come_back()
    assert phone.trouble is None, phone.trouble


def lasting(phone: Phone) -> dict[tuple[str, str], dict[str, Any]]:
    """What the phone knows of the world, but for when somebody was last heard of: that is as of the reading."""
    return {
        key: body | {"sheets": [sheet | {"heard_ms": None} for sheet in body.get("sheets", [])]}
        for key, body in phone.device.store.world().items()
    }


def hang_up(*phones: Phone) -> None:
    """Close their connections."""
    for phone in phones:
        phone.device.http.close()


def rename(floor: Floor, name: str) -> None:
    """Give the item another name, and tell devices."""

    def work(session):  # type: ignore[no-untyped-def]
        item = session.get_one(Item, floor.scan["item"])
        item.name = name
        record_changes(session, "item", [item.id], now())

    transact(work)
