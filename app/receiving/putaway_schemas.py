"""Shapes of the call about what waits to be put away."""

from marshmallow import fields, validate

from app.kernel.http import Answer
from app.kernel.paging import PageQuery
from app.purchasing.schemas.fields import ItemBrief
from app.receiving.item_places_schemas import LocationBrief

_WHY = {"description": "fixed: its fixed bin; same_item: where most of it lies; nearest_empty: the next empty one"}


class PutawayQuery(PageQuery):
    """Of which site."""

    site_id = fields.UUID(required=True)


class SuggestionAnswer(Answer):
    """Where goods belong."""

    location = fields.Nested(LocationBrief)
    why = fields.String(validate=validate.OneOf(("fixed", "same_item", "nearest_empty")), metadata=_WHY)


class WaitingAnswer(Answer):
    """Goods that lie where they landed."""

    item = fields.Nested(ItemBrief)
    lot = fields.String(metadata={"description": "or the serial number; empty: none, or not known"})
    expires_on = fields.Date(allow_none=True)
    location = fields.Nested(LocationBrief)
    quantity = fields.Integer(metadata={"description": "smallest units; scanned, whether posted or not"})
    suggested = fields.Nested(SuggestionAnswer, allow_none=True)


class PutawayPage(Answer):
    """A page of what waits, in walking order."""

    rows = fields.List(fields.Nested(WaitingAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
