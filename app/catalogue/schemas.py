"""Shapes of the calls about items, codes, units and categories."""

from typing import Any

from marshmallow import fields, post_dump, validate

from app.catalogue.rules import LABEL_LENGTH_MAX, LIFE_DAYS_MAX, PACK_FACTOR_MAX, UNIT_CODE_LENGTH_MAX, UNIT_COST_MAX
from app.kernel.fields import BarcodeText, Code, Name, Note, QueryTruth, SearchText, Truth, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.quantity import SCALE_LIMIT
from app.kernel.table_http import FileQuery

_COST = {"description": "1/10000 minor unit of the currency per base unit: 1.50 is 1500000"}
_PACK = {"description": "base units a scan stands for"}
_SCALE = {"description": "decimals: quantities are integers of unit / 10**scale"}
_FORM = {"description": "14 digits for a GTIN, the clean text else: what codes are compared by"}
_LOTS = {"description": "stays while stock stands in lots"}
_EXPIRY = {"description": "each lot has a day after which it is not sold; wants lots or serials"}
_SERIALS = {"description": "every piece has a number, which stands as its lot; fixed once stock moved"}
_LIFE = {"description": "days; what has less left when it is received wants a decision; null: no such limit"}
BARCODES_MAX = 200


class UnitBody(Shape):
    """A new unit."""

    code = Code(required=True, length_max=UNIT_CODE_LENGTH_MAX)
    name = Name(required=True)
    scale = Whole(0, SCALE_LIMIT, required=True, metadata=_SCALE)


class UnitAnswer(Answer):
    """A base unit."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    scale = fields.Integer(metadata=_SCALE)


class UnitPage(Answer):
    """A page of units, by code."""

    rows = fields.List(fields.Nested(UnitAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class CategoryBody(Shape):
    """A new category."""

    name = Name(required=True)


class CategoryAnswer(Answer):
    """A group of items."""

    id = fields.UUID()
    name = fields.String()


class CategoryPage(Answer):
    """A page of categories, by name."""

    rows = fields.List(fields.Nested(CategoryAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class _ItemFilter(Shape):
    """Which items."""

    search = SearchText(load_default="", metadata={"description": "part of a name, a SKU or a code"})
    category_id = fields.UUID(load_default=None)
    active = QueryTruth(load_default=None, metadata={"description": "only those in use, or only those not"})


class ItemQuery(_ItemFilter, PageQuery):
    """A page of which items."""


class ItemFileQuery(_ItemFilter, FileQuery):
    """A file of which items."""


class CodeQuery(Shape):
    """A code to look up."""

    code = fields.String(
        required=True, validate=validate.Length(1, 1024), metadata={"description": "as scanned or typed"}
    )


class BarcodeBody(Shape):
    """A code and what it stands for."""

    code = BarcodeText(required=True)
    pack_factor = Whole(1, PACK_FACTOR_MAX, load_default=1, metadata=_PACK)
    label = Note(load_default="", length_max=LABEL_LENGTH_MAX, metadata={"description": "carton, inner, …"})


class BarcodesBody(Shape):
    """All codes of an item."""

    barcodes = fields.List(fields.Nested(BarcodeBody), required=True, validate=validate.Length(max=BARCODES_MAX))


class ItemBody(Shape):
    """A new item."""

    sku = Code(required=True)
    name = Name(required=True)
    unit_id = fields.UUID(required=True)
    category_id = fields.UUID(load_default=None, allow_none=True)
    tracks_lots = Truth(load_default=False)
    tracks_expiry = Truth(load_default=False, metadata=_EXPIRY)
    tracks_serials = Truth(load_default=False, metadata=_SERIALS)
    minimum_life_days = Whole(0, LIFE_DAYS_MAX, load_default=None, allow_none=True, metadata=_LIFE)
    unit_cost = Whole(0, UNIT_COST_MAX, load_default=0, metadata=_COST)
    barcodes = fields.List(fields.Nested(BarcodeBody), load_default=list, validate=validate.Length(max=BARCODES_MAX))


class ItemPatch(Shape):
    """What may change on an item; what is not named stays."""

    sku = Code()
    name = Name()
    unit_id = fields.UUID(metadata={"description": "with as many decimals as now, once stock moved"})
    category_id = fields.UUID(allow_none=True)
    tracks_lots = Truth(metadata=_LOTS)
    tracks_expiry = Truth(metadata=_EXPIRY)
    tracks_serials = Truth(metadata=_SERIALS)
    minimum_life_days = Whole(0, LIFE_DAYS_MAX, allow_none=True, metadata=_LIFE)
    unit_cost = Whole(0, UNIT_COST_MAX, metadata=_COST)
    active = Truth()


class BarcodeAnswer(Answer):
    """A code of an item."""

    code = fields.String(metadata={"description": "as printed"})
    normal_form = fields.String(metadata=_FORM)
    pack_factor = fields.Integer(metadata=_PACK)
    label = fields.String()


class ItemAnswer(Answer):
    """An item. The cost is there for supervisors and above only."""

    sometimes = frozenset({"unit_cost", "matched"})
    id = fields.UUID()
    sku = fields.String()
    name = fields.String()
    category_id = fields.UUID(allow_none=True)
    category_name = fields.String(allow_none=True)
    unit = fields.Nested(UnitAnswer)
    tracks_lots = fields.Boolean()
    tracks_expiry = fields.Boolean(metadata=_EXPIRY)
    tracks_serials = fields.Boolean(metadata=_SERIALS)
    minimum_life_days = fields.Integer(allow_none=True, metadata=_LIFE)
    active = fields.Boolean()
    barcodes = fields.List(fields.Nested(BarcodeAnswer))
    unit_cost = fields.Integer(metadata=_COST)
    matched = fields.Nested(BarcodeAnswer, metadata={"description": "the code the item was found by; only by-code"})

    @post_dump
    def leave_out(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What these eyes may not see, and what does not apply, is absent."""
        return {name: value for name, value in data.items() if value is not None or name not in self.sometimes}


class ItemPage(Answer):
    """A page of items, by SKU."""

    rows = fields.List(fields.Nested(ItemAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
