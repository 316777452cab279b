"""When two people make the same thing in the same moment: the database's refusal becomes the business's."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from app.kernel.errors import Conflict

_UNIQUE_VIOLATION = "23505"  # PostgreSQL's SQLSTATE


@contextmanager
def duplicates_mean(conflict: Conflict) -> Iterator[None]:
    """Raise `conflict` where the block breaks a unique key. Flush inside the block; the transaction is lost then."""
    try:
        yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == _UNIQUE_VIOLATION or "UNIQUE" in str(error.orig):
            raise conflict from error
        raise
