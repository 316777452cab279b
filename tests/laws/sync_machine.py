"""Whatever happens, in any order: the steps that Hypothesis chooses for the simulation of sync."""

from contextlib import suppress
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.device_log.rules import records
from app.kernel.errors import Malformed
from app.kernel.json import dumps, loads
from tests.laws.sync_floor import Beep, Crashed, Floor, Phone, Stage
from tests.laws.sync_laws import Laws, There
from tests.laws.sync_server import FAULTS, LawBroken
from tests.laws.sync_snapshots import Snapshots

which = st.integers(0, 20)
places = items = st.integers(0, 1)
WORK = ("scan", "scan", "set", "void", "carry", "receive", "damaged", "receive_set", "damaged_set", "close", "poison")
DESK = ("shut out", "let in", "leave", "come back", "update", "close count", "close receipt")
NEWEST = 2  # the latest version of records that a device writes
quantities = st.sampled_from([1, 2, 12, 144, 10**9 - 1])
skews = st.sampled_from([0, 3_600_000, -86_400_000, 86_400_000, -10 * 365 * 86_400_000, 5 * 365 * 86_400_000])
plans = st.builds(  # what the hello meets, then each push
    lambda hello, pushes: [hello, *pushes],
    st.sampled_from(["well", "well", "well", "lost", "cut", "busy", "twice"]),
    st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4),
)


class SyncMachine(RuleBasedStateMachine):
    """Several devices, one server, and every breakdown. Subclasses say on which application."""

    app: ClassVar[Flask]
    stage: ClassVar[Stage]
    snapshots: ClassVar[Snapshots]
    runs: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        type(self).runs += 1
        records.SCHEMA_VERSIONS = range(1, 2)
        self.floor = Floor(self.app, self.stage, self.snapshots)
        self.laws = Laws(self.floor)
        self.there = There([], [], {}, None)
        self.touched = False

    def phone(self, number: int) -> Phone:
        return self.floor.phones[number % len(self.floor.phones)]

    @invariant()
    def the_laws_hold(self) -> None:
        if getattr(self, "touched", False):
            self.there = self.laws.check()
            self.touched = False

    # -- people at work: what is written waits until the device is in contact

    @rule(phone=which, what=st.sampled_from(WORK), place=places, item=items, quantity=quantities,
          times=st.integers(1, 4))  # fmt: skip
    def work(self, phone: int, what: str, place: int, item: int, quantity: int, times: int) -> None:
        mine, floor = self.phone(phone), self.floor
        for time in range(times):
            if what in {"scan", "receive", "damaged"}:
                floor.scan(mine, what, place, item, quantity)
            elif what.endswith("set"):
                floor.set(mine, what, place, item, quantity + time)
            elif what == "void":
                floor.void(mine, quantity + time)
            elif what == "close":
                floor.close_sheet(mine, place)
            elif what == "poison":
                floor.poison(mine, quantity + time)
            else:
                floor.carry(mine, item, quantity, back=bool(place))

    @rule(phone=which, kind=which)
    def poison(self, phone: int, kind: int) -> None:
        self.floor.poison(self.phone(phone), kind)

    @rule(phone=which, when=st.sampled_from(["before", "after"]), item=items)
    def crash(self, phone: int, when: str, item: int) -> None:
        mine = self.phone(phone)
        mine.store.crash = when
        with suppress(Crashed):
            self.floor.carry(mine, item, 1, back=False)
        mine.store.crash = ""

    # -- contact

    @rule(phone=which, what=st.sampled_from(["", "", *WORK]), plan=plans, pull=st.integers(0, 3),
          compare=st.integers(0, 3))  # fmt: skip
    def sync(self, phone: int, what: str, plan: list[str], pull: int, compare: int) -> None:
        if what:
            self.work(phone, what, 0, 0, 1, 1)
        self.floor.server.tick(5)
        self.floor.server.compare = compare == 0
        self.floor.sync(self.phone(phone), plan, pull=pull == 0)
        self.touched = True

    @precondition(lambda self: self.floor.server.late)
    @rule(late=which)
    def deliver_late(self, late: int) -> None:
        self.floor.server.tick(60)
        self.floor.server.deliver_late(late)
        self.touched = True

    @precondition(lambda self: self.floor.beeps)
    @rule(phone=which, beep=which, change=st.sampled_from(["seq", "id", "both", "garbage"]))
    def stranger(self, phone: int, beep: int, change: str) -> None:
        self.floor.server.compare = False
        mine, beeps = self.phone(phone), list(self.floor.beeps.values())
        text = f"no record at all {beep}"
        if change != "garbage":
            text = forged(beeps[beep % len(beeps)], beeps[(beep + 1) % len(beeps)], change, mine.device.next_seq)
        if text and text not in {one.text for one in beeps}:
            self.floor.stranger(mine, text)
            self.touched = True

    # -- the server's misfortunes, and its owner's

    @rule()
    def backup(self) -> None:
        self.floor.backup()

    @rule(backup=which, crude=st.booleans(), busy=st.sampled_from(["", "scan", "poison"]))
    def restore(self, backup: int, crude: bool, busy: str) -> None:
        """Out of the midst of work, or on a quiet day."""
        self.floor.server.compare = False
        for number, phone in enumerate(self.floor.phones if busy else []):
            self.work(number, busy, 0, 0, 1, 1)
            self.floor.sync(phone, [], pull=False)
        if busy:
            self.laws.check()
        self.floor.restore(backup, crude=crude)
        self.touched = True

    @rule(what=st.sampled_from(DESK), which=items, reason=st.sampled_from(["", "late"]))
    def desk(self, what: str, which: int, reason: str) -> None:
        floor = self.floor
        floor.server.tick()
        if what in {"shut out", "let in"}:
            floor.revoke(which, back=what == "let in")
        elif what in {"leave", "come back"}:
            floor.rights(which, back=what == "come back")
        elif what == "update":  # later servers know later records, and still those of the versions before
            records.SCHEMA_VERSIONS = range(1, records.SCHEMA_VERSIONS.stop + which)
        elif what == "close count":
            floor.close_count(reason)
        elif any(row.document_id == floor.receipt for row in self.there.accepted):
            floor.close_receipt(reason)
        self.touched = True

    @rule(seconds=st.sampled_from([3_600, 86_400, 12 * 86_400, 15 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.floor.server.tick(seconds)

    @precondition(lambda self: self.there.held)
    @rule(held=which, release=st.booleans())
    def decide(self, held: int, release: bool) -> None:
        row = self.there.held[held % len(self.there.held)]
        self.floor.decide(row.record_id, bytes(row.body_hash), release=release)
        self.touched = True

    # -- the device's misfortunes

    @rule(phone=which)
    def copy(self, phone: int) -> None:
        if len(self.floor.phones) == len(self.floor.stage.devices):
            self.floor.copy(self.phone(phone))

    @rule(phone=which, what=st.sampled_from(["clock", "restart", "update", "hand over"]), skew=skews, person=items)
    def fumble(self, phone: int, what: str, skew: int, person: int) -> None:
        """Law 15: none of this changes the log."""
        mine = self.phone(phone)
        before = mine.store.entries()
        if what == "clock":
            mine.device.clock.skew_ms = skew
        elif what == "hand over":
            mine.device.person = self.floor.people[person].id
        else:
            mine.version += what == "update" and mine.version < NEWEST
            self.floor.restart(mine)
        if mine.store.entries() != before:
            raise LawBroken("15: the log changed")

    def teardown(self) -> None:
        if hasattr(self, "laws"):
            try:
                self.laws.all_at_the_end()
            finally:
                records.SCHEMA_VERSIONS = range(1, 2)


def forged(beep: Beep, other: Beep, change: str, next_seq: int) -> str:
    """A record under another's number or id, or with another quantity; its number is one that the device gave out."""
    try:
        body = loads(beep.text.encode("utf-8", "surrogatepass"))
    except Malformed:
        return ""
    if next_seq == 1:
        return ""
    seq = other.seq if change == "seq" else beep.seq
    body |= {"id": str(other.id)} if change == "id" else {}
    body |= {"quantity": 77} if change == "both" else {}
    return dumps(body | {"seq": 1 + (seq - 1) % (next_seq - 1)}).decode()


def machine_of(app: Flask, stage: Stage, snapshots: Snapshots) -> type[Any]:
    """The machine for one application."""
    return type("Sync", (SyncMachine,), {"app": app, "stage": stage, "snapshots": snapshots, "runs": 0})
