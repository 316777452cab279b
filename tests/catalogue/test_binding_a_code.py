"""A supervisor says what an unknown code means; from then on every scan of it counts."""

import pytest
from sqlalchemy import select

from app.catalogue.models import Barcode, Item
from app.catalogue.service import bind_code
from app.feed.models import Change
from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from tests.builders import Cast, make_item


@pytest.fixture
def supervisor(cast: Cast) -> Viewer:
    return Viewer(person_id=cast.supervisor.id, grants={cast.site.id: "supervisor"})


@pytest.fixture
def water(cast: Cast) -> Item:
    return make_item("WATER", barcodes={"06921168509256": 1})


def bind(viewer: Viewer, item: Item, code: str, factor: int = 1) -> str:
    return transact(lambda session: bind_code(session, viewer, item.id, code, factor, now()))


def test_the_code_means_the_item_and_devices_hear_of_it(supervisor: Viewer, water: Item) -> None:
    assert bind(supervisor, water, " 6901028075763 ", 6) == "06901028075763"
    with reading() as session:
        code = session.get(Barcode, "06901028075763")
        assert code is not None
        assert (code.item_id, code.pack_factor) == (water.id, 6)
        assert session.scalars(select(Change.entity_key)).all() == [str(water.id)]


def test_a_code_a_scanner_read_may_have_any_digits(supervisor: Viewer, water: Item) -> None:
    assert bind(supervisor, water, "202411230002") == "202411230002"


def test_binding_the_same_again_changes_nothing(supervisor: Viewer, water: Item) -> None:
    bind(supervisor, water, "IN-HOUSE-7", 6)
    bind(supervisor, water, "IN-HOUSE-7", 6)
    with reading() as session:
        assert len(session.scalars(select(Change.id)).all()) == 1


def test_another_pack_or_another_item_is_refused(supervisor: Viewer, water: Item) -> None:
    with pytest.raises(Conflict, match="pack_factor_differs"):
        bind(supervisor, water, "6921168509256", 6)
    other = make_item("OTHER")
    with pytest.raises(Conflict, match="WATER"):
        bind(supervisor, other, "6921168509256")


def test_an_unknown_item_or_no_code_is_refused(supervisor: Viewer, water: Item) -> None:
    with pytest.raises(Invalid):
        bind(supervisor, water, "\t")
    with pytest.raises(NotFound):
        transact(lambda session: bind_code(session, supervisor, new_id(), "X", 1, now()))


def test_a_counter_cannot(cast: Cast, water: Item) -> None:
    with pytest.raises(Forbidden):
        bind(Viewer(person_id=cast.counter.id, grants={cast.site.id: "counter"}), water, "X")
