"""Shapes of the calls about sites and locations."""

from marshmallow import fields, validate

from app.kernel.fields import Code, Name, Quantity, SearchText, Truth, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery
from app.sites.rules import CURRENCY_DECIMALS, KINDS, PARENT_KINDS, STOCK_LEVELS, WALK_ORDER_MAX

_ZONE = {"description": "a name of the IANA list", "example": "Asia/Shanghai"}
_LEVEL = {"description": "where the book keeps stock; deeper places are summed up to it; fixed once stock moved"}
_SELF_APPROVAL = {"description": "whether a counter may decide a line he counted himself"}
_QUANTITY = {"description": "in base units; null: no such limit"}
_PERCENT = {"description": "in basis points, 200 is 2 %; null: no such limit"}
_VALUE = {"description": "in minor units of the currency; null: no such limit"}
_MOBILE = {"description": "a cart: counted and moved to as any place, but goods are never sent there to stay"}
_CURRENCIES = validate.OneOf(sorted(CURRENCY_DECIMALS))
VALUE_MAX = 10**12


class SitePatch(Shape):
    """What may change on a site. The code is on labels and stays."""

    name = Name()
    time_zone = Code(length_max=64, metadata=_ZONE)
    currency = fields.String(validate=_CURRENCIES, metadata={"description": "ISO 4217; all sites share one"})
    stock_level = fields.String(validate=validate.OneOf(STOCK_LEVELS), metadata=_LEVEL)
    self_approval = Truth(metadata=_SELF_APPROVAL)
    tolerance_quantity = Quantity(0, allow_none=True, metadata=_QUANTITY)
    tolerance_percent_bp = Whole(0, 1_000_000, allow_none=True, metadata=_PERCENT)
    tolerance_value = Whole(0, VALUE_MAX, allow_none=True, metadata=_VALUE)
    active = Truth()


class SiteBody(Shape):
    """A new site."""

    code = Code(required=True, length_max=16, metadata={"description": "short; stands on every label of the site"})
    name = Name(required=True)
    time_zone = Code(required=True, length_max=64, metadata=_ZONE)
    currency = fields.String(
        required=True, validate=_CURRENCIES, metadata={"description": "ISO 4217; all sites share one"}
    )
    stock_level = fields.String(required=True, validate=validate.OneOf(STOCK_LEVELS), metadata=_LEVEL)
    self_approval = Truth(load_default=False, metadata=_SELF_APPROVAL)
    tolerance_quantity = Quantity(0, load_default=None, allow_none=True, metadata=_QUANTITY)
    tolerance_percent_bp = Whole(0, 1_000_000, load_default=None, allow_none=True, metadata=_PERCENT)
    tolerance_value = Whole(0, VALUE_MAX, load_default=None, allow_none=True, metadata=_VALUE)


class SiteAnswer(Answer):
    """A site."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    time_zone = fields.String()
    currency = fields.String()
    stock_level = fields.String(validate=validate.OneOf(STOCK_LEVELS))
    self_approval = fields.Boolean()
    tolerance_quantity = fields.Integer(allow_none=True, metadata=_QUANTITY)
    tolerance_percent_bp = fields.Integer(allow_none=True, metadata=_PERCENT)
    tolerance_value = fields.Integer(allow_none=True, metadata=_VALUE)
    active = fields.Boolean()


class SitePage(Answer):
    """A page of sites."""

    rows = fields.List(fields.Nested(SiteAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class _LocationFilter(Shape):
    """Which of the site's locations."""

    search = SearchText(load_default="", metadata={"description": "part of the code or name, or the whole barcode"})
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))


class LocationQuery(_LocationFilter, PageQuery):
    """A page of which of the site's locations."""


class LocationFileQuery(_LocationFilter, FileQuery):
    """A file of which of the site's locations."""


class LocationBody(Shape):
    """A new zone or bin."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(PARENT_KINDS)))
    code = Code(required=True, length_max=64)
    name = Name(required=True)
    parent_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "null: the site itself"})
    barcode = Code(load_default=None, allow_none=True, metadata={"description": "null: LOC-<site>-<code>"})
    walk_order = Whole(0, WALK_ORDER_MAX, load_default=0)
    mobile = Truth(load_default=False, metadata=_MOBILE)


class LocationPatch(Shape):
    """What may change on a location. Code and kind are on the label and stay."""

    name = Name()
    parent_id = fields.UUID(allow_none=True, metadata={"description": "null: the site itself"})
    barcode = Code(allow_none=True, metadata={"description": "null: LOC-<site>-<code>"})
    walk_order = Whole(0, WALK_ORDER_MAX)
    active = Truth(metadata={"description": "false: out of use; nothing is ever deleted"})
    mobile = Truth(metadata=_MOBILE)


class LocationAnswer(Answer):
    """A node where stock can be: the site itself, a zone, a bin, or a counterpart."""

    id = fields.UUID()
    site_id = fields.UUID()
    parent_id = fields.UUID(allow_none=True)
    stock_location_id = fields.UUID(metadata={"description": "the location in whose stock this place's goods are kept"})
    kind = fields.String(validate=validate.OneOf(KINDS))
    code = fields.String()
    name = fields.String()
    barcode = fields.String(allow_none=True)
    walk_order = fields.Integer()
    active = fields.Boolean()
    mobile = fields.Boolean(metadata=_MOBILE)


class LocationPage(Answer):
    """A page of locations, in walking order."""

    rows = fields.List(fields.Nested(LocationAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
