"""Shapes of the calls about fixed bins."""

from marshmallow import fields

from app.kernel.fields import SearchText
from app.kernel.http import Answer, Shape
from app.kernel.paging import PageQuery
from app.kernel.table_http import FileQuery, ImportQuery
from app.purchasing.schemas.fields import ItemBrief


class LocationBrief(Answer):
    """A place by name."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()


class ItemPlaceQuery(PageQuery):
    """Which fixed bins."""

    site_id = fields.UUID(required=True)
    search = SearchText(load_default="", metadata={"description": "part of a SKU, a name or the place's code"})


class ItemPlaceBody(Shape):
    """Where an item belongs."""

    site_id = fields.UUID(required=True)
    item_id = fields.UUID(required=True)
    location_id = fields.UUID(required=True)


class ItemPlaceKey(Shape):
    """Whose fixed bin."""

    site_id = fields.UUID(required=True)
    item_id = fields.UUID(required=True)


class ItemPlaceImportQuery(ImportQuery):
    """Of which site the file is."""

    site_id = fields.UUID(required=True)


class ItemPlaceFileQuery(FileQuery):
    """Of which site the file shall be."""

    site_id = fields.UUID(required=True)


class ItemPlaceAnswer(Answer):
    """That an item belongs in a place."""

    site_id = fields.UUID()
    item = fields.Nested(ItemBrief)
    location = fields.Nested(LocationBrief)


class ItemPlacePage(Answer):
    """A page of fixed bins, by SKU."""

    rows = fields.List(fields.Nested(ItemPlaceAnswer))
    total = fields.Integer()
    next = fields.String(allow_none=True)
