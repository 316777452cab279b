"""A backup holds everything, a restore puts all of it back or nothing, and nothing wrong gets that far."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask_migrate import downgrade
from sqlalchemy import select

from app.accounts.models import Person
from app.backup import postgresql
from app.backup.archive import MANIFEST, read_manifest
from app.backup.rules import CannotBackUp
from app.jobs import sequence
from app.kernel.transaction import reading
from app.ledger.models import Balance
from app.photos.models import Photo
from tests.backup.installation import Installation
from tests.builders import Cast, at, make_item, make_person, save
from tests.photos_kept import photo_of
from tests.stocktake.builders import move


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """A shop with stock, a sealed book, and a picture."""
    move(cast, "opening", make_item(), cast.bins[0], 10, at(7))
    save(photo_of(cast))
    sequence()
    return cast


def people() -> set[str]:
    with reading() as session:
        return set(session.scalars(select(Person.login)))


def test_a_restore_brings_back_what_was_there_and_nothing_that_came_after(
    installation: Installation, shop: Cast
) -> None:
    archive = installation.back_up()
    before, epoch = people(), installation.epoch()
    make_person("newcomer")
    told = installation.restore(archive, "--replace")
    assert people() == before
    with reading() as session:
        assert session.scalars(select(Balance.quantity).order_by(Balance.quantity)).all() == [-10, 10]
        assert session.scalars(select(Photo.jpeg)).all() == [b"a picture"]
    assert installation.epoch() != epoch
    assert "The book holds" in told
    assert "kept as" in told


def test_a_backup_can_be_restored_where_there_is_nothing(installation: Installation, shop: Cast) -> None:
    archive = installation.back_up()
    before = people()
    installation.burn()
    told = installation.restore(archive)
    assert people() == before
    assert "kept as" not in told


def test_checking_a_backup_changes_nothing(installation: Installation, shop: Cast) -> None:
    archive, epoch = installation.back_up(), installation.epoch()
    make_person("newcomer")
    assert "This can be restored" in installation.restore(archive, "--check")
    assert "newcomer" in people()
    assert installation.epoch() == epoch


def test_a_database_with_content_is_only_replaced_when_told(installation: Installation, shop: Cast) -> None:
    assert "--replace" in installation.refused(installation.back_up())


def test_whoever_was_signed_in_signs_in_anew_after_a_restore(installation: Installation, shop: Cast) -> None:
    browser = shop.client(shop.supervisor)
    assert browser.get("/api/v1/sites").status_code == 200
    installation.restore(installation.back_up(), "--replace")
    assert browser.get("/api/v1/sites").status_code == 401


def test_the_manifest_says_what_is_inside(installation: Installation, shop: Cast) -> None:
    epoch, archive = installation.epoch(), installation.back_up()
    manifest = read_manifest(archive)
    assert manifest.facts.epoch == epoch
    assert manifest.facts.chains["S1"][0] == 1
    assert (manifest.facts.rows["journal"], manifest.facts.rows["photo"]) == (1, 1)
    assert (manifest.engine, [part.name for part in manifest.parts]) == (
        installation.database.kind,
        [installation.database.part],
    )
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def cut_short(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])


def flip_a_byte(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)


def rewrite(archive: Path, change: Callable[[dict[str, object]], None]) -> None:
    with zipfile.ZipFile(archive) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(contents[MANIFEST])
    change(manifest)
    with zipfile.ZipFile(archive, "w") as new:
        for name, data in (contents | {MANIFEST: json.dumps(manifest).encode()}).items():
            new.writestr(name, data)


def newer_schema(archive: Path) -> None:
    rewrite(archive, lambda manifest: manifest["facts"].update(revision="9999"))


def newer_format(archive: Path) -> None:
    rewrite(archive, lambda manifest: manifest.update(format=2))


def other_engine(archive: Path) -> None:
    rewrite(archive, lambda manifest: manifest.update(engine="oracle"))


def other_content(archive: Path) -> None:
    rewrite(archive, lambda manifest: manifest["facts"]["rows"].update(journal=2))


def other_hash(archive: Path) -> None:
    rewrite(archive, lambda manifest: manifest["parts"][0].update(sha256="0" * 64))


def no_archive(archive: Path) -> None:
    archive.write_text("a shopping list")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut_short, "not a whole backup"),
        (flip_a_byte, "damaged"),
        (newer_schema, "schema"),
        (newer_format, "newer Pandian"),
        (other_engine, "is of oracle"),
        (other_content, "journal: 2 in the backup, 1 here"),
        (other_hash, "not what was written"),
        (no_archive, "not a whole backup"),
    ],
)
def test_what_is_no_sound_backup_changes_nothing(
    installation: Installation, shop: Cast, spoil: Callable[[Path], None], reason: str
) -> None:
    archive = installation.back_up()
    make_person("newcomer")
    spoil(archive)
    assert reason in installation.refused(archive, "--replace")
    assert "newcomer" in people()
    assert installation.command("verify")[0] == 0


def test_a_backup_of_an_older_release_is_brought_up_to_date(installation: Installation, shop: Cast) -> None:
    downgrade(revision="0003")
    before = people()
    archive = installation.back_up()
    installation.burn()
    assert read_manifest(archive).facts.revision == "0003"
    installation.restore(archive)
    assert people() == before
    assert installation.app.test_client().get("/readyz").json["checks"]["schema"] is True


def test_a_restore_that_fails_half_way_changes_nothing(
    installation: Installation, shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CannotBackUp("The disk is full.")

    archive, epoch = installation.back_up(), installation.epoch()
    make_person("newcomer")
    monkeypatch.setattr(type(installation.database), "take_over", fail)
    assert "The disk is full." in installation.refused(archive, "--replace")
    assert ("newcomer" in people(), installation.epoch()) == (True, epoch)
    installation.leave_nothing()
    assert not list(Path(installation.url.removeprefix("sqlite:///")).parent.glob("*.restoring*"))


def test_missing_or_old_client_tools_are_named_with_what_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotBackUp, match="sudo apt-get install postgresql-client-99"):
        postgresql.client_tool("pg_dump", 99)
    monkeypatch.setattr(postgresql, "INSTALLED", Path("/nowhere"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotBackUp, match=r"is not installed.*postgresql-client-15"):
        postgresql.client_tool("pg_dump", 15)


def test_a_backup_that_cannot_be_written_leaves_nothing_half(installation: Installation, shop: Cast) -> None:
    nowhere = installation.folder / "no" / "such" / "folder.zip"
    code, output = installation.command("backup", nowhere)
    assert (code, "is its disk mounted?" in output) == (1, True)
    assert list(installation.folder.iterdir()) == []
