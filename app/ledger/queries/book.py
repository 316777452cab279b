"""What the book says: now (the balance), and at a moment (the balance minus what moved after it)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from app.kernel.database import Id, Instant
from app.ledger.models import Balance, Entry

ColumnOrId = ColumnElement[UUID] | UUID
ColumnOrText = ColumnElement[str] | str
ColumnOrMoment = ColumnElement[datetime] | datetime


def book_column(location: Any, item: Any, lot: Any, at: Any) -> ColumnElement[int]:
    """The book quantity of (location, item, lot) at a moment: a correlated scalar for any statement.

    Arguments are columns of the enclosing statement or values. A movement at exactly `at` is in it (ties: movement
    before count). Where `at` is null it is the balance: leave out the rows nobody has looked at yet.
    """
    place, what, which = _operand(location, Id()), _operand(item, Id()), _operand(lot, None)
    moment = _operand(at, Instant())
    balance, arrived, left = aliased(Balance), aliased(Entry), aliased(Entry)
    on_hand = (
        select(balance.quantity)
        .where(balance.location_id == place, balance.item_id == what, balance.lot == which)
        .correlate_except(balance)
        .scalar_subquery()
    )
    came_after = (
        select(func.sum(arrived.quantity))
        .where(
            arrived.to_location_id == place,
            arrived.item_id == what,
            arrived.lot == which,
            arrived.occurred_at > moment,
        )
        .correlate_except(arrived)
        .scalar_subquery()
    )
    went_after = (
        select(func.sum(left.quantity))
        .where(left.from_location_id == place, left.item_id == what, left.lot == which, left.occurred_at > moment)
        .correlate_except(left)
        .scalar_subquery()
    )
    quantity = func.coalesce(on_hand, 0) - func.coalesce(came_after, 0) + func.coalesce(went_after, 0)
    return cast(quantity, BigInteger)


def _operand(value: Any, kind: Any) -> Any:
    return value if hasattr(value, "__clause_element__") or isinstance(value, ColumnElement) else literal(value, kind)


def book(session: Session, location_id: UUID, item_id: UUID, lot: str, at: datetime) -> int:
    """The book quantity at `at`, in smallest units; 0 for what was never there."""
    statement: Select[tuple[int]] = select(book_column(location_id, item_id, lot, at))
    return int(session.scalar(statement) or 0)


def on_hand(session: Session, location_id: UUID, item_id: UUID, lot: str = "") -> int:
    """The quantity the book has now, in smallest units; 0 for what was never there."""
    quantity = session.scalar(
        select(Balance.quantity).where(
            Balance.location_id == location_id, Balance.item_id == item_id, Balance.lot == lot
        )
    )
    return quantity or 0
