"""Writers commit in any order, some slowly; a reader that follows the cursor misses nothing."""

import threading
import time
from random import Random

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.feed import queries, service
from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.database import db, is_sqlite
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact, transaction
from tests.builders import Cast

WRITERS, ROUNDS = 6, 25


def write(app: Flask, writer: int) -> None:
    """Transactions of a few changes each; every fifth dawdles between its writing and its commit."""
    dice = Random(writer)
    with app.app_context():
        for turn in range(ROUNDS):
            with transaction() as session:
                keys = [f"{writer}-{turn}-{n}" for n in range(dice.randint(1, 4))]
                service.record_changes(session, "thing", keys, now())
                if not is_sqlite(db.engine) and dice.random() < 0.2:
                    time.sleep(dice.random() * 0.05)


def follow(app: Flask, done: threading.Event, seen: list[str]) -> None:
    """A device that asks again and again, and once more after the last writer."""
    number = 0
    with app.app_context():
        last = False
        while not last:
            last = done.is_set()
            transact(service.sequence)
            with reading() as session:
                head = queries.head_of(session)
                found = queries.changes_after(session, number, head, new_id(), 10_000)
            seen += [change.key for change in found]
            number = head


def test_a_reader_misses_nothing_however_slowly_others_commit(cast: Cast) -> None:
    done, seen, also_seen = threading.Event(), list[str](), list[str]()
    writers = [threading.Thread(target=write, args=(cast.app, n)) for n in range(WRITERS)]
    readers = [threading.Thread(target=follow, args=(cast.app, done, kept)) for kept in (seen, also_seen)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    with reading() as session:
        everything = set(session.scalars(select(Change.entity_key)))
        assert service.verify(session) == []
    assert len(everything) >= WRITERS * ROUNDS
    assert set(seen) == set(also_seen) == everything
    assert len(seen) == len(everything), "a change came twice"


def test_a_slow_writers_change_gets_a_number_above_what_was_read_before_it(cast: Cast) -> None:
    """The hole of a plain sequence: noted first, committed last, overtaken for ever."""
    if is_sqlite(db.engine):
        return one_writer_at_a_time()
    with Session(db.engine) as slow:
        service.record_changes(slow, "thing", ["slow"], now())
        slow.flush()
        transact(lambda session: service.record_changes(session, "thing", ["fast"], now()))
        head = transact(service.sequence)
        slow.commit()
    later = transact(service.sequence)
    with reading() as session:
        assert [change.key for change in queries.changes_after(session, head, later, new_id(), 10)] == ["slow"]
    return None


def one_writer_at_a_time() -> None:
    """SQLite's writers take turns, so the order of noting is the order of commit."""
    transact(lambda session: service.record_changes(session, "thing", ["first"], now()))
    transact(lambda session: service.record_changes(session, "thing", ["second"], now()))
    transact(service.sequence)
    with reading() as session:
        assert [change.key for change in queries.changes_after(session, 0, 9, new_id(), 10)] == ["first", "second"]


def test_what_is_rolled_back_gets_no_number(cast: Cast) -> None:
    with Session(db.engine) as session:
        service.record_changes(session, "thing", ["never"], now())
        service.sequence(session)
        session.rollback()
    assert transact(service.sequence) == 0
