"""A supervisor decides about held records, one or many: counted after all, counted elsewhere, or put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from app.device_log import queries
from app.device_log.models import HeldRecord
from app.device_log.service import counting_after_all as after_all
from app.device_log.service.registry import documents_named
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.errors import Conflict, DomainError, NotFound, invalid_field

Verb = Literal["release", "dismiss", "move"]
Key = tuple[str, bytes]  # the record's id as it was sent, the SHA-256 of its bytes


@dataclass(frozen=True, slots=True)
class DecideHeld:
    """The command. `document_id`: the stocktake or receipt to move into."""

    verb: Verb
    records: tuple[Key, ...]
    note: str = ""
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one record of the command; `refused`: why nothing did, and it stays as it was."""

    key: Key
    refused: DomainError | None = None


def decide_held(session: Session, command: DecideHeld, viewer: Viewer, now: datetime) -> list[Settled]:
    """Decide about each of the records, in the transaction of the caller; one answer each, in the order asked.

    What is to be counted is judged again: a reason that no supervisor can set aside stands, for that record alone. Of
    two supervisors at once the first one's word stands. Raises Invalid for a dismissal without a note, or a document
    that is not there; NotFound, Forbidden for a document of a foreign site.
    """
    _refuse_unsaid(session, command, viewer)
    found = _locked(session, command.records)
    refused: dict[Key, DomainError] = {}
    for key in command.records:
        reason = _not_to_decide(found.get(key), viewer)
        if reason is not None:
            refused[key] = reason
    todo = [held for key, held in found.items() if key not in refused]
    if command.verb != "dismiss":
        refused |= after_all.count(session, todo, command.document_id, now)
    done = [held for key, held in found.items() if key not in refused]
    _note(session, done, command, viewer, now)
    return [Settled(key, refused.get(key)) for key in dict.fromkeys(command.records)]


def _refuse_unsaid(session: Session, command: DecideHeld, viewer: Viewer) -> None:
    if command.verb == "dismiss" and not command.note.strip():
        raise invalid_field("note", "note_needed", "Say why this record is not counted.")
    if command.verb != "move":
        return
    found = documents_named(session, [command.document_id]) if command.document_id else {}
    target = found.get(command.document_id) if command.document_id else None
    if target is None:
        raise invalid_field("document_id", "unknown_document", "Name the stocktake or receipt to move into.")
    viewer.require("supervisor", target.site_id, "document")


def _locked(session: Session, keys: Sequence[Key]) -> dict[Key, HeldRecord]:
    """The records by key; whoever decides about one of them at the same time waits."""
    rows = session.scalars(
        select(HeldRecord)
        .where(tuple_(HeldRecord.record_id, HeldRecord.body_hash).in_(keys))
        .order_by(HeldRecord.record_id, HeldRecord.body_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(held.record_id, held.body_hash): held for held in rows}


def _not_to_decide(held: HeldRecord | None, viewer: Viewer) -> DomainError | None:
    if held is None:
        return NotFound("not_found", "There is no such held record here.")
    try:
        viewer.require("supervisor", held.site_id, "held record")
    except DomainError as error:
        return error
    if held.state != "open":
        return Conflict("already_decided", f"This record was {held.state} meanwhile.", state=held.state)
    return None


def _note(session: Session, done: Sequence[HeldRecord], command: DecideHeld, viewer: Viewer, now: datetime) -> None:
    """Write down who said what, and tell the devices."""
    if not done:
        return
    keys = [(held.record_id, held.body_hash) for held in done]
    sites: dict[UUID, list[str]] = {}
    for held in done:
        sites.setdefault(held.site_id, []).append(queries.held_key(held.record_id, held.body_hash))
    session.execute(
        update(HeldRecord)
        .where(tuple_(HeldRecord.record_id, HeldRecord.body_hash).in_(keys))
        .values(
            state="dismissed" if command.verb == "dismiss" else "released",
            moved_to=command.document_id if command.verb == "move" else None,
            decided_by=viewer.person,
            decided_at=now,
            note=command.note,
        )
        .execution_options(synchronize_session=False)
    )
    for held in done:
        session.expire(held)
    for site_id, names in sites.items():
        record_changes(session, "held_record", names, now, site_id=site_id)
