"""The real counting code and the plain model beside it: each step is done to both."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app.catalogue.models import Item
from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.ledger import service as ledger
from app.sites.models import Location
from app.stocktake import plan, posting_run
from app.stocktake.decisions import DecideLines, decide
from app.stocktake.evaluation_run import evaluate_all
from app.stocktake.models import CountLine, Stocktake
from app.stocktake.overlaps import DecideOverlap, decide_overlap
from app.stocktake.posting import Posting
from tests.builders import MORNING, Cast, location_of, make_device, make_item, make_location
from tests.laws.counting_model import Count, Key, Look, Posted, Sheet, Shop
from tests.stocktake.floor import Page, Pda

READY = ("agreed", "within_tolerance", "accepted", "kept_book")


@dataclass
class Sent:
    """A record that waits on a device: what it will do to the model, and the code it will be held with."""

    id: str
    sheet: Sheet
    opens: bool
    looks: list[Look]
    apply: Callable[[], None]


@dataclass
class Hand:
    """A device at work on a stocktake, and its sheets in the model's words."""

    pda: Pda
    count: Count
    waiting: list[Sent] = field(default_factory=list)
    sheets: list[tuple[Page, Sheet]] = field(default_factory=list)


class Floor:
    """One shop with a bin in each of two zones, two items, two devices; and what must be true of it."""

    def __init__(self, app: Flask) -> None:
        cast = Cast.of(app)
        zone = make_location(cast.site, "B", kind="zone")
        self.cast, self.shop, self.clock = cast, Shop(), MORNING
        transact(lambda session: setattr(session.get_one(Location, cast.bins[1].id), "parent_id", zone.id))
        cast.bins[1].parent_id = zone.id
        self.bins: list[Location] = cast.bins
        self.items: list[Item] = [make_item("MILK"), make_item("WATER")]
        self.devices = [cast.device, make_device(cast.site, cast.administrator, number=2)]
        self.outside = {code: location_of(cast.site, code).id for code in ("SUPPLIER", "CUSTOMER")}
        self.viewer = Viewer(person_id=cast.supervisor.id, grants={cast.site.id: "manager"})
        self.hands: list[Hand] = []
        self.plain: list[tuple[UUID, list[tuple[Key, datetime, int]]]] = []
        for place in self.bins:
            self.move(None, place, self.items[0], 10, 0)

    def tick(self) -> datetime:
        """A minute later."""
        self.clock += timedelta(minutes=1)
        return self.clock

    # -- the book

    def move(self, source: Location | None, target: Location | None, item: Item, quantity: int, back: int) -> None:
        """Goods come, go or move, `back` minutes ago."""
        when = self.tick() - timedelta(minutes=back)
        kind = "move" if source and target else "receipt" if target else "sale"
        header = ledger.NewJournal(
            site_id=self.cast.site.id, kind=kind, source_key=str(new_id()), person_id=self.cast.supervisor.id
        )
        entry = ledger.NewEntry(
            item_id=item.id,
            lot="",
            from_location_id=source.id if source else self.outside["SUPPLIER"],
            to_location_id=target.id if target else self.outside["CUSTOMER"],
            quantity=quantity,
            occurred_at=when,
        )
        written = transact(lambda session: ledger.write_journal(session, header, [entry], now()))
        sides = [(source, -quantity), (target, quantity)]
        moved = [((place.id, item.id), when, delta) for place, delta in sides if place]
        self.shop.moved += moved
        self.plain.append((written.journal_id, moved))

    def take_back(self, which: int) -> None:
        """A plain journal is reversed."""
        journal_id, moved = self.plain.pop(which % len(self.plain))
        transact(
            lambda session: ledger.reverse_posting(
                session, journal_id, reason_code="wrong_posting", note="", viewer=self.viewer, now=now()
            )
        )
        self.shop.moved += [(key, when, -delta) for key, when, delta in moved]

    # -- counting

    def start(self, zones: list[int]) -> None:
        """A stocktake of these zones, through the plan."""
        bins = [self.bins[number] for number in zones]
        ids = tuple(place.parent_id for place in bins if place.parent_id)
        site = self.cast.site.id
        command = plan.NewStocktake(site, "Count", "zone", ids, True, None, None, None)
        made = transact(lambda session: plan.create(session, self.viewer, command, now()))
        try:
            transact(lambda session: plan.start(session, self.viewer, made.id, now()))
        except Conflict as refused:
            busy = {place for count in self.shop.counts if count.state == "counting" for place in count.bins}
            assert refused.code == "place_in_other_stocktake"  # noqa: PT017
            assert busy & {place.id for place in bins}
            return
        evaluate_all(made.id)
        count = Count(made.id, [place.id for place in bins])
        self.shop.counts.append(count)
        people = (self.cast.counter, self.cast.manager)
        for device, person in zip(self.devices, people, strict=True):
            stocktake = Stocktake(id=made.id)
            self.hands.append(Hand(Pda(device, person, stocktake, seq=10_000 * len(self.shop.counts)), count))

    def open(self, hand: Hand, place: Location, former: int | None) -> None:
        """A new sheet, alone or going on with one of this device's."""
        number = hand.count.rounds.get(place.id, 1)
        own = [pair for pair in hand.sheets if (pair[1].bin, pair[1].round) == (place.id, number)]
        page, before = own[former % len(own)] if own and former is not None else (None, None)
        hand.pda.clock = self.tick()
        new = hand.pda.open(place, number=number, continues=page)
        sheet = Sheet(new.id, self.hands.index(hand), place.id, number, continues=before)
        hand.sheets.append((new, sheet))
        self._wait(hand, sheet, None, lambda: None)

    def scan(self, hand: Hand, which: int, item: Item, quantity: int) -> None:
        """Pieces scanned onto a sheet."""
        page, sheet = hand.sheets[which % len(hand.sheets)]
        hand.pda.clock = self.tick()
        look = Look(page.scan(item, quantity), item.id, quantity, hand.pda.clock)
        self._wait(hand, sheet, [look], lambda: sheet.looks.append(look))

    def set(self, hand: Hand, which: int, item: Item, quantity: int) -> None:
        """So many in all: in place of what this sheet has of the item."""
        page, sheet = hand.sheets[which % len(hand.sheets)]
        replaced = [look for look in sheet.looks if look.item == item.id]
        hand.pda.clock = self.tick()
        record = page.set(item, quantity, [look.id for look in replaced])
        look = Look(record, item.id, quantity, hand.pda.clock, replaces=replaced)
        self._wait(hand, sheet, [look], lambda: sheet.looks.append(look))

    def void(self, hand: Hand, which: int, looked: int) -> None:
        """A record is taken back."""
        page, sheet = hand.sheets[which % len(hand.sheets)]
        if not sheet.looks:
            return
        look = sheet.looks[looked % len(sheet.looks)]
        hand.pda.clock = self.tick()
        page.void(look.id)
        self._wait(hand, sheet, [look], lambda: setattr(look, "voided", True))

    def close_sheet(self, hand: Hand, which: int, zeros: list[Item]) -> None:
        """Done here; some items confirmed to be none."""
        page, sheet = hand.sheets[which % len(hand.sheets)]
        hand.pda.clock = self.tick()
        when = hand.pda.clock + timedelta(seconds=1)
        page.close(zeros=zeros)

        def close() -> None:
            sheet.closed_at = when
            sheet.zeros |= dict.fromkeys((item.id for item in zeros), when)

        self._wait(hand, sheet, None, close)

    def _wait(self, hand: Hand, sheet: Sheet, looks: list[Look] | None, apply: Callable[[], None]) -> None:
        record = str(hand.pda.waiting[-1]["id"])
        for look in looks or ():
            if look.id == record:
                look.when = hand.pda.clock

        def work() -> None:
            if sheet not in hand.count.sheets:
                hand.count.add(sheet)
            apply()

        opens = hand.pda.waiting[-1]["kind"] == "sheet"
        hand.waiting.append(Sent(record, sheet, opens, looks or [], work))

    @staticmethod
    def _held(count: Count, sent: Sent, together: list[Sent]) -> str | None:
        """Why a record that arrives now, with these others, is not counted."""
        if count.state not in {"counting", "closed"}:
            return "stocktake_posted"
        opened = [other.sheet for other in together if other.opens]
        sheet, first = sent.sheet, sent.sheet if sent.sheet in count.sheets + opened else None
        while first and first not in count.sheets:
            first = first.continues if first in opened else None
        if first is None and sheet.round in {line.round for key, line in count.posted.items() if key[0] == sheet.bin}:
            return "place_posted"
        if any((sheet.bin, look.item) in count.posted for look in sent.looks):
            return "line_posted"
        return "stocktake_closed" if count.state == "closed" else None

    def push(self, hand: Hand) -> None:
        """The device reaches the server: all that waits is judged at once, then applied in order."""
        waiting, hand.waiting = hand.waiting, []
        codes = {sent.id: self._held(hand.count, sent, waiting) for sent in waiting}
        expected = {record: code for record, code in codes.items() if code}
        held = hand.pda.push()
        assert held == expected, (held, expected, hand.count)
        for sent in waiting:
            if sent.id not in expected:
                sent.apply()

    # -- deciding and posting

    def lines(self, count: Count) -> dict[Key, CountLine]:
        """The lines as the database has them."""
        with reading() as session:
            found = session.scalars(select(CountLine).where(CountLine.stocktake_id == count.id))
            return {(line.location_id, line.item_id): line for line in found}

    def settle_overlap(self, count: Count, which: int, *, total: bool) -> None:
        """Somebody says what the sheets of a place are to each other."""
        sheets = [sheet for sheet in count.sheets if sheet.fate == "undecided"]
        if not sheets or count.state not in {"counting", "closed"}:
            return
        used = sheets[which % len(sheets)]
        there = count.at(used.bin, used.round)
        command = DecideOverlap(count.id, used.bin, used.round, "sum" if total else "use", used.id)
        transact(lambda session: decide_overlap(session, self.viewer, command, now()))
        counting = there if total else count.chain(used)
        for sheet in there:
            sheet.fate = "counts" if sheet in counting else "set_aside"

    def decide(self, count: Count, which: int, decision: Any) -> None:
        """A decision on one line, against what it says now."""
        lines = self.lines(count)
        if not lines:
            return
        key = sorted(lines, key=str)[which % len(lines)]
        line = lines[key]
        command = DecideLines(count.id, decision, {line.id: line.version}, reason_code="miscount")
        try:
            transact(lambda session: decide(session, self.viewer, command, now()))
        except Conflict as refused:
            self._check_refusal(count, key, line, decision, refused)
            return
        assert key not in count.posted
        if decision == "recount":
            number = max((s.round for s in count.sheets if s.bin == key[0]), default=0) + 1
            count.rounds[key[0]] = max(count.rounds.get(key[0], 1), number, 2)
            count.asked[key] = count.rounds[key[0]]
            count.decided.pop(key, None)
        else:
            count.decided[key] = (self.lines(count)[key].state, line.quantity_counted, line.quantity_book)

    def _check_refusal(self, count: Count, key: Key, line: CountLine, decision: str, refused: Conflict) -> None:
        if refused.code != "lines_refused":
            assert count.state != "counting"
            return
        code = refused.data["refused"][0]["code"]
        assert (code == "line_posted") == (key in count.posted)
        if decision == "recount" and code != "line_posted":
            assert (code, line.state) == ("recount_running", "recount")
            assert not count.closed(key[0])
        if decision == "accept" and code != "line_posted":
            assert (code, count.counted(key)) == ("line_not_counted", None)

    def close(self, count: Count) -> None:
        """The counting is over, whatever is still outside."""
        if count.state == "counting":
            transact(lambda session: plan.close(session, self.viewer, count.id, "late", now()))
            count.state = "closed"

    def post(self, count: Count, *, zone: Location | None, zero: bool, only_ready: bool) -> None:
        """A part is posted, or what stands in the way is said."""
        bins = [place for place in count.bins if zone is None or place == zone.id]
        expected = self._to_post(count, bins, zero=zero)
        zones = (zone.parent_id,) if zone and zone.parent_id else None
        posting = Posting(count.id, zones, "zero" if zero else "leave", only_ready)
        try:
            answer = posting_run.post(self.viewer, posting)
        except Conflict as refused:
            if count.state not in {"counting", "closed"}:
                assert refused.code == "stocktake_not_open"  # noqa: PT017
            elif refused.code == "posting_refused":
                assert not only_ready
            else:
                assert (refused.code, expected) == ("nothing_to_post", {})  # noqa: PT017
            return
        assert count.state in {"counting", "closed"}
        count.posted |= expected
        lines = self.lines(count)
        assert {key for key, line in lines.items() if line.posted_part is not None} == set(count.posted)
        left = [line for line in lines.values() if line.posted_part is None and line.state != "uncounted"]
        done = not left and all(count.closed(place) for place in count.bins)
        assert answer["posted"] == done
        count.state = "posted" if done else count.state

    def _to_post(self, count: Count, bins: list[UUID], *, zero: bool) -> dict[Key, Posted]:
        lines, expected = self.lines(count), {}
        for place in bins:
            for item in self.items:
                key = (place, item.id)
                line = lines.get(key)
                if key in count.posted or not count.closed(place):
                    continue
                if line and line.state in READY:
                    counted, when = count.counted(key) or (None, None)
                    expected[key] = Posted(counted, when, line.state == "kept_book", count.round_of(key))
                elif zero and (line.state == "uncounted" if line else self.shop.book(key, self.clock)):
                    look = count.last_look(key)
                    if look is not None:
                        expected[key] = Posted(0, look, kept=False, round=count.round_of(key))
        return expected

    def reverse(self, count: Count) -> None:
        """What is posted of it is taken back."""
        try:
            posting_run.reverse(self.viewer, count.id, reason_code="wrong_posting", note="")
        except Conflict as refused:
            assert (refused.code, count.posted) == ("nothing_posted", {})  # noqa: PT017
            return
        count.state = "reversed"
