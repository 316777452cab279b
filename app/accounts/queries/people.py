"""Questions about people: who works where, in which role."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Grant, Person
from app.accounts.rules import highest_roles
from app.kernel.access import Viewer, scoped
from app.kernel.errors import NotFound, Unauthenticated
from app.sites.models import Site


@dataclass(frozen=True, slots=True)
class DevicePerson:
    """Somebody who may sign in on a device with a PIN."""

    id: UUID
    name: str
    has_pin: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role at a site (None: at every site)."""

    site_id: UUID | None
    role: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as those may see who look after people."""

    id: UUID
    name: str
    login: str
    language: str
    active: bool
    has_pin: bool
    has_password: bool
    grants: list[GrantRow]


def working_at(site_id: UUID) -> Select[Any]:
    """SELECT of the ids of people with a grant at the site, or at every site."""
    return select(Grant.person_id).where(or_(Grant.site_id == site_id, Grant.site_id.is_(None)))


def people_on_device(session: Session, viewer: Viewer) -> list[DevicePerson]:
    """The active people with a grant at the device's site, by name. Raises Unauthenticated for a revoked device."""
    if viewer.device_site_id is None or viewer.device_revoked:
        raise Unauthenticated("device_revoked", "This device was revoked; what it still holds can be sent.")
    rows = session.execute(
        select(Person.id, Person.name, Person.pin_hash.is_not(None).label("has_pin"))
        .where(Person.active, Person.id.in_(working_at(viewer.device_site_id)))
        .order_by(Person.name, Person.id)
    )
    return [DevicePerson(row.id, row.name, bool(row.has_pin)) for row in rows]


def people(
    session: Session, viewer: Viewer, *, site_id: UUID | None = None, search: str = "", limit: int, offset: int
) -> tuple[list[PersonRow], int]:
    """A page of the people at the sites the viewer supervises, by name, and how many there are in all.

    Raises NotFound for a `site_id` that is not the viewer's, Forbidden where the role is lower than supervisor.
    """
    statement = _listed(select(Person), viewer, site_id, search)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found_people = session.scalars(statement.order_by(Person.name, Person.id).limit(limit).offset(offset)).all()
    grants = grants_of(session, [person.id for person in found_people], viewer)
    return [_row(person, grants.get(person.id, [])) for person in found_people], total


def people_ids_found(session: Session, viewer: Viewer, site_id: UUID | None, search: str) -> set[UUID]:
    """The ids of all the people that `people` pages through. Raises NotFound, Forbidden."""
    return set(session.scalars(_listed(select(Person.id), viewer, site_id, search)))


def _listed(statement: Select[Any], viewer: Viewer, site_id: UUID | None, search: str) -> Select[Any]:
    statement = _visible(statement, viewer)
    if site_id is not None:
        viewer.require("supervisor", site_id)
        statement = statement.where(Person.id.in_(working_at(site_id)))
    if search:
        found = [func.lower(column).contains(search.lower(), autoescape=True) for column in (Person.name, Person.login)]
        statement = statement.where(or_(*found))
    return statement


def all_people(session: Session) -> list[PersonRow]:
    """Everybody with all their grants, by login."""
    found = session.scalars(select(Person).order_by(Person.login)).all()
    grants: dict[UUID, list[GrantRow]] = {}
    for row in session.execute(select(Grant.person_id, Grant.site_id, Grant.role).order_by(Grant.role)):
        grants.setdefault(row.person_id, []).append(GrantRow(row.site_id, row.role))
    return [_row(person, grants.get(person.id, [])) for person in found]


def visible_person(session: Session, viewer: Viewer, person_id: UUID) -> Person:
    """The person, for who supervises a site where the person works. Raises NotFound otherwise."""
    person: Person | None = session.scalar(_visible(select(Person).where(Person.id == person_id), viewer))
    if person is None:
        raise NotFound("not_found", "There is no such person here.")
    return person


def person_row(session: Session, person: Person, viewer: Viewer | None = None) -> PersonRow:
    """The person with the grants the viewer may see (all of them without a viewer)."""
    return _row(person, grants_of(session, [person.id], viewer).get(person.id, []))


def grants_of(
    session: Session, person_ids: Collection[UUID], viewer: Viewer | None = None
) -> dict[UUID, list[GrantRow]]:
    """Person → grants, those for all sites first; with a viewer, only at sites the viewer supervises."""
    statement = select(Grant.person_id, Grant.site_id, Grant.role).where(Grant.person_id.in_(person_ids))
    found: dict[UUID, list[GrantRow]] = {}
    for row in session.execute(statement):
        if viewer is None or row.site_id is None or viewer.may("supervisor", row.site_id):
            found.setdefault(row.person_id, []).append(GrantRow(row.site_id, row.role))
    for grants in found.values():
        grants.sort(key=lambda grant: (grant.site_id is not None, str(grant.site_id), grant.role))
    return found


def administrators() -> Select[UUID]:
    """SELECT of the ids of the active people who are administrators of all sites."""
    everything = select(Grant.person_id).where(Grant.site_id.is_(None), Grant.role == "administrator")
    return select(Person.id).where(Person.active, Person.id.in_(everything)).order_by(Person.id)


def site_codes(session: Session, site_ids: Collection[UUID] | None = None) -> Mapping[UUID, str]:
    """Site → code, of those among `site_ids` that exist (of all sites without it)."""
    statement = select(Site.id, Site.code)
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    return {row.id: row.code for row in session.execute(statement)}


def names_of(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Person → name, for lists and timelines."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}


def roles_at(session: Session, site_id: UUID, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Active person → highest role at the site, for those among `person_ids` who have one."""
    rows = session.execute(
        select(Grant.person_id, Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Person.active,
            Grant.person_id.in_(set(person_ids)),
            or_(Grant.site_id == site_id, Grant.site_id.is_(None)),
        )
    )
    return highest_roles((row.person_id, row.role) for row in rows)


def people_for_devices(session: Session, keys: Sequence[str], site_id: UUID) -> dict[str, dict[str, Any]]:
    """The feed's bodies of people for a device at the site; who does not work there has none."""
    wanted = [UUID(key) for key in keys]
    here = session.scalars(select(Person).where(Person.id.in_(wanted), Person.id.in_(working_at(site_id)))).all()
    grants = grants_of(session, [person.id for person in here])
    return {
        str(person.id): {
            "id": str(person.id),
            "name": person.name,
            "has_pin": person.pin_hash is not None,
            "active": person.active,
            "role": _role_at(site_id, grants[person.id]),
        }
        for person in here
    }


def _role_at(site_id: UUID, grants: Sequence[GrantRow]) -> str:
    return highest_roles((None, grant.role) for grant in grants if grant.site_id in {site_id, None})[None]


def _visible(statement: Select[Any], viewer: Viewer) -> Select[Any]:
    """Narrow a SELECT of people to those who work where the viewer is a supervisor."""
    if viewer.may("supervisor", None):
        return statement
    granted = scoped(select(Grant.person_id), Grant.site_id.expression, viewer, "supervisor")
    everywhere = select(Grant.person_id).where(Grant.site_id.is_(None))
    return statement.where(or_(Person.id.in_(granted), Person.id.in_(everywhere)))


def _row(person: Person, grants: list[GrantRow]) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.name,
        login=person.login,
        language=person.language,
        active=person.active,
        has_pin=person.pin_hash is not None,
        has_password=person.password_hash is not None,
        grants=grants,
    )
