"""Counting wrong tries in the database, where neither a restart nor a second worker forgets them.

A try is counted before it is judged, and taken back when it was right: however many come at once, no more are let
through than the policy says.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from app.accounts.rules import AttemptPolicy, Tries, after_one_more, is_disabled
from app.kernel.database import insert_on
from app.kernel.errors import Forbidden, TooMany

log = structlog.get_logger()
KEPT = timedelta(days=2)  # longer than any policy remembers


def count_try(session: Session, locks: Mapping[str, AttemptPolicy], now: datetime) -> None:
    """Count one try at each of the locks. Raises TooMany while one is closed, Forbidden for a disabled one."""
    for lock in sorted(locks):  # one order for everybody, so that two can never wait for each other
        _count(session, lock, locks[lock], now)


def _count(session: Session, lock: str, policy: AttemptPolicy, now: datetime) -> None:
    # One statement makes or locks the row: between two, a right try elsewhere could take it away.
    fresh = insert_on(session, Attempt).values(lock=lock, failures=0, last_failed_at=now)
    row = session.execute(
        fresh.on_conflict_do_update(index_elements=["lock"], set_={"lock": lock}).returning(
            Attempt.failures, Attempt.last_failed_at, Attempt.closed_until
        )
    ).one()
    tries = Tries(row.failures, row.last_failed_at, row.closed_until)
    if is_disabled(tries, policy):
        log.warning("try_at_a_disabled_pin", lock=lock)
        raise Forbidden(
            "pin_disabled", "This PIN is disabled on this device after too many tries; a supervisor can set a new one."
        )
    if tries.closed_until is not None and now < tries.closed_until:
        log.warning("too_many_tries", kind=lock.partition(":")[0], failures=tries.failures)
        seconds = -(-(tries.closed_until - now) // timedelta(seconds=1))
        raise TooMany("too_many_attempts", f"Too many tries; wait {seconds} s.", retry_after_s=seconds)
    then = after_one_more(tries, policy, now)
    session.execute(
        update(Attempt)
        .where(Attempt.lock == lock)
        .values(failures=then.failures, last_failed_at=then.last_failed_at, closed_until=then.closed_until)
    )


def forget_tries(session: Session, locks: Iterable[str]) -> None:
    """The try was right: the row of wrong ones is over."""
    session.execute(delete(Attempt).where(Attempt.lock.in_(sorted(locks))))


def reset_pin_locks(session: Session, person_id: UUID) -> None:
    """Open this person's PIN again on every device."""
    session.execute(delete(Attempt).where(Attempt.lock.startswith(f"pin:{person_id}:", autoescape=True)))


def reset_password_locks(session: Session, login: str) -> None:
    """Open this login again from everywhere."""
    lock = f"password:{login}"
    session.execute(
        delete(Attempt).where((Attempt.lock == lock) | Attempt.lock.startswith(f"{lock}:", autoescape=True))
    )


def forget_old_tries(session: Session, now: datetime) -> int:
    """Drop what no policy remembers any more (run daily); disabled PINs stay. Answers how many went."""
    done = session.execute(
        delete(Attempt)
        .where(Attempt.last_failed_at < now - KEPT, Attempt.lock.not_like("pin:%"))
        .returning(Attempt.lock)
    )
    return len(done.all())
