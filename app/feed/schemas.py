"""Shapes of the feed's calls."""

from marshmallow import fields, validate

from app.feed.rules import BEGINNING, PAGE_LIMIT
from app.kernel.http import Answer, Shape


class ChangesQuery(Shape):
    """Where to go on."""

    cursor = fields.String(
        load_default=BEGINNING,
        validate=validate.Length(max=64),
        metadata={"description": "`next` of the page before, EPOCH:NUMBER; 0 to begin"},
    )
    limit = fields.Integer(
        load_default=PAGE_LIMIT, validate=validate.Range(1, PAGE_LIMIT), metadata={"description": "changes a page"}
    )


class FeedRowAnswer(Answer):
    """One thing as it is now."""

    entity = fields.String(metadata={"description": "site, location, item, person, stocktake, place, held_record"})
    id = fields.String()
    op = fields.String(validate=validate.OneOf(["U", "D"]), metadata={"description": "U: it is so; D: it is gone"})
    body = fields.Dict(allow_none=True, metadata={"description": "null where op is D"})


class ChangesAnswer(Answer):
    """A page of the feed. Keep the rows and `next` in one local transaction."""

    epoch = fields.String()
    next = fields.String(metadata={"description": "the cursor after this page"})
    head = fields.Integer(metadata={"description": "the newest number there is"})
    rows = fields.List(fields.Nested(FeedRowAnswer))
    more = fields.Boolean(metadata={"description": "whether to ask again at once"})
