"""`among`: any number of values in one statement, on both engines."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalogue.models import Item, Unit
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.kernel.transaction import reading
from tests.builders import make_item


@pytest.mark.usefixtures("app")
class TestAmong:
    def test_it_finds_texts(self) -> None:
        make_item("水-1")
        make_item("quote\"'")
        with reading() as session:
            found = session.scalars(select(Item.sku).where(among(session, Item.sku, ["水-1", "quote\"'", "none"])))
            assert set(found) == {"水-1", "quote\"'"}

    def test_it_finds_ids(self) -> None:
        item = make_item()
        with reading() as session:
            assert session.scalars(select(Item.id).where(among(session, Item.id, {item.id, new_id()}))).all() == [
                item.id
            ]

    def test_it_finds_integers(self) -> None:
        with reading() as session:
            assert session.scalars(select(Unit.code).where(among(session, Unit.scale, [2]))).all() == ["m"]

    def test_no_values_find_nothing(self) -> None:
        with reading() as session:
            for column in (Unit.code, Unit.id, Unit.scale):
                assert session.scalars(select(Unit.code).where(among(session, column, []))).all() == []

    def test_a_file_of_a_hundred_thousand_codes_is_one_statement(self, app: Flask) -> None:
        make_item("SKU-99999")
        with reading() as session:
            wanted = [f"SKU-{number}" for number in range(100_000)]
            assert session.scalars(select(Item.sku).where(among(session, Item.sku, wanted))).all() == ["SKU-99999"]
