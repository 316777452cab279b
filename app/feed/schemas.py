"""Shapes of the feed's calls."""

from marshmallow import fields, validate

from app.feed.rules import BEGINNING, DATASETS, PAGE_LIMIT
from app.kernel.http import Answer, Moment, Shape

PAGE = {"content_type": "application/x-ndjson", "schema": {"type": "string"}}


class ChangesQuery(Shape):
    """Where to go on."""

    cursor = fields.String(
        load_default=BEGINNING,
        validate=validate.Length(max=64),
        metadata={"description": "`next` of the page before, or `cursor` of a snapshot; 0 to begin"},
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


class SnapshotPageFacts(Answer):
    """A page of a snapshot."""

    page = fields.Integer(metadata={"description": "1, 2, …"})
    rows = fields.Integer()
    bytes = fields.Integer(metadata={"description": "as sent, compressed"})
    sha256 = fields.String(metadata={"description": "of the NDJSON text"})


class SnapshotContent(Answer):
    """What a snapshot holds of one entity.

    A row's hash is CRC-32 of the UTF-8 text entity:id:body (body: compact JSON, as it was sent, without the `passing`
    fields), mixed by murmur3's 32-bit finaliser.
    """

    entity = fields.String()
    rows = fields.Integer()
    sum = fields.String(metadata={"description": "the sum of all rows' hashes modulo 2³², eight hex digits"})
    passing = fields.List(fields.String(), metadata={"description": "fields of a body that no change tells of"})


class ManifestAnswer(Answer):
    """A snapshot. A replica at `made_at_number` or above must add up to `contents` while `is_current`."""

    id = fields.UUID()
    dataset = fields.String(validate=validate.OneOf(DATASETS))
    epoch = fields.String()
    feed_number = fields.Integer(metadata={"description": "up to there the dataset is then known"})
    cursor = fields.String(metadata={"description": "where the feed goes on"})
    made_at_number = fields.Integer()
    made_at = Moment()
    is_current = fields.Boolean(metadata={"description": "nothing of the dataset changed since it was made"})
    rows = fields.Integer()
    bytes = fields.Integer()
    contents = fields.List(fields.Nested(SnapshotContent))
    pages = fields.List(fields.Nested(SnapshotPageFacts))
