"""Ten bugs that others had, or nearly: planted one by one, to prove that the simulation would find them again."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import httpx
from flask import Flask
from sqlalchemy import text

from app.demo.push_client import Device
from app.demo.push_store import Entry, next_number
from app.device_log import queries
from app.device_log import service as device_log
from app.device_log.rules import verdicts
from app.device_log.rules.verdicts import Stored
from app.device_log.service import keeping
from app.kernel.database import db
from app.kernel.errors import Invalid
from tests.laws.sync_floor import Crashed, FragileStore
from tests.laws.sync_server import Server, Wire

Patches = Sequence[Any]
pushing = import_module("app.device_log.service.push")  # the package has a function of that name


def no_unique_key(app: Flask, kind: str) -> Patches:
    """The log is a plain table: whatever comes is written, as often as it comes."""
    _drop_unique_keys(kind)
    insert = keeping._driver_insert.__wrapped__

    def plain(table: Any, names: tuple[str, ...], dialect: Any) -> Any:
        statement, processors = insert(table, names, dialect)
        return (
            statement.replace(" ON CONFLICT DO NOTHING", "") if table.name == "device_record" else statement
        ), processors

    return [
        mock.patch.object(keeping, "_driver_insert", plain),
        mock.patch.object(queries, "stored", return_value=Stored()),
    ]


def delete_on_send(app: Flask, kind: str) -> Patches:
    """A queue that takes a record out before it is sent."""
    push = Device.push

    def sending(self: Device, entries: Sequence[Entry] | None = None) -> dict[str, Any]:
        entries = self._next_batch() if entries is None else entries
        self.store.change(forget=[entry.seq for entry in entries])
        return push(self, entries)

    return [mock.patch.object(Device, "push", sending)]


def batch_4xx(app: Flask, kind: str) -> Patches:
    """One bad record fails the whole batch."""
    read = device_log.read_batch

    def strict(texts: Sequence[str]) -> Any:
        records = read(texts)
        if any(record.hold for record in records):
            raise Invalid("invalid", "A record of this batch is wrong.")
        return records

    return [mock.patch.object(device_log, "read_batch", strict)]


def ack_before_commit(app: Flask, kind: str) -> Patches:
    """The answer is sent before the commit, which then fails."""

    def commit(self: Server, said: Any, texts: Sequence[str], *, crash: bool) -> Any:
        return self.dry(said, texts)

    def crashed(self: Wire, body: bytes) -> httpx.Response:
        with mock.patch.object(Server, "commit", commit), mock.patch.object(Server, "note"):
            return self.answer(self.server.push, body)

    return [mock.patch.object(Wire, "crashed", crashed)]


def max_seq_hwm(app: Flask, kind: str) -> Patches:
    """The highest number that came is taken for the acknowledgement."""

    def advance(_session: Any, state: Any, seqs: set[int]) -> None:
        state.max_seq = state.hwm = max(state.max_seq, *seqs, 0)

    return [mock.patch.object(pushing, "_advance", advance)]


def no_hash(app: Flask, kind: str) -> Patches:
    """The same id is the same record, whatever it says."""

    def is_accepted(record: Any, stored: Stored, _device_id: Any) -> bool:
        return record.record_id in stored.accepted

    return [mock.patch.object(verdicts, "_is_accepted", is_accepted)]


def trim_acked(app: Flask, kind: str) -> Patches:
    """What is acknowledged is forgotten at once."""
    push = Device.push

    def trimming(self: Device, entries: Sequence[Entry] | None = None) -> dict[str, Any]:
        answer = push(self, entries)
        self.store.change(forget=[entry.seq for entry in self.store.entries("acked")])
        return answer

    return [mock.patch.object(Device, "push", trimming)]


def no_epoch(app: Flask, kind: str) -> Patches:
    """The device takes no notice of a new epoch."""

    def met(self: Device, answer: Mapping[str, Any]) -> tuple[dict[int, Entry], dict[str, str]]:
        return {}, {"epoch": answer["server_epoch"], "hwm": str(answer["hwm"])}

    return [mock.patch.object(Device, "_met", met)]


def seq_not_atomic(app: Flask, kind: str) -> Patches:
    """The number is given out in one transaction, the record written in the next."""

    def append(self: FragileStore, write: Callable[[int], Entry]) -> Entry:
        seq = next_number(self)
        self.facts["next_seq"] = str(seq + 1)
        crash, self.crash = self.crash, ""
        if crash:
            raise Crashed
        entry = write(seq)
        self.log[seq] = entry
        return entry

    return [mock.patch.object(FragileStore, "append", append)]


def held_not_resent(app: Flask, kind: str) -> Patches:
    """A new epoch makes pending again what was accepted, but not what was held."""
    met = Device._met

    def forgetful(self: Device, answer: Mapping[str, Any]) -> tuple[dict[int, Entry], dict[str, str]]:
        changed, facts = met(self, answer)
        held = {entry.seq for entry in self.store.entries("held")}
        return {seq: entry for seq, entry in changed.items() if seq not in held}, facts

    return [mock.patch.object(Device, "_met", forgetful)]


MUTANTS: dict[str, Callable[[Flask, str], Patches]] = {
    plant.__name__.replace("_", "-"): plant
    for plant in (
        no_unique_key, delete_on_send, batch_4xx, ack_before_commit, max_seq_hwm, no_hash, trim_acked, no_epoch,
        seq_not_atomic, held_not_resent,
    )
}  # fmt: skip


@contextmanager
def planted(name: str | None, app: Flask, kind: str) -> Iterator[None]:
    """The bug is there while the block runs; without a name none is."""
    patches = MUTANTS[name](app, kind) if name else []
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()


def _drop_unique_keys(kind: str) -> None:
    with db.engine.begin() as connection:
        if kind == "postgresql":
            ask = "SELECT conname FROM pg_constraint WHERE conrelid = 'device_record'::regclass AND contype = 'u'"
            for (name,) in connection.execute(text(ask)).all():
                connection.execute(text(f'ALTER TABLE device_record DROP CONSTRAINT "{name}"'))
            return
        made = connection.execute(
            text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'device_record' AND sql IS NOT NULL")
        ).all()
        connection.execute(text("DROP TABLE device_record"))
        for kind_of, sql in sorted(made, key=lambda row: row[0] != "table"):
            plain = re.sub(r",\s*CONSTRAINT \"?\w+\"? UNIQUE \([^)]*\)", "", sql) if kind_of == "table" else sql
            connection.exec_driver_sql(plain)
