"""The queries of purchasing's files: filters as the lists have them."""

from marshmallow import fields, validate

from app.kernel.fields import QueryTruth, SearchText
from app.kernel.table_http import FileQuery, ImportQuery
from app.purchasing.rules import DELIVERY_STATES, ORDER_STATES


class SiteImportQuery(ImportQuery):
    """An import for a site."""

    site_id = fields.UUID(required=True)


class SupplierFileQuery(FileQuery):
    """A file of which suppliers."""

    search = SearchText(load_default="")
    active = QueryTruth(load_default=None)


class TermsFileQuery(FileQuery):
    """A file of whose terms; without a supplier of all."""

    supplier_id = fields.UUID(load_default=None)


class OrderFileQuery(FileQuery):
    """A file of which orders."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(fields.String(validate=validate.OneOf(ORDER_STATES)), load_default=list)
    supplier_id = fields.UUID(load_default=None)
    search = SearchText(load_default="")


class DeliveryFileQuery(FileQuery):
    """A file of which expected deliveries."""

    site_id = fields.UUID(load_default=None)
    state = fields.List(fields.String(validate=validate.OneOf(DELIVERY_STATES)), load_default=list)
    supplier_id = fields.UUID(load_default=None)
    search = SearchText(load_default="")
