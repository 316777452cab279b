"""The real receiving code, and counting beside it, and the plain model of both: each step is done to all."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Device, Person
from app.catalogue.models import Item
from app.device_log import service as device_log
from app.kernel.clock import now, to_ms
from app.kernel.errors import Conflict
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact
from app.receiving import service
from app.receiving.models import ReceiptLine
from app.receiving.queries.posting import Posting
from app.receiving.service import posting_run
from app.sites.models import Location
from tests.builders import make_device
from tests.laws.receiving_model import OPEN, Decided, Document, Look, Move, Receipt
from tests.laws.receiving_orders import Orders

Effect = Callable[[], None]


@dataclass
class Record:
    """What waits on a device: its exact text, and what it does to the model once it is accepted."""

    id: str
    text: str
    receipt: Receipt | None  # None: a move
    opens: bool
    effect: Effect


@dataclass
class Hand:
    """A device at the dock and who holds it. `looks` and `moves` are what it ever recorded."""

    device: Device
    person: Person
    seq: int = 0
    waiting: list[Record] = field(default_factory=list)
    held: dict[str, Record] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    sheets: dict[UUID, UUID] = field(default_factory=dict)  # receipt → sheet
    looks: list[tuple[Receipt, Look]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


class Dock(Orders):
    """The counting floor with goods that come in: two devices more, what they scan, and what the desk does with it."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        people = (self.cast.counter, self.cast.manager)
        devices = [make_device(self.cast.site, self.cast.administrator, number=number) for number in (3, 4)]
        self.docks = [Hand(device, person) for device, person in zip(devices, people, strict=True)]
        self.receipts: list[Receipt] = []  # those the server knows
        self.cheese_moved: list[tuple[UUID, str, int]] = []  # place, lot, how many more

    # -- at the dock

    def begin(self, hand: Hand, document: Document | None, place: Location, *, desk: bool) -> None:
        """A receipt is opened, by a device or at the desk."""
        if not desk:
            receipt = Receipt(new_id(), place.id, document)
            self._note(hand, "receipt", receipt, lambda: None, opens=True, **_references(document))
            return
        of = {"delivery_id" if document and document.order else "order_id": document.id if document else None}
        command = service.NewReceipt(self.cast.site.id, place.id, **of)
        try:
            made = transact(lambda session: service.open_at_desk(session, self.viewer, command, now()))
        except Conflict as refused:
            assert refused.code == "document_not_open"  # noqa: PT017
            assert document
            assert document.ended or all(document.received[it] >= document.ordered(it) for it, _, _ in document.lines)
            return
        self.receipts.append(Receipt(made.id, place.id, document))

    def _note(
        self, hand: Hand, kind: str, receipt: Receipt, effect: Effect, *, opens: bool = False, **body: Any
    ) -> str:
        sheet = hand.sheets.setdefault(receipt.id, new_id())
        named = {"receipt": receipt.id, "sheet": sheet, "location": receipt.place}

        def work() -> None:
            if receipt not in self.receipts:
                self.receipts.append(receipt)
            effect()

        return self._write(hand, kind, named | body, Record("", "", receipt, opens, work))

    def _write(self, hand: Hand, kind: str, body: dict[str, Any], record: Record) -> str:
        hand.seq += 1
        record.id, when = str(new_id()), to_ms(self.clock)
        stamp = {"at": when, "mono": when, "boot": hand.device.id, "person": hand.person.id, "auth": "online"}
        said = {"v": 1, "id": record.id, "seq": hand.seq, "kind": kind, **stamp, **body}
        record.text = json.dumps(said, default=str)
        hand.waiting.append(record)
        return record.id

    def joined(self, hand: Hand, receipt: Receipt) -> None:
        """A device opens its own sheet on a receipt, unless it has one."""
        if receipt.id not in hand.sheets:
            self.tick()
            self._note(hand, "receipt", receipt, lambda: None, opens=True, **_references(receipt.document))

    def look(
        self, hand: Hand, receipt: Receipt, item: Item, lot: str, quantity: int, *, damaged: bool, total: bool
    ) -> None:
        """So many are scanned; or keyed as all that this device has of the item in this condition."""
        self.joined(hand, receipt)
        when, goods = self.tick(), (item.id, lot if item is self.cheese else "")
        own = [it for of, it in hand.looks if of is receipt and it.goods[0] == item.id and it.damaged == damaged]
        look = Look("", goods, damaged, quantity, when, replaces=own if total else [])
        kind, body = ("damaged" if damaged else "receive"), {"item": item.id, "lot": goods[1], "quantity": quantity}
        if total:
            body |= {"code": None, "supersedes": [it.id for it in own]}
        else:
            body |= {"code": "X", "symbology": None, "source": "wedge", "factor": 1}
            body |= dict.fromkeys(("expires_on", "serial", "sscc"))
        name = f"{kind}_set" if total else kind
        look.id = self._note(hand, name, receipt, lambda: receipt.looks.append(look), **body)
        hand.looks.append((receipt, look))

    def unscan(self, hand: Hand, which: int) -> None:
        """A device takes a record of its own back."""
        if hand.looks:
            receipt, look = hand.looks[which % len(hand.looks)]
            self.tick()
            self._note(hand, "receive_void", receipt, lambda: setattr(look, "voided", True), voids=look.id)

    def carry(self, hand: Hand, item: Item, lot: str, source: Location, target: Location, quantity: int) -> None:
        """Goods are put away, or carried on."""
        goods = (item.id, lot if item is self.cheese else "")
        move = Move("", goods, source.id, target.id, quantity, self.tick())
        body = {"item": item.id, "lot": goods[1], "quantity": quantity, "from": source.id, "to": target.id}
        body |= {"code": "X", "symbology": None, "source": "wedge", "factor": 1, "receipt": None}
        effect = self._effect_of(move, "came")
        move.id = self._write(hand, "move", body, Record("", "", None, False, effect))
        hand.moves.append(move)

    def carry_back(self, hand: Hand, which: int) -> None:
        """A move is taken back, perhaps twice."""
        if hand.moves:
            move = hand.moves[which % len(hand.moves)]
            self.tick()
            effect = self._effect_of(move, "voided")
            self._write(hand, "move_void", {"voids": move.id}, Record("", "", None, False, effect))

    def _effect_of(self, move: Move, name: str) -> Effect:
        def work() -> None:
            before = move.stands
            setattr(move, name, True)
            change = int(move.stands) - int(before)
            for place, sign in ((move.source, -change), (move.target, change)):
                self._book(place, move.goods, move.when, sign * move.quantity)

        return work

    def _book(self, place: UUID, goods: tuple[UUID, str], when: Any, quantity: int) -> None:
        if goods[0] == self.cheese.id:
            self.cheese_moved.append((place, goods[1], quantity))
        elif quantity:
            self.shop.moved.append(((place, goods[0]), when, quantity))

    # -- contact

    def contact(self, hand: Hand, *, later_first: bool, again: bool) -> None:
        """The device sends all it has, perhaps the later half first, perhaps all of it twice."""
        self.tick()
        half = len(hand.waiting) // 2 if later_first else 0
        parts = [part for part in (hand.waiting[half:], hand.waiting[:half]) if part]
        rest = len(hand.waiting)
        for part in parts:
            codes = {record.id: code for record in part if (code := self._verdict(record, part))}
            assert self._push(hand, part, rest) == codes
            rest -= len(part)
            if again:
                assert self._push(hand, part, rest) == codes
            self._accept(hand, part, codes)
        hand.waiting = []

    def _accept(self, hand: Hand, part: list[Record], codes: dict[str, str]) -> None:
        for record in part:
            if record.id in codes:
                hand.held[record.id] = record
            else:
                hand.accepted.add(record.id)
                record.effect()

    def _verdict(self, record: Record, together: list[Record]) -> str | None:
        receipt = record.receipt
        if receipt is None:
            return None
        if receipt not in self.receipts:
            opened = any(other.opens and other.receipt is receipt for other in together)
            return None if opened else "receipt_unknown"
        codes = {"receiving": None, "closed": "receipt_closed", "cancelled": "receipt_closed"}
        return codes.get(receipt.state, "receipt_posted")

    def _push(self, hand: Hand, part: list[Record], pending: int) -> dict[str, str]:
        moment = to_ms(self.clock)
        said = device_log.Said(hand.device.id, hand.seq + 1, pending, moment, moment, hand.device.id)
        records = device_log.read_batch([record.text for record in part])
        answer = transact(lambda session: device_log.push(session, said, records, self.clock))
        return {held.id: held.code for held in answer.exceptions}

    def release(self, hand: Hand, which: int) -> None:
        """A supervisor has a record counted after all, where that can still be."""
        if not hand.held:
            return
        record = list(hand.held.values())[which % len(hand.held)]
        decision = device_log.Decision(record.id, sha256(record.text.encode()).digest())
        may = record.receipt in self.receipts and record.receipt.state in OPEN
        may |= record.opens and record.receipt not in self.receipts
        try:
            transact(lambda session: device_log.release(session, decision, self.viewer, now()))
        except Conflict as refused:
            assert (refused.code, may) == ("not_releasable", False)  # noqa: PT017
            return
        assert may
        hand.held.pop(record.id)
        hand.accepted.add(record.id)
        record.effect()

    # -- at the desk

    def tracks(self, item: UUID) -> bool:
        """Whether the item is kept in lots."""
        return item == self.cheese.id

    def settle(self) -> None:
        """Everybody looks: what changed drops its decisions."""
        for receipt in self.receipts:
            if receipt.state in OPEN:
                posting_run.up_to_date(self.viewer, receipt.id)
                for item, decided in list(receipt.decided.items()):
                    if receipt.facts(item, tracks_lots=self.tracks(item)) != decided.facts:
                        del receipt.decided[item]

    def receipt_lines(self, receipt: Receipt) -> dict[UUID, ReceiptLine]:
        """The lines as the database has them."""
        with reading() as session:
            rows = session.scalars(select(ReceiptLine).where(ReceiptLine.receipt_id == receipt.id))
            return {line.item_id: line for line in rows}

    def decide_line(self, receipt: Receipt, which: int, decision: Any, *, keep: bool) -> None:
        """A decision on one line, against what it says now."""
        lines = self.receipt_lines(receipt)
        if not lines:
            return
        item = sorted(lines)[which % len(lines)]
        line = lines[item]
        versions = {line.id: line.version}
        command = service.DecideLines(receipt.id, decision, [line.id], versions, keep, "miscount")
        try:
            transact(lambda session: service.decide(session, self.viewer, command, now()))
        except Conflict as refused:
            if receipt.state in OPEN:
                why = refused.data["refused"][0]["code"], decision, receipt.expected(item)
                assert why == ("nothing_expected", "accept_expected", 0)
            return
        assert receipt.state in OPEN
        state = {"accept": "accepted", "refuse": "refused"}.get(decision, decision.replace("accept_", "accepted_"))
        receipt.decided[item] = Decided(state, keep, receipt.facts(item, tracks_lots=self.tracks(item)))

    def close_receipt(self, receipt: Receipt) -> None:
        """The receiving is over, whatever is still outside."""
        if receipt.state == "receiving":
            transact(lambda session: service.close(session, self.viewer, receipt.id, "late", now()))
            receipt.state = "closed"

    def cancel_receipt(self, receipt: Receipt) -> None:
        """The receipt is given up, unless it is posted."""
        try:
            transact(lambda session: service.cancel(session, self.viewer, receipt.id, "mistake", now()))
        except Conflict:
            assert receipt.state not in OPEN
            return
        assert receipt.state in OPEN
        receipt.state = "cancelled"

    def post_receipt(self, receipt: Receipt) -> None:
        """The receipt is posted, or what stands in the way is said; posted again it stays as it is."""
        states = {receipt.state_of(item.id, tracks_lots=self.tracks(item.id)) for item in self.goods}
        ready = receipt.state == "closed" and "needs_decision" not in states
        taken = receipt.take_in([item.id for item in self.goods])
        try:
            posting_run.post(self.viewer, Posting(receipt.id, override_reason="the dock is needed"))
        except Conflict as refused:
            expected = "posting_refused" if receipt.state in OPEN else "wrong_state"
            assert (refused.code, ready) == (expected, False)  # noqa: PT017
            return
        assert ready or receipt.state == "posted"
        if receipt.state == "closed":
            receipt.state, receipt.taken = "posted", taken
            self._bring(receipt, 1)

    def reverse_receipt(self, receipt: Receipt) -> None:
        """What was posted is taken back; taken back again, nothing happens."""
        try:
            posting_run.reverse(self.viewer, receipt.id, note="")
        except Conflict:
            assert receipt.state not in {"posted", "reversed"}
            return
        assert receipt.state in {"posted", "reversed"}
        if receipt.state == "posted":
            receipt.state = "reversed"
            self._bring(receipt, -1)

    def _bring(self, receipt: Receipt, sign: int) -> None:
        document = receipt.document
        for goods, when, quantity in receipt.taken:
            self._book(receipt.place, goods, when, sign * quantity)
            for bearer in (document, document.order if document else None):
                if bearer and bearer.has(goods[0]):
                    bearer.received[goods[0]] += sign * quantity


def _references(document: Document | None) -> dict[str, Any]:
    of = None if document is None else "delivery" if document.order else "order"
    named = dict.fromkeys(("order", "delivery", "supplier", "delivery_note"))
    return named | ({of: document.id} if of and document else {})
