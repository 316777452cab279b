"""The one place that commits.

Views, commands and jobs hand a piece of work to `transact`; services take the session and never commit.
Reading needs no transaction of its own: `reading()` gives a session that is always rolled back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from random import uniform
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.kernel.database import db, is_sqlite, sqlite_writer
from app.kernel.errors import Unavailable

Result = TypeVar("Result")
TRIES = 4  # the first and three more (trust.md: "retried <= 3, then 503")
_RETRYABLE_SQLSTATES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session for writing, commit when the block ends well, roll back when it raises."""
    with _writer_lock(), Session(db.engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextmanager
def reading(*, one_state: bool = False) -> Iterator[Session]:
    """Open a session that never writes: closing it rolls back.

    With `one_state` all its statements see the database as it was at the first one, on PostgreSQL too.
    """
    engine = db.engine
    if is_sqlite(engine):
        engine = engine.execution_options(pandian_reading=True)
    elif one_state:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with Session(engine, autoflush=False) as session:
        yield session


def transact(work: Callable[[Session], Result]) -> Result:
    """Run `work` in one transaction and return its result; all of it is kept, or nothing.

    Deadlocks, serialization failures and a locked database are tried again up to three times, so `work`
    must be repeatable: it reads and writes through the session only. Raises Unavailable after the last try.
    """
    for attempt in range(TRIES):
        try:
            with transaction() as session:
                return work(session)
        except DBAPIError as error:
            if not _is_transient(error):
                raise
            if attempt == TRIES - 1:
                raise Unavailable("database_busy", "The database is busy; send it again.", retry_after_s=1) from error
            time.sleep(uniform(0.01, 0.05) * 2**attempt)  # noqa: S311  # jitter, no secret
    raise AssertionError("unreachable")


def _writer_lock() -> AbstractContextManager[object]:
    return sqlite_writer if is_sqlite(db.engine) else nullcontext()


def _is_transient(error: DBAPIError) -> bool:
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate in _RETRYABLE_SQLSTATES
    return isinstance(error, OperationalError) and "locked" in str(error.orig)
