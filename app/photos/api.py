"""HTTP of photos: sending one, looking at it, and reading the codes in a picture."""

from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from app.kernel.access import current_viewer, requires
from app.kernel.clock import from_ms, now
from app.kernel.http import CONTENT_SECURITY_POLICY, Blueprint
from app.kernel.paging import Page, offset_of
from app.kernel.transaction import reading, transact
from app.photos import queries, service
from app.photos.pictures import codes_in, make_picture, sent_hash_of, too_many_bytes
from app.photos.queries import PhotoFacts
from app.photos.schemas import PICTURE, PICTURE_BODY, CodesAnswer, KeptPhoto, PhotoPage, PhotoQuery, PhotosQuery
from scanner.worker_limits import BYTES_MAX

blueprint = Blueprint("photos", __name__, url_prefix="/api/v1", description="Photos, and the codes in pictures")
TOO_LARGE = "picture_too_large, with limit and unit: bytes, pixels, or pixels on a side"
UNREADABLE = "picture_empty, picture_damaged, picture_undecodable: sending it again is no use"
BUSY = "pictures_busy, pictures_unavailable: try again after Retry-After"


@blueprint.route("/photos/<uuid:photo_id>", methods=["PUT"])
@blueprint.arguments(PhotoQuery, location="query")
@blueprint.doc(requestBody=PICTURE_BODY)
@blueprint.response(201, KeptPhoto)
@blueprint.alt_response(200, schema=KeptPhoto, description="it had come before")
@blueprint.alt_response(404, description="the photo or its record is of a site that is not yours")
@blueprint.alt_response(409, description="photo_id_taken: another picture came under this id")
@blueprint.alt_response(413, description=TOO_LARGE)
@blueprint.alt_response(415, description="picture_unknown: neither JPEG nor PNG nor WebP")
@blueprint.alt_response(422, description=UNREADABLE)
@blueprint.alt_response(503, description=BUSY)
@requires("counter")
def put_photo(query: dict[str, Any], photo_id: UUID) -> tuple[PhotoFacts, int]:
    """Keep a photo under the id its device gave it. It may come before its record, and twice."""
    taken_at = from_ms(query.pop("taken_at_ms"))
    viewer, command = current_viewer(), service.NewPhoto(id=photo_id, taken_at=taken_at, **query)
    with reading() as session:
        service.admit(session, viewer, command)
    data = _picture_body()
    with reading() as session:
        if service.came_before(session, viewer, photo_id, sent_hash_of(data)):
            return queries.photo_facts(session, photo_id), 200
    picture, moment = make_picture(data), now()

    def work(session: Session) -> PhotoFacts:
        service.keep(session, viewer, command, picture, moment)
        return queries.photo_facts(session, photo_id)

    return transact(work), 201


@blueprint.route("/photos/<uuid:photo_id>", methods=["GET"])
@blueprint.alt_response(200, **PICTURE, content_type="image/jpeg", description="the picture")
@requires("counter")
def get_photo(photo_id: UUID) -> Response:
    """The picture itself; a page shows it, and opened by itself it is a file to keep."""
    with reading() as session:
        jpeg = queries.jpeg_of(session, current_viewer(), photo_id)
    headers = {
        "Content-Disposition": f'attachment; filename="photo-{photo_id}.jpg"',
        "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; sandbox",
    }
    return Response(jpeg, content_type="image/jpeg", headers=headers)


@blueprint.route("/photos", methods=["GET"])
@blueprint.arguments(PhotosQuery, location="query")
@blueprint.response(200, PhotoPage)
@requires("counter")
def list_photos(query: dict[str, Any]) -> Page[PhotoFacts]:
    """The photos of a stocktake or receipt."""
    offset = offset_of(query["after"])
    with reading() as session:
        return queries.photos_page(session, current_viewer(), query["document_id"], limit=query["limit"], offset=offset)


@blueprint.route("/decode", methods=["POST"])
@blueprint.doc(requestBody=PICTURE_BODY)
@blueprint.response(200, CodesAnswer)
@blueprint.alt_response(413, description=TOO_LARGE)
@blueprint.alt_response(415, description="picture_unknown: neither JPEG nor PNG nor WebP")
@blueprint.alt_response(422, description=UNREADABLE)
@blueprint.alt_response(503, description=BUSY)
@requires("counter")
def decode() -> dict[str, Any]:
    """Read the codes in a picture, which is not kept."""
    return {"codes": codes_in(_picture_body())}


def _picture_body() -> bytes:
    """The body, never more of it than a picture may have. Raises TooLarge."""
    if (request.content_length or 0) > BYTES_MAX:
        raise too_many_bytes()
    request.max_content_length = BYTES_MAX + 1  # a body that does not tell its length is cut off there, in silence
    data = request.get_data(cache=False)
    if len(data) > BYTES_MAX:
        raise too_many_bytes()
    return data
