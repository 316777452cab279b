"""Shapes of the calls about photos and the codes in pictures."""

from typing import Any

from marshmallow import fields, validate

from app.kernel.fields import Moment
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.photos.rules import CONTENT_TYPES, PURPOSES, TAKEN_MS_MAX

PICTURE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE_BODY: dict[str, Any] = {
    "required": True,
    "description": "a picture of at most 8 MB, 50 megapixels and 12,000 pixels a side; its first bytes say what it is",
    "content": {name: {"schema": {"type": "string", "contentMediaType": name}} for name in CONTENT_TYPES},
}
_CORNERS = {"description": "the corners, [x, y] in pixels"}


class PhotoQuery(Shape):
    """What is said of a photo when it is sent."""

    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    taken_at_ms = fields.Integer(
        required=True,
        validate=validate.Range(0, TAKEN_MS_MAX),
        metadata={"description": "the device's clock, milliseconds since 1970 UTC"},
    )
    record_id = fields.UUID(load_default=None, metadata={"description": "the record it shows; may not have come yet"})
    document_id = fields.UUID(load_default=None, metadata={"description": "the stocktake or receipt"})
    site_id = fields.UUID(load_default=None, metadata={"description": "from a desk; a device is at its own site"})


class PhotosQuery(PageQuery):
    """Of which document."""

    document_id = fields.UUID(required=True, metadata={"description": "a stocktake or receipt"})


class CodeMeaningAnswer(Answer):
    """What a code says."""

    kind = fields.String(validate=validate.OneOf(("gtin", "gs1", "sscc", "text")))
    code = fields.String(metadata={"description": "what to look up: 14 digits for a GTIN, the clean text else"})
    lot = fields.String(allow_none=True)
    expires_on = fields.String(allow_none=True, metadata={"format": "date"})
    serial = fields.String(allow_none=True)
    count = fields.Integer(allow_none=True, metadata={"description": "pieces, of a case or pallet"})
    weight_kg = fields.String(allow_none=True)
    sscc = fields.String(allow_none=True)


class CodeInPicture(Answer):
    """A code in a picture."""

    text = fields.String()
    symbology = fields.String()
    gtin = fields.String(allow_none=True, metadata={"description": "14 digits"})
    meaning = fields.Nested(CodeMeaningAnswer, allow_none=True)
    position = fields.List(fields.List(fields.Integer()), metadata=_CORNERS)
    accepted = fields.Boolean(metadata={"description": "may be booked unasked; else it needs a person's tap"})


class CodesAnswer(Answer):
    """The codes in a picture, in reading order, placed in the upright picture as it was sent."""

    codes = fields.List(fields.Nested(CodeInPicture))


class KeptPhoto(Answer):
    """A photo as it is kept: upright, at most 1600 pixels long, nothing but pixels."""

    id = fields.UUID()
    width = fields.Integer()
    height = fields.Integer()
    codes = fields.List(fields.Nested(CodeInPicture), metadata={"description": "placed in the picture as it is kept"})


class PhotoAnswer(KeptPhoto):
    """A photo of a document."""

    record_id = fields.UUID(allow_none=True)
    document_id = fields.UUID(allow_none=True)
    person_id = fields.UUID(metadata={"description": "who sent it"})
    purpose = fields.String(validate=validate.OneOf(PURPOSES))
    taken_at = Moment(metadata={"description": "by the server's clock, as far as the device's is known"})


class PhotoPage(Answer):
    """A page of photos, the oldest first."""

    rows = fields.List(fields.Nested(PhotoAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
