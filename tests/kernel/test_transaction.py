"""One place commits: all of a piece of work is kept or nothing, and what was in the way for a moment is tried again."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.catalogue.models import Category, Item
from app.kernel import transaction
from app.kernel.clock import now
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, Unavailable
from app.kernel.ids import new_id
from app.kernel.transaction import TRIES, reading, transact
from tests.builders import make_item

pytestmark = pytest.mark.usefixtures("app")


class Refusal(Exception):
    """What a database driver raises, with PostgreSQL's code of the reason."""

    def __init__(self, sqlstate: str | None, message: str = "") -> None:
        super().__init__(message)
        if sqlstate is not None:
            self.sqlstate = sqlstate


DEADLOCK = DBAPIError("UPDATE", {}, Refusal("40P01"))
SERIALIZATION = DBAPIError("UPDATE", {}, Refusal("40001"))
LOCKED = OperationalError("UPDATE", {}, Refusal(None, "database is locked"))
WRONG = DBAPIError("UPDATE", {}, Refusal("22012"))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction.time, "sleep", lambda _: None)


def categories() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Category.name)))


def add(session: Session, name: str) -> None:
    session.add(Category(id=new_id(), name=name))


def test_what_ended_well_is_kept() -> None:
    assert transact(lambda session: add(session, "Tea") or "done") == "done"
    assert categories() == ["Tea"]


def test_of_what_failed_nothing_is_kept() -> None:
    def work(session: Session) -> None:
        add(session, "Tea")
        session.flush()
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        transact(work)
    assert categories() == []


@pytest.mark.parametrize("trouble", [DEADLOCK, SERIALIZATION, LOCKED])
def test_work_that_was_in_anothers_way_is_done_again_from_the_start(trouble: DBAPIError) -> None:
    tries: list[int] = []

    def work(session: Session) -> int:
        tries.append(1)
        add(session, "Tea")
        if len(tries) < TRIES:
            raise trouble
        return len(tries)

    assert transact(work) == TRIES
    assert categories() == ["Tea"]


def test_after_the_last_try_it_is_a_matter_of_waiting() -> None:
    tries: list[int] = []

    def work(_: Session) -> None:
        tries.append(1)
        raise DEADLOCK

    with pytest.raises(Unavailable, match="database_busy"):
        transact(work)
    assert len(tries) == TRIES


def test_what_is_wrong_for_good_is_not_tried_again() -> None:
    tries: list[int] = []

    def work(_: Session) -> None:
        tries.append(1)
        raise WRONG

    with pytest.raises(DBAPIError):
        transact(work)
    assert tries == [1]


def test_reading_never_writes() -> None:
    with reading() as session:
        add(session, "Tea")
        session.flush()
    assert categories() == []


def test_many_at_once_lose_no_update(app: Flask) -> None:
    item = make_item(unit_cost=0)
    failures: list[BaseException] = []

    def raise_cost(session: Session) -> None:
        cost = session.scalars(select(Item.unit_cost).where(Item.id == item.id).with_for_update()).one()
        session.execute(update(Item).where(Item.id == item.id).values(unit_cost=cost + 1))

    def worker() -> None:
        try:
            with app.app_context():
                for _ in range(10):
                    transact(raise_cost)
        except BaseException as error:  # noqa: BLE001  # a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading() as session:
        assert session.scalars(select(Item.unit_cost)).one() == 40


class TestDuplicates:
    def twice(self, guard: Any) -> None:
        def work(session: Session) -> None:
            with guard:
                add(session, "Tea")
                session.flush()

        transact(work)

    def test_a_key_that_somebody_else_took_meanwhile_is_a_conflict(self) -> None:
        transact(lambda session: add(session, "Tea"))
        with pytest.raises(Conflict, match="taken"):
            self.twice(duplicates_mean(Conflict("taken", "Somebody was faster.")))

    def test_any_other_broken_rule_stays_what_it_is(self) -> None:
        def work(session: Session) -> None:
            with duplicates_mean(Conflict("taken", "Somebody was faster.")):
                session.add(Item(id=new_id(), sku="A", name="A", unit_id=new_id(), created_at=now()))
                session.flush()

        with pytest.raises(IntegrityError):
            transact(work)
