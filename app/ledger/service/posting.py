"""Posting by people: opening stock, receipts, issues, sales, scrap, moves; and taking such a journal back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.clock import to_ms
from app.kernel.errors import Conflict, FieldError, NotFound
from app.kernel.ids import new_id
from app.kernel.sets import among
from app.ledger.models import Entry, Journal, ReasonCode
from app.ledger.rules import SIDES, content_hash
from app.ledger.service.checks import refuse
from app.ledger.service.commands import NewEntry, NewJournal, Written
from app.ledger.service.drafts import Draft, entry_of, look_up
from app.ledger.service.reversing import reverse_journal
from app.ledger.service.writing import write_journal
from app.sites.queries import site_of

RECEIPTS_OWN = "receipt:"  # how the source keys of a goods receipt's journals begin


@dataclass(frozen=True, slots=True)
class PostJournal:
    """One business document to be booked. Without a source key every posting is a new one."""

    site_id: UUID
    kind: str
    entries: Sequence[Draft]
    source_key: str | None = None
    document: str = ""
    note: str = ""
    reason_code: str = ""
    occurred_at: datetime | None = None  # of the entries that name none; by default now


@dataclass(frozen=True, slots=True)
class Posted:
    """A source key that was used before: the journal, the hash of its command, how many entries it has."""

    journal_id: UUID
    content_hash: bytes | None
    entries: int


def post_journal(session: Session, command: PostJournal, viewer: Viewer, now: datetime) -> Written:
    """Book a document for a supervisor of its site. The same source key with the same content changes nothing.

    Raises NotFound (a foreign site), Forbidden, Conflict `source_key_reused`, and Invalid with all mistakes at once.
    """
    viewer.require("supervisor", command.site_id)
    site = site_of(session, command.site_id)
    key = f"person:{command.source_key or new_id()}"  # people's keys never meet those the house makes
    content = content_hash([_plain(command), *(_plain(draft) for draft in command.entries)])
    before = posted_before(session, site.id, [key]).get(key)
    if before is not None:
        return repetition(before, key, content)
    drafts = [_timed(draft, command.occurred_at or now) for draft in command.entries]
    known = look_up(session, site, command.kind, drafts, now)
    read = [entry_of(draft, known, command.reason_code) for draft in drafts]
    mistakes = _reason_mistakes(session, command)
    for index, outcome in enumerate(read):
        if isinstance(outcome, list):
            mistakes += [FieldError(f"entries.{index}.{it.field}", it.code, it.message) for it in outcome]
    refuse(mistakes)
    journal = NewJournal(
        site_id=site.id,
        kind=command.kind,
        source_key=key,
        person_id=viewer.person,
        document=command.document,
        note=command.note,
        content=content,
    )
    return write_journal(session, journal, [entry for entry in read if isinstance(entry, NewEntry)], now)


def posted_before(session: Session, site_id: UUID, keys: Sequence[str]) -> dict[str, Posted]:
    """The journals of the site with these source keys."""
    rows = session.execute(
        select(Journal.source_key, Journal.id, Journal.content_hash, func.count(Entry.number))
        .outerjoin(Entry, Entry.journal_id == Journal.id)
        .where(Journal.site_id == site_id, among(session, Journal.source_key, keys))
        .group_by(Journal.source_key, Journal.id, Journal.content_hash)
    )
    return {row[0]: Posted(*row[1:]) for row in rows}


def repetition(before: Posted, key: str, content: bytes) -> Written:
    """The answer to a command that was booked before. Raises Conflict when it was another one."""
    if before.content_hash != content:
        raise Conflict(
            "source_key_reused",
            "This source key was used before for something else; the journal is named here.",
            source_key=key.partition(":")[2],
            journal_id=str(before.journal_id),
        )
    return Written(before.journal_id, before.entries, repeated=True)


def _plain(command: PostJournal | Draft) -> dict[str, object]:
    values = {name: getattr(command, name) for name in command.__slots__ if name not in {"entries", "source_key"}}
    return {name: to_ms(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _timed(draft: Draft, otherwise: datetime) -> Draft:
    return draft if draft.occurred_at is not None else replace(draft, occurred_at=otherwise)


def _reason_mistakes(session: Session, command: PostJournal) -> list[FieldError]:
    if not command.reason_code:
        return []
    return reason_mistakes(session, command.reason_code, command.note)


def reason_mistakes(session: Session, code: str, note: str) -> list[FieldError]:
    """What is wrong with a reason: unknown or no longer used, or it wants a note."""
    reason = session.get(ReasonCode, code)
    if reason is None or not reason.active:
        return [FieldError("reason_code", "unknown_reason", "Choose one of the reasons in use.")]
    if reason.note_required and not note:
        return [FieldError("note", "note_needed", "This reason wants a note.")]
    return []


def reverse_posting(
    session: Session, journal_id: UUID, *, reason_code: str, note: str, viewer: Viewer, now: datetime
) -> Written:
    """Take a plain journal back, for a manager of its site.

    Raises NotFound (a foreign one), Forbidden, Conflict `already_reversed`, `is_a_reversal`, and `of_a_stocktake`:
    a stocktake's journals are anchors of its lines and are reversed with it; `of_a_receipt` alike: its order knows.
    """
    journal = session.get(Journal, journal_id)
    if journal is None:
        raise NotFound("not_found", "There is no such journal here.")
    viewer.require("manager", journal.site_id, "journal")
    if journal.stocktake_id is not None or (journal.kind not in SIDES and journal.reverses_id is None):
        raise Conflict(
            "of_a_stocktake", "A stocktake posted this; reverse the stocktake.", stocktake_id=str(journal.stocktake_id)
        )
    if journal.source_key.startswith(RECEIPTS_OWN) and journal.reverses_id is None:
        raise Conflict("of_a_receipt", "A goods receipt posted this; reverse the receipt, and its order expects again.")
    refuse(reason_mistakes(session, reason_code, note))
    return reverse_journal(
        session,
        journal_id,
        person_id=viewer.person,
        source_key=f"reversal:{new_id()}",  # the second of two is told so, not answered as a repetition
        note=note,
        reason_code=reason_code,
        now=now,
    )
