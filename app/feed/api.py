"""HTTP of feed."""

from typing import Any
from uuid import UUID

from flask import Response, request

from app.feed import service, snapshots
from app.feed.rules import Manifest
from app.feed.schemas import PAGE, ChangesAnswer, ChangesQuery, ManifestAnswer
from app.feed.snapshot_run import manifest_for
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


@blueprint.route("/sync/snapshot/<dataset>", methods=["GET"])
@blueprint.response(200, ManifestAnswer)
@blueprint.alt_response(401, description="device_unknown")
@blueprint.alt_response(403, description="device_revoked")
@blueprint.alt_response(404, description="there is no such dataset")
@blueprint.alt_response(503, description="snapshot_being_made: ask again after Retry-After")
@requires_device
def snapshot(dataset: str) -> Manifest:
    """What a new device begins with, instead of reading the whole feed: `site` first, then `company`.

    Take all pages of both, then follow the feed from the lower of the two cursors.
    """
    return manifest_for(current_viewer(), dataset)


@blueprint.route("/sync/snapshot/<dataset>/<uuid:snapshot_id>/<int:page>", methods=["GET"])
@blueprint.alt_response(200, **PAGE, description="a row a line: entity, body, and id where the body has none")
@blueprint.alt_response(206, **PAGE, description="the asked range of the compressed bytes")
@blueprint.alt_response(304, description="the page that If-None-Match names")
@blueprint.alt_response(401, description="device_unknown")
@blueprint.alt_response(403, description="device_revoked")
@blueprint.alt_response(404, description="another site's, or replaced: ask for the manifest again")
@blueprint.alt_response(416, description="the range lies outside the page")
@requires_device
def snapshot_page(dataset: str, snapshot_id: UUID, page: int) -> Response:
    """A page of a snapshot: NDJSON, always gzip (Content-Encoding). Range counts in compressed bytes."""
    with reading() as session:
        stored = snapshots.page(session, current_viewer(), dataset, snapshot_id, page)
    response = Response(stored.content, content_type="application/x-ndjson")
    response.headers["Content-Encoding"] = "gzip"
    # For this device alone: another one, or none, must not find it in a cache.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Vary"] = "Cookie"
    response.set_etag(stored.sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=len(stored.content))
    return response
