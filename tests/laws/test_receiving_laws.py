"""Whatever arrives in whatever order, receipts, orders and the book say what they must, counts and moves between them.

PANDIAN_LAWS_EXAMPLES and PANDIAN_LAWS_STEPS make a long run of it; without them it is short and always the same.
"""

import os
from collections import Counter
from typing import Any
from uuid import UUID

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
from sqlalchemy import select

from app.checks import verify_everything
from app.device_log.models import DeviceRecord
from app.jobs import sequence
from app.kernel.transaction import reading
from app.ledger.models import Balance
from app.purchasing.models import ExpectedDelivery, ExpectedDeliveryLine, PurchaseOrder, PurchaseOrderLine
from app.receiving.models import ReceiptTally
from app.receiving.rules import names_of
from tests.conftest import _empty
from tests.laws.receiving_floor import Dock, Hand
from tests.laws.receiving_model import OPEN, Document, Receipt
from tests.laws.test_counting_laws import EXAMPLES, FEW, MOSTLY, STEPS, TWO, WHICH, CountingLaws

ITEM = st.integers(0, 2)
LOT = st.sampled_from(("L1", "L1", "L2", ""))
RARELY = st.sampled_from((False, False, False, True))
DECISION = st.sampled_from(("accept", "accept", "accept_expected", "refuse"))

ARRIVAL: Any = {
    "which": WHICH,
    "document": WHICH,
    "place": TWO,
    "desk": RARELY,
    "push": MOSTLY,
    "damaged": RARELY,
    "lot": LOT,
    "pieces": st.lists(st.integers(0, 9), min_size=3, max_size=3),
    "then": DECISION | st.sampled_from(("", "close")),
}


class ReceivingLaws(RuleBasedStateMachine):
    """Orders, receipts, put-aways, counts, postings and reversals, one after the other."""

    app: Flask
    kind: str

    @initialize(first=st.lists(st.integers(0, 9), min_size=3, max_size=3))
    def begin(self, first: list[int]) -> None:
        _empty(self.app, self.kind)
        self.floor = Dock(self.app)
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.final: dict[UUID, Any] = {}
        self.over: dict[UUID, str] = {}
        self.floor.order(first, deliver=True)
        self.floor.start([0, 1])
        self.a_delivery_arrives(0, 0, 0, False, True, False, "L1", first[::-1], "")

    def hand(self, which: int) -> Hand:
        return self.floor.docks[which % 2]

    def receipt(self, which: int) -> Receipt:
        return self.floor.receipts[-1 - which % min(4, len(self.floor.receipts))]

    def has_receipts(self) -> bool:
        return bool(self.floor.receipts)

    def document(self, which: int) -> Document | None:
        known: list[Document | None] = [*self.floor.documents, None]
        return known[which % len(known)]

    # -- what happens

    @rule(
        what=st.sampled_from(("order", "order", "change", "change", "close", "cancel")), which=WHICH, quantity=FEW,
        quantities=st.lists(st.integers(0, 9), min_size=3, max_size=3), deliver=st.booleans(),
    )  # fmt: skip
    def something_is_ordered_or_changed(
        self, what: str, which: int, quantity: int, quantities: list[int], deliver: bool
    ) -> None:
        if what == "change":
            self.floor.change_order(which, quantity)
        elif what != "order":
            self.floor.end_document(which, cancel=what == "cancel")
        elif len(self.floor.documents) < 6:
            self.floor.order(quantities, deliver=deliver)

    @rule(**ARRIVAL)
    def another_delivery_arrives(self, **arrival: Any) -> None:
        """The same again: more often than anything else."""
        self.a_delivery_arrives(**arrival)

    @rule(**ARRIVAL)
    def a_delivery_arrives(
        self, which: int, document: int, place: int, desk: bool, push: bool, damaged: bool, lot: str,
        pieces: list[int], then: str,
    ) -> None:  # fmt: skip
        floor, hand = self.floor, self.hand(which)
        known = len(floor.receipts)
        floor.tick()
        floor.begin(hand, self.document(document), floor.bins[place], desk=desk)
        made = floor.receipts[known:]
        receipt = next(iter(made), None) if desk else hand.waiting[-1].receipt
        for item, quantity in zip(floor.goods, pieces, strict=True):
            if receipt and quantity:
                floor.look(hand, receipt, item, lot, quantity, damaged=damaged and item is floor.goods[0], total=False)
        if push:
            floor.contact(hand, later_first=False, again=False)
        if receipt in floor.receipts and then:
            self.all_of_it_is(then, receipt, keep=desk)

    @precondition(has_receipts)
    @rule(
        who=TWO, which=WHICH, item=ITEM, lot=LOT, quantity=FEW, damaged=RARELY, total=RARELY, push=MOSTLY,
        later_first=RARELY,
    )  # fmt: skip
    def more_is_scanned(
        self, who: int, which: int, item: int, lot: str, quantity: int, damaged: bool, total: bool, push: bool,
        later_first: bool,
    ) -> None:  # fmt: skip
        floor, hand = self.floor, self.hand(who)
        floor.look(hand, self.receipt(which), floor.goods[item], lot, quantity, damaged=damaged, total=total)
        if push:
            floor.contact(hand, later_first=later_first, again=later_first)

    @rule(who=TWO, which=WHICH, move=st.booleans(), push=MOSTLY)
    def a_record_is_taken_back(self, who: int, which: int, move: bool, push: bool) -> None:
        work = self.floor.carry_back if move else self.floor.unscan
        work(self.hand(who), which)
        if push:
            self.floor.contact(self.hand(who), later_first=True, again=False)

    @rule(who=TWO, item=ITEM, lot=LOT, place=TWO, quantity=FEW, push=MOSTLY)
    def goods_are_put_away(self, who: int, item: int, lot: str, place: int, quantity: int, push: bool) -> None:
        floor, hand = self.floor, self.hand(who)
        floor.carry(hand, floor.goods[item], lot, floor.bins[place], floor.bins[1 - place], quantity)
        if push:
            floor.contact(hand, later_first=False, again=False)

    @precondition(lambda self: any(hand.waiting for hand in self.floor.docks))
    @rule(who=TWO, later_first=st.booleans(), again=st.booleans())
    def a_device_comes_into_contact(self, who: int, later_first: bool, again: bool) -> None:
        self.floor.contact(self.hand(who), later_first=later_first, again=again)

    @precondition(lambda self: any(hand.held for hand in self.floor.docks))
    @rule(who=TWO, which=WHICH)
    def a_held_record_is_released(self, who: int, which: int) -> None:
        self.floor.release(self.hand(who), which)

    @precondition(has_receipts)
    @rule(which=WHICH, line=WHICH, decision=DECISION, keep=st.booleans())
    def a_line_is_decided(self, which: int, line: int, decision: str, keep: bool) -> None:
        self.floor.decide_line(self.receipt(which), line, decision, keep=keep)

    @precondition(has_receipts)
    @rule(which=WHICH, decision=DECISION, keep=st.booleans())
    def what_came_is_taken_in(self, which: int, decision: str, keep: bool) -> None:
        self.all_of_it_is(decision, self.receipt(which), keep=keep)

    def all_of_it_is(self, decision: str, receipt: Receipt, *, keep: bool) -> None:
        """Closed; and unless that is all, each line that asks for it is decided, and the receipt posted."""
        floor = self.floor
        floor.close_receipt(receipt)
        floor.settle()
        if decision == "close":
            return
        lines = floor.receipt_lines(receipt) if receipt.state == "closed" else {}
        for number, item in enumerate(sorted(lines)):
            if lines[item].state == "needs_decision":
                may = decision if receipt.expected(item) else "accept"
                floor.decide_line(receipt, number, may, keep=keep)
        floor.post_receipt(receipt)

    @precondition(has_receipts)
    @rule(which=WHICH, what=st.sampled_from(("close", "post", "post", "reverse", "reverse", "cancel")))
    def a_receipt_goes_on(self, which: int, what: str) -> None:
        work = getattr(self.floor, f"{what}_receipt")
        work(self.receipt(which))

    @rule(place=TWO, quantities=st.tuples(FEW, FEW), post=st.booleans(), luck=st.integers(0, 7))
    def a_bin_is_counted(self, place: int, quantities: tuple[int, int], post: bool, luck: int) -> None:
        floor = self.floor
        if luck <= 1:
            self.a_count_ends_and_another_begins(take_back=luck == 0)
        hand, count = floor.hands[-1], floor.hands[-1].count
        here = floor.bins[place % len(count.bins)]
        if count.state == "counting" and not count.at(here.id, count.rounds.get(here.id, 1)):
            floor.open(hand, here, None)
            for item, quantity in zip(floor.items, quantities, strict=True):
                floor.scan(hand, -1, item, quantity)
            floor.close_sheet(hand, -1, [])
            floor.push(hand)
        for number in range(len(floor.lines(count)) if post else 0):
            floor.decide(count, number, "accept")
        if post:
            floor.post(count, zone=None, zero=False, only_ready=True)

    def a_count_ends_and_another_begins(self, *, take_back: bool) -> None:
        floor = self.floor
        if take_back:
            floor.reverse(floor.shop.counts[-1])
        if len(floor.shop.counts) < 3:
            floor.close(floor.shop.counts[-1])
            floor.start([0, 1])

    # -- what must be true

    on_hand_is_what_was_counted_and_what_moved_since = CountingLaws.on_hand_is_what_was_counted_and_what_moved_since
    lines_say_what_the_model_says = CountingLaws.lines_say_what_the_model_says
    nothing_is_posted_twice = CountingLaws.nothing_is_posted_twice
    check_open, check_posted = CountingLaws.check_open, CountingLaws.check_posted
    counts, keys = CountingLaws.counts, CountingLaws.keys

    @invariant()
    def every_law_holds(self) -> None:
        self.floor.settle()
        for receipt in self.floor.receipts:
            if receipt.state != self.over.get(receipt.id):  # what is over is looked at once more in the end
                self.a_receipt_is_right(receipt)
        for document in self.floor.documents:
            self.what_was_received_is_what_was_posted(document)
        self.what_lies_in_lots_is_what_moved()
        self.on_hand_is_what_was_counted_and_what_moved_since()
        self.lines_say_what_the_model_says()
        self.nothing_is_posted_twice()

    def a_receipt_is_right(self, receipt: Receipt) -> None:
        self.the_totals_are_the_fold(receipt)
        self.the_lines_are_right(receipt)
        if receipt.state not in OPEN:
            self.over[receipt.id] = receipt.state

    def the_totals_are_the_fold(self, receipt: Receipt) -> None:
        with reading() as session:
            rows = session.scalars(select(ReceiptTally).where(ReceiptTally.receipt_id == receipt.id))
            there = {(row.item_id, row.lot, row.damaged): row.quantity for row in rows}
        assert there == receipt.tallies()

    def the_lines_are_right(self, receipt: Receipt) -> None:
        lines = self.floor.receipt_lines(receipt)
        if receipt.state not in OPEN:
            said = {item: (*self.shown(line), line.quantity_posted) for item, line in lines.items()}
            assert self.final.setdefault(receipt.id, said) == said
            taken: Counter[UUID] = Counter()
            for goods, _when, quantity in receipt.taken:
                taken[goods[0]] += quantity
            assert {item: line.quantity_posted for item, line in lines.items() if line.quantity_posted} == +taken
            return
        for item in self.floor.goods:
            tracks = self.floor.tracks(item.id)
            line = lines.get(item.id)
            if line is None:
                assert (receipt.expected(item.id), receipt.marks(item.id, tracks_lots=tracks)) == (0, set())
                continue
            good, damaged = (receipt.pieces(item.id, damaged=broken) for broken in (False, True))
            assert self.shown(line) == (
                receipt.expected(item.id), good, damaged, receipt.marks(item.id, tracks_lots=tracks),
                receipt.state_of(item.id, tracks_lots=tracks),
            )  # fmt: skip

    @staticmethod
    def shown(line: Any) -> tuple[Any, ...]:
        marks = set(names_of(line.flags))
        return line.quantity_expected, line.quantity_good, line.quantity_damaged, marks, line.state

    def what_was_received_is_what_was_posted(self, document: Document) -> None:
        is_order = document.order is None
        line: Any = PurchaseOrderLine if is_order else ExpectedDeliveryLine
        owner = line.order_id if is_order else line.delivery_id
        with reading() as session:
            state = session.get_one(PurchaseOrder if is_order else ExpectedDelivery, document.id).state
            rows = session.scalars(select(line).where(owner == document.id)).all()
            there = [(row.item_id, row.quantity, row.quantity_received) for row in rows]
        received: Counter[UUID] = Counter()
        for item, _quantity, came in there:
            assert came >= 0
            received[item] += came
        assert +received == +document.received
        full = all(document.received[item] >= document.ordered(item) for item, _quantity, _came in there)
        begun = "part_received" if +received else "ordered" if is_order else "expected"
        assert state == (document.ended or ("received" if full else begun))

    def what_lies_in_lots_is_what_moved(self) -> None:
        moved: Counter[tuple[UUID, str]] = Counter()
        for place, lot, quantity in self.floor.cheese_moved:
            moved[place, lot] += quantity
        places = [place.id for place in self.floor.bins]
        with reading() as session:
            rows = session.scalars(
                select(Balance).where(Balance.item_id == self.floor.cheese.id, Balance.location_id.in_(places))
            )
            there = {(row.location_id, row.lot): row.quantity for row in rows if row.quantity}
        assert there == {key: quantity for key, quantity in moved.items() if quantity}

    def teardown(self) -> None:
        """Each record is there once, what is over has not changed, and the book proves itself."""
        for receipt in self.floor.receipts:
            self.a_receipt_is_right(receipt)
        for hand in self.floor.docks:
            with reading() as session:
                kept = session.scalars(
                    select(DeviceRecord.record_id).where(DeviceRecord.device_id == hand.device.id)
                ).all()
            assert Counter(map(str, kept)) == Counter(hand.accepted)
        sequence()
        with reading() as session:
            findings = verify_everything(session)
        # The counting floor hands records over as the log in does, without the log's own numbers of each device.
        assert [it for it in findings if it.check not in {"hwm", "max_seq"}] == []


def test_receipts_obey_their_laws_whatever_happens(app: Flask, database_kind: str) -> None:
    machine = type("Laws", (ReceivingLaws,), {"app": app, "kind": database_kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or 6,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, *([Phase.shrink] if os.environ.get("PANDIAN_LAWS_SHRINK") else [])],
        ),
    )
