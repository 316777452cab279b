"""Shapes of the calls about orders."""

from marshmallow import fields, validate

from app.kernel.fields import CodeOrNothing, Moment, Note, Quantity, SearchText
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.purchasing.rules import DELIVERY_STATES, LINES_MAX, ORDER_STATES
from app.purchasing.schemas.fields import PRICE, QUANTITY, ItemBrief, Price, SupplierBrief, Version

_LINES = validate.Length(max=LINES_MAX)


class OrderQuery(PageQuery):
    """Which orders."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(
        fields.String(validate=validate.OneOf(ORDER_STATES)),
        load_default=list,
        metadata={"description": "repeat for several; none means all"},
    )
    supplier_id = fields.UUID(load_default=None)
    search = SearchText(load_default="", metadata={"description": "label, reference, supplier or item"})


class OrderLineBody(Shape):
    """A line to order. Without a price it is the supplier's, else the item's last."""

    item_id = fields.UUID(required=True)
    quantity = Quantity(1, required=True, metadata=QUANTITY)
    price = Price(load_default=None, allow_none=True)
    promised_on = fields.Date(load_default=None, allow_none=True)


class OrderBody(Shape):
    """A new order, as a draft."""

    site_id = fields.UUID(required=True)
    supplier_id = fields.UUID(required=True)
    reference = CodeOrNothing(load_default="")
    promised_on = fields.Date(load_default=None, allow_none=True)
    note = Note(load_default="")
    lines = fields.List(fields.Nested(OrderLineBody), load_default=list, validate=_LINES)


class OrderLinePatch(Shape):
    """A line as it is wanted: with `id` one there is, without it (in a draft) a new one with item and quantity."""

    id = fields.UUID()
    item_id = fields.UUID()
    quantity = Quantity(1, metadata=QUANTITY)
    price = Price(allow_none=True)
    promised_on = fields.Date(allow_none=True)


class OrderPatch(Shape):
    """What may change on an order; what is not named stays. A placed one keeps supplier, reference, items, prices."""

    supplier_id = fields.UUID()
    reference = CodeOrNothing()
    promised_on = fields.Date(allow_none=True)
    note = Note()
    lines = fields.List(
        fields.Nested(OrderLinePatch),
        validate=_LINES,
        metadata={"description": "of a draft: all lines it shall have; of a placed order: those that change"},
    )
    version = Version()


class PlaceBody(Shape):
    """Which version goes to the supplier."""

    version = Version()


class ReasonBody(Shape):
    """Why an order or delivery ends before all has come."""

    reason = Note(load_default="", metadata={"description": "required unless it is a draft"})


class OrderLineAnswer(Answer):
    """A line of an order."""

    id = fields.UUID()
    number = fields.Integer(metadata={"description": "within the order"})
    item = fields.Nested(ItemBrief)
    quantity = fields.Integer(metadata=QUANTITY)
    quantity_received = fields.Integer(metadata={"description": "by posted receipts; may be more than was ordered"})
    price = fields.Integer(metadata=PRICE)
    promised_on = fields.Date(allow_none=True, metadata={"description": "null: the order's"})


class OrderHeader(Answer):
    """An order."""

    id = fields.UUID()
    site_id = fields.UUID()
    number = fields.Integer(metadata={"description": "within the site"})
    label = fields.String(metadata={"description": "PO-12"})
    reference = fields.String(metadata={"description": "what another system or the supplier calls it"})
    supplier = fields.Nested(SupplierBrief)
    state = fields.String(validate=validate.OneOf(ORDER_STATES))
    promised_on = fields.Date(allow_none=True)
    note = fields.String()
    created_at = Moment()
    ordered_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    end_reason = fields.String()
    version = fields.Integer(metadata={"description": "send it back with a change"})
    lines_total = fields.Integer()
    lines_open = fields.Integer(metadata={"description": "lines of which something is still to come"})
    quantity = fields.Integer(metadata={"description": "of all lines"})
    quantity_received = fields.Integer(metadata={"description": "of all lines"})
    quantity_open = fields.Integer(metadata={"description": "still to come, of all lines"})
    value = fields.Integer(metadata={"description": "minor units"})


class OrderPage(Answer):
    """A page of orders, the newest first."""

    rows = fields.List(fields.Nested(OrderHeader))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class DeliveryBrief(Answer):
    """A delivery that announces something of the order."""

    id = fields.UUID()
    label = fields.String()
    state = fields.String(validate=validate.OneOf(DELIVERY_STATES))
    expected_on = fields.Date(allow_none=True)


class TermWarning(Answer):
    """What the supplier's terms do not like about an ordered quantity. The order is placed all the same."""

    item_id = fields.UUID()
    code = fields.String(validate=validate.OneOf(("below_moq", "not_a_multiple")))
    quantity = fields.Integer(metadata={"description": "of all the item's lines"})
    moq = fields.Integer()
    order_multiple = fields.Integer()


class OrderDetail(OrderHeader):
    """An order with its lines."""

    lines = fields.List(fields.Nested(OrderLineAnswer))
    deliveries = fields.List(fields.Nested(DeliveryBrief))
    warnings = fields.List(fields.Nested(TermWarning))
