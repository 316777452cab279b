"""Use cases of the catalogue: items, their codes, units and categories, by hand and by file."""

from app.catalogue.service.codes import NewBarcode, bind_code, set_barcodes
from app.catalogue.service.files import export_items, import_items, item_template
from app.catalogue.service.items import NewItem, create_item, edit_item
from app.catalogue.service.masters import create_category, create_unit
from app.catalogue.service.stock import register_lot_question, register_stock_question

__all__ = [
    "NewBarcode",
    "NewItem",
    "bind_code",
    "create_category",
    "create_item",
    "create_unit",
    "edit_item",
    "export_items",
    "import_items",
    "item_template",
    "register_lot_question",
    "register_stock_question",
    "set_barcodes",
]
