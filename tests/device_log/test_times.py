"""When a record was made, although both clocks of a device may be wrong. Seconds in the table, for readers."""

from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.device_log.rules.times import Contact, Occurred, Settled, Stamp, occurred

THIS, LAST, OLD = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = 43_200


def contact(received: int, *, slow: int = 0, mono: int = 0, boot: UUID = THIS) -> Contact:
    """A contact when the server's clock said `received`; the device's wall clock was `slow` seconds behind."""
    return Contact(received * 1000, (received - slow) * 1000, mono * 1000, boot)


def dated(at: int, mono: int, boot: UUID, now: Contact, *settled: Contact) -> tuple[int, int, int]:
    found = occurred(Stamp(at * 1000, mono * 1000, boot), now, Settled({c.boot: c for c in settled}))
    return found.at_ms // 1000, found.from_ms // 1000, found.to_ms // 1000


class Case(NamedTuple):
    """A record that says `at` and `mono` of `boot`, and between which offsets from noon it was made."""

    what: str
    at: int
    mono: int
    boot: UUID
    now: Contact
    expected: tuple[int, int, int]
    settled: tuple[Contact, ...] = ()


DAY, HOUR = 86_400, 3_600
HERE = contact(NOON, mono=100)
NEW_BOOT = contact(NOON)
AN_HOUR_AGO = contact(NOON - HOUR, boot=LAST)
CASES = [
    Case("both clocks right", NOON - 60, 40, THIS, HERE, (-60, -61, -59)),
    Case("a day slow", NOON - 60 - DAY, 40, THIS, contact(NOON, slow=DAY, mono=100), (-60, -61, -59)),
    Case("a day fast", NOON - 60 + DAY, 40, THIS, contact(NOON, slow=-DAY, mono=100), (-60, -61, -59)),
    Case("never later than now", NOON, 100, THIS, HERE, (0, -1, 0)),
    Case("dated in the future by a forged clock", NOON + DAY, 500, THIS, HERE, (0, -1, 0)),
    Case("the clock was set forward after it", NOON - 60 - HOUR, 40, THIS, HERE, (-60, -3661, -59)),
    Case("the clock was set back after it", NOON - 60 + HOUR, 40, THIS, HERE, (-60, -61, 0)),
    Case("it slept, and nobody set the wall clock", NOON - 600, 90, THIS, HERE, (-600, -601, -9), (AN_HOUR_AGO,)),
    Case("set back and forth: not before the last", NOON - 7200, 40, THIS, HERE, (-60, -3600, -59), (AN_HOUR_AGO,)),
    Case("another boot, first contact ever", NOON - 60, 40, LAST, NEW_BOOT, (-60, -61, -59)),
    Case(
        "another boot, met before: its own contact dates it",
        *(NOON - 1800, 300, LAST, NEW_BOOT, (-1800, -1801, -1799)),
        (contact(NOON - 2000, mono=100, boot=LAST),),
    ),
    Case(
        "another boot, met before with a slow clock",
        *(NOON - 1800 - 500, 300, LAST, NEW_BOOT, (-1800, -1801, -1799)),
        (contact(NOON - 2000, slow=500, mono=100, boot=LAST),),
    ),
    Case("another boot never met, steady", NOON - 60, 40, OLD, NEW_BOOT, (-60, -61, -59), (AN_HOUR_AGO,)),
    Case(
        "another boot never met, the clock was set since: anything since the last contact",
        *(NOON - 60, 40, OLD, NEW_BOOT, (-60, -3600, 0)),
        (contact(NOON - HOUR, slow=600, boot=LAST),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_the_time_of_a_record(case: Case) -> None:
    found = dated(case.at, case.mono, case.boot, case.now, *case.settled)
    assert tuple(moment - NOON for moment in found) == case.expected


anything = st.integers(0, 253_402_300_799_999)
boots = st.sampled_from([THIS, LAST, OLD])
contacts = st.builds(Contact, anything, anything, anything, boots)


@given(st.builds(Stamp, anything, anything, boots), contacts, st.lists(contacts, max_size=3))
def test_whatever_the_clocks_say_the_interval_holds_the_time_and_ends_by_now(
    stamp: Stamp, now: Contact, earlier: list[Contact]
) -> None:
    found: Occurred = occurred(stamp, now, Settled({c.boot: c for c in earlier}))
    assert 0 <= found.from_ms <= found.at_ms <= found.to_ms <= now.received_ms
