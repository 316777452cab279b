"""Shapes of the calls about expected deliveries."""

from marshmallow import fields, validate

from app.kernel.fields import CodeOrNothing, Moment, Note, Quantity, SearchText
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.purchasing.rules import DELIVERY_STATES, LINES_MAX
from app.purchasing.schemas.fields import QUANTITY, ItemBrief, Sscc, SupplierBrief, Version

_LINES = validate.Length(max=LINES_MAX)
_PALLET = {"description": "the pallet's number, 18 digits; empty: not known"}
_LOT = {"description": "or the serial number of an item that has them; empty: not known"}


class DeliveryQuery(PageQuery):
    """Which expected deliveries."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(
        fields.String(validate=validate.OneOf(DELIVERY_STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )
    supplier_id = fields.UUID(load_default=None)
    search = SearchText(load_default="", metadata={"description": "label, reference, supplier, item or a whole SSCC"})


class DeliveryLineBody(Shape):
    """A line of an announced delivery."""

    item_id = fields.UUID(required=True)
    lot = CodeOrNothing(load_default="", metadata=_LOT)
    expires_on = fields.Date(load_default=None, allow_none=True)
    quantity = Quantity(1, required=True, metadata=QUANTITY)
    order_line_id = fields.UUID(load_default=None, allow_none=True)
    sscc = Sscc(load_default="")


class DeliveryBody(Shape):
    """A delivery that a supplier announced."""

    site_id = fields.UUID(required=True)
    supplier_id = fields.UUID(required=True)
    reference = CodeOrNothing(load_default="", metadata={"description": "the supplier's delivery note"})
    expected_on = fields.Date(load_default=None, allow_none=True)
    note = Note(load_default="")
    lines = fields.List(fields.Nested(DeliveryLineBody), load_default=list, validate=_LINES)


class DeliveryPatch(Shape):
    """What may change on a delivery; what is not named stays. Once goods came, only its day and note change."""

    supplier_id = fields.UUID()
    reference = CodeOrNothing()
    expected_on = fields.Date(allow_none=True)
    note = Note()
    lines = fields.List(
        fields.Nested(DeliveryLineBody), validate=_LINES, metadata={"description": "all lines it shall have"}
    )
    version = Version()


class DeliveryLineAnswer(Answer):
    """A line of an expected delivery."""

    id = fields.UUID()
    number = fields.Integer(metadata={"description": "within the delivery"})
    item = fields.Nested(ItemBrief)
    lot = fields.String(metadata=_LOT)
    expires_on = fields.Date(allow_none=True)
    quantity = fields.Integer(metadata=QUANTITY)
    quantity_received = fields.Integer(metadata={"description": "by posted receipts; may be more than was announced"})
    order_line_id = fields.UUID(allow_none=True)
    sscc = fields.String(metadata=_PALLET)


class OrderBrief(Answer):
    """An order that the delivery belongs to."""

    id = fields.UUID()
    label = fields.String()


class DeliveryHeader(Answer):
    """An expected delivery."""

    id = fields.UUID()
    site_id = fields.UUID()
    number = fields.Integer(metadata={"description": "within the site"})
    label = fields.String(metadata={"description": "ASN-12"})
    reference = fields.String(metadata={"description": "the supplier's delivery note"})
    supplier = fields.Nested(SupplierBrief)
    state = fields.String(validate=validate.OneOf(DELIVERY_STATES))
    expected_on = fields.Date(allow_none=True)
    note = fields.String()
    created_at = Moment()
    ended_at = Moment(allow_none=True)
    end_reason = fields.String()
    version = fields.Integer(metadata={"description": "send it back with a change"})
    lines_total = fields.Integer()
    lines_open = fields.Integer(metadata={"description": "lines of which something is still to come"})
    quantity = fields.Integer(metadata={"description": "of all lines"})
    quantity_received = fields.Integer(metadata={"description": "of all lines"})
    quantity_open = fields.Integer(metadata={"description": "still to come, of all lines"})
    orders = fields.List(fields.Nested(OrderBrief))


class DeliveryPage(Answer):
    """A page of expected deliveries, the newest first."""

    rows = fields.List(fields.Nested(DeliveryHeader))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class DeliveryDetail(DeliveryHeader):
    """An expected delivery with its lines."""

    lines = fields.List(fields.Nested(DeliveryLineAnswer))
