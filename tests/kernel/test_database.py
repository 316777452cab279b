"""The types of the house hold the same on both engines, and the database refuses what no code may write."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.catalogue.models import Item, Unit
from app.kernel.clock import from_ms, iso, now, to_ms
from app.kernel.database import db
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.sites.models import Site
from tests.builders import make_item, make_site


@pytest.mark.usefixtures("app")
class TestTypes:
    def test_an_id_comes_back_as_it_was(self) -> None:
        item = make_item()
        with reading() as session:
            assert session.scalars(select(Item.id)).one() == item.id

    def test_ids_sort_as_they_were_made(self) -> None:
        made = [make_item(f"I-{n}").id for n in range(5)]
        with reading() as session:
            assert list(session.scalars(select(Item.id).order_by(Item.id))) == sorted(made)

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
            datetime(2026, 11, 20, 8, 0, 0, 123000, tzinfo=UTC),
            datetime(2026, 11, 20, 16, 0, tzinfo=timezone(timedelta(hours=8))),
        ],
    )
    def test_a_moment_is_kept_to_the_millisecond_in_utc(self, moment: datetime) -> None:
        site = make_site("T1")
        transact(lambda session: _set_created(session, site.id, moment))
        with reading() as session:
            kept = session.scalars(select(Site.created_at)).one()
        assert kept == moment
        assert kept.tzinfo is UTC

    def test_a_time_without_a_zone_is_a_guess_and_refused(self) -> None:
        site = make_site("T1")
        naive = datetime(2026, 1, 1)  # noqa: DTZ001  # the point of the test
        with pytest.raises((StatementError, ValueError), match="zone"):
            transact(lambda session: _set_created(session, site.id, naive))

    def test_a_truth_comes_back_as_a_truth(self) -> None:
        make_item(tracks_lots=True)
        with reading() as session:
            assert session.scalars(select(Item.tracks_lots)).one() is True
            assert session.scalars(select(Item.id).where(Item.tracks_lots.is_(False))).all() == []

    def test_an_integer_may_be_a_large_one(self) -> None:
        make_item(unit_cost=10**12)
        with reading() as session:
            assert session.scalars(select(Item.unit_cost)).one() == 10**12


@pytest.mark.parametrize(
    "values",
    [
        {"code": "u1", "name": "u", "scale": 7},
        {"code": "u1", "name": "u", "scale": -1},
        {"code": "pcs", "name": "u", "scale": 0},
        {"code": None, "name": "u", "scale": 0},
    ],
)
def test_checks_and_keys_stand_behind_the_code(app: Flask, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        transact(lambda session: session.execute(insert(Unit).values(id=new_id(), **values)))


@pytest.mark.parametrize("scale", ["'abc'", "1.5"])
def test_a_number_column_holds_whole_numbers_only(app: Flask, scale: str, database_kind: str) -> None:
    if database_kind == "postgresql" and scale == "1.5":
        return  # PostgreSQL rounds a literal by its own rules; the schemas refuse it before
    with pytest.raises(DBAPIError):
        transact(lambda session: session.execute(text(f"UPDATE unit SET scale = {scale}")))  # noqa: S608


def test_a_reference_to_nothing_is_refused(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        make_item(category_id=UUID(int=1))


def test_sqlite_is_opened_so_that_an_answer_is_a_promise(app: Flask, database_kind: str) -> None:
    if database_kind != "sqlite":
        return
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_clock_speaks_utc_in_milliseconds() -> None:
    moment = now()
    assert from_ms(to_ms(moment)) == moment
    assert iso(datetime(2026, 11, 22, 18, 5, tzinfo=timezone(timedelta(hours=8)))) == "2026-11-22T10:05:00.000Z"
    with pytest.raises(ValueError, match="zone"):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001  # the point of the test


def _set_created(session: Any, site_id: UUID, moment: datetime) -> None:
    session.get(Site, site_id).created_at = moment
