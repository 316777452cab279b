"""Where the push client keeps its log: in memory for a play, in one SQLite file for a device."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

State = Literal["pending", "acked", "held"]
World = Mapping[tuple[str, str], dict[str, Any]]
Row = Mapping[str, Any]

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
        state TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, acked_ms INTEGER);
    CREATE INDEX IF NOT EXISTS log_state ON log (state, seq);
    CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS thing (entity TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (entity, id));
"""
_PUT = "REPLACE INTO log VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the log: its exact text for ever, and what the server said of it."""

    seq: int
    id: UUID
    text: str
    state: State = "pending"
    code: str = ""  # why it is held
    detail: str = ""
    acked_ms: int | None = None  # when the server gave its verdict, by the server's clock


class Store(Protocol):
    """Where the log lives. When a call that writes returns, all of it is on disk; if it raises, nothing is."""

    def append(self, write: Callable[[int], Entry]) -> Entry:
        """Give out the next number and keep the record written under it, in one step."""

    def entries(self, state: State | None = None, limit: int | None = None) -> list[Entry]:
        """The log in the order of its numbers, or the first `limit` of a state."""

    def count(self, state: State) -> int:
        """How many entries are in this state."""

    def fact(self, name: str) -> str | None:
        """A remembered value: next_seq, hwm, epoch, cursor, and who this device is."""

    def change(
        self, entries: Iterable[Entry] = (), facts: Mapping[str, str] | None = None, rows: Iterable[Row] = (), *,
        forget: Iterable[int] = (), anew: bool = False,
    ) -> None:  # fmt: skip
        """In one step: entries in a new state, facts, rows of the feed, entries to forget.

        `anew`: the rows stand in place of all there were.
        """

    def world(self) -> World:
        """What the feed told: the body of each thing by (entity, id)."""


class MemoryStore:
    """A store that is gone with the process: for demos and tests, never for a device."""

    def __init__(self) -> None:
        self.log: dict[int, Entry] = {}
        self.facts: dict[str, str] = {}
        self.things: dict[tuple[str, str], dict[str, Any]] = {}
        self.lock = threading.RLock()

    def append(self, write: Callable[[int], Entry]) -> Entry:
        with self.lock:
            entry = write(next_number(self))
            self.log[entry.seq] = entry
            self.facts["next_seq"] = str(entry.seq + 1)
            return entry

    def entries(self, state: State | None = None, limit: int | None = None) -> list[Entry]:
        with self.lock:
            found = (self.log[seq] for seq in sorted(self.log))
            return [entry for entry in found if state in {None, entry.state}][:limit]

    def count(self, state: State) -> int:
        with self.lock:
            return sum(entry.state == state for entry in self.log.values())

    def fact(self, name: str) -> str | None:
        return self.facts.get(name)

    def change(
        self, entries: Iterable[Entry] = (), facts: Mapping[str, str] | None = None, rows: Iterable[Row] = (), *,
        forget: Iterable[int] = (), anew: bool = False,
    ) -> None:  # fmt: skip
        with self.lock:
            self.log |= {entry.seq: entry for entry in entries}
            for seq in forget:
                self.log.pop(seq, None)
            self.facts |= facts or {}
            if anew:
                self.things = {}
            for row in rows:
                if row["op"] == "U":
                    self.things[row["entity"], row["id"]] = row["body"]
                else:
                    self.things.pop((row["entity"], row["id"]), None)

    def world(self) -> World:
        return self.things


def next_number(store: Store) -> int:
    """The number the next record gets: after the last one, and above what the server ever had of this device.

    Two facts, because `append` writes the one and the thread that syncs the other: neither undoes the other's.
    """
    return max(int(store.fact("next_seq") or "1"), int(store.fact("max_seq") or "0") + 1)


class SqliteStore:
    """A `Store` in a file. synchronous=FULL: what was beeped outlives a battery that is pulled.

    The trigger's thread and the sync's may use it at the same time.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def append(self, write: Callable[[int], Entry]) -> Entry:
        """Give out the next number and keep the record written under it, in one transaction."""
        with self._whole():
            entry = write(next_number(self))
            self._db.execute(_PUT.replace("REPLACE", "INSERT"), _row(entry))
            self._remember({"next_seq": str(entry.seq + 1)})
        return entry

    def entries(self, state: State | None = None, limit: int | None = None) -> list[Entry]:
        """The log in the order of its numbers, or the first `limit` of a state."""
        ask = f"SELECT * FROM log {'WHERE state = :state' if state else ''} ORDER BY seq LIMIT :limit"  # noqa: S608
        named = {"limit": -1 if limit is None else limit} | ({"state": state} if state else {})
        with self._lock:
            rows = self._db.execute(ask, named).fetchall()
        return [Entry(row[0], UUID(row[1]), *row[2:]) for row in rows]

    def count(self, state: State) -> int:
        """How many entries are in this state."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM log WHERE state = ?", [state]).fetchone()[0])

    def fact(self, name: str) -> str | None:
        """A remembered value."""
        with self._lock:
            row = self._db.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def change(
        self, entries: Iterable[Entry] = (), facts: Mapping[str, str] | None = None, rows: Iterable[Row] = (), *,
        forget: Iterable[int] = (), anew: bool = False,
    ) -> None:  # fmt: skip
        """All of it in one transaction; see `Store`."""
        with self._whole():
            self._db.executemany(_PUT, map(_row, entries))
            self._db.executemany("DELETE FROM log WHERE seq = ?", [[seq] for seq in forget])
            self._remember(facts or {})
            if anew:
                self._db.execute("DELETE FROM thing")
            for row in rows:
                key = row["entity"], row["id"]
                self._db.execute("DELETE FROM thing WHERE entity = ? AND id = ?", key)
                if row["op"] == "U":
                    self._db.execute("INSERT INTO thing VALUES (?, ?, ?)", (*key, json.dumps(row["body"])))

    def world(self) -> World:
        """What the feed told: the body of each thing by (entity, id)."""
        with self._lock:
            rows = self._db.execute("SELECT entity, id, body FROM thing").fetchall()
        return {(entity, key): json.loads(body) for entity, key, body in rows}

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _remember(self, facts: Mapping[str, str]) -> None:
        self._db.executemany("REPLACE INTO fact VALUES (?, ?)", facts.items())


def _row(entry: Entry) -> tuple[Any, ...]:
    return entry.seq, str(entry.id), entry.text, entry.state, entry.code, entry.detail, entry.acked_ms
