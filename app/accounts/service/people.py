"""Taking people on, changing what they may do, and their PINs and passwords. Secrets come in hashed: see `sealed_*`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Grant, Person
from app.accounts.queries.people import (
    GrantRow,
    PersonRow,
    administrators,
    grants_of,
    person_row,
    site_codes,
    visible_person,
)
from app.accounts.rules import check_password, check_pin, highest_roles, login_normal
from app.accounts.service.attempts import reset_password_locks, reset_pin_locks
from app.accounts.service.hashing import hash_secret
from app.accounts.service.signing_in import end_sessions
from app.feed.service import record_changes
from app.kernel.access import Viewer
from app.kernel.duplicates import duplicates_mean
from app.kernel.errors import Conflict, FieldError, Forbidden, NotFound, invalid_field
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to take on. `password_hash` and `pin_hash` are those of `sealed_password` and `sealed_pin`."""

    login: str
    name: str
    language: str = "zh"
    active: bool = True
    grants: Sequence[GrantRow] = ()
    password_hash: str | None = None
    pin_hash: str | None = None


@dataclass(frozen=True, slots=True)
class PersonChanges:
    """What to change about a person; None leaves it as it is."""

    login: str | None = None
    name: str | None = None
    language: str | None = None
    active: bool | None = None
    grants: Sequence[GrantRow] | None = None


def sealed_password(password: str, login: str) -> str:
    """The hash of a password that is good enough for this login. Slow on purpose: call it outside transactions.

    Raises Invalid (too short, too easy), Unavailable (busy).
    """
    check_password(password, login)
    return hash_secret("password", password)


def sealed_pin(pin: str) -> str:
    """The hash of a PIN that is not too easy. Slow on purpose: call it outside transactions. Raises Invalid."""
    check_pin(pin)
    return hash_secret("pin", pin)


def create_person(session: Session, new: NewPerson, now: datetime) -> PersonRow:
    """Take somebody on. Who may is the caller's to check (`require_administrator`; the command line needs nobody).

    Raises Invalid (login, an unknown site), Conflict (login taken).
    """
    person = Person(
        id=new_id(),
        login=login_normal(new.login),
        name=new.name,
        language=new.language,
        active=new.active,
        password_hash=new.password_hash,
        pin_hash=new.pin_hash,
        created_at=now,
    )
    session.add(person)
    _flush_login(session, person)
    _set_grants(session, person.id, new.grants)
    record_changes(session, "person", [person.id], now)
    return person_row(session, person)


def update_person(
    session: Session, viewer: Viewer, person_id: UUID, changes: PersonChanges, now: datetime
) -> PersonRow:
    """Change a person. Who is made inactive is signed out everywhere.

    Raises Forbidden (not an administrator of all sites), NotFound, Invalid, Conflict (login taken, last administrator).
    """
    require_administrator(viewer)
    before = lock_administrators(session)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("not_found", "There is no such person here.")
    change_person(session, person, changes, now)
    keep_an_administrator(session, before)
    return person_row(session, person)


def change_person(session: Session, person: Person, changes: PersonChanges, now: datetime) -> None:
    """Make the changes. Who may, and that an administrator is left, is the caller's to check.

    Raises Invalid (login, an unknown site), Conflict (login taken).
    """
    if changes.login is not None:
        person.login = login_normal(changes.login)
    person.name = person.name if changes.name is None else changes.name
    person.language = person.language if changes.language is None else changes.language
    person.active = person.active if changes.active is None else changes.active
    _flush_login(session, person)
    if changes.grants is not None:
        _set_grants(session, person.id, changes.grants)
    if not person.active:
        end_sessions(session, now, person_id=person.id)
    record_changes(session, "person", [person.id], now)


def require_administrator(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer is an administrator of all sites: only they look after people."""
    viewer.require("administrator", None)


def login_to_reset(session: Session, viewer: Viewer, person_id: UUID) -> str:
    """The login of a person whose password the viewer may set: anybody's for an administrator, else one's own.

    Raises NotFound, Forbidden.
    """
    person = session.get(Person, person_id)
    if person_id != viewer.person_id:
        require_administrator(viewer)
    if person is None:
        raise NotFound("not_found", "There is no such person here.")
    return person.login


def set_password(session: Session, viewer: Viewer, person_id: UUID, password_hash: str, now: datetime) -> None:
    """Set a password; the person's sessions end everywhere, this one included. Raises NotFound, Forbidden."""
    login_to_reset(session, viewer, person_id)
    person = session.get_one(Person, person_id)
    person.password_hash = password_hash
    session.flush()
    reset_password_locks(session, person.login)
    end_sessions(session, now, person_id=person_id)


def may_set_pin(session: Session, viewer: Viewer, person_id: UUID) -> Person:
    """The person, when the viewer may set their PIN: a supervisor, and nobody's PIN opens more than the viewer may.

    (Whoever sets a PIN knows it, and could sign in with it.) Raises NotFound, Forbidden.
    """
    person = visible_person(session, viewer, person_id)
    grants = grants_of(session, [person_id]).get(person_id, [])
    if not all(viewer.may(grant.role, grant.site_id) for grant in grants):
        raise Forbidden("forbidden", "This person may do more than you; ask an administrator to set the PIN.")
    return person


def set_pin(session: Session, viewer: Viewer, person_id: UUID, pin_hash: str, now: datetime) -> None:
    """Set a PIN and open it again on every device; sessions opened with the old one end. Raises NotFound, Forbidden."""
    person = may_set_pin(session, viewer, person_id)
    person.pin_hash = pin_hash
    session.flush()
    reset_pin_locks(session, person_id)
    end_sessions(session, now, person_id=person_id, method="pin")
    record_changes(session, "person", [person_id], now)


def lock_administrators(session: Session) -> set[UUID]:
    """Who administers everything now, locked until the end of the transaction: two cannot remove each other."""
    session.scalars(administrators().with_for_update()).all()
    return set(session.scalars(administrators()))  # asked again: the lock may have waited for a change


def keep_an_administrator(session: Session, before: set[UUID]) -> None:
    """Raise Conflict when nobody of them, or of those with a password, would administer everything any more."""
    session.flush()
    after = set(session.scalars(administrators()))
    able = select(Person.id).where(Person.password_hash.is_not(None))
    able_before = set(session.scalars(able.where(Person.id.in_(before))))
    able_after = set(session.scalars(able.where(Person.id.in_(after))))
    if (before and not after) or (able_before and not able_after):
        raise Conflict(
            "last_administrator", "Nobody could administer Pandian any more; make somebody else administrator first."
        )


def _set_grants(session: Session, person_id: UUID, grants: Sequence[GrantRow]) -> None:
    wanted = highest_roles((grant.site_id, grant.role) for grant in grants)
    sites = {site_id for site_id in wanted if site_id is not None}
    unknown = sites - set(site_codes(session, sites))
    if unknown:
        raise invalid_field("grants", "unknown_site", "There is no such site.", site_ids=sorted(map(str, unknown)))
    session.execute(delete(Grant).where(Grant.person_id == person_id))
    session.add_all(Grant(id=new_id(), person_id=person_id, site_id=site, role=role) for site, role in wanted.items())
    session.flush()


def _flush_login(session: Session, person: Person) -> None:
    taken = Conflict(
        "login_taken",
        f"The login {person.login} is somebody else's.",
        errors=[FieldError("login", "login_taken", "This login is taken.")],
    )
    with session.no_autoflush:
        others = select(Person.id).where(Person.login == person.login, Person.id != person.id)
        if session.scalar(others) is not None:
            raise taken
    with duplicates_mean(taken):
        session.flush()
