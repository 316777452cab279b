"""Posting and reversing from end to end: journal by journal, each in a transaction of its own."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.kernel.access import Viewer
from app.kernel.clock import now
from app.kernel.transaction import reading, transact
from app.receiving.queries import posting as queries
from app.receiving.queries.receipts import receipt_for
from app.receiving.service.desk import bring_up_to_date, out_of_date
from app.receiving.service.posting import Progress, post_next, reverse_next


def up_to_date(viewer: Viewer, receipt_id: UUID) -> None:
    """Compare the receipt anew where its order or its prices changed since. Raises NotFound, Forbidden."""
    with reading() as session:
        stale = out_of_date(session, receipt_for(session, viewer, receipt_id))
    if stale:
        transact(partial(_bring, receipt_id))


def _bring(receipt_id: UUID, session: Session) -> None:
    bring_up_to_date(session, receipt_id)


def dry_run(viewer: Viewer, posting: queries.Posting) -> dict[str, Any]:
    """What posting would do, and everything that stands in its way, at once."""
    up_to_date(viewer, posting.receipt_id)
    with reading() as session:
        receipt = receipt_for(session, viewer, posting.receipt_id)
        done = receipt.state not in {"receiving", "closed"} or receipt.journals > 0
        found = [] if done else queries.problems(session, receipt, posting)
        will = queries.outlook(session, receipt.id)
        return {"problems": found, **will, "entries": 0, "journals": 0, "posted": receipt.state == "posted"}


def post(viewer: Viewer, posting: queries.Posting) -> dict[str, Any]:
    """Post the receipt. Again, it posts nothing. Raises Conflict posting_refused with all problems."""
    entries = journals = 0
    progress = Progress(0, 0, posted=False)
    while not progress.posted:
        progress = transact(partial(_post_next, viewer, posting))
        entries, journals = entries + progress.entries, journals + progress.journals
    with reading() as session:
        will = queries.outlook(session, posting.receipt_id)
    return {"problems": [], **will, "entries": entries, "journals": journals, "posted": True}


def _post_next(viewer: Viewer, posting: queries.Posting, session: Session) -> Progress:
    return post_next(session, viewer, posting, now())


def reverse(viewer: Viewer, receipt_id: UUID, *, note: str) -> None:
    """Reverse all the receipt's journals. Repeating it after a crash goes on where it stopped."""
    while transact(lambda session: reverse_next(session, viewer, receipt_id, note=note, now=now())):
        pass
