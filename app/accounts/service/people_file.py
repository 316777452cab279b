"""People by file, known by their login: all mistakes at once, all rows or none. Secrets never travel in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries.people import PersonRow, all_people, site_codes
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
from app.kernel.csv_cells import yes_or_no
from app.kernel.csv_table import ImportReport, read_all_rows, template_csv, write_csv


def people_template() -> bytes:
    """A file to fill in: one row a person and role."""
    more = [
        {"login": "li.na", "role": "supervisor", "sites": "S3"},
        {"login": "wang", "name": "王强", "role": "manager", "sites": ALL_SITES},
    ]
    return template_csv(COLUMNS, more)


def export_people(session: Session, viewer: Viewer) -> bytes:
    """Everybody, by login; importing it again changes nothing. Raises Forbidden."""
    require_administrator(viewer)
    codes = site_codes(session)
    rows: list[Sequence[object]] = []
    for person in all_people(session):
        by_role: dict[str, list[str]] = {}
        for grant in person.grants:
            by_role.setdefault(grant.role, []).append(codes[grant.site_id] if grant.site_id else ALL_SITES)
        roles = sorted(by_role.items()) or [("", [])]
        for role, sites in roles:
            shown = yes_or_no(person.active)
            rows.append((person.login, person.name, person.language, role, ";".join(sorted(sites)), shown))
    return write_csv([column.name for column in COLUMNS], rows)


def import_people(session: Session, data: bytes, viewer: Viewer, now: datetime, *, dry_run: bool) -> ImportReport:
    """Take on and change people by login; empty cells leave what is there. With `dry_run` nothing is written.

    Raises Forbidden, Invalid with every mistake when not dry, and what `read_all_rows` raises.
    """
    require_administrator(viewer)
    administrators = set() if dry_run else lock_administrators(session)
    rows, errors = read_all_rows(data, COLUMNS)
    known = {person.login: person for person in all_people(session)}
    sites = {code: site_id for site_id, code in site_codes(session).items()}
    plan = plan_people(rows, errors, known, sites)
    new = [person for person in plan.wanted if person.login not in known]
    changed = [person for person in plan.wanted if person.login in known and not person.is_as(known[person.login])]
    unchanged = len(plan.wanted) - len(new) - len(changed)
    report = ImportReport(len(rows), len(new), len(changed), unchanged, errors=plan.errors)
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
