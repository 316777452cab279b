"""The nightly compaction, in transactions so short that nobody waits for them."""

from app.feed import compaction, queries
from app.kernel.clock import now
from app.kernel.transaction import reading, transact

STRETCH = 5_000  # feed numbers a transaction


def compact(stretch: int = STRETCH) -> int:
    """Let the feed forget what it may; how many changes that were."""
    with reading() as session:
        head = queries.head_of(session)
    return sum(_stretch(above, min(above + stretch, head)) for above in range(0, head, stretch))


def _stretch(above: int, upto: int) -> int:
    forgotten = transact(lambda session: compaction.forget_superseded(session, above, upto))
    with reading() as session:
        gone = compaction.tombstones(session, above, upto, now())
    return forgotten + transact(lambda session: compaction.forget_tombstones(session, gone)) if gone else forgotten
