"""Questions about items, their codes, units and categories."""

from app.catalogue.queries.bodies import item_bodies
from app.catalogue.queries.facts import (
    CodeMeaning,
    ItemFacts,
    UnitFacts,
    items_by_code,
    items_by_sku,
    items_of,
    units_of,
)
from app.catalogue.queries.views import (
    BarcodeFacts,
    CategoryFacts,
    ItemView,
    categories_page,
    item_by_code,
    item_view,
    items_listed,
    items_page,
    units_page,
)

__all__ = [
    "BarcodeFacts",
    "CategoryFacts",
    "CodeMeaning",
    "ItemFacts",
    "ItemView",
    "UnitFacts",
    "categories_page",
    "item_bodies",
    "item_by_code",
    "item_view",
    "items_by_code",
    "items_by_sku",
    "items_listed",
    "items_of",
    "items_page",
    "units_of",
    "units_page",
]
