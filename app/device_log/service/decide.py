"""One held record decided: what the calls for a single record ask."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.device_log import queries
from app.device_log.queries import HeldRow
from app.device_log.service.deciding import DecideHeld, Verb, decide_held
from app.device_log.service.names import with_documents
from app.kernel.access import Viewer


@dataclass(frozen=True, slots=True)
class Decision:
    """Which held record (its id as it was sent, the SHA-256 of its bytes), and what the supervisor says to it."""

    record_id: str
    body_hash: bytes
    note: str = ""


def release(session: Session, decision: Decision, viewer: Viewer, now: datetime) -> HeldRow:
    """Have a held record counted after all, in the transaction of the caller.

    Raises NotFound, Forbidden, and Conflict where it was decided before (`already_decided`) or cannot be counted
    (`not_releasable`, with the reason).
    """
    return _decide(session, decision, "release", viewer, now)


def dismiss(session: Session, decision: Decision, viewer: Viewer, now: datetime) -> HeldRow:
    """Put a held record aside for good, with a note that says why. It stays readable.

    Raises Invalid without a note, NotFound, Forbidden, and Conflict where it was decided before.
    """
    return _decide(session, decision, "dismiss", viewer, now)


def _decide(session: Session, decision: Decision, verb: Verb, viewer: Viewer, now: datetime) -> HeldRow:
    key = decision.record_id, decision.body_hash
    (settled,) = decide_held(session, DecideHeld(verb, (key,), decision.note), viewer, now)
    if settled.refused is not None:
        raise settled.refused
    return with_documents(session, [queries.held_row(session, *key)])[0]
