"""HTTP of people: who they are, what they may do where, their PINs and passwords."""

from typing import Any
from uuid import UUID

import structlog
from flask import Response, request

from app.accounts import queries, service
from app.accounts.api.blueprint import blueprint
from app.accounts.queries import PersonRow
from app.accounts.schemas import (
    NewPersonShape,
    PasswordShape,
    PeopleAnswer,
    PeopleFileQuery,
    PeopleQuery,
    PersonAnswer,
    PersonChangesShape,
    PinShape,
)
from app.kernel.access import current_viewer, requires
from app.kernel.clock import now
from app.kernel.paging import Page, offset_of, page
from app.kernel.table import ImportReport
from app.kernel.table_http import (
    IMPORT_BODY,
    UNREADABLE,
    WRONG,
    FileQuery,
    ImportAnswer,
    ImportQuery,
    file_answer,
    file_body,
    form_of,
    gives_file,
)
from app.kernel.transaction import reading, transact

log = structlog.get_logger()


@blueprint.route("/people", methods=["GET"])
@blueprint.arguments(PeopleQuery, location="query")
@blueprint.response(200, PeopleAnswer)
@requires("supervisor")
def list_people(query: dict[str, Any]) -> Page[PersonRow]:
    """The people at the sites you supervise."""
    offset = offset_of(query["after"])
    with reading() as session:
        rows, total = queries.people(
            session,
            current_viewer(),
            site_id=query["site_id"],
            search=query["search"],
            limit=query["limit"],
            offset=offset,
        )
    return page(rows, total=total, offset=offset)


@blueprint.route("/people", methods=["POST"])
@blueprint.arguments(NewPersonShape)
@blueprint.response(201, PersonAnswer)
@blueprint.alt_response(409, description="login_taken")
@requires("administrator")
def create_person(body: dict[str, Any]) -> PersonRow:
    """Take somebody on (administrators of all sites)."""
    service.require_administrator(current_viewer())
    password, pin = body.pop("password", None), body.pop("pin", None)
    new = service.NewPerson(
        **{**body, "grants": _grants(body) or ()},
        password_hash=None if password is None else service.sealed_password(password, body["login"]),
        pin_hash=None if pin is None else service.sealed_pin(pin),
    )
    made = transact(lambda session: service.create_person(session, new, now()))
    log.info("person_created", person_id=str(made.id), by=str(current_viewer().person_id))
    return made


@blueprint.route("/people/<uuid:person_id>", methods=["PATCH"])
@blueprint.arguments(PersonChangesShape)
@blueprint.response(200, PersonAnswer)
@blueprint.alt_response(404, description="no such person")
@blueprint.alt_response(409, description="login_taken, last_administrator")
@requires("administrator")
def update_person(body: dict[str, Any], person_id: UUID) -> PersonRow:
    """Change a person (administrators of all sites). Who is made inactive is signed out."""
    changes = service.PersonChanges(**{**body, "grants": _grants(body)})
    person = transact(lambda session: service.update_person(session, current_viewer(), person_id, changes, now()))
    log.info("person_changed", person_id=str(person_id), fields=sorted(body), by=str(current_viewer().person_id))
    return person


@blueprint.route("/people/<uuid:person_id>/password", methods=["PUT"])
@blueprint.arguments(PasswordShape)
@blueprint.response(204)
@blueprint.alt_response(403, description="current_password_wrong")
@blueprint.alt_response(404, description="no such person")
@blueprint.alt_response(429, description="too_many_attempts")
@requires("counter")
def set_password(body: dict[str, Any], person_id: UUID) -> None:
    """Set a password: one's own with the present one, anybody's as administrator. Ends the person's sessions."""
    viewer = current_viewer()
    with reading() as session:
        login = service.login_to_reset(session, viewer, person_id)
    if person_id == viewer.person_id:
        address = request.remote_addr or ""
        challenge = transact(lambda session: service.challenge_password(session, viewer, login, address, now()))
        service.confirm_password(challenge, body.get("current_password", ""))
    password_hash = service.sealed_password(body["password"], login)
    transact(lambda session: service.set_password(session, viewer, person_id, password_hash, now()))
    log.info("password_set", person_id=str(person_id), by=str(viewer.person_id))


@blueprint.route("/people/<uuid:person_id>/pin", methods=["PUT"])
@blueprint.arguments(PinShape)
@blueprint.response(204)
@blueprint.alt_response(404, description="no such person at your sites")
@requires("supervisor")
def set_pin(body: dict[str, Any], person_id: UUID) -> None:
    """Set a PIN; one that was disabled by wrong tries works again on every device."""
    viewer = current_viewer()
    with reading() as session:
        service.may_set_pin(session, viewer, person_id)
    pin_hash = service.sealed_pin(body["pin"])
    transact(lambda session: service.set_pin(session, viewer, person_id, pin_hash, now()))
    log.info("pin_set", person_id=str(person_id), by=str(viewer.person_id))


@blueprint.route("/people/import", methods=["POST"])
@blueprint.arguments(ImportQuery, location="query")
@blueprint.doc(requestBody=IMPORT_BODY)
@blueprint.response(200, ImportAnswer)
@blueprint.alt_response(400, description=UNREADABLE)
@blueprint.alt_response(422, description=WRONG)
@requires("administrator")
def import_people(query: dict[str, Any]) -> ImportReport:
    """People by file, known by their login: all rows or none. PINs and passwords are set one by one."""
    data, viewer, moment = file_body(), current_viewer(), now()
    if query["dry_run"]:
        with reading() as session:
            return service.import_people(session, data, viewer, moment, dry_run=True)
    done = transact(lambda session: service.import_people(session, data, viewer, moment, dry_run=False))
    log.info("people_imported", created=done.created, updated=done.updated, by=str(viewer.person_id))
    return done


@blueprint.route("/people/template", methods=["GET"])
@blueprint.arguments(FileQuery, location="query")
@gives_file(blueprint)
@requires("administrator")
def people_template(query: dict[str, Any]) -> Response:
    """A file to fill in, with examples."""
    form = form_of(query)
    return file_answer(service.people_template(form), "people-template", form)


@blueprint.route("/people/export", methods=["GET"])
@blueprint.arguments(PeopleFileQuery, location="query")
@gives_file(blueprint)
@requires("administrator")
def export_people(query: dict[str, Any]) -> Response:
    """Everybody, or those found, and what they may do where, in the form the import takes."""
    form = form_of(query)
    with reading() as session:
        return file_answer(service.export_people(session, current_viewer(), form, **query), "people", form)


def _grants(body: dict[str, Any]) -> list[service.GrantRow] | None:
    if "grants" not in body:
        return None
    return [service.GrantRow(grant["site_id"], grant["role"]) for grant in body["grants"]]
