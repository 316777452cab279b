"""Shapes of the look-up."""

from marshmallow import fields, validate

from app.catalogue.schemas import ItemAnswer
from app.kernel.fields import Moment
from app.kernel.http import Answer, Shape
from app.ledger.rules import JOURNAL_KINDS
from app.lookup.rules import KINDS
from app.purchasing.schemas.fields import ItemBrief
from app.receiving.item_places_schemas import LocationBrief

_SMALLEST = {"description": "smallest units"}
_STILL = {"description": "still to come, or scanned; smallest units"}
_LOT = {"description": "or the serial number; empty: none, or not known"}
_HIDDEN = {"description": "being counted blind: what lies there is not told to whoever may be counting it"}
_ELSEWHERE = {"description": "sites the person may see"}


class LookupQuery(Shape):
    """What was scanned or typed, and where."""

    site_id = fields.UUID(required=True)
    code = fields.String(
        required=True, validate=validate.Length(1, 1024), metadata={"description": "as scanned or typed"}
    )


class LookedUpScanAnswer(Answer):
    """What the code itself says beside what it stands for."""

    pack_factor = fields.Integer(allow_none=True, metadata={"description": "base units a scan stands for"})
    lot = fields.String(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    serial = fields.String(allow_none=True)
    count = fields.Integer(allow_none=True)
    sscc = fields.String(allow_none=True)


class LookedUpPlaceAnswer(Answer):
    """A place."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    active = fields.Boolean()
    barcode = fields.String(allow_none=True)
    stock_location = fields.Nested(
        LocationBrief, allow_none=True, metadata={"description": "where its stock is kept, if not here"}
    )
    fixed_items = fields.List(fields.Nested(ItemBrief), metadata={"description": "the items that belong here"})


class LookedUpStockAnswer(Answer):
    """How much of an item and lot lies at a place."""

    item = fields.Nested(ItemBrief)
    location = fields.Nested(LocationBrief)
    lot = fields.String(metadata=_LOT)
    expires_on = fields.Date(allow_none=True)
    quantity = fields.Integer(metadata=_SMALLEST)


class LookedUpLotAnswer(Answer):
    """A lot of an item, over all places of the site."""

    item = fields.Nested(ItemBrief)
    lot = fields.String()
    expires_on = fields.Date(allow_none=True)
    quantity = fields.Integer(metadata=_SMALLEST)


class LookedUpMovementAnswer(Answer):
    """One movement, without its cost."""

    journal_id = fields.UUID()
    number = fields.Integer()
    kind = fields.String(validate=validate.OneOf(JOURNAL_KINDS))
    document = fields.String()
    occurred_at = Moment()
    date_only = fields.Boolean()
    item_id = fields.UUID()
    sku = fields.String()
    item_name = fields.String()
    unit_scale = fields.Integer()
    lot = fields.String()
    from_location_id = fields.UUID()
    from_location_code = fields.String()
    to_location_id = fields.UUID()
    to_location_code = fields.String()
    quantity = fields.Integer(metadata=_SMALLEST)
    reason_code = fields.String()
    person_name = fields.String()


class ComingAnswer(Answer):
    """What is still to come, by document; or was scanned and is not posted."""

    kind = fields.String(validate=validate.OneOf(("order", "delivery", "receipt")))
    id = fields.UUID()
    label = fields.String(metadata={"description": "PO-12, ASN-3, GRN-7"})
    item = fields.Nested(ItemBrief)
    lot = fields.String(metadata=_LOT)
    quantity = fields.Integer(metadata=_STILL)
    on = fields.Date(allow_none=True, metadata={"description": "promised or expected"})
    location = fields.Nested(LocationBrief, allow_none=True, metadata={"description": "where a receipt landed"})


class LookedUpLineAnswer(Answer):
    """A line of an order, a delivery or a receipt."""

    item = fields.Nested(ItemBrief)
    lot = fields.String(metadata=_LOT)
    expires_on = fields.Date(allow_none=True)
    quantity = fields.Integer(metadata={"description": "ordered, announced or scanned; smallest units"})
    quantity_received = fields.Integer(metadata=_SMALLEST)


class LookedUpDocumentAnswer(Answer):
    """An order, a delivery or a receipt, with its first 200 lines."""

    id = fields.UUID()
    label = fields.String()
    reference = fields.String(metadata={"description": "what others call it; of a receipt the delivery note"})
    state = fields.String()
    supplier = fields.String()
    on = fields.Date(allow_none=True)
    lines = fields.List(fields.Nested(LookedUpLineAnswer))
    lines_total = fields.Integer()


class LookedUpSiteAnswer(Answer):
    """A site by name."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()


class ElsewhereAnswer(Answer):
    """How much another site has."""

    site = fields.Nested(LookedUpSiteAnswer)
    quantity = fields.Integer(metadata=_SMALLEST)


class LookupAnswer(Answer):
    """What was scanned, and all that is known of it. What does not apply is null or empty."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    code = fields.String()
    scanned = fields.Nested(LookedUpScanAnswer, allow_none=True)
    item = fields.Nested(ItemAnswer, allow_none=True, metadata={"description": "null for a lot of several items"})
    location = fields.Nested(LookedUpPlaceAnswer, allow_none=True)
    document = fields.Nested(LookedUpDocumentAnswer, allow_none=True)
    fixed = fields.Nested(LocationBrief, allow_none=True, metadata={"description": "where the item belongs"})
    quantity = fields.Integer(allow_none=True, metadata={"description": "of the item or lot at the site"})
    stock = fields.List(fields.Nested(LookedUpStockAnswer), metadata={"description": "the first 200, in walking order"})
    stock_total = fields.Integer()
    hidden_places = fields.List(fields.String(), metadata=_HIDDEN)
    lots = fields.List(fields.Nested(LookedUpLotAnswer), metadata={"description": "what expires first before the rest"})
    movements = fields.List(fields.Nested(LookedUpMovementAnswer), metadata={"description": "the last 20"})
    expected = fields.List(fields.Nested(ComingAnswer))
    arriving = fields.List(fields.Nested(ComingAnswer), metadata={"description": "scanned, not posted yet"})
    elsewhere = fields.List(fields.Nested(ElsewhereAnswer), metadata=_ELSEWHERE)
