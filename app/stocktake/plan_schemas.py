"""The shapes of the plan's calls: stocktakes and their counting places."""

from marshmallow import fields, validate

from app.kernel.fields import Moment, Name, Note, Quantity, SearchText, Truth, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery

STATES = ("draft", "counting", "closed", "posted", "reversed", "cancelled")
PLACE_STATES = ("open", "counting", "closed")
KINDS = ("full", "zone")
_MONEY_MAX = 10**15


class _StocktakeFilter(Shape):
    """Which stocktakes."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(
        fields.String(validate=validate.OneOf(STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )


class StocktakeQuery(_StocktakeFilter, PageQuery):
    """A page of which stocktakes."""


class StocktakeFileQuery(_StocktakeFilter, FileQuery):
    """A file of which stocktakes."""


class StocktakeBody(Shape):
    """A new stocktake. A tolerance of null is the site's; a line passes only within all that are given."""

    site_id = fields.UUID(required=True)
    name = Name(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    zone_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"description": "the zones to count, for the kind zone"},
    )
    blind = Truth(required=True, metadata={"description": "counters see no book quantity"})
    tolerance_quantity = Quantity(0, load_default=None, allow_none=True, metadata={"description": "base units"})
    tolerance_percent_bp = Whole(
        0, 10_000, load_default=None, allow_none=True, metadata={"description": "basis points: 200 = 2 %"}
    )
    tolerance_value = Whole(0, _MONEY_MAX, load_default=None, allow_none=True, metadata={"description": "minor units"})


class StocktakeHeader(Answer):
    """A stocktake."""

    id = fields.UUID(required=True)
    site_id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "within the site"})
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    blind = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    tolerance_quantity = fields.Integer(required=True, allow_none=True)
    tolerance_percent_bp = fields.Integer(required=True, allow_none=True)
    tolerance_value = fields.Integer(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    closed_by = fields.UUID(required=True, allow_none=True)
    override_reason = fields.String(
        required=True, metadata={"description": "why it was closed while records were outstanding; empty: none were"}
    )
    posted_at = Moment(required=True, allow_none=True)
    reversed_at = Moment(required=True, allow_none=True)
    parts_posted = fields.Integer(required=True)


class StocktakePage(Answer):
    """A page of stocktakes, the newest first."""

    rows = fields.List(fields.Nested(StocktakeHeader), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class Zone(Answer):
    """A zone."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)


class Progress(Answer):
    """How far a stocktake is."""

    places_total = fields.Integer(required=True)
    places_open = fields.Integer(required=True)
    places_counting = fields.Integer(required=True)
    places_closed = fields.Integer(required=True)
    lines_by_state = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    lines_counted = fields.Integer(required=True)
    variance_value = fields.Integer(required=True, metadata={"description": "net, minor units"})
    variance_value_absolute = fields.Integer(required=True, metadata={"description": "gains plus losses, minor units"})
    accuracy_bp = fields.Integer(
        required=True, allow_none=True, metadata={"description": "counted lines without variance, basis points"}
    )
    devices_outstanding = fields.Integer(required=True, metadata={"description": "devices that still hold records"})
    held = fields.Integer(required=True, metadata={"description": "records that wait for a supervisor"})
    overlaps = fields.Integer(required=True, metadata={"description": "places with an overlap to decide"})
    unknown_codes = fields.Integer(required=True, metadata={"description": "codes that mean nothing yet"})


class StocktakeDetail(StocktakeHeader):
    """A stocktake and how far it is."""

    zones = fields.List(fields.Nested(Zone), required=True, metadata={"description": "covered; empty: the whole site"})
    progress = fields.Nested(Progress, required=True)


class PlaceQuery(PageQuery):
    """Which counting places."""

    state = fields.String(load_default=None, validate=validate.OneOf(PLACE_STATES))
    zone_id = fields.UUID(load_default=None)
    search = SearchText(load_default="", metadata={"description": "in code and name"})


class SheetAnswer(Answer):
    """One counter's work at a place in a round."""

    id = fields.UUID(required=True)
    round = fields.Integer(required=True)
    person_id = fields.UUID(required=True)
    person_name = fields.String(required=True)
    device_id = fields.UUID(required=True)
    device_number = fields.Integer(required=True)
    device_label = fields.String(required=True)
    continues_id = fields.UUID(required=True, allow_none=True, metadata={"description": "the sheet it goes on from"})
    disposition = fields.String(required=True, validate=validate.OneOf(("counts", "set_aside", "undecided")))
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    empty = fields.Boolean(required=True, metadata={"description": "the counter confirmed that nothing is there"})
    lines = fields.Integer(required=True, metadata={"description": "items and lots counted on it"})


class PlaceAnswer(Answer):
    """A counting place of a stocktake."""

    location_id = fields.UUID(required=True)
    location_code = fields.String(required=True)
    location_name = fields.String(required=True)
    zone_id = fields.UUID(required=True, allow_none=True)
    stock_location_id = fields.UUID(required=True, metadata={"description": "where its stock is kept"})
    round = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(PLACE_STATES))
    other_counter = fields.Boolean(required=True, metadata={"description": "the recount must be somebody else's"})
    overlap = fields.Boolean(required=True)
    opened_at = Moment(required=True, allow_none=True, metadata={"description": "first record of the present round"})
    closed_at = Moment(required=True, allow_none=True)
    counters = fields.List(fields.String(), required=True, metadata={"description": "of the present round"})
    sheets = fields.List(fields.Nested(SheetAnswer), required=True, metadata={"description": "of every round"})


class PlacePage(Answer):
    """A page of counting places in walking order."""

    rows = fields.List(fields.Nested(PlaceAnswer), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class CloseBody(Shape):
    """Ending the counting."""

    override_reason = Note(
        load_default="",
        metadata={"description": "why to close although records are outstanding or held; written down"},
    )
