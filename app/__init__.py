"""Pandian: the stocktake system. `create_app` is the one place where everything is wired together."""

from flask import Flask, Response, send_from_directory
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from app.accounts.api import blueprint as accounts_blueprint
from app.accounts.cookies import register_viewer
from app.accounts.queries import people_for_devices
from app.backup.api import blueprint as backup_blueprint
from app.catalogue import service as catalogue_service
from app.catalogue.api import blueprint as catalogue_blueprint
from app.catalogue.queries import item_bodies
from app.cli import register_commands
from app.device_log.api import blueprint as device_log_blueprint
from app.device_log.queries import held_for_devices
from app.device_log.service import register_documents, register_handler
from app.feed.api import blueprint as feed_blueprint
from app.feed.service import register_reader
from app.inbox.api import blueprint as inbox_blueprint
from app.kernel.admission import register_admission
from app.kernel.database import db, prepare_engine
from app.kernel.health import register_health
from app.kernel.http import make_api, register_http
from app.kernel.problems import register_problems
from app.kernel.telemetry import configure_logging
from app.ledger.api import blueprint as ledger_blueprint
from app.ledger.queries.moved import items_in_lots, items_moved, stock_moved_at
from app.ledger.service import register_after_journals
from app.lookup.api import blueprint as lookup_blueprint
from app.photos.api import blueprint as photos_blueprint
from app.purchasing.api import blueprint as purchasing_blueprint
from app.purchasing.queries import delivery_bodies, items_named, order_bodies, supplier_bodies
from app.receiving.api import BLUEPRINTS as RECEIVING_BLUEPRINTS
from app.receiving.item_places_api import blueprint as item_places_blueprint
from app.receiving.item_places_queries import item_place_bodies
from app.receiving.move_shape import KINDS as MOVE_KINDS
from app.receiving.moves import MoveHandler
from app.receiving.putaway_api import blueprint as putaway_blueprint
from app.receiving.queries.receipts import items_received, read_receipts
from app.receiving.service import KINDS as RECEIPT_KINDS
from app.receiving.service import ReceiptHandler
from app.receiving.service.put_into import ReceiptDocuments
from app.settings import ROOT, Settings
from app.sites import service as sites_service
from app.sites.api import blueprint as sites_blueprint
from app.sites.queries import location_bodies, site_bodies
from app.stocktake import anchors, expectations
from app.stocktake.api import BLUEPRINTS as STOCKTAKE_BLUEPRINTS
from app.stocktake.feed_readers import read_places, read_stocktakes
from app.stocktake.plan_queries import being_counted, items_counted
from app.stocktake.put_into import StocktakeDocuments
from app.stocktake.record_shape import KINDS as COUNT_KINDS
from app.stocktake.records import CountHandler

BLUEPRINTS = (
    accounts_blueprint,
    sites_blueprint,
    catalogue_blueprint,
    feed_blueprint,
    device_log_blueprint,
    photos_blueprint,
    ledger_blueprint,
    purchasing_blueprint,
    *RECEIVING_BLUEPRINTS,
    putaway_blueprint,
    item_places_blueprint,
    *STOCKTAKE_BLUEPRINTS,
    lookup_blueprint,
    inbox_blueprint,
    backup_blueprint,
)
BODY_LIMIT = 52_000_000  # the largest import file; narrower limits are the views'


def create_app(settings: Settings | None = None) -> Flask:
    """Wire an application from `settings` (by default the environment's)."""
    settings = settings or Settings.from_environment()
    configure_logging(settings.log_level)
    app = Flask("app", static_folder=None, root_path=str(ROOT / "app"), instance_path=str(ROOT / "instance"))
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["PANDIAN"] = settings
    _open_database(app, settings)
    register_http(app)
    register_viewer(app)
    register_admission(app)
    api = make_api(app)
    register_problems(app)  # after the Api, whose own error handler it replaces
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    _register_handlers()
    register_health(app)
    register_commands(app)
    _serve_pwa(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _register_handlers() -> None:
    """Tell the floors below who serves them: records by kind, what follows a journal, the bodies of the feed."""
    register_handler(COUNT_KINDS, CountHandler())
    register_handler(RECEIPT_KINDS, ReceiptHandler())
    register_handler(MOVE_KINDS, MoveHandler())
    register_documents(COUNT_KINDS, StocktakeDocuments())
    register_documents(RECEIPT_KINDS, ReceiptDocuments())
    register_after_journals(anchors.after_journals)
    register_after_journals(expectations.after_journals)
    register_reader("receipt", read_receipts)
    register_reader("stocktake", read_stocktakes)
    # Of counts that are over nobody is told what comes; when a device was last heard of is as of the reading.
    register_reader("place", read_places, passing=("expected", "sheets"))
    register_reader("held_record", held_for_devices)
    register_reader("person", people_for_devices)
    register_reader("site", site_bodies)
    register_reader("location", location_bodies)
    register_reader("item", item_bodies, shared=True)
    register_reader("item_place", item_place_bodies)
    register_reader("supplier", supplier_bodies, shared=True)
    register_reader("purchase_order", order_bodies)
    register_reader("expected_delivery", delivery_bodies)
    sites_service.register_stock_question(stock_moved_at)
    sites_service.register_stock_question(being_counted)
    catalogue_service.register_stock_question(items_moved)
    catalogue_service.register_stock_question(items_received)
    catalogue_service.register_lot_question(items_in_lots)
    catalogue_service.register_stock_question(items_counted)
    catalogue_service.register_stock_question(items_named)


def _open_database(app: Flask, settings: Settings) -> None:
    url = settings.database_url
    # Planning native code for queries that take milliseconds costs more than it ever gives back.
    options: dict[str, object] = {"pool_pre_ping": True, "connect_args": {"options": "-c jit=off"}}
    if url.startswith("sqlite"):
        import pysqlite3.dbapi2  # noqa: PLC0415  # only where SQLite is the engine

        options = {"module": pysqlite3.dbapi2}
        if url.startswith(f"sqlite:///{ROOT / 'instance'}"):
            (ROOT / "instance").mkdir(exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        prepare_engine(db.engine)


def _serve_pwa(app: Flask, settings: Settings) -> None:
    """The built PWA from static/dist: the shell at /, its files beside it."""
    folder = settings.static_folder

    @app.get("/")
    def shell() -> Response:
        return _file("index.html")

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        return _file(name)

    def _file(name: str) -> Response:
        response = send_from_directory(folder, name)
        immutable = name.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "no-cache"
        return response
