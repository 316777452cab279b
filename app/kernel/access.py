"""Who is asking, and what that lets them see: roles, site grants, and the one `scoped()` helper.

`accounts` finds out who it is and puts a Viewer on the request; every view says with a decorator whom it serves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import g
from sqlalchemy import ColumnElement, Select

from app.kernel.errors import Forbidden, NotFound, Unauthenticated
from app.kernel.roles import ROLES

__all__ = [
    "NOBODY",
    "ROLES",
    "Viewer",
    "admit",
    "current_viewer",
    "public",
    "requires",
    "requires_device",
    "scoped",
]

Params = ParamSpec("Params")
Result = TypeVar("Result")
SelectT = TypeVar("SelectT", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever asks: a signed-in person, an enrolled device, both, or nobody.

    Grants map a site (None: all sites) to a role.
    """

    person_id: UUID | None = None
    device_id: UUID | None = None
    device_site_id: UUID | None = None
    device_revoked: bool = False
    grants: Mapping[UUID | None, str] = field(default_factory=dict)
    session_id: UUID | None = None
    session_used_at: datetime | None = None  # when the session was last noted as used

    def rank_at(self, site_id: UUID | None) -> int:
        """The rank of the role at the site; -1 for none. With None: of the grants for all sites."""
        roles = [self.grants[key] for key in {site_id, None} if key in self.grants]
        return max((ROLES.index(role) for role in roles), default=-1)

    def may(self, role: str, site_id: UUID | None) -> bool:
        """Whether the role at the site is at least `role`. site_id None asks for a grant for all sites."""
        return self.rank_at(site_id) >= ROLES.index(role)

    def may_somewhere(self, role: str) -> bool:
        """Whether any grant is at least `role`."""
        return any(ROLES.index(granted) >= ROLES.index(role) for granted in self.grants.values())

    def require(self, role: str, site_id: UUID | None, what: str = "site") -> None:
        """Raise NotFound where the site is not the viewer's at all, Forbidden where the role is too low."""
        rank = self.rank_at(site_id)
        if rank < 0 and site_id is not None:
            raise NotFound("not_found", f"There is no such {what} here.")
        if rank < ROLES.index(role):
            raise Forbidden("forbidden", f"This needs the role {role} here.", role_needed=role)

    @property
    def person(self) -> UUID:
        """The signed-in person's id. Raises Unauthenticated when nobody is signed in."""
        if self.person_id is None:
            raise Unauthenticated("not_signed_in", "Sign in first.")
        return self.person_id


NOBODY = Viewer()


def current_viewer() -> Viewer:
    """The viewer of this request."""
    viewer: Viewer = g.get("viewer", NOBODY)
    return viewer


def scoped(statement: SelectT, site_column: ColumnElement[Any], viewer: Viewer, role: str = "counter") -> SelectT:
    """Narrow `statement` to the sites where the viewer has at least `role`: every list and look-up goes through it."""
    if viewer.may(role, None):
        return statement
    sites = [site for site in viewer.grants if site is not None and viewer.may(role, site)]
    return statement.where(site_column.in_(sites))


def admit(serves: str, viewer: Viewer) -> None:
    """Raise Unauthenticated or Forbidden unless a view that serves `serves` (public, device, a role) serves the viewer.

    A revoked device is let in, to push: the services decide what else it may.
    """
    if serves == "public":
        return
    if serves == "device":
        if viewer.device_id is None:
            raise Unauthenticated(
                "device_unknown", "This device is not enrolled; enrol it with a code from a supervisor."
            )
        return
    if viewer.person_id is None:
        raise Unauthenticated("not_signed_in", "Sign in first.")
    if not viewer.may_somewhere(serves):
        raise Forbidden("forbidden", f"This needs the role {serves}.", role_needed=serves)


def requires(role: str) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """Serve people with at least `role` somewhere; which site is the service's to check (`viewer.require`)."""

    def decorate(view: Callable[Params, Result]) -> Callable[Params, Result]:
        return _guarded(view, role)

    return decorate


def requires_device(view: Callable[Params, Result]) -> Callable[Params, Result]:
    """Serve enrolled devices, whoever holds them. A revoked one is let in to push: the service decides."""
    return _guarded(view, "device")


def public(view: Callable[Params, Result]) -> Callable[Params, Result]:
    """Serve anybody: sign-in, enrolment, health."""
    return _marked(view, "public")


def _guarded(view: Callable[Params, Result], serves: str) -> Callable[Params, Result]:
    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        admit(serves, current_viewer())
        return view(*args, **kwargs)

    return _marked(guarded, serves)


def _marked(view: Callable[Params, Result], serves: str) -> Callable[Params, Result]:
    # Read before the body of a request is, and by the test that walks the route table.
    view.serves = serves  # type: ignore[attr-defined]
    return view
