"""Signing in and out.

Three steps: a try is counted (transaction), the secret is compared (no transaction: hashing is slow on purpose), the
session is opened (transaction).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person, PersonSession
from app.accounts.queries.people import working_at
from app.accounts.queries.viewers import token_hash
from app.accounts.rules import (
    PIN_POLICY,
    SESSION_LIFETIME,
    TOUCH_AFTER,
    AttemptPolicy,
    Secret,
    login_normal,
    password_locks,
    pin_lock,
)
from app.accounts.service.attempts import count_try, forget_tries
from app.accounts.service.hashing import hash_secret, is_outdated, matches
from app.kernel.access import Viewer
from app.kernel.errors import FieldError, Forbidden, Invalid, Unauthenticated
from app.kernel.ids import new_id

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Challenge:
    """A counted try: who it would be (None: nobody), the hash to compare with, and the locks it was counted at."""

    kind: Secret
    person_id: UUID | None
    stored: str | None
    locks: Mapping[str, AttemptPolicy]
    device_id: UUID | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A challenge somebody answered rightly; `rehashed` is set when the stored hash was outdated."""

    challenge: Challenge
    person_id: UUID
    rehashed: str | None


def challenge_password(session: Session, viewer: Viewer, login: str, address: str, now: datetime) -> Challenge:
    """Count a try at the login's password. Raises TooMany. An unknown login gets a challenge nobody can answer."""
    try:
        login = login_normal(login)
    except Invalid:
        login = ""  # no such login can exist; it is answered and slowed like any other
    locks = password_locks(login, address)
    count_try(session, locks, now)
    row = session.execute(
        select(Person.id, Person.password_hash).where(Person.login == login, Person.active)
    ).one_or_none()
    device_id = None if viewer.device_revoked else viewer.device_id
    return Challenge("password", row.id if row else None, row.password_hash if row else None, locks, device_id)


def challenge_pin(session: Session, viewer: Viewer, person_id: UUID, now: datetime) -> Challenge:
    """Count a try at the person's PIN on this device. Raises Unauthenticated (device), TooMany, Forbidden."""
    if viewer.device_id is None or viewer.device_site_id is None or viewer.device_revoked:
        raise Unauthenticated("device_unknown", "This device is not enrolled; enrol it with a code from a supervisor.")
    locks = {pin_lock(person_id, viewer.device_id): PIN_POLICY}
    count_try(session, locks, now)
    row = session.execute(
        select(Person.id, Person.pin_hash).where(
            Person.id == person_id, Person.active, Person.id.in_(working_at(viewer.device_site_id))
        )
    ).one_or_none()
    return Challenge("pin", row.id if row else None, row.pin_hash if row else None, locks, viewer.device_id)


def answer(challenge: Challenge, secret: str) -> Answered:
    """Compare. Raises Unauthenticated with one text for everything that can be wrong, after the same work."""
    right = matches(challenge.kind, secret, challenge.stored)
    if not right or challenge.person_id is None or challenge.stored is None:
        # Never the login: people type their password there.
        whose, where = str(challenge.person_id), str(challenge.device_id)
        log.warning("sign_in_refused", method=challenge.kind, person_id=whose, device_id=where)
        raise Unauthenticated("bad_credentials", "Login, password or PIN is wrong.")
    outdated = is_outdated(challenge.kind, challenge.stored)
    return Answered(challenge, challenge.person_id, hash_secret(challenge.kind, secret) if outdated else None)


def confirm_password(challenge: Challenge, current: str) -> None:
    """As `answer`, for somebody who is signed in already. Raises Forbidden."""
    try:
        answer(challenge, current)
    except Unauthenticated as error:
        raise Forbidden(
            "current_password_wrong",
            "Give your present password too.",
            errors=[FieldError("current_password", "current_password_wrong", "This is not your present password.")],
        ) from error


def open_session(session: Session, answered: Answered, viewer: Viewer, now: datetime) -> str:
    """Sign the person in and answer a new token; the browser's former session ends, so nobody can plant one.

    Raises Unauthenticated when the person was deactivated or the secret changed since the challenge.
    """
    challenge = answered.challenge
    column = Person.pin_hash if challenge.kind == "pin" else Person.password_hash
    same = (Person.id == answered.person_id, Person.active, column == challenge.stored)
    if session.scalar(select(Person.id).where(*same).with_for_update()) is None:
        raise Unauthenticated("bad_credentials", "Login, password or PIN is wrong.")
    if answered.rehashed is not None:
        session.execute(update(Person).where(Person.id == answered.person_id).values({column: answered.rehashed}))
    forget_tries(session, challenge.locks)
    close_session(session, viewer, now)
    token = secrets.token_urlsafe(32)
    session.add(
        PersonSession(
            id=new_id(),
            token_hash=token_hash(token),
            person_id=answered.person_id,
            device_id=challenge.device_id,
            method=challenge.kind,
            created_at=now,
            last_used_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    return token


def close_session(session: Session, viewer: Viewer, now: datetime) -> None:
    """Sign the viewer out here; nothing happens when nobody is signed in."""
    if viewer.session_id is not None:
        session.execute(update(PersonSession).where(PersonSession.id == viewer.session_id).values(ended_at=now))


def touch_session(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the session is in use, at most once a minute however many requests say so."""
    session.execute(
        update(PersonSession)
        .where(PersonSession.id == session_id, PersonSession.last_used_at < now - TOUCH_AFTER)
        .values(last_used_at=now)
    )


def end_sessions(
    session: Session,
    now: datetime,
    *,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
    method: Secret | None = None,
) -> None:
    """End the open sessions of a person, or of a device (of one method, when named)."""
    wanted = [
        *([PersonSession.person_id == person_id] if person_id else []),
        *([PersonSession.device_id == device_id] if device_id else []),
        *([PersonSession.method == method] if method else []),
    ]
    if person_id or device_id:
        session.execute(update(PersonSession).where(PersonSession.ended_at.is_(None), *wanted).values(ended_at=now))
