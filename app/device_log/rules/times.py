"""When a record was made, told from two clocks that may both be wrong. Milliseconds, server's time.

A device has a wall clock, which people and networks set, and a monotonic clock, which counts from `boot` on and
stands still while the device sleeps. At each contact the server sees both beside its own clock. A *settled* contact
is one at which the device had nothing left to send: every record that comes later was made after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

AGREE_MS = 2_000  # two clocks that differ by no more say the same
PRECISION_MS = 1_000  # what a contact's measurement is good for: the way through the network is not known
SKEW_NOTED_MS = 5 * 60_000  # a wall clock that wrong is worth telling somebody


@dataclass(frozen=True, slots=True)
class Contact:
    """What the three clocks said at one moment: the server's, the device's wall clock, and its monotonic clock."""

    received_ms: int
    sent_ms: int
    mono_ms: int
    boot: UUID

    @property
    def offset_ms(self) -> int:
        """Server minus device; positive where the device is slow."""
        return self.received_ms - self.sent_ms


class Stamp(NamedTuple):
    """What a record says of its own time."""

    at_ms: int
    mono_ms: int
    boot: UUID


class Occurred(NamedTuple):
    """When it happened, and between which moments it surely did."""

    at_ms: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Settled:
    """The device's settled contacts: the latest of each boot, and the latest of all."""

    by_boot: Mapping[UUID, Contact] = field(default_factory=dict)

    @cached_property
    def last(self) -> Contact | None:
        """The latest one; None for a device that was never settled."""
        return max(self.by_boot.values(), key=lambda contact: contact.received_ms, default=None)


def occurred(stamp: Stamp, now: Contact, settled: Settled) -> Occurred:
    """When the record was made, by the contact that brings it and the settled ones before it.

    With a contact of the record's own boot the monotonic clock measures the time between. Where the wall clock says
    the same within 2 s the time is sure to a second; where it does not, one of them was set or slept, and the
    interval spans both; sleep is believed where nobody set the wall clock between two contacts. From a boot that was
    never met only the wall clock speaks, and is believed as far as it has not changed since the last settled contact.
    Never later than now, never before the last settled contact.
    """
    last = settled.last
    reference = now if stamp.boot == now.boot else settled.by_boot.get(stamp.boot)
    if reference is None:
        return _bounded(*_by_wall_alone(stamp, now, last), now, last)
    wall = stamp.at_ms + reference.offset_ms
    monotonic = reference.received_ms + stamp.mono_ms - reference.mono_ms
    if abs(wall - monotonic) <= AGREE_MS:
        return _bounded(monotonic, (monotonic,), now, last)
    slept = wall < monotonic and last is not None and _steady(last, reference) and wall >= last.received_ms - AGREE_MS
    return _bounded(wall if slept else monotonic, (wall, monotonic), now, last)


def _by_wall_alone(stamp: Stamp, now: Contact, last: Contact | None) -> tuple[int, tuple[int, ...]]:
    wall = stamp.at_ms + now.offset_ms
    if last is None or _steady(last, now):
        return wall, (wall,)
    return wall, (wall, stamp.at_ms + last.offset_ms, last.received_ms, now.received_ms)


def _steady(earlier: Contact, later: Contact) -> bool:
    """Whether nobody set the wall clock between two contacts."""
    return abs(earlier.offset_ms - later.offset_ms) <= AGREE_MS


def _bounded(best: int, candidates: tuple[int, ...], now: Contact, last: Contact | None) -> Occurred:
    ceiling = now.received_ms
    floor = min(last.received_ms, ceiling) if last else 0
    earliest = max(min(*candidates, ceiling), floor)
    latest = min(max(*candidates, floor), ceiling)
    return Occurred(
        max(min(best, ceiling), floor), max(earliest - PRECISION_MS, floor), min(latest + PRECISION_MS, ceiling)
    )
