"""The laws of sync (by the numbers they have had since the protocol was drawn up), as checks over a `Floor`.

Law 8 (one bad record changes no other's verdict) and law 17 (nor does a clock) are asked by the server of the
simulation at each push it compares; law 15 (no outbox shrinks) by the floor, whenever somebody does what might tempt.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.demo.push_store import MemoryStore
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.feed import queries as feed_queries
from app.feed import service as feed
from app.kernel.json import loads
from app.kernel.transaction import reading, transact
from app.ledger.models import Balance
from app.receiving.models import GoodsReceipt, ReceiptTally
from app.stocktake.models import Stocktake, Tally
from tests.laws.sync_floor import BATCH, Floor
from tests.laws.sync_server import LawBroken, hashed

ROUNDS_BEYOND = 5


@dataclass
class There:
    """What the server has: its log, what it holds, how far each device is."""

    accepted: list[Any]
    held: list[Any]
    states: dict[UUID, DeviceState]
    epoch: str | None

    @classmethod
    def now(cls) -> "There":
        record, held = DeviceRecord, HeldRecord
        with reading() as session:
            return cls(
                list(
                    session.execute(
                        select(
                            record.record_id, record.device_id, record.device_seq, record.body, record.body_hash,
                            record.person_id, record.kind, record.document_id, record.sheet_id, record.item_id,
                            record.lot, record.quantity, record.reference_id, record.location_id, record.received_at,
                        )
                    )
                ),
                list(
                    session.execute(
                        select(
                            held.record_id, held.device_id, held.device_seq, held.body, held.body_hash, held.code,
                            held.state, held.document_id,
                        )
                    )
                ),
                {state.device_id: state for state in session.scalars(select(DeviceState))},
                feed_queries.remembered(session).get("epoch"),
            )  # fmt: skip


def require(holds: object, law: str, message: object) -> None:
    """Raise LawBroken with the law's number unless it holds."""
    if not holds:
        raise LawBroken(f"{law}: {message}")


class Laws:
    """Checks a floor; remembers what must not change from one look to the next."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.hwms: dict[tuple[UUID, int], int] = {}
        self.verdicts: dict[tuple[UUID, int, bytes], str] = {}

    def check(self) -> There:
        """All that holds at every moment."""
        there = There.now()
        self.nothing_is_lost(there)
        self.each_is_there_once(there)
        self.nothing_is_invented(there)
        self.acknowledged_means_kept(there)
        self.hwm_is_the_prefix(there)
        self.verdicts_are_final(there)
        return there

    def nothing_is_lost(self, there: There) -> None:
        """Law 1: every beeped record is at all times in some outbox, in any state, or on the server."""
        kept = {row.body_hash for row in (*there.accepted, *there.held)}
        logs = {entry.text for phone in self.floor.phones for entry in phone.store.log.values()}
        for beep in self.floor.beeps.values():
            require(beep.text in logs or hashed(beep.text) in kept, "1", f"number {beep.seq} is nowhere")

    def each_is_there_once(self, there: There) -> None:
        """Law 2: at most one accepted record per id, and per number of a device."""
        for names in (
            [row.record_id for row in there.accepted],
            [(row.device_id, row.device_seq) for row in there.accepted if row.device_seq is not None],
        ):
            require(len(names) == len(set(names)), "2", f"twice: {Counter(names).most_common(1)}")

    def nothing_is_invented(self, there: There) -> None:
        """Laws 3 and 16: what is there was written by a device, byte for byte, and by the person who scanned it."""
        beeps = {hashed(beep.text): beep for beep in self.floor.beeps.values()}
        strange = {hashed(text) for text in self.floor.strange}
        for row in (*there.accepted, *there.held):
            key = bytes(row.body_hash)
            require(key in beeps or key in strange, "3", f"nobody wrote {row.body}")
            if key in beeps:
                require(beeps[key].text.replace("\x00", "␀") == row.body, "3", f"other bytes: {row.body}")
        for row in there.accepted:
            beep = beeps.get(bytes(row.body_hash))
            require(beep is None or beep.person == row.person_id, "16", f"another's record: {row.body}")

    def acknowledged_means_kept(self, there: There) -> None:
        """Laws 4 and 7: settled under the present epoch means that the server has these very bytes, accepted or held.

        A device that has not met the server since a restore that nobody told of cannot know better yet.
        """
        accepted = {bytes(row.body_hash) for row in there.accepted}
        held = {bytes(row.body_hash) for row in there.held}
        for phone in self.floor.phones:
            if phone.device.epoch != there.epoch or not phone.greeted:
                continue
            for entry in phone.store.log.values():
                if entry.state == "acked":
                    require(hashed(entry.text) in accepted, "4", f"number {entry.seq} is not there as it was sent")
                elif entry.state == "held":
                    require(hashed(entry.text) in held, "4", f"number {entry.seq} is not held as it was sent")

    def hwm_is_the_prefix(self, there: There) -> None:
        """Law 5: hwm is the longest contiguous prefix over accepted and held, and never falls within an epoch."""
        used: dict[UUID, set[int]] = defaultdict(set)
        for row in (*there.accepted, *there.held):
            if row.device_seq:
                used[row.device_id].add(row.device_seq)
        for device_id, state in there.states.items():
            prefix = 0
            while prefix + 1 in used[device_id]:
                prefix += 1
            require(state.hwm == prefix, "5", f"hwm {state.hwm}, but all up to {prefix} are there")
            require(state.max_seq == max(used[device_id], default=0), "5", f"max_seq {state.max_seq}")
            key = device_id, self.floor.server.era
            require(state.hwm >= self.hwms.get(key, 0), "5", "hwm fell")
            self.hwms[key] = state.hwm

    def verdicts_are_final(self, there: There) -> None:
        """Laws 6 and 7: a verdict never changes by retrying, and an answer says what is so of these very bytes."""
        accepted = {bytes(row.body_hash) for row in there.accepted}
        held = {bytes(row.body_hash) for row in there.held}
        for answered in self.floor.server.answered:
            for key, verdict in answered.verdicts.items():
                name = answered.device_id, answered.era, key
                known = self.verdicts.setdefault(name, verdict)
                require(known == verdict, "6", f"{known!r} became {verdict!r}")
                if answered.era == self.floor.server.era:
                    require(key in (held if verdict else accepted), "7", f"the answer {verdict!r} is not true")
        self.floor.server.answered.clear()

    def closing_left_a_word(self, there: There) -> None:
        """Law 18: closing over gaps, pending or held records leaves a written override; later ones are held."""
        with reading() as session:
            stocktake = session.get_one(Stocktake, self.floor.stage.stocktake)
            receipt = session.get(GoodsReceipt, self.floor.receipt)
        for document in (stocktake, receipt):
            if document is None or document.closed_at is None:
                continue
            for row in there.accepted:
                late = row.document_id == document.id and row.received_at > document.closed_at and row.kind != "move"
                released = bytes(row.body_hash) in self.floor.released
                require(not late or released, "18", f"counted after the close: {row.body}")

    def totals_are_the_fold(self, there: There) -> None:
        """Law 10: totals equal the fold of the accepted records, whatever their order, repetition and division."""
        folded = fold(there.accepted)
        with reading() as session:
            tally, receipt = Tally, ReceiptTally
            counted = {
                (row.sheet_id, row.item_id): row.quantity
                for row in session.execute(select(tally.sheet_id, tally.item_id, tally.quantity))
            }
            received = {
                (row.item_id, row.damaged): row.quantity
                for row in session.execute(select(receipt.item_id, receipt.damaged, receipt.quantity))
            }
            bins = [place.id for place in self.floor.cast.bins]
            carried = {
                (row.location_id, row.item_id): row.quantity
                for row in session.execute(select(Balance.location_id, Balance.item_id, Balance.quantity))
                if row.location_id in bins and row.quantity
            }
        require(counted == folded.counted, "10", f"counted {counted}, folded {folded.counted}")
        received = {key: quantity for key, quantity in received.items() if quantity or key in folded.received}
        require(received == folded.received, "10", f"received {received}, folded {folded.received}")
        require(carried == folded.carried, "10", f"carried {carried}, folded {folded.carried}")

    def changes_are_numbered_once(self) -> None:
        """Law 11: every committed change gets exactly one number of the feed."""
        transact(feed.sequence)
        with reading() as session:
            findings = feed.verify(session)
            require(not findings and not feed_queries.anything_unnumbered(session), "11", findings)

    def heal(self) -> There:
        """Laws 13 and 14: on a whole network every queue drains, in few rounds, and nothing young is missing."""
        server = self.floor.server
        server.compare = False
        while server.late:
            server.deliver_late(0)
        for phone in (*self.floor.phones, *self.floor.phones):  # twice: what one notices concerns all
            server.tick()
            require(self.floor.sync(phone, [], pull=False), "14", "a round failed on a whole network")
        for phone in self.floor.phones:
            waiting = phone.store.count("pending")
            server.pushes = 0
            require(self.floor.sync(phone, []), "14", "a round failed on a whole network")
            allowed = -(-waiting // BATCH) + ROUNDS_BEYOND
            require(server.pushes <= allowed, "14", f"{server.pushes} pushes for {waiting} records")
            require(not phone.device.pending, "14", "something waits for ever")
        there = self.check()
        kept = {bytes(row.body_hash) for row in (*there.accepted, *there.held)}
        for beep in self.floor.beeps.values():
            require(hashed(beep.text) in kept, "13", f"number {beep.seq} did not come back")
        for device_id, state in there.states.items():
            require(state.hwm == state.max_seq, "14", f"a gap above {state.hwm} stays for ever on {device_id}")
        return there

    def replicas_agree(self) -> None:
        """Law 12: what a device knows of the world is what the server says to one that asks for all of it."""
        for phone in self.floor.phones:
            if phone.device.revoked:
                continue
            fresh = MemoryStore()
            kept, phone.device.store = phone.device.store, fresh
            try:
                phone.device.pull()
            finally:
                phone.device.store = kept
            there, here = _lasting(fresh.things), _lasting(phone.store.things)
            require(there == here, "12", _difference(there, here))

    def all_at_the_end(self) -> None:
        """Everything, after the network has healed."""
        self.check()
        there = self.heal()
        self.totals_are_the_fold(there)
        self.closing_left_a_word(there)
        self.changes_are_numbered_once()
        for phone in self.floor.phones:
            if not phone.device.revoked:
                phone.device.pull()
        self.replicas_agree()


@dataclass
class Folded:
    """Totals as the slowest and plainest road gives them."""

    counted: dict[tuple[UUID, UUID], int]
    received: dict[tuple[UUID, bool], int]
    carried: dict[tuple[UUID, UUID], int]


def fold(records: Iterable[Any]) -> Folded:
    """Sum up what stands: what is not voided, and not replaced by a set that is itself not voided."""
    by_id = {row.record_id: row for row in records}
    voided: set[UUID] = set()
    for row in by_id.values():
        target = by_id.get(row.reference_id)
        if target is not None and _reaches(row, target):
            voided.add(target.record_id)
    replaced = {
        target.record_id
        for row in by_id.values()
        if row.record_id not in voided and row.kind in {"set", "receive_set", "damaged_set"}
        for name in loads(row.body)["supersedes"]
        if (target := by_id.get(UUID(name))) is not None and _reaches(row, target)
    }
    folded = Folded(defaultdict(int), defaultdict(int), defaultdict(int))
    for row in by_id.values():
        if row.record_id in voided:
            continue
        if row.kind == "move":
            folded.carried[row.location_id, row.item_id] -= row.quantity
            folded.carried[UUID(loads(row.body)["to"]), row.item_id] += row.quantity
        elif row.record_id not in replaced and row.quantity is not None:
            if row.kind in {"scan", "set"}:
                folded.counted[row.sheet_id, row.item_id] += row.quantity
            else:
                folded.received[row.item_id, row.kind.startswith("damaged")] += row.quantity
    moved = {key: quantity for key, quantity in folded.carried.items() if quantity}
    return Folded(dict(folded.counted), dict(folded.received), moved)


def _reaches(row: Any, target: Any) -> bool:
    """Whether a correction is of the target's device and document."""
    return (row.device_id, row.document_id) == (target.device_id, target.document_id)


def _lasting(things: dict[Any, Any]) -> dict[Any, Any]:
    """What is told of the world, but for when somebody was last heard of: that is as of the reading."""
    return {
        key: body | {"sheets": [sheet | {"heard_ms": None} for sheet in body.get("sheets", [])]}
        for key, body in things.items()
    }


def _difference(one: dict[Any, Any], other: dict[Any, Any]) -> str:
    keys = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    return f"{keys[:3]}: {[(one.get(key), other.get(key)) for key in keys[:3]]}"
