"""HTTP of enrolling and revoking devices. The list is the device log's, which knows how far each has come."""

from typing import Any
from uuid import UUID

import segno
import structlog
from flask import Response, after_this_request, request

from app.accounts import service
from app.accounts.api.blueprint import blueprint
from app.accounts.cookies import require_secure, set_cookie
from app.accounts.queries import DeviceRow
from app.accounts.rules import DEVICE_COOKIE_LIFETIME, code_shown
from app.accounts.schemas import DeviceAnswer, EnrolledAnswer, EnrolmentAnswer, EnrolmentShape, InstallationShape
from app.kernel.access import current_viewer, public, requires
from app.kernel.clock import now
from app.kernel.transaction import transact

log = structlog.get_logger()


@blueprint.route("/enrolments", methods=["POST"])
@blueprint.arguments(EnrolmentShape)
@blueprint.response(201, EnrolmentAnswer)
@blueprint.alt_response(404, description="the site is not yours")
@requires("supervisor")
def create_enrolment(body: dict[str, Any]) -> dict[str, Any]:
    """Make a code with which one device joins a site within ten minutes."""
    label = _one_line(body["label"])
    made = transact(lambda session: service.create_enrolment(session, current_viewer(), body["site_id"], label, now()))
    code = code_shown(made.code)
    url = f"{request.host_url}#/enrol?code={code}"
    picture = segno.make(url, error="m", micro=False).svg_data_uri(scale=6, border=4)
    return {"id": made.id, "code": code, "expires_at": made.expires_at, "url": url, "qr": picture}


@blueprint.route("/devices", methods=["POST"])
@blueprint.arguments(InstallationShape)
@blueprint.response(201, EnrolledAnswer)
@blueprint.alt_response(403, description="enrolment_invalid, https_required")
@blueprint.alt_response(409, description="installation_known")
@blueprint.alt_response(429, description="too_many_attempts")
@public
def enrol_device(body: dict[str, Any]) -> dict[str, Any]:
    """Enrol this installation with a code; the cookie set makes it a device. Again with the same key: the same one."""
    require_secure()
    address = request.remote_addr or ""
    transact(lambda session: service.count_enrolment_try(session, address, now()))
    installation = service.Installation(
        body["code"], body["installation_id"], body["public_key"], _one_line(body["label"])
    )
    enrolled = transact(lambda session: service.enrol_device(session, installation, address, now()))

    log.info("device_enrolled", device_id=str(enrolled.device.id), site_id=str(enrolled.device.site_id))

    @after_this_request
    def remember(response: Response) -> Response:
        set_cookie(response, "device", enrolled.token, DEVICE_COOKIE_LIFETIME)
        return response

    return {"device": enrolled.device}


@blueprint.route("/devices/<uuid:device_id>/revoke", methods=["POST"])
@blueprint.response(200, DeviceAnswer)
@blueprint.alt_response(404, description="no such device at your sites")
@requires("supervisor")
def revoke_device(device_id: UUID) -> DeviceRow:
    """Shut a device out at once. What it still sends is held."""
    revoked = transact(lambda session: service.revoke_device(session, current_viewer(), device_id, now()))
    log.info("device_revoked", device_id=str(device_id), by=str(current_viewer().person_id))
    return revoked


def _one_line(label: str) -> str:
    return " ".join(label.split())
