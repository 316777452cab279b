"""Whatever happens in whatever order, a count says what it must: the real code against a slow and obvious model.

PANDIAN_LAWS_EXAMPLES and PANDIAN_LAWS_STEPS make a long run of it; without them it is short and always the same.
"""

import os
from typing import Any

import hypothesis.strategies as st
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from app.checks import verify_everything
from app.jobs import sequence
from app.kernel.transaction import reading
from app.ledger.models import Balance, Entry, Journal
from app.ledger.queries import book
from app.stocktake.models import CountLine
from tests.conftest import _empty
from tests.laws.counting_floor import Floor, Hand
from tests.laws.counting_model import Count, Key

EXAMPLES = int(os.environ.get("PANDIAN_LAWS_EXAMPLES", "0"))
STEPS = int(os.environ.get("PANDIAN_LAWS_STEPS", "30"))
WHICH = st.integers(0, 7)
TWO = st.integers(0, 1)
MOSTLY = st.sampled_from((True, True, True, False))
FEW = st.integers(1, 12)
DECIDED = ("accepted", "kept_book")


class CountingLaws(RuleBasedStateMachine):
    """Movements, counts, decisions, postings and reversals, one after the other."""

    app: Flask
    kind: str

    @initialize()
    def begin(self) -> None:
        _empty(self.app, self.kind)
        self.floor = Floor(self.app)
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.floor.start([0, 1])

    def counts(self) -> list[Count]:
        return self.floor.shop.counts

    def hand(self, which: int) -> Hand:
        return self.floor.hands[-1 - which % min(4, len(self.floor.hands))]

    def has_counts(self) -> bool:
        return bool(self.floor.shop.counts)

    def has_sheets(self) -> bool:
        return any(hand.sheets for hand in self.floor.hands)

    def hand_with_sheets(self, which: int) -> Hand:
        hands = [hand for hand in self.floor.hands if hand.sheets]
        return hands[-1 - which % len(hands)]

    # -- what happens

    @rule(
        kind=st.sampled_from(("in", "out", "move")),
        place=TWO,
        item=TWO,
        quantity=FEW,
        back=st.sampled_from((0, 0, 3, 9, 25)),
    )
    def goods_move(self, kind: str, place: int, item: int, quantity: int, back: int) -> None:
        here, there = self.floor.bins[place], self.floor.bins[1 - place]
        source = None if kind == "in" else here
        target = {"in": here, "out": None, "move": there}[kind]
        self.floor.move(source, target, self.floor.items[item], quantity, back)

    @precondition(lambda self: self.floor.plain)
    @rule(which=WHICH)
    def a_journal_is_reversed(self, which: int) -> None:
        self.floor.take_back(-1 - which % len(self.floor.plain))

    @precondition(lambda self: len(self.floor.shop.counts) < 4)
    @rule(zones=st.sampled_from(([0], [1], [0, 1])))
    def a_stocktake_starts(self, zones: list[int]) -> None:
        self.floor.start(zones)

    @precondition(has_counts)
    @rule(
        which=WHICH, place=WHICH, quantities=st.tuples(st.integers(-1, 12), st.integers(-1, 12)),
        close=MOSTLY, former=st.none() | TWO, push=MOSTLY,
    )  # fmt: skip
    def a_bin_is_counted(
        self, which: int, place: int, quantities: tuple[int, int], close: bool, former: int | None, push: bool
    ) -> None:
        hand, floor = self.hand(which), self.floor
        here = hand.count.bins[place % len(hand.count.bins)]
        floor.open(hand, next(it for it in floor.bins if it.id == here), former)
        for item, quantity in zip(floor.items, quantities, strict=True):
            if quantity > 0:
                floor.scan(hand, -1, item, quantity)
        if close:
            zeros = [item for item, quantity in zip(floor.items, quantities, strict=True) if quantity == 0]
            floor.close_sheet(hand, -1, zeros)
        if push:
            floor.push(hand)

    @precondition(has_counts)
    @rule(which=WHICH, quantities=st.lists(st.integers(-1, 12), min_size=4, max_size=4), accept=st.booleans())
    def what_is_open_is_counted(self, which: int, quantities: list[int], accept: bool) -> None:
        count, floor = self.hand(which).count, self.floor
        for number, here in enumerate(count.bins):
            if count.state == "counting" and not count.at(here, count.rounds.get(here, 1)):
                self.a_bin_is_counted(which, number, tuple(quantities[2 * number :][:2]), True, None, True)
        for number in range(len(floor.lines(count)) if accept else 0):
            floor.decide(count, number, "accept")

    @precondition(has_sheets)
    @rule(which=WHICH, sheet=WHICH, item=TWO, quantity=FEW, total=st.booleans())
    def more_is_counted(self, which: int, sheet: int, item: int, quantity: int, total: bool) -> None:
        hand = self.hand_with_sheets(which)
        work = self.floor.set if total else self.floor.scan
        work(hand, sheet, self.floor.items[item], quantity - 1 if total else quantity)
        self.floor.push(hand)

    @precondition(has_sheets)
    @rule(which=WHICH, sheet=WHICH, look=WHICH)
    def a_record_is_voided(self, which: int, sheet: int, look: int) -> None:
        hand = self.hand_with_sheets(which)
        self.floor.void(hand, sheet, look)
        self.floor.push(hand)

    @precondition(has_counts)
    @rule(which=WHICH)
    def a_device_comes_into_contact(self, which: int) -> None:
        self.floor.push(self.hand(which))

    @precondition(has_counts)
    @rule(which=WHICH, sheet=WHICH, total=st.booleans())
    def an_overlap_is_decided(self, which: int, sheet: int, total: bool) -> None:
        self.floor.settle_overlap(self.hand(which).count, sheet, total=total)

    @precondition(has_counts)
    @rule(which=WHICH, line=WHICH, decision=st.sampled_from(("accept", "accept", "accept", "keep_book", "recount")))
    def a_line_is_decided(self, which: int, line: int, decision: str) -> None:
        self.floor.decide(self.hand(which).count, line, decision)

    @precondition(has_counts)
    @rule(which=WHICH, luck=st.integers(0, 2))
    def a_stocktake_is_closed(self, which: int, luck: int) -> None:
        if luck == 0:
            self.floor.close(self.hand(which).count)

    @precondition(has_counts)
    @rule(which=WHICH, zone=st.none() | TWO, zero=st.booleans(), only_ready=st.sampled_from((True, True, False)))
    def a_part_is_posted(self, which: int, zone: int | None, zero: bool, only_ready: bool) -> None:
        place = None if zone is None else self.floor.bins[zone]
        self.floor.post(self.hand(which).count, zone=place, zero=zero, only_ready=only_ready)
        self.teardown()

    @precondition(has_counts)
    @rule(which=WHICH, luck=st.integers(0, 2))
    def a_stocktake_is_reversed(self, which: int, luck: int) -> None:
        if luck == 0:
            self.floor.reverse(self.hand(which).count)

    # -- what must be true

    @invariant()
    def every_law_holds(self) -> None:
        self.on_hand_is_what_was_counted_and_what_moved_since()
        self.lines_say_what_the_model_says()
        self.nothing_is_posted_twice()

    def on_hand_is_what_was_counted_and_what_moved_since(self) -> None:
        floor = self.floor
        with reading() as session:
            rows = session.execute(select(Balance.location_id, Balance.item_id, Balance.quantity))
            stock = {(row.location_id, row.item_id): row.quantity for row in rows}
        for key in self.keys():
            assert stock.get(key, 0) == floor.shop.book(key, floor.clock), [
                (count.state, count.posted.get(key), count.sheets, line and vars(line))
                for count in self.counts()
                for line in [floor.lines(count).get(key)]
            ]

    def lines_say_what_the_model_says(self) -> None:
        for count in self.counts():
            lines = self.floor.lines(count)
            for key in self.keys():
                line = lines.get(key)
                if line is None:
                    assert count.counted(key) is None
                elif key in count.posted:
                    self.check_posted(count, key, line)
                elif count.state in {"counting", "closed"}:
                    self.check_open(count, key, line)

    def check_open(self, count: Count, key: Key, line: CountLine) -> None:
        counted = count.counted(key)
        said = (line.quantity_counted, line.counted_at) if line.quantity_counted is not None else None
        assert said == counted
        if counted is not None:
            quantity, when = counted
            booked = self.floor.shop.book(key, when)
            assert (line.quantity_book, line.variance) == (booked, quantity - booked)
        if line.state in DECIDED:
            assert (line.state, line.quantity_counted, line.quantity_book) == count.decided[key]
        assert (line.state in {"uncounted", "recount"}) <= (counted is None)

    def check_posted(self, count: Count, key: Key, line: CountLine) -> None:
        posted = count.posted[key]
        assert line.posted_part is not None
        assert (line.quantity_counted, line.counted_at) == (posted.counted, posted.counted_at)
        facts = (line.quantity_counted, line.quantity_book, line.variance, line.state)
        assert self.seen.setdefault(line.id, facts) == facts
        assert line.anchored == (not posted.kept and count.state != "reversed")
        if line.anchored and line.counted_at:
            with reading() as session:
                assert book(session, *key, "", line.counted_at) == line.quantity_counted

    def nothing_is_posted_twice(self) -> None:
        with reading() as session:
            rows = session.execute(
                select(Entry.count_line_id, func.count())
                .join(Journal, Journal.id == Entry.journal_id)
                .where(Journal.kind == "adjustment")
                .group_by(Entry.count_line_id)
            ).all()
        assert all(entries == 1 for _line, entries in rows)

    def teardown(self) -> None:
        """The book proves itself."""
        sequence()
        with reading() as session:
            findings = verify_everything(session)
        # The floor hands records over as the log in does, without the log's own numbers of each device.
        assert [it for it in findings if it.check not in {"hwm", "max_seq"}] == []

    def keys(self) -> list[Key]:
        return [(place.id, item.id) for place in self.floor.bins for item in self.floor.items]


def test_counts_obey_their_laws_whatever_happens(app: Flask, database_kind: str) -> None:
    machine = type("Laws", (CountingLaws,), {"app": app, "kind": database_kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, *([Phase.shrink] if os.environ.get("PANDIAN_LAWS_SHRINK") else [])],
        ),
    )
