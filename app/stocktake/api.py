"""HTTP of stocktake: the plan's calls and the workbench's, each in a module of its own."""

from app.stocktake.export_api import blueprint as export_blueprint
from app.stocktake.line_api import blueprint as line_blueprint
from app.stocktake.plan_api import blueprint as plan_blueprint

BLUEPRINTS = (plan_blueprint, line_blueprint, export_blueprint)
