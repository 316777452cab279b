"""Whether stock of items has moved: asked of the floors above, which create_app registers here.

A quantity in the book is an integer of the smallest unit, so an item's scale is the meaning of all its numbers and is
fixed once there is one. Only the floors above can tell; they answer a question, so nothing is stored twice.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Item
from app.kernel.sets import among

StockQuestion = Callable[[Session, Collection[UUID]], Collection[UUID]]
_questions: list[StockQuestion] = []
_lot_questions: list[StockQuestion] = []


def register_stock_question(question: StockQuestion) -> None:
    """Let `question(session, item_ids)` say which of these items have moved, or are being counted."""
    if question not in _questions:
        _questions.append(question)


def register_lot_question(question: StockQuestion) -> None:
    """Let `question(session, item_ids)` say of which of these items stock stands in lots."""
    if question not in _lot_questions:
        _lot_questions.append(question)


def items_in_lots(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items must go on tracking lots, or nobody could say what the lots in the book are."""
    if not item_ids:
        return set()
    return {item_id for question in _lot_questions for item_id in question(session, item_ids)}


def moved_items(session: Session, item_ids: Collection[UUID]) -> set[UUID]:
    """Which of these items' scales are fixed. The items are locked first, so that no journal comes in between."""
    if not item_ids:
        return set()
    session.execute(select(Item.id).where(among(session, Item.id, item_ids)).order_by(Item.id).with_for_update())
    return {item_id for question in _questions for item_id in question(session, item_ids)}
