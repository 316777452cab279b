"""What the access test needs: the routes with what they take, objects at two sites, and requests that name them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Flask
from werkzeug.routing import Rule

from app.catalogue.models import Item
from app.device_log.models import HeldRecord
from app.feed.models import Snapshot, SnapshotPage
from app.kernel.ids import new_id
from app.ledger.models import Journal
from app.photos.models import Photo
from app.purchasing.models import ExpectedDelivery, PurchaseOrder, PurchaseOrderLine, Supplier
from app.receiving.models import GoodsReceipt
from app.sites.models import Location, Site
from app.stocktake.models import CountLine, Place, Sheet, Stocktake
from tests.accounts.bodies import BODIES
from tests.builders import MORNING, Cast, make_device, make_item, make_location, make_person, save

API = "/api/v1/"
OPEN_DOCUMENTS = {"/api/v1/openapi.json"}  # flask-smorest's own view: it describes the API and holds no data
SHARED = {"supplier_id", "item_id", "category_id", "unit_id", "code", "name", "dataset", "page"}  # of no site

# Names under which calls name things of a site, beside those of `objects_at`.
SAME_AS = {
    "to_location_id": "location_id",
    "stock_location_id": "location_id",
    "from_location_id": "location_id",
    "parent_id": "zone_id",
    "zone_ids": "zone_id",
    "location_ids": "location_id",
    "hash": "body_hash",
    "record_hash": "body_hash",
}


@dataclass(frozen=True)
class Route:
    """One method at one address: whom it serves, and the schemas of its query and body."""

    method: str
    rule: Rule
    serves: str | None
    query: tuple[ma.Schema, ...]
    json: tuple[ma.Schema, ...]
    takes_csv: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule.rule.removeprefix('/api/v1')}"


def routes_of(app: Flask) -> list[Route]:
    """Every route of the API, from the application's own table."""
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(API) or rule.rule in OPEN_DOCUMENTS:
            continue
        view = app.view_functions[rule.endpoint]
        doc = getattr(view, "_apidoc", {})
        taken = [(it["in"], _schema(it["schema"])) for it in doc.get("arguments", {}).get("parameters", ())]
        csv = "text/csv" in doc.get("manual_doc", {}).get("requestBody", {}).get("content", {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            query = tuple(schema for place, schema in taken if place == "query")
            json = tuple(schema for place, schema in taken if place == "json")
            found.append(Route(method, rule, getattr(view, "serves", None), query, json, csv))
    return sorted(found, key=lambda route: (route.rule.rule, route.method))


def _schema(schema: Any) -> ma.Schema:
    return schema() if isinstance(schema, type) else schema


def objects_at(site: Site, person: Any, device: Any, shared: tuple[Item, Supplier], mark: str) -> dict[str, str]:
    """Real things of a site, by the name under which a call may name them. `mark` stands in their texts."""
    item, supplier = shared
    zone = make_location(site, f"{mark}-ZONE", kind="zone")
    place = make_location(site, f"{mark}-BIN", parent=zone)
    stocktake = Stocktake(
        id=new_id(), site_id=site.id, number=1, name=f"{mark} count", kind="full", blind=False, state="counting",
        created_by=person.id, created_at=MORNING, started_at=MORNING,
    )  # fmt: skip
    sheet = Sheet(
        id=new_id(), stocktake_id=stocktake.id, location_id=place.id, round=1, person_id=person.id,
        device_id=device.id, opened_at=MORNING,
    )  # fmt: skip
    line = CountLine(
        stocktake_id=stocktake.id, location_id=place.id, item_id=item.id, state="needs_decision",
        quantity_counted=3, counted_at=MORNING, quantity_book=5, variance=-2, value=-300,
    )  # fmt: skip
    journal = Journal(
        id=new_id(), site_id=site.id, kind="receipt", source_key=f"{mark}-1", document=f"{mark}-1",
        person_id=person.id, recorded_at=MORNING,
    )  # fmt: skip
    held, counted_at = (
        _held(site, place, person, device, mark),
        Place(stocktake_id=stocktake.id, location_id=place.id, stock_location_id=place.id, zone_id=zone.id),
    )
    photo = Photo(
        id=new_id(), site_id=site.id, device_id=device.id, person_id=person.id, document_id=stocktake.id,
        purpose="evidence", taken_at=MORNING, received_at=MORNING, width=1, height=1, sent_hash=b"", jpeg=b"",
    )  # fmt: skip
    snapshot = Snapshot(
        id=new_id(), dataset="site", site_id=site.id, epoch="0", feed_number=0, made_at=MORNING, rows=1, contents="{}"
    )
    page = SnapshotPage(snapshot_id=snapshot.id, number=1, rows=1, size=5, sha256="0", content=f"{mark} page".encode())
    save(stocktake, counted_at, sheet, line, journal, held, photo, snapshot, page)
    named = {
        "site_id": site.id, "location_id": place.id, "zone_id": zone.id, "person_id": person.id,
        "device_id": device.id, "stocktake_id": stocktake.id, "sheet_id": sheet.id, "line_id": line.id,
        "journal_id": journal.id, "record_id": held.record_id, "body_hash": held.body_hash.hex(),
        "item_id": item.id, "category_id": new_id(), "unit_id": item.unit_id,
        "photo_id": photo.id, "snapshot_id": snapshot.id, "dataset": "site", "page": 1,
    }  # fmt: skip
    named |= _expected_at(place, person, supplier, item, mark)
    return {name: str(value) for name, value in named.items()}


def _expected_at(place: Location, person: Any, supplier: Supplier, item: Item, mark: str) -> dict[str, Any]:
    """An order with a line, a delivery and a receipt, by the names under which calls name them."""
    order = PurchaseOrder(
        id=new_id(), site_id=place.site_id, number=1, reference=f"{mark}-R", supplier_id=supplier.id, state="ordered",
        created_by=person.id, created_at=MORNING, ordered_at=MORNING,
    )  # fmt: skip
    line = PurchaseOrderLine(id=new_id(), order_id=order.id, number=1, item_id=item.id, quantity=3)
    delivery = ExpectedDelivery(
        id=new_id(), site_id=place.site_id, number=1, reference=f"{mark}-D", supplier_id=supplier.id,
        created_by=person.id, created_at=MORNING,
    )  # fmt: skip
    receipt = GoodsReceipt(
        id=new_id(), site_id=place.site_id, number=1, supplier_id=supplier.id, order_id=order.id, location_id=place.id,
        delivery_note=f"{mark}-N", opened_by=person.id, opened_at=MORNING,
    )  # fmt: skip
    save(order, line, delivery, receipt)
    ids = {"order_id": order.id, "order_line_id": line.id, "delivery_id": delivery.id, "receipt_id": receipt.id}
    return ids | {"supplier_id": supplier.id}


def _held(site: Site, place: Location, person: Any, device: Any, mark: str) -> HeldRecord:
    text = f'{{"v":1,"note":"{mark}"}}'
    moments = dict.fromkeys(("occurred_at", "occurred_from", "occurred_to", "received_at"), MORNING)
    return HeldRecord(
        record_id=str(new_id()), body_hash=hashlib.sha256(text.encode()).digest(), device_id=device.id, device_seq=1,
        site_id=site.id, person_id=person.id, code="stocktake_closed", detail=mark, body=text, device_ms=0, **moments,
    )  # fmt: skip


@dataclass
class World:
    """People of one site, and the things of that site and of a foreign one."""

    cast: Cast
    home: dict[str, str]
    foreign: dict[str, str]
    people: dict[str, Any]

    @classmethod
    def of(cls, cast: Cast) -> "World":
        """Build on the cast: its outsider and other site are the foreign ones."""
        item, supplier = make_item("SHARED"), Supplier(id=new_id(), code="SHARED", name="Shared", created_at=MORNING)
        save(supplier)
        foreign_device = make_device(cast.other_site, cast.administrator, number=2)
        people = {
            "without a grant": make_person("nogrant"),
            "counter": cast.counter,
            "supervisor": cast.supervisor,
            "manager": cast.manager,
            "administrator": make_person("siteadmin", "administrator", cast.site),
        }
        return cls(
            cast=cast,
            home=objects_at(cast.site, cast.counter, cast.device, (item, supplier), "HOME"),
            foreign=objects_at(cast.other_site, cast.outsider, foreign_device, (item, supplier), "FOREIGN"),
            people=people,
        )

    def foreign_traces(self, text: str) -> list[str]:
        """What of the foreign site stands in an answer."""
        told = {*self.foreign.values(), "FOREIGN", "outsider", str(self.cast.other_site.name)}
        own = {*self.home.values(), self.foreign["unit_id"]}
        return sorted(it for it in told - own if len(it) > 4 and it in text)


@dataclass(frozen=True)
class Call:
    """One request: `foreign` are the names it fills with things of the foreign site, `names` all it could."""

    route: Route
    path: str
    query: Mapping[str, str]
    json: Any
    names: frozenset[str]
    foreign: frozenset[str]

    def send(self, client: Any) -> Any:
        """Send it."""
        kwargs: dict[str, Any] = {"query_string": dict(self.query)}
        if self.route.takes_csv:
            kwargs |= {"data": b"login,name\n", "content_type": "text/csv"}
        elif self.json is not None:
            kwargs["json"] = self.json
        return client.open(self.path, method=self.route.method, **kwargs)

    def __str__(self) -> str:
        return f"{self.route.name} {dict(self.query)} {self.json} with foreign {sorted(self.foreign)}"


def calls(route: Route, world: World) -> Iterator[Call]:
    """Requests of the route: everything foreign; and each thing foreign alone, with the rest of it at home."""
    names = _names(route, world)
    yield _call(route, world, names, names)
    if len(names) > 1:
        for name in sorted(names):
            yield _call(route, world, names, frozenset({name}))


def plain_call(route: Route, world: World) -> Call:
    """The request with nothing foreign and no filter: what a list shows of itself."""
    return _call(route, world, frozenset(), frozenset(), filters=False)


def _names(route: Route, world: World) -> frozenset[str]:
    """Under which names the route can be given things of a site. Fails for an unknown name in its path."""
    in_path = {name for name in route.rule.arguments if SAME_AS.get(name, name) in world.foreign}
    unknown = route.rule.arguments - in_path - SHARED
    assert not unknown, f"{route.name}: say in tests/accounts/routes.py what {sorted(unknown)} are"
    fields = {name for schema in route.query for name in _fields(schema)} | _named_in_body(route)
    return frozenset((in_path | {name for name in fields if SAME_AS.get(name, name) in world.foreign}) - SHARED)


def _named_in_body(route: Route) -> set[str]:
    make = BODIES.get(route.name)
    if make is None:
        return {name for schema in route.json for name in _fields(schema)}
    asked: set[str] = set()
    make(lambda name: asked.add(name) or "7")
    return asked


def _fields(schema: ma.Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        yield name
        if isinstance(inner, ma.fields.Nested):
            yield from _fields(inner.schema)


def _call(route: Route, world: World, names: frozenset[str], foreign: frozenset[str], *, filters: bool = True) -> Call:
    def named(name: str) -> str | None:
        return (world.foreign if name in foreign else world.home).get(SAME_AS.get(name, name))

    values = {name: named(name) or "x" for name in route.rule.arguments}
    path = route.rule.rule
    for part in route.rule.arguments:
        path = re.sub(rf"<(?:[^<>]*:)?{part}>", values[part], path)
    query = {
        name: value
        for schema in route.query
        for name, field in schema.fields.items()
        if (field.required or filters) and (value := _query_value(name, field, named)) is not None
    }
    make = BODIES.get(route.name)
    json = make(named) if make else _body(route.json, named)
    return Call(route, path, query, json, names, foreign)


def _query_value(name: str, field: Any, named: Any) -> str | None:
    if name == "dry_run":
        return "false"
    known = named(name) if name not in SHARED else None
    return known if known is not None or not field.required else str(_value(name, field, named))


def _body(schemas: tuple[ma.Schema, ...], named: Any) -> Any:
    if not schemas:
        return None
    return {name: value for schema in schemas for name, value in _shape(schema, named).items()}


def _shape(schema: ma.Schema, named: Any) -> dict[str, Any]:
    """A minimal valid body: required fields, and all that name a thing of a site."""
    return {
        name: _value(name, field, named)
        for name, field in schema.fields.items()
        if field.required or (name not in SHARED and named(name) is not None)
    }


def _value(name: str, field: Any, named: Any) -> Any:
    if isinstance(field, ma.fields.List):
        return [_value(name, field.inner, named)]
    if isinstance(field, ma.fields.Nested):
        return _shape(field.schema, named)
    if name == "reason_code":
        return "wrong_posting"  # a seeded one that asks for no note
    known = named(name)
    if known is not None:
        return int(known) if isinstance(field, ma.fields.Integer) else known
    return _plain_value(field)


def _plain_value(field: Any) -> Any:
    for validator in field.validators:
        if isinstance(validator, ma.validate.OneOf):
            return next(iter(validator.choices))
    if isinstance(field, ma.fields.UUID):
        return str(UUID(int=7))
    if isinstance(field, ma.fields.Boolean):
        return False
    if isinstance(field, ma.fields.Integer):
        lowest = [it.min for it in field.validators if isinstance(it, ma.validate.Range) and it.min is not None]
        return max(1, *lowest) if lowest else 1
    if isinstance(field, ma.fields.DateTime):
        return "2026-11-22T10:05:00.000Z"
    return "x1"
