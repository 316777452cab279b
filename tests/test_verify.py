"""`flask verify` finds what somebody changed behind our back: an entry, a balance, a total, a hash, the feed."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.device_log.models import DeviceState
from app.feed.models import Change
from app.feed.service import record_changes
from app.jobs import once, sequence
from app.kernel.clock import now
from app.kernel.database import is_sqlite
from app.kernel.transaction import transact
from app.ledger.models import Balance, Entry, Journal
from app.stocktake.models import Tally
from tests.builders import Cast, at, make_item, save
from tests.stocktake.builders import move, start_stocktake
from tests.stocktake.floor import Pda


@pytest.fixture
def sound(cast: Cast) -> Cast:
    """A shop with a sealed book, a counted line and a numbered feed."""
    water = make_item()
    move(cast, "opening", water, cast.bins[0], 10, at(7))
    move(cast, "sale", water, cast.bins[0], 2, at(8))
    pda = Pda(cast.device, cast.counter, start_stocktake(cast))
    sheet = pda.open(cast.bins[0])
    sheet.scan(water, 8)
    sheet.close()
    assert pda.push() == {}
    save(DeviceState(device_id=cast.device.id, hwm=pda.seq, max_seq=pda.seq, next_seq=pda.seq + 1))
    transact(lambda session: record_changes(session, "item", [water.id], now()))
    sequence()
    return cast


def verify(app: Flask) -> tuple[int, str]:
    """Exit code and output of `flask verify`."""
    result = app.test_cli_runner().invoke(args=["verify"])
    return result.exit_code, result.output


def behind_our_back(session: Session, table: str) -> None:
    """Take the triggers off a table, as somebody with the database's password could."""
    if not is_sqlite(session.connection()):
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table}
    )
    for name in names.all():
        session.execute(text(f"DROP TRIGGER {name}"))


def put_back(session: Session, table: str) -> None:
    """PostgreSQL's tables outlive the test."""
    if not is_sqlite(session.connection()):
        session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def forge_entry(session: Session) -> None:
    behind_our_back(session, "entry")
    session.execute(update(Entry).where(Entry.quantity == 2).values(quantity=1))
    put_back(session, "entry")


def forge_balance(session: Session) -> None:
    session.execute(update(Balance).where(Balance.quantity == 8).values(quantity=9))


def forge_total(session: Session) -> None:
    session.execute(update(Tally).values(quantity=80))


def forge_hash(session: Session) -> None:
    behind_our_back(session, "journal")
    first = session.scalars(select(Journal.id).where(Journal.chain_number == 1)).one()
    session.execute(update(Journal).where(Journal.id == first).values(document="another paper"))
    put_back(session, "journal")


def forge_feed(session: Session) -> None:
    lost = session.scalars(select(Change.id).order_by(Change.feed_number).limit(1)).one()
    session.execute(delete(Change).where(Change.id == lost))


def test_a_sound_book_is_proved_and_the_exit_code_says_so(app: Flask, sound: Cast) -> None:
    code, output = verify(app)
    assert code == 0, output
    assert "The book holds" in output


@pytest.mark.parametrize(
    ("forge", "finding"),
    [
        (forge_entry, "balance: WATER at"),
        (forge_balance, "balance: WATER at A-01: expected 8, found 9"),
        (forge_total, "tally: stocktake 1"),
        (forge_hash, "entries_hash:"),
        (forge_feed, "feed_gap:"),
    ],
    ids=["entry", "balance", "total", "hash", "feed"],
)
def test_each_kind_of_corruption_is_found(app: Flask, sound: Cast, forge: object, finding: str) -> None:
    transact(forge)  # type: ignore[arg-type]
    code, output = verify(app)
    assert code == 1
    assert finding in output


def test_a_job_runs_once_for_its_slot_whoever_schedules_it(app: Flask) -> None:
    assert once("prove", "2026-10-25T01", now())
    assert not once("prove", "2026-10-25T01", now())
    assert once("prove", "2026-10-25T02", now())


def test_the_server_says_whether_it_lives_and_whether_it_can_work(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json["status"] == "ok"
    ready = client.get("/readyz").json
    assert ready["status"] == "ok"
    assert ready["checks"]["schema"] is True
