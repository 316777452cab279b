"""Held records counted after all: read and judged again, given a free id and number, put into another document."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.device_log.handlers import RecordHandler
from app.device_log.models import DeviceRecord, DeviceState, HeldRecord
from app.device_log.rules.records import Read, read_record
from app.device_log.rules.values import Fields, Hold, Incoming
from app.device_log.service import keeping
from app.device_log.service.reading import read_fields
from app.device_log.service.registry import documents_of, handler_of
from app.kernel.errors import Conflict, DomainError
from app.kernel.ids import new_id
from app.kernel.sets import among

Key = tuple[str, bytes]
_NOBODY = Hold("person_unknown", "Nobody knows the person who recorded this.")
_NO_KIND = Hold("kind_unknown", "This server knows no such kind of record.")
_OTHER_KIND = Hold("other_document", "A record of this kind does not belong into such a document.")
_SHEET_TAKEN = Hold("sheet_mismatch", "This sheet belongs to another counter, device, place or round.")


@dataclass(slots=True)
class _Candidate:
    """A held record on its way in: under a free id, and its own number where nobody took that."""

    held: HeldRecord
    read: Read
    incoming: Incoming
    device_seq: int | None
    handler: RecordHandler


def count(
    session: Session, records: Sequence[HeldRecord], document_id: UUID | None, now: datetime
) -> dict[Key, DomainError]:
    """Count held records, in `document_id` where one is named; those that cannot be, by key, and why.

    A record whose number is taken by another is kept without one, one whose id is taken gets a new one. The exact
    bytes stay; into which document they were put is in the columns. Raises Conflict where another record took the
    place of one at this very moment.
    """
    holds: dict[Key, Hold] = {}
    candidates = _candidates(session, records, holds)
    if document_id is not None:
        candidates = _put_into(session, candidates, document_id, holds)
    candidates = _judged(session, candidates, holds)
    rows = [keeping.record_row(one.read, one.incoming, device_seq=one.device_seq) for one in candidates]
    if keeping.insert_records(session, rows):
        raise Conflict("already_decided", "Another record took this id at this moment; look again.")
    keeping.insert_supersedes(session, [(one.incoming.record_id, one.incoming.fields) for one in candidates])
    for handler, incoming in _by_handler(candidates):
        handler.apply(session, incoming, now)
    return {key: _not_releasable(hold) for key, hold in holds.items()}


def _candidates(session: Session, records: Sequence[HeldRecord], holds: dict[Key, Hold]) -> list[_Candidate]:
    """The legible ones, each device's in its own order, with a free identity."""
    reads = [(held, read_record(held.body)) for held in records]
    people = {read.person_id for _held, read in reads if read.person_id}
    known = set(session.scalars(select(Person.id).where(among(session, Person.id, people))))
    legible: list[tuple[HeldRecord, Read, RecordHandler]] = []
    for held, read in sorted(reads, key=lambda pair: (pair[0].device_id, pair[0].device_seq)):
        handler = handler_of(read.kind)
        hold = read.hold or (_NO_KIND if handler is None else read_fields(read))
        if hold is None and read.person_id not in known:
            hold = _NOBODY
        if hold is None and handler is not None:
            legible.append((held, read, handler))
        elif hold is not None:
            holds[_key(held)] = hold
    _lock_logs(session, {held.device_id for held, *_ in legible})
    ids = _ids_taken(session, [read.record_id for _held, read, _handler in legible if read.record_id])
    seqs = _seqs_taken(session, [(held.device_id, held.device_seq) for held, *_ in legible])
    return [_candidate(held, read, handler, ids, seqs) for held, read, handler in legible]


def _lock_logs(session: Session, device_ids: Collection[UUID]) -> None:
    """Nobody adds to these devices' logs meanwhile."""
    session.scalars(
        select(DeviceState.device_id)
        .where(among(session, DeviceState.device_id, device_ids))
        .order_by(DeviceState.device_id)
        .with_for_update()
    ).all()


def _ids_taken(session: Session, record_ids: Collection[UUID]) -> set[UUID]:
    return set(
        session.scalars(select(DeviceRecord.record_id).where(among(session, DeviceRecord.record_id, record_ids)))
    )


def _seqs_taken(session: Session, numbers: Sequence[tuple[UUID, int]]) -> set[tuple[UUID, int | None]]:
    columns = DeviceRecord.device_id, DeviceRecord.device_seq
    rows = session.execute(select(*columns).where(tuple_(*columns).in_(numbers)))
    return {(row[0], row[1]) for row in rows}


def _candidate(
    held: HeldRecord, read: Read, handler: RecordHandler, ids: set[UUID], seqs: set[tuple[UUID, int | None]]
) -> _Candidate:
    """The record under its own id and number, where nobody took them; it takes them."""
    record_id, number = read.record_id or new_id(), (held.device_id, held.device_seq)
    if record_id in ids:
        record_id = new_id()
    seq = None if number in seqs or held.device_seq == 0 else held.device_seq
    ids.add(record_id)
    seqs.add(number)
    incoming = Incoming(
        record_id=record_id,
        device_id=held.device_id,
        device_seq=held.device_seq,
        site_id=held.site_id,
        kind=read.kind,
        person_id=read.person_id or UUID(int=0),
        body=read.body or {},
        fields=read.fields or Fields(),
        occurred_at=held.occurred_at,
        occurred_from=held.occurred_from,
        occurred_to=held.occurred_to,
        received_at=held.received_at,
    )
    return _Candidate(held, read, incoming, seq, handler)


def _put_into(
    session: Session, candidates: list[_Candidate], document_id: UUID, holds: dict[Key, Hold]
) -> list[_Candidate]:
    """The candidates with the document's own id, sheets and rounds; what has no place there is held on."""
    staying = [one for one in candidates if one.incoming.fields.document_id == document_id]
    going = [one for one in candidates if one.incoming.fields.document_id != document_id]
    groups: dict[int, list[_Candidate]] = {}
    for one in going:
        groups.setdefault(id(documents_of(one.incoming.kind)), []).append(one)
    for group in groups.values():
        documents = documents_of(group[0].incoming.kind)
        if documents is None or document_id not in documents.named(session, [document_id]):
            holds.update((_key(one.held), _OTHER_KIND) for one in group)
            continue
        moved = documents.put_into(session, [one.incoming for one in group], document_id)
        for one, incoming in zip(group, moved, strict=True):
            one.incoming = incoming
            staying.append(one)
    return staying


def _judged(session: Session, candidates: list[_Candidate], holds: dict[Key, Hold]) -> list[_Candidate]:
    verdicts: dict[UUID, Hold] = {}
    for handler, incoming in _by_handler(candidates):
        verdicts.update(handler.judge(session, incoming))
    owners: dict[UUID, object] = {}
    passed = []
    for one in candidates:
        hold, sheet = verdicts.get(one.incoming.record_id), one.incoming.fields.sheet_id
        if hold is not None and not hold.releasable:
            holds[_key(one.held)] = hold
        elif sheet and owners.setdefault(sheet, _owner(one)) != _owner(one):
            holds[_key(one.held)] = _SHEET_TAKEN  # of two that would make one sheet, the handler saw neither
        else:
            passed.append(one)
    return passed


def _owner(one: _Candidate) -> object:
    """Whose sheet it is: a count's is one place's in one round, a receipt's is not."""
    incoming = one.incoming
    place = (incoming.fields.location_id, incoming.body["round"]) if "round" in incoming.body else None
    return incoming.fields.document_id, incoming.device_id, incoming.person_id, place


def _by_handler(candidates: Sequence[_Candidate]) -> list[tuple[RecordHandler, list[Incoming]]]:
    groups: dict[int, tuple[RecordHandler, list[Incoming]]] = {}
    for one in candidates:
        groups.setdefault(id(one.handler), (one.handler, []))[1].append(one.incoming)
    return list(groups.values())


def _key(held: HeldRecord) -> Key:
    return held.record_id, held.body_hash


def _not_releasable(hold: Hold) -> Conflict:
    return Conflict("not_releasable", f"This record cannot be counted: {hold.detail}", reason=hold.code)
