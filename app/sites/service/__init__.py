"""Use cases of sites: making and editing sites and places, by hand and by file. Only administrators write."""

from app.sites.service.files import export_locations, import_locations, location_template
from app.sites.service.locations import NewLocation, create_location, edit_location
from app.sites.service.sites import NewSite, create_site, edit_site
from app.sites.service.stock import register_stock_question

__all__ = [
    "NewLocation",
    "NewSite",
    "create_location",
    "create_site",
    "edit_location",
    "edit_site",
    "export_locations",
    "import_locations",
    "location_template",
    "register_stock_question",
]
