"""What a backup says of itself, what it is called, when one is due, and which may go: pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FORMAT = 1  # of the archive; a newer one is refused
STATES = ("good", "overdue", "none")
OVERDUE_AFTER = timedelta(hours=36)  # a day, and a morning for a computer that is off at night
UNPROTECTED_AFTER = timedelta(days=7)  # so long a trial is left in peace
_NAME = re.compile(r"pandian-\d{8}T\d{6}Z\.zip")


class CannotBackUp(Exception):
    """A backup or restore that did not happen, in a sentence for whoever runs the installation."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database holds: its schema's revision, where its feed and its chains stand, and how many rows there are.

    `chains`: by site code the number and the hash (hex) of the newest seal.
    """

    revision: str | None
    epoch: str | None
    feed_head: int
    chains: Mapping[str, tuple[int, str]]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A file in the archive: its size in bytes, and its SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. `engine` is sqlite or postgresql, `engine_version` that of the server."""

    format: int
    made_at: datetime
    pandian: str
    engine: str
    engine_version: str
    facts: Facts
    parts: tuple[Part, ...]


def archive_name(moment: datetime) -> str:
    """What a backup of this moment is called: names sort as their moments do."""
    return f"pandian-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def to_prune(names: Iterable[str], keep: int) -> list[str]:
    """Which of a folder's files may go: backups by their name, all but the newest `keep`."""
    backups = sorted(name for name in names if _NAME.fullmatch(name))
    return backups[: max(len(backups) - keep, 0)]


def due_since(now: datetime, hour: int) -> datetime:
    """The latest moment at which a daily backup fell due, at `hour` o'clock UTC."""
    today = now.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def is_due(now: datetime, hour: int, last: datetime | None) -> bool:
    """Whether the daily backup is still to be made. A computer that slept at that hour makes it when it wakes."""
    return last is None or last < due_since(now, hour)


def state_of(now: datetime, last: datetime | None, began: datetime | None) -> str:
    """`good`, `overdue`, or `none` where there never was one; `began` is when the installation got its first site."""
    if last is not None:
        return "overdue" if now - last > OVERDUE_AFTER else "good"
    return "none" if began is not None and now - began > UNPROTECTED_AFTER else "good"


def different(said: Facts, found: Facts) -> list[str]:
    """Where a restored database is not what its archive says; empty when it is."""
    pairs = {
        "schema": (said.revision, found.revision),
        "epoch": (said.epoch, found.epoch),
        "feed": (said.feed_head, found.feed_head),
        "chains": (dict(said.chains), dict(found.chains)),
    }
    pairs |= {name: (count, found.rows.get(name)) for name, count in said.rows.items()}
    return [f"{name}: {there} in the backup, {here} here" for name, (there, here) in pairs.items() if there != here]
