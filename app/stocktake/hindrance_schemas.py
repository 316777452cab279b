"""The shapes of what hinders a count: overlaps, unknown codes, devices that still hold records."""

from marshmallow import fields, validate

from app.kernel.fields import BarcodeText, Moment, Whole
from app.kernel.http import Answer, Shape
from app.stocktake.plan_schemas import SheetAnswer
from app.stocktake.rules import OVERLAP_DECISIONS


class SheetQuantity(Answer):
    """What a sheet says of an item."""

    sheet_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True, metadata={"description": "smallest units"})


class OverlapItem(Answer):
    """An item and lot of an overlap, side by side. A sheet that has no entry did not count it."""

    item_id = fields.UUID(required=True)
    sku = fields.String(required=True)
    item_name = fields.String(required=True)
    lot = fields.String(required=True)
    unit_scale = fields.Integer(required=True)
    quantities = fields.List(fields.Nested(SheetQuantity), required=True)


class Overlap(Answer):
    """A place and round that was counted on sheets which do not go on from each other."""

    location_id = fields.UUID(required=True)
    location_code = fields.String(required=True)
    location_name = fields.String(required=True)
    round = fields.Integer(required=True)
    sheets = fields.List(fields.Nested(SheetAnswer), required=True)
    items = fields.List(fields.Nested(OverlapItem), required=True)


class OverlapList(Answer):
    """The overlaps to decide."""

    rows = fields.List(fields.Nested(Overlap), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class OverlapBody(Shape):
    """What the sheets of a place are to each other."""

    location_id = fields.UUID(required=True)
    round = Whole(1, 1000, required=True)
    decision = fields.String(
        required=True,
        validate=validate.OneOf(OVERLAP_DECISIONS),
        metadata={
            "description": "sum: shared work; use: the sheet named (and those it goes on from) alone; "
            "handover: each sheet went on where the one before it stopped"
        },
    )
    sheet_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "the sheet to use"})
    sheet_ids = fields.List(
        fields.UUID(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={"description": "the sheets that were shown; 409 when another has come since"},
    )


class OverlapDecided(Answer):
    """What a decision on an overlap did."""

    counting = fields.Integer(required=True, metadata={"description": "sheets that count now"})


class Neighbour(Answer):
    """The item scanned just before an unknown code: what stands beside it on the shelf."""

    item_id = fields.UUID(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    at = Moment(required=True)


class UnknownCode(Answer):
    """A code that meant nothing when it was scanned, and does not yet."""

    code = fields.String(required=True, metadata={"description": "its normal form; bind this"})
    as_scanned = fields.String(required=True)
    scans = fields.Integer(required=True)
    pieces = fields.Integer(required=True)
    first_at = Moment(required=True)
    last_at = Moment(required=True)
    places = fields.List(fields.String(), required=True)
    persons = fields.List(fields.String(), required=True)
    beside = fields.Nested(Neighbour, required=True, allow_none=True)


class UnknownCodePage(Answer):
    """A page of unknown codes, the most pieces first."""

    rows = fields.List(fields.Nested(UnknownCode), required=True)
    total = fields.Integer(required=True)
    next = fields.String(required=True, allow_none=True)


class BindBody(Shape):
    """What an unknown code means."""

    code = BarcodeText(required=True)
    item_id = fields.UUID(required=True)
    pack_factor = Whole(1, 1_000_000, load_default=1, metadata={"description": "base units a code stands for"})


class BindAnswer(Answer):
    """What binding a code did."""

    sheets = fields.Integer(required=True, metadata={"description": "sheets credited, in all that is open"})
