"""The daily backup: taken when due or as soon as the computer is on again, kept so many days, and missed loudly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import jobs
from app.backup.archive import check
from app.backup.rules import archive_name, due_since, is_due, state_of, to_prune
from app.backup.taking import note_taken
from app.kernel.clock import now
from app.kernel.transaction import transact
from app.settings import Settings
from tests.builders import Cast

NIGHT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The scheduler's clock: the last one counts."""
    times = [NIGHT]
    monkeypatch.setattr(jobs, "now", lambda: times[-1])
    return times


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """Where the daily backup goes, three of them."""
    before = app.config["PANDIAN"]
    app.config["PANDIAN"] = replace(before, backup_folder=tmp_path, backup_keep=3)
    yield tmp_path
    app.config["PANDIAN"] = before


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_taken_once_a_day_and_the_newest_are_kept(cast: Cast, folder: Path, clock: list[datetime]) -> None:
    taken = []
    for day in range(5):
        for late in (timedelta(minutes=5), timedelta(hours=9)):
            clock.append(NIGHT + day * DAY + late)
            jobs.back_up()
        taken.append(archive_name(NIGHT + day * DAY + timedelta(minutes=5)))
        (folder / "pandian-notes.txt").write_text("not ours to remove")
    assert names(folder) == [*taken[-3:], "pandian-notes.txt"]
    check(folder / taken[-1])


def test_a_failed_backup_is_tried_again_within_the_hour_after(cast: Cast, folder: Path, clock: list[datetime]) -> None:
    away = folder.rename(folder.with_name("unmounted"))
    with pytest.raises(Exception, match="is its disk mounted"):
        jobs.back_up()
    away.rename(folder)
    jobs.back_up()
    assert names(folder) == [], "one try an hour"
    clock.append(NIGHT + timedelta(hours=1))
    jobs.back_up()
    assert names(folder) == [archive_name(clock[-1])]


def test_without_a_folder_nothing_is_taken(cast: Cast, clock: list[datetime]) -> None:
    jobs.back_up()
    answer = cast.client(cast.administrator).get("/api/v1/backup").json
    assert (answer["taken_at"], answer["daily"]) == (None, False)


def test_administrators_are_told_when_the_last_good_backup_is_too_old(cast: Cast, folder: Path) -> None:
    administrator = cast.client(cast.administrator)
    transact(lambda session: note_taken(session, now() - timedelta(hours=37)))
    answer = administrator.get("/api/v1/backup").json
    assert (answer["state"], answer["daily"]) == ("overdue", True)
    transact(lambda session: note_taken(session, now()))
    assert administrator.get("/api/v1/backup").json["state"] == "good"


def test_a_computer_that_is_off_at_night_makes_up_for_it_in_the_morning() -> None:
    assert due_since(NIGHT - timedelta(minutes=1), 18) == NIGHT - DAY
    assert due_since(NIGHT, 18) == NIGHT
    last = NIGHT - DAY + timedelta(minutes=3)
    assert not is_due(NIGHT - timedelta(minutes=1), 18, last)
    assert is_due(NIGHT + timedelta(hours=15), 18, last)
    assert is_due(NIGHT, 18, None)


def test_a_trial_is_left_in_peace_for_a_week() -> None:
    assert state_of(NIGHT, None, None) == "good"
    assert state_of(NIGHT, None, NIGHT - 6 * DAY) == "good"
    assert state_of(NIGHT, None, NIGHT - 8 * DAY) == "none"
    assert state_of(NIGHT, NIGHT - timedelta(hours=35), None) == "good"


def test_only_backups_are_ever_removed() -> None:
    days = [archive_name(NIGHT + day * DAY) for day in range(4)]
    assert to_prune([*reversed(days), "pandian.zip", "pandian-2026.zip", "photo.jpg"], 2) == days[:2]
    assert to_prune(days, 10) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("PANDIAN_BACKUP_FOLDER", "backups"), ("PANDIAN_BACKUP_HOUR", "24"), ("PANDIAN_BACKUP_KEEP", "0")],
)
def test_a_wrong_setting_is_named_at_start(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.from_environment({name: value})
