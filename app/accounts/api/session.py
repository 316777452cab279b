"""HTTP of signing in and out."""

from typing import Any

import structlog
from flask import Response, after_this_request, request

from app.accounts import queries, service
from app.accounts.api.blueprint import blueprint
from app.accounts.cookies import clear_cookie, cookie_name, cookies_possible, require_secure, set_cookie
from app.accounts.rules import SESSION_LIFETIME
from app.accounts.schemas import DevicePeople, PasswordSignIn, PinSignIn, SessionAnswer
from app.kernel.access import Viewer, current_viewer, public, requires_device
from app.kernel.clock import now, to_ms
from app.kernel.transaction import reading, transact
from app.settings import VERSION

log = structlog.get_logger()


@blueprint.route("/session", methods=["GET"])
@blueprint.response(200, SessionAnswer)
@public
def show_session() -> dict[str, Any]:
    """Who is signed in here, and on which device."""
    return _card(current_viewer())


@blueprint.route("/session/password", methods=["POST"])
@blueprint.arguments(PasswordSignIn)
@blueprint.response(200, SessionAnswer)
@blueprint.alt_response(401, description="bad_credentials")
@blueprint.alt_response(403, description="https_required")
@blueprint.alt_response(429, description="too_many_attempts")
@public
def sign_in_with_password(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in at the desk."""
    require_secure()
    viewer, address = current_viewer(), request.remote_addr or ""
    challenge = transact(lambda session: service.challenge_password(session, viewer, body["login"], address, now()))
    return _sign_in(service.answer(challenge, body["password"]))


@blueprint.route("/session/pin", methods=["POST"])
@blueprint.arguments(PinSignIn)
@blueprint.response(200, SessionAnswer)
@blueprint.alt_response(401, description="bad_credentials, device_unknown")
@blueprint.alt_response(403, description="pin_disabled, https_required")
@blueprint.alt_response(429, description="too_many_attempts")
@public
def sign_in_with_pin(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in on an enrolled device."""
    require_secure()
    viewer = current_viewer()
    challenge = transact(lambda session: service.challenge_pin(session, viewer, body["person_id"], now()))
    return _sign_in(service.answer(challenge, body["pin"]))


@blueprint.route("/session", methods=["DELETE"])
@blueprint.response(204)
@public
def sign_out() -> None:
    """End the person's session here. The device stays enrolled, its outbox its own."""
    viewer = current_viewer()
    if viewer.session_id is not None:
        transact(lambda session: service.close_session(session, viewer, now()))
        log.info("signed_out", person_id=str(viewer.person_id), device_id=str(viewer.device_id))

    @after_this_request
    def forget(response: Response) -> Response:
        clear_cookie(response, "session")
        return response


@blueprint.route("/device/people", methods=["GET"])
@blueprint.response(200, DevicePeople)
@blueprint.alt_response(401, description="device_unknown, device_revoked")
@requires_device
def list_people_of_device() -> dict[str, Any]:
    """Who may sign in on this device: the people of its site."""
    with reading() as session:
        return {"rows": queries.people_on_device(session, current_viewer())}


def _sign_in(answered: service.Answered) -> dict[str, Any]:
    viewer = current_viewer()
    token = transact(lambda session: service.open_session(session, answered, viewer, now()))
    challenge = answered.challenge
    log.info("signed_in", person_id=str(answered.person_id), device_id=str(challenge.device_id), method=challenge.kind)

    @after_this_request
    def remember(response: Response) -> Response:
        set_cookie(response, "session", token, SESSION_LIFETIME)
        return response

    with reading() as session:
        return _card(queries.viewer_of(session, token, request.cookies.get(cookie_name("device")), now()))


def _card(viewer: Viewer) -> dict[str, Any]:
    with reading() as session:
        card = queries.session_card(session, viewer)
    return {
        "person": card.person,
        "device": card.device,
        "grants": card.grants,
        "secure": cookies_possible(),
        "version": VERSION,
        "server_ms": to_ms(now()),
    }
