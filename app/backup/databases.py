"""What backup and restore ask of an engine."""

from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from app.backup.postgresql import PostgresDatabase
from app.backup.rules import Facts
from app.backup.sqlite import SqliteDatabase


class Database(Protocol):
    """The database of an installation, as it is named in DATABASE_URL. All methods raise CannotBackUp."""

    kind: str  # sqlite, postgresql
    part: str  # what its copy is called in an archive

    @property
    def workplace(self) -> Path | None:
        """Where there is room to unpack a copy; None for the system's folder for such things."""

    def dump(self, path: Path) -> tuple[Facts, str]:
        """Copy it as it is at one moment, whoever writes meanwhile; the facts of the copy, the engine's version."""

    def check_version(self, made_on: str) -> None:
        """Refuse a copy of an engine that is newer than this one."""

    def holds_something(self) -> bool:
        """Whether somebody would miss it."""

    def stage(self, path: Path) -> str:
        """Make a database beside it out of the copy; the URL of that."""

    def facts_of(self, staged: str) -> Facts:
        """What the database beside holds."""

    def discard(self, staged: str) -> None:
        """Remove the database beside, as far as there is one."""

    def take_over(self, staged: str, former: str) -> str | None:
        """Put the database beside in its place, wholly or not at all, and keep what was there.

        Its name then, with `former` in it; None where nobody would miss what was there.
        """


def database_at(url: str) -> Database:
    """The installation's database by its DATABASE_URL."""
    parsed = make_url(url)
    return SqliteDatabase(parsed) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(parsed)
