"""Shapes of the calls about codes nobody knew."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.catalogue.rules import PACK_FACTOR_MAX
from app.catalogue.schemas import ItemBody
from app.kernel.fields import BarcodeText, Whole
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.stocktake.hindrance_schemas import UnknownCode


class InboxQuery(PageQuery):
    """At which site."""

    site_id = fields.UUID(load_default=None, metadata={"description": "none: all sites you supervise"})


class InboxDocument(Answer):
    """An open stocktake or receipt in which the code was scanned."""

    kind = fields.String(validate=validate.OneOf(("stocktake", "receipt")))
    id = fields.UUID()
    label = fields.String(metadata={"description": "its name, or GRN-12"})


class InboxCode(UnknownCode):
    """A code that meant nothing when it was scanned, and does not yet, wherever it was scanned."""

    documents = fields.List(fields.Nested(InboxDocument))
    photos = fields.List(fields.UUID(), metadata={"description": "of the records that carried it, the latest first"})


class InboxPage(Answer):
    """A page of codes nobody knows, the most pieces first."""

    rows = fields.List(fields.Nested(InboxCode))
    total = fields.Integer()
    next = fields.String(allow_none=True)


class InboxBindBody(Shape):
    """What a code means: an item there is, or one to be made (by a manager)."""

    code = BarcodeText(required=True, metadata={"description": "as listed"})
    item_id = fields.UUID(load_default=None, allow_none=True)
    new_item = fields.Nested(ItemBody, load_default=None, allow_none=True)
    pack_factor = Whole(1, PACK_FACTOR_MAX, load_default=1, metadata={"description": "base units a code stands for"})

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        """An item, or what makes one."""
        if (data["item_id"] is None) == (data["new_item"] is None):
            raise ValidationError("Give either item_id or new_item.", "item_id")


class InboxBound(Answer):
    """What binding a code did."""

    item_id = fields.UUID()
    sheets = fields.Integer(metadata={"description": "sheets credited, in all open stocktakes and receipts"})
