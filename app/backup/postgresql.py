"""PostgreSQL: dumped by pg_dump from an exported snapshot, restored into a database beside, and exchanged by name.

The client tools are PostgreSQL's own; one that is missing or too old is named with the command that installs it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.backup.facts import holds_something, read_facts
from app.backup.rules import CannotBackUp, Facts
from app.kernel.ids import new_id

NAME_MAX = 63  # bytes of a database's name; longer ones PostgreSQL cuts off
INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps each version's own
SERVER = "postgres"  # the database of every server that nobody works in


class PostgresDatabase:
    """A database on a PostgreSQL server, the one of DATABASE_URL."""

    kind = "postgresql"
    part = "database.pgdump"
    workplace = None

    def __init__(self, url: URL) -> None:
        if not url.database:
            raise CannotBackUp("DATABASE_URL names no database.")
        self.url = url
        self.name = url.database

    def dump(self, path: Path) -> tuple[Facts, str]:
        """See `Database`. What the facts count and what is dumped are the same snapshot."""
        with self._connect() as connection:
            version = _version_of(connection)
            tool = client_tool("pg_dump", _major(version))
            facts = read_facts(connection)
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            self._run(tool, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                      f"--file={path}")  # fmt: skip
        return facts, version

    def check_version(self, made_on: str) -> None:
        """See `Database`."""
        with self._connect(SERVER) as connection:
            here = _version_of(connection)
        if _major(made_on) > _major(here):
            raise CannotBackUp(
                f"The backup is of PostgreSQL {made_on}, this server is {here}: it needs a newer server."
            )

    def holds_something(self) -> bool:
        """See `Database`."""
        if not self._exists():
            return False
        with self._connect() as connection:
            return holds_something(connection)

    def stage(self, path: Path) -> str:
        """See `Database`."""
        with self._connect(SERVER) as connection:
            tool = client_tool("pg_restore", _major(_version_of(connection)))
        beside = _beside(self.name, f"_restoring_{new_id().hex[-8:]}")
        self._create(beside)
        staged = self.url.set(database=beside).render_as_string(hide_password=False)
        try:
            self._run(tool, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(path),
                      database=beside)  # fmt: skip
        except BaseException:
            self.discard(staged)
            raise
        return staged

    def facts_of(self, staged: str) -> Facts:
        """See `Database`."""
        with self._connect(_name_in(staged)) as connection:
            return read_facts(connection)

    def discard(self, staged: str) -> None:
        """See `Database`."""
        self._drop(_name_in(staged))

    def take_over(self, staged: str, former: str) -> str | None:
        """See `Database`. Both names change in one transaction, which nobody's connection may hinder."""
        there, missed = self._exists(), self.holds_something()
        kept = _beside(self.name, f"_{former.replace('-', '_')}")
        try:
            with self._connect(SERVER) as connection, connection.begin():
                if there:
                    connection.execute(text(f'ALTER DATABASE "{self.name}" RENAME TO "{kept}"'))
                connection.execute(text(f'ALTER DATABASE "{_name_in(staged)}" RENAME TO "{self.name}"'))
        except DBAPIError as error:
            if isinstance(error.orig, psycopg.errors.ObjectInUse):
                raise CannotBackUp(
                    f"Somebody is still connected to {self.name}: stop the server and the scheduler, then try again."
                ) from error
            raise CannotBackUp(f"The databases could not be exchanged: {error.orig}") from error
        if there and not missed:
            self._drop(kept)
        return kept if there and missed else None

    def _exists(self) -> bool:
        with self._connect(SERVER) as connection:
            asked = text("SELECT 1 FROM pg_database WHERE datname = :name")
            return connection.scalar(asked, {"name": self.name}) is not None

    def _drop(self, name: str) -> None:
        with self._connect(SERVER, autocommit=True) as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def _create(self, name: str) -> None:
        """An empty database that sorts its texts as the present one does."""
        with self._connect(SERVER, autocommit=True) as connection:
            asked = text("SELECT datcollate, datctype FROM pg_database WHERE datname = :name")
            same = connection.execute(asked, {"name": self.name}).one_or_none()
            sorting = f" LC_COLLATE '{same.datcollate}' LC_CTYPE '{same.datctype}'" if same else ""
            try:
                connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'{sorting}"))
            except DBAPIError as error:
                if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                    raise CannotBackUp(
                        "A restore makes a database beside the present one, and this user may not. As the server's "
                        f'administrator: ALTER ROLE "{self.url.username}" CREATEDB'
                    ) from error
                raise CannotBackUp(f"No database could be made beside the present one: {error.orig}") from error

    @contextmanager
    def _connect(self, name: str | None = None, *, autocommit: bool = False) -> Iterator[Connection]:
        level = "AUTOCOMMIT" if autocommit else "REPEATABLE READ"
        engine = create_engine(self.url.set(database=name or self.name), poolclass=NullPool, isolation_level=level)
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise CannotBackUp(f"There is no getting into {name or self.name}: {error.orig}") from error
        with connection:
            yield connection

    def _run(self, tool: str, *words: str, database: str | None = None) -> None:
        """Run a client tool; the password goes by the environment, where no list of processes shows it."""
        place = self.url.set(drivername="postgresql", database=database or self.name)._replace(password=None)
        environment = os.environ | ({"PGPASSWORD": str(self.url.password)} if self.url.password else {})
        command = [tool, "--no-password", f"--dbname={place.render_as_string()}", *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # no shell
        if done.returncode != 0:
            raise CannotBackUp(f"{Path(tool).name} failed: {done.stderr.strip() or f'status {done.returncode}'}")


def client_tool(name: str, server_major: int) -> str:
    """The client tool, one that is not older than the server. Raises CannotBackUp with how to get it."""
    found = [str(path) for path in INSTALLED.glob(f"*/bin/{name}")]
    on_path = shutil.which(name)
    majors = {tool: _tool_major(tool) for tool in ([on_path] if on_path else []) + found}
    fitting = sorted((major, tool) for tool, major in majors.items() if major >= server_major)
    if fitting:
        return fitting[0][1]  # the nearest: a newer pg_dump may write what an older server does not know
    install = f"sudo apt-get install postgresql-client-{server_major}"
    if not majors:
        raise CannotBackUp(f"{name} is not installed. Install PostgreSQL's client tools: {install}")
    raise CannotBackUp(f"{name} is of PostgreSQL {max(majors.values())}, the server of {server_major}: {install}")


def _tool_major(tool: str) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # found above
    found = re.search(r"(\d+)(?:\.\d+)?", said)
    return int(found[1]) if found else 0


def _version_of(connection: Connection) -> str:
    return str(connection.scalar(text("SHOW server_version"))).split()[0]


def _major(version: str) -> int:
    found = re.match(r"\d+", version)
    return int(found[0]) if found else 0


def _name_in(url: str) -> str:
    return str(make_url(url).database)


def _beside(name: str, ending: str) -> str:
    return name[: NAME_MAX - len(ending)] + ending
