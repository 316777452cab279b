"""Shapes of the calls about suppliers and their terms."""

from marshmallow import fields

from app.kernel.fields import Code, CodeOrNothing, Moment, Name, Note, Quantity, QueryTruth, SearchText, Truth, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.quantity import QUANTITY_LIMIT
from app.purchasing.schemas.fields import OVER_RECEIPT, PRICE, QUANTITY, ItemBrief, LeadTime, OverReceipt, Price

_SUPPLIERS = {"description": "null: the supplier's"}


class SupplierQuery(PageQuery):
    """Which suppliers."""

    search = SearchText(load_default="", metadata={"description": "part of a code or a name"})
    active = QueryTruth(load_default=None, metadata={"description": "only those in use, or only those not"})


class SupplierBody(Shape):
    """A new supplier."""

    code = Code(required=True)
    name = Name(required=True)
    lead_time_days = LeadTime(load_default=None, allow_none=True)
    over_receipt_bp = OverReceipt(load_default=0)
    note = Note(load_default="")
    active = Truth(load_default=True)


class SupplierPatch(Shape):
    """What may change on a supplier; what is not named stays."""

    code = Code()
    name = Name()
    lead_time_days = LeadTime(allow_none=True)
    over_receipt_bp = OverReceipt()
    note = Note()
    active = Truth()


class SupplierAnswer(Answer):
    """A supplier."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    lead_time_days = fields.Integer(allow_none=True)
    over_receipt_bp = fields.Integer(metadata=OVER_RECEIPT)
    note = fields.String()
    active = fields.Boolean()
    created_at = Moment()


class SupplierPage(Answer):
    """A page of suppliers, by code."""

    rows = fields.List(fields.Nested(SupplierAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class TermsQuery(PageQuery):
    """Which items of a supplier."""

    search = SearchText(load_default="", metadata={"description": "part of a name, of our SKU or of the supplier's"})


class TermsBody(Shape):
    """A supplier's terms for an item."""

    supplier_sku = CodeOrNothing(load_default="", metadata={"description": "what the supplier calls the item"})
    price = Price(load_default=0)
    moq = Quantity(0, load_default=0, metadata=QUANTITY)
    order_multiple = Whole(1, QUANTITY_LIMIT, load_default=1, metadata=QUANTITY)
    lead_time_days = LeadTime(load_default=None, allow_none=True)
    over_receipt_bp = OverReceipt(load_default=None, allow_none=True)


class TermsAnswer(Answer):
    """A supplier's terms for an item."""

    item = fields.Nested(ItemBrief)
    supplier_sku = fields.String()
    price = fields.Integer(metadata=PRICE)
    moq = fields.Integer(metadata=QUANTITY)
    order_multiple = fields.Integer(metadata=QUANTITY)
    lead_time_days = fields.Integer(allow_none=True, metadata=_SUPPLIERS)
    over_receipt_bp = fields.Integer(allow_none=True, metadata=_SUPPLIERS)


class TermsPage(Answer):
    """A page of a supplier's items, by SKU."""

    rows = fields.List(fields.Nested(TermsAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
