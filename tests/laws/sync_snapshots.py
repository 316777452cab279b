"""Backups of the simulation's database, and restores: whole, quick, on both engines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import text

from app.kernel.database import Base, db


class Snapshots(Protocol):
    """Take and put back the whole state of the database. Inside the application's context."""

    def take(self) -> Any: ...

    def restore(self, snapshot: Any) -> None: ...


@dataclass
class SqliteSnapshots:
    """The file, when nobody has it open."""

    path: Path

    def take(self) -> bytes:
        db.engine.dispose()
        return self.path.read_bytes()

    def restore(self, snapshot: bytes) -> None:
        db.engine.dispose()
        for leftover in (Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            leftover.unlink(missing_ok=True)
        self.path.write_bytes(snapshot)


@dataclass
class PostgresqlSnapshots:
    """The rows of every table that has some, and where the sequences stand."""

    def take(self) -> tuple[dict[str, bytes], dict[str, int | None]]:
        tables: dict[str, bytes] = {}
        with db.engine.connect() as connection:
            sequences = self._sequences(connection)
            cursor = connection.connection.cursor()
            for name in self._filled(connection):
                with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
                    tables[name] = b"".join(bytes(part) for part in copy)
        return tables, sequences

    def restore(self, snapshot: tuple[dict[str, bytes], dict[str, int | None]]) -> None:
        tables, sequences = snapshot
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no references
            cursor = connection.connection.cursor()
            for name in self._filled(connection):
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608
            for name, rows in tables.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)
            for name, value in sequences.items():
                cursor.execute("SELECT setval(%s, %s, %s)", (name, value or 1, value is not None))

    @staticmethod
    def _filled(connection: Any) -> list[str]:
        names = [table.name for table in Base.metadata.sorted_tables]
        ask = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)  # noqa: S608
        return [row[0] for row in connection.execute(text(ask))]

    @staticmethod
    def _sequences(connection: Any) -> dict[str, int | None]:
        rows = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"))
        return {f'"{row[0]}"': row[1] for row in rows}


def snapshots_of(app: Flask, kind: str) -> Snapshots:
    """For the application's database."""
    if kind == "sqlite":
        return SqliteSnapshots(Path(str(app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")))
    return PostgresqlSnapshots()
