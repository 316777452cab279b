"""HTTP of goods receipts: the document's calls and its lines', each in a module of its own."""

from app.receiving.api.files import blueprint as export_blueprint
from app.receiving.api.lines import blueprint as line_blueprint
from app.receiving.api.receipts import blueprint as receipt_blueprint
from app.receiving.report_api import blueprint as report_blueprint

BLUEPRINTS = (receipt_blueprint, line_blueprint, export_blueprint, report_blueprint)

__all__ = ["BLUEPRINTS"]
