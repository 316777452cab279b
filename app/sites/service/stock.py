"""Whether stock has moved at a site: asked of the floors above, which create_app registers here.

The stock-keeping level, the currency and the place a bin is summed up to are the meaning of every balance, so they
are fixed once there is one. Only the ledger (and a running stocktake) can tell; they stand above this floor and answer
through a question, so nothing is stored twice and no posting pays for it.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.sites.models import Site

StockQuestion = Callable[[Session, UUID], bool]
_questions: list[StockQuestion] = []


def register_stock_question(question: StockQuestion) -> None:
    """Let `question(session, site_id)` say whether stock moved, or is being counted, at the site."""
    if question not in _questions:
        _questions.append(question)


def stock_moved(session: Session, site_id: UUID) -> bool:
    """Whether any floor above says so. Ask under `lock_site`, so that no journal comes in between."""
    return any(question(session, site_id) for question in _questions)


def lock_site(session: Session, site_id: UUID) -> Site:
    """The site, locked: a journal that names it waits until this transaction ends. Raises NotFound."""
    site = session.scalar(select(Site).where(Site.id == site_id).with_for_update())
    if site is None:
        raise NotFound("not_found", "There is no such site here.")
    return site
