"""People by file, known by their login: all mistakes at once, all rows or none. Secrets never travel in it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries.people import PersonRow, all_people, people_ids_found, site_codes
from app.accounts.service.people import (
    NewPerson,
    PersonChanges,
    change_person,
    create_person,
    keep_an_administrator,
    lock_administrators,
    require_administrator,
)
from app.accounts.service.people_plan import ALL_SITES, COLUMNS, WantedPerson, plan_people
from app.kernel.access import Viewer
from app.kernel.table import ImportReport, read_table
from app.kernel.table_cells import yes_or_no
from app.kernel.table_out import Form, write_table, write_template
from app.kernel.table_words import Words

_TITLE = Words("人员", "People")


def people_template(form: Form) -> bytes:
    """A file to fill in: one row a person and role."""
    more: list[dict[str, str | Words]] = [
        {"login": "li.na", "role": "supervisor", "sites": "S3"},
        {"login": "wang", "name": "王强", "role": "manager", "sites": ALL_SITES},
    ]
    return write_template(COLUMNS, form, more, _TITLE.of(form.language))


def export_people(
    session: Session, viewer: Viewer, form: Form, *, site_id: UUID | None = None, search: str = ""
) -> bytes:
    """Everybody, or those the list finds, by login; importing it again changes nothing. Raises Forbidden, NotFound."""
    require_administrator(viewer)
    wanted = people_ids_found(session, viewer, site_id, search)
    codes = site_codes(session)
    rows: list[Sequence[object]] = []
    for person in (one for one in all_people(session) if one.id in wanted):
        by_role: dict[str, list[str]] = {}
        for grant in person.grants:
            by_role.setdefault(grant.role, []).append(codes[grant.site_id] if grant.site_id else ALL_SITES)
        roles = sorted(by_role.items()) or [("", [])]
        for role, sites in roles:
            shown = yes_or_no(person.active)
            rows.append((person.login, person.name, person.language, role, ";".join(sorted(sites)), shown))
    return write_table(COLUMNS, rows, form, _TITLE.of(form.language))


def import_people(session: Session, data: bytes, viewer: Viewer, now: datetime, *, dry_run: bool) -> ImportReport:
    """Take on and change people by login; empty cells leave what is there. With `dry_run` nothing is written.

    Raises Forbidden, Invalid with every mistake when not dry, and what `read_table` raises.
    """
    require_administrator(viewer)
    administrators = set() if dry_run else lock_administrators(session)
    table = read_table(data, COLUMNS)
    rows, errors = table.rows, table.errors
    known = {person.login: person for person in all_people(session)}
    sites = {code: site_id for site_id, code in site_codes(session).items()}
    plan = plan_people(rows, errors, known, sites)
    new = [person for person in plan.wanted if person.login not in known]
    changed = [person for person in plan.wanted if person.login in known and not person.is_as(known[person.login])]
    unchanged = len(plan.wanted) - len(new) - len(changed)
    report = ImportReport(len(rows), len(new), len(changed), unchanged, errors=plan.errors, places=table.places)
    if not dry_run:
        report.refuse_errors()
        _write(session, new, changed, known, now)
        keep_an_administrator(session, administrators)
        report.applied = True
    return report


def _write(
    session: Session,
    new: Sequence[WantedPerson],
    changed: Sequence[WantedPerson],
    known: dict[str, PersonRow],
    now: datetime,
) -> None:
    for person in new:
        grants = sorted(person.grants or (), key=str)
        create_person(session, NewPerson(person.login, person.name, person.language, person.active, grants), now)
    for person in changed:
        grants_wanted = None if person.grants is None else sorted(person.grants, key=str)
        changes = PersonChanges(None, person.name, person.language, person.active, grants_wanted)
        change_person(session, session.get_one(Person, known[person.login].id), changes, now)
