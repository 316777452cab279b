"""SQLite: copied by its own backup call, which sees one state of the database, and put back by the same call.

The live file is never exchanged for another one: a server that still had it open would go on writing, and
acknowledging, into a file that no longer has a name. The backup call writes one transaction instead.
"""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from app.backup.facts import holds_something, read_facts
from app.backup.rules import CannotBackUp, Facts

BUSY_S = 10


class SqliteDatabase:
    """A database file, the one of DATABASE_URL."""

    kind = "sqlite"
    part = "database.sqlite"

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise CannotBackUp("A database in memory cannot be backed up.")
        self.path = Path(url.database)

    @property
    def workplace(self) -> Path:
        """Beside the database itself."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.parent

    def dump(self, path: Path) -> tuple[Facts, str]:
        """See `Database`."""
        if not self.path.exists():
            raise CannotBackUp(f"There is no database at {self.path}.")
        with closing(_open(self.path)) as source, closing(_open(path)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
            _prove_sound(copy, path)
        return self._facts(path), str(pysqlite3.dbapi2.sqlite_version)

    def check_version(self, made_on: str) -> None:
        """Every SQLite of the last twenty years reads every other's files."""

    def holds_something(self) -> bool:
        """See `Database`."""
        if not self.path.exists():
            return False
        with _engine(self.path).connect() as connection:
            return holds_something(connection)

    def stage(self, path: Path) -> str:
        """See `Database`."""
        staged = Path(f"{self.path}.restoring")
        self.discard(f"sqlite:///{staged}")
        try:
            shutil.move(path, staged)
            with closing(_open(staged)) as copy:
                _prove_sound(copy, path)
        except (OSError, pysqlite3.dbapi2.Error) as error:
            self.discard(f"sqlite:///{staged}")
            raise CannotBackUp(f"The backup cannot be unpacked beside {self.path}: {error}") from error
        return f"sqlite:///{staged}"

    def facts_of(self, staged: str) -> Facts:
        """See `Database`."""
        return self._facts(_path_of(staged))

    def discard(self, staged: str) -> None:
        """See `Database`."""
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{_path_of(staged)}{ending}").unlink(missing_ok=True)

    def take_over(self, staged: str, former: str) -> str | None:
        """See `Database`. A server that runs waits meanwhile, and goes on with what was restored."""
        kept = Path(f"{self.path}.{former}") if self.holds_something() else None
        try:
            with closing(_open(self.path)) as live, closing(_open(_path_of(staged))) as source:
                live.execute("PRAGMA journal_mode=WAL")
                live.execute("PRAGMA synchronous=FULL")
                if kept is not None:
                    with closing(_open(kept)) as copy:
                        live.backup(copy)
                source.backup(live)
        except pysqlite3.dbapi2.Error as error:
            raise CannotBackUp(
                f"{self.path} could not be written ({error}); is something still at work on it?"
            ) from error
        self.discard(staged)
        return str(kept) if kept else None

    @staticmethod
    def _facts(path: Path) -> Facts:
        with _engine(path).connect() as connection:
            return read_facts(connection)


def _path_of(url: str) -> Path:
    return Path(str(make_url(url).database))


def _open(path: Path) -> Any:
    return pysqlite3.dbapi2.connect(str(path), timeout=BUSY_S, isolation_level=None)


def _engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}", module=pysqlite3.dbapi2, poolclass=NullPool)


def _prove_sound(connection: Any, path: Path) -> None:
    said = connection.execute("PRAGMA quick_check").fetchone()[0]
    if said != "ok":
        raise CannotBackUp(f"{path} is not a sound SQLite database: {said}")
