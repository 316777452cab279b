"""Journals as people look for them: newest first, and one with its entries."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound
from app.kernel.paging import Page, page
from app.ledger.models import Balance, Entry, Journal
from app.ledger.queries.movements import described_entries

_reversal = aliased(Journal, name="reversal")
_entries = (
    select(func.count()).where(Entry.journal_id == Journal.id).correlate(Journal).scalar_subquery().label("entry_count")
)


def _headers() -> Select[*tuple[Any, ...]]:
    columns = (
        *(Journal.id, Journal.site_id, Journal.kind, Journal.source_key, Journal.document, Journal.note),
        *(Journal.reverses_id, _reversal.id.label("reversed_by_id"), Journal.stocktake_id, Journal.person_id),
        *(Person.name.label("person_name"), Journal.recorded_at, Journal.chain_number, Journal.chain_hash, _entries),
    )
    return (
        select(*columns)
        .join(Person, Person.id == Journal.person_id)
        .outerjoin(_reversal, _reversal.reverses_id == Journal.id)
    )


def journals_page(
    session: Session,
    viewer: Viewer,
    *,
    site_id: UUID | None,
    kind: str | None,
    item_id: UUID | None,
    limit: int,
    offset: int,
) -> Page[Any]:
    """The journals of the sites the viewer supervises, newest first."""
    wanted = scoped(_headers(), Journal.site_id.expression, viewer, "supervisor")
    if site_id is not None:
        wanted = wanted.where(Journal.site_id == site_id)
    if kind is not None:
        wanted = wanted.where(Journal.kind == kind)
    if item_id is not None:
        wanted = wanted.where(Journal.id.in_(_with_item(item_id)))
    counted = wanted.with_only_columns(func.count(Journal.id), maintain_column_froms=True)
    rows = session.execute(wanted.order_by(Journal.recorded_at.desc(), Journal.id.desc()).limit(limit).offset(offset))
    return page(list(rows), total=session.scalar(counted) or 0, offset=offset)


def _with_item(item_id: UUID) -> Select[UUID]:
    """The journals that moved an item; by way of its balances, so that an index finds the entries."""
    same = (
        Entry.from_location_id == Balance.location_id,
        Entry.item_id == Balance.item_id,
        Entry.lot == Balance.lot,
    )
    return select(Entry.journal_id).join(Balance, and_(*same)).where(Balance.item_id == item_id)


def journal_of(session: Session, journal_id: UUID, viewer: Viewer) -> Any:
    """The header of one journal. Raises NotFound for a foreign one."""
    mine = scoped(_headers(), Journal.site_id.expression, viewer, "supervisor")
    row = session.execute(mine.where(Journal.id == journal_id)).one_or_none()
    if row is None:
        raise NotFound("not_found", "There is no such journal here.")
    return row


def entries_of(session: Session, journal_id: UUID, *, limit: int, offset: int) -> Page[Any]:
    """The entries of a journal, by number."""
    mine = Entry.journal_id == journal_id
    total = session.scalar(select(func.count()).where(mine)) or 0
    rows = session.execute(described_entries().where(mine).order_by(Entry.number).limit(limit).offset(offset))
    return page(list(rows), total=total, offset=offset)
