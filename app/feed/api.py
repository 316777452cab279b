"""HTTP of feed."""

from typing import Any

from flask import Response

from app.feed import service
from app.feed.schemas import ChangesAnswer, ChangesQuery
from app.kernel.access import current_viewer, requires_device
from app.kernel.clock import now
from app.kernel.http import Blueprint
from app.kernel.json import dumps
from app.kernel.transaction import reading, transact

blueprint = Blueprint("feed", __name__, url_prefix="/api/v1")


@blueprint.route("/sync/changes", methods=["GET"])
@blueprint.arguments(ChangesQuery, location="query")
@blueprint.alt_response(200, schema=ChangesAnswer, description="The next page, each thing once, as it is now")
@blueprint.alt_response(400, description="malformed_cursor")
@blueprint.alt_response(401, description="device_unknown")
@blueprint.alt_response(403, description="device_revoked: it gets nothing, but may still push")
@blueprint.alt_response(410, description='begin_again, with action "bootstrap": begin at 0, keep the outbox')
@requires_device
def changes(query: dict[str, Any]) -> Response:
    """What changed for this device since `cursor`; bodies are read now, so that an older one never wins."""
    viewer, cursor = current_viewer(), query["cursor"]
    with reading() as session:
        behind = service.behind(session, cursor) and not viewer.device_revoked
    if behind:
        transact(lambda session: service.catch_up(session, cursor, now()))
    with reading() as session:
        page = service.pull(session, viewer, cursor, query["limit"])
    return Response(dumps(page), content_type="application/json")
