"""The law of the book, against a slow and obvious model: a list of movements, added up again for each question."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue.models import Item
from tests.builders import Cast, at, make_item
from tests.ledger.book_of import Book

PLACES = ("A-01", "A-02", "supplier", "customer")
LOTS = ("", "L1")
MINUTES = st.integers(0, 12)  # few, so that movements meet in the same minute and at the moments asked about


def minute(number: int) -> datetime:
    return at(9) + timedelta(minutes=number)


@dataclass
class Model:
    """Every movement there was, as (place it left, place it reached, lot, quantity, when)."""

    movements: list[tuple[str, str, str, int, datetime]] = field(default_factory=list)

    def at(self, place: str, lot: str, when: datetime | None = None) -> int:
        total = 0
        for giver, taker, moved_lot, quantity, moved_at in self.movements:
            if moved_lot == lot and (when is None or moved_at <= when):
                total += quantity * ((taker == place) - (giver == place))
        return total


MOVEMENT = st.tuples(
    st.permutations(PLACES).map(lambda order: order[:2]), st.sampled_from(LOTS), st.integers(1, 50), MINUTES
)
POSTING = st.lists(MOVEMENT, min_size=1, max_size=4)
STEPS = st.lists(st.one_of(POSTING, st.integers(0, 5)), min_size=1, max_size=8)  # a number: reverse that journal


def play(book: Book, item: Item, steps: list[object]) -> Model:
    """Post and reverse in the book and in the model alike."""
    model, reversible = Model(), []
    for step in steps:
        if isinstance(step, int):
            if reversible:
                journal_id, taken_back = reversible.pop(step % len(reversible))
                book.reverse(journal_id)
                model.movements += [(taker, giver, *rest) for giver, taker, *rest in taken_back]
            continue
        moved = [(giver, taker, lot, quantity, minute(when)) for (giver, taker), lot, quantity, when in step]
        entries = [
            book.entry(item, giver, taker, quantity, when, lot=lot) for giver, taker, lot, quantity, when in moved
        ]
        reversible.append((book.write(*entries, kind="move").journal_id, moved))
        model.movements += moved
    return model


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, moments=st.lists(MINUTES, min_size=2, max_size=3))
def test_on_hand_and_every_past_moment_are_the_sum_of_the_movements(
    book: Book, steps: list[object], moments: list[int]
) -> None:
    item = make_item(f"ITEM-{next(_NUMBERS)}", tracks_lots=True)  # its own: examples share the database
    model = play(book, item, steps)
    for lot in LOTS:
        for place in PLACES:
            assert book.on_hand(item, place, lot) == model.at(place, lot)
            for when in moments:
                assert book.at(item, minute(when), place, lot) == model.at(place, lot, minute(when))
        assert sum(book.on_hand(item, place, lot) for place in PLACES) == 0
    book.seal()
    assert book.findings() == []


_NUMBERS = iter(range(10**6))


def test_the_model_itself_counts(cast: Cast) -> None:
    model = Model([("supplier", "A-01", "", 5, at(9)), ("A-01", "customer", "", 2, at(10))])
    assert [model.at("A-01", "", at(hour)) for hour in (8, 9, 10)] == [0, 5, 3]
