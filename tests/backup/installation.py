"""An installation in the hands of its administrator: `flask backup`, `flask restore`, and a fire in the server room."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text

from app import create_app
from app.backup.archive import unpack
from app.backup.databases import Database, database_at
from app.feed.service import epoch
from app.kernel.database import db
from app.kernel.transaction import transact
from app.settings import Settings


@dataclass
class Installation:
    """The application's own database, and a folder for its backups."""

    app: Flask
    folder: Path

    @property
    def url(self) -> str:
        return str(self.app.config["PANDIAN"].database_url)

    @property
    def database(self) -> Database:
        return database_at(self.url)

    def command(self, *words: str | Path) -> tuple[int, str]:
        """Exit code and output of a `flask` command."""
        result = self.app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    def back_up(self, name: str = "one.zip") -> Path:
        """Take a backup under this name."""
        code, output = self.command("backup", self.folder / name)
        assert code == 0, output
        return self.folder / name

    def restore(self, archive: Path, *options: str) -> str:
        """Restore it; what was told."""
        code, output = self.command("restore", archive, *options)
        assert code == 0, output
        return output

    def refused(self, archive: Path, *options: str) -> str:
        """Why it was not restored."""
        code, output = self.command("restore", archive, *options)
        assert code == 1
        assert "Nothing was changed." in output
        return output

    def epoch(self) -> str:
        """The server's present epoch."""
        return transact(epoch)

    def put_back_by_hand(self, archive: Path) -> None:
        """What somebody does who knows the database's tools and has not read on: nobody is told of a restore."""
        db.engine.dispose()
        self.database.take_over(self._staged(archive), "by-hand")

    @contextmanager
    def beside(self, archive: Path) -> Iterator[None]:
        """Work on what is in a backup, in a database beside the present one."""
        staged = self._staged(archive)
        other = create_app(Settings.from_environment({"DATABASE_URL": staged, "PANDIAN_LOG_LEVEL": "ERROR"}))
        try:
            with other.app_context():
                yield
                db.engine.dispose()
        finally:
            self.database.discard(staged)

    def _staged(self, archive: Path) -> str:
        with tempfile.TemporaryDirectory() as folder:
            unpack(archive, Path(folder))
            return self.database.stage(Path(folder) / self.database.part)

    def burn(self) -> None:
        """The database is gone, with its host's disk."""
        db.engine.dispose()
        if self.database.kind == "sqlite":
            self.database.discard(self.url)
            return
        url = db.engine.url
        admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))
        admin.dispose()

    def leave_nothing(self) -> None:
        """On a server that outlives the test: drop what restores have put or kept beside the database."""
        if self.database.kind == "sqlite":
            return
        name = str(db.engine.url.database)
        asked = text("SELECT datname FROM pg_database WHERE starts_with(datname, :name) AND datname <> :name")
        admin = create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for left in connection.scalars(asked, {"name": name}).all():
                connection.execute(text(f'DROP DATABASE "{left}" WITH (FORCE)'))
        admin.dispose()
