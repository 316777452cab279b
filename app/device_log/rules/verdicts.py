"""What becomes of each record of a batch, before the business is asked. Pure.

A verdict never changes by retrying: the same number with the same bytes gets what it got. The same id or the same
number with other bytes is never taken for "already have it".
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from uuid import UUID

from app.device_log.rules.records import Read
from app.device_log.rules.values import Hold

ID_REUSE = Hold("id_reuse", "Another record already has this id; this one is kept beside it.", releasable=True)
SEQ_REUSE = Hold(
    "seq_reuse", "Another record of this device already has this number; was its profile copied?", releasable=True
)
DEVICE_REVOKED = Hold(
    "device_revoked", "The device was shut out; a supervisor decides what it still sent.", releasable=True
)
FORBIDDEN = Hold("forbidden", "This person may not count at this site.", releasable=True)
KIND_UNKNOWN = Hold("kind_unknown", "This server knows no such kind of record.")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the server has of the ids and numbers in a batch.

    `accepted`: id → (device, number, hash). `held`: this device's (number, hash) → why. `ids`: all ids in use, as
    text, held ones included. `seqs`: the numbers this device has used, held ones included.
    """

    accepted: Mapping[UUID, tuple[UUID, int | None, bytes]] = field(default_factory=dict)
    held: Mapping[tuple[int, bytes], Hold] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    seqs: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sorted:
    """A batch sorted: `fresh` to be judged, `to_hold` to be kept aside, `known` holds told once more."""

    fresh: list[Read] = field(default_factory=list)
    to_hold: list[tuple[Read, Hold]] = field(default_factory=list)
    known: dict[tuple[int, bytes], Hold] = field(default_factory=dict)


def sort_batch(records: Sequence[Read], stored: Stored, device_id: UUID) -> Sorted:
    """Tell repetitions from new records, and new ones from those that use somebody else's id or number."""
    result = Sorted()
    ids, seqs, met = set(stored.ids), set(stored.seqs), set[tuple[int, bytes]]()
    for record in records:
        if record.identity in met:
            continue
        met.add(record.identity)
        if record.identity in stored.held:
            result.known[record.identity] = stored.held[record.identity]
        elif not _is_accepted(record, stored, device_id):
            hold = record.hold or _reuse(record, ids, seqs)
            if hold:
                result.to_hold.append((record, hold))
            else:
                result.fresh.append(record)
        ids.add(record.id)
        if record.seq:
            seqs.add(record.seq)
    return result


def _is_accepted(record: Read, stored: Stored, device_id: UUID) -> bool:
    if record.record_id is None:
        return False
    return stored.accepted.get(record.record_id) == (device_id, record.seq, record.body_hash)


def _reuse(record: Read, ids: set[str], seqs: set[int]) -> Hold | None:
    if record.id in ids:
        return ID_REUSE
    return SEQ_REUSE if record.seq in seqs else None


def contiguous(hwm: int, seqs: AbstractSet[int]) -> int:
    """The highest number up to which, from `hwm` on, none is missing among `seqs`."""
    while hwm + 1 in seqs:
        hwm += 1
    return hwm
