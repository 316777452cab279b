"""The company the description is tried on: the demo's shop, a count under way, and real things to name in calls."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Person, PersonSession
from app.accounts.queries import GrantRow, token_hash
from app.accounts.service.people import NewPerson, create_person, sealed_password
from app.demo.counter import Counter
from app.demo.desk import Desk
from app.demo.progress import start_count
from app.demo.push_client import Key
from app.demo.shop import ADMINISTRATOR, PASSWORD, SHOP, WAREHOUSE, Company, set_up
from app.jobs import sequence
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact

DAYS = 3  # of trade before the count
Names = dict[str, Any]


@dataclass
class Shop:
    """The company with an administrator's and a supervisor's desk, and a device of its own for the calls of devices."""

    app: Flask
    company: Company
    stocktake_id: str
    admin: Desk
    supervisor: Desk
    counter: Counter
    names: Names = field(default_factory=dict)

    def connect(self) -> httpx.Client:
        """HTTP into the application, without a port."""
        return _connect(self.app)

    def sign_in(self, client: FlaskClient) -> None:
        """A new session of the administrator on the counting device, whatever became of the last one."""
        token = secrets.token_hex(16)
        with self.app.app_context():
            _open_session(token)
        client.set_cookie("pandian-session", token, domain="localhost")
        client.set_cookie("pandian-device", self.device_token, domain="localhost")

    @property
    def device_token(self) -> str:
        """What the counting device shows."""
        return str(self.counter.device.http.cookies["pandian-device"])

    def enrol(self) -> Counter:
        """One more device in the shop, in the same hands."""
        return Counter.enrol(
            self.connect, self.admin, self.company, login="wang", label="one more", stocktake_id=self.stocktake_id
        )


def build(app: Flask) -> Shop:
    """Set the company up in the application's empty database."""

    def connect() -> httpx.Client:
        return _connect(app)

    with app.app_context():
        _create_administrator()
        admin = Desk.sign_in(connect(), ADMINISTRATOR.login, PASSWORD)
        company = set_up(admin, now() - timedelta(hours=3), days=DAYS)
        supervisor = Desk.sign_in(connect(), "supervisor", PASSWORD)
        stocktake_id = start_count(supervisor, connect, company, now())
        counter = Counter.enrol(connect, admin, company, login="wang", label="PDA-03", stocktake_id=stocktake_id)
        counter.device.sync()
        sequence()
    shop = Shop(app, company, stocktake_id, admin, supervisor, counter)
    shop.names = _names(shop)
    return shop


def _connect(app: Flask) -> httpx.Client:
    # From an address of its own: the wrong tries of the cases must not lock out who prepares them.
    transport = httpx.WSGITransport(app=app, raise_app_exceptions=False, remote_addr="127.0.0.2")
    return httpx.Client(transport=transport, base_url="http://localhost")


def _create_administrator() -> None:
    grants = (GrantRow(site_id=None, role="administrator"),)
    hashed = sealed_password(PASSWORD, ADMINISTRATOR.login)
    person = NewPerson(login=ADMINISTRATOR.login, name=ADMINISTRATOR.name, grants=grants, password_hash=hashed)
    transact(lambda session: create_person(session, person, now()))


def _open_session(token: str) -> None:
    with reading() as session:
        person_id = session.scalars(select(Person.id).where(Person.login == ADMINISTRATOR.login)).one()
    moment = now()
    row = PersonSession(
        id=new_id(),
        token_hash=token_hash(token),
        person_id=person_id,
        created_at=moment,
        last_used_at=moment,
        expires_at=moment + timedelta(hours=12),
    )
    transact(lambda session: session.add(row))


def _names(shop: Shop) -> Names:
    """Real values by the names under which paths, queries and bodies ask for them."""
    desk, company = shop.supervisor, shop.company
    site, device = company.sites[SHOP.code], shop.counter.device
    line = desk.rows(f"stocktakes/{shop.stocktake_id}/lines")[0]
    item, place = next(iter(company.items.items())), next(iter(company.bins.items()))
    zone = desk.rows(f"sites/{site}/locations", kind="zone")[0]
    journal = desk.rows("journals", site_id=site)[0]
    return {
        "site_id": site,
        "stocktake_id": shop.stocktake_id,
        "line_id": line["id"],
        "location_id": place[1],
        "item_id": item[1],
        "sku": item[0],
        "location": place[0],
        "zone_id": zone["id"],
        "zone_ids": [zone["id"]],
        "parent_id": zone["id"],
        "journal_id": journal["id"],
        "person_id": company.people["chen"],
        "unit_id": desk.rows("units")[0]["id"],
        "category_id": desk.rows("categories")[0]["id"],
        "device_id": str(device.device_id),
        "installation_id": str(device.installation_id),
        "reason_code": "damaged",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
        "after": None,
        "cursor": "0",
        "limit": 50,
    }


# --- what a call needs before it can go through, by the operation's name --------------------------------------------

Recipe = Callable[[Shop], Names]
RECIPES: dict[str, Recipe] = {}


def recipe(operation: str) -> Callable[[Recipe], Recipe]:
    """Note how to make the things an operation works on; `body` in its answer is the whole body."""

    def note(make: Recipe) -> Recipe:
        RECIPES[operation] = make
        return make

    return note


def _file(shop: Shop, path: str) -> str:
    answer = shop.admin.http.get(f"/api/v1/{path}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.content.decode("utf-8-sig")


def _draft(shop: Shop) -> str:
    """A stocktake of the warehouse, where nothing else is counted."""
    site = shop.company.sites[WAREHOUSE.code]
    body = {"site_id": site, "name": "one more", "kind": "full", "blind": False}
    return str(shop.admin.post("stocktakes", body)["id"])


def _started(shop: Shop) -> str:
    for other in shop.admin.rows("stocktakes", site_id=shop.company.sites[WAREHOUSE.code], state="counting"):
        shop.admin.post(f"stocktakes/{other['id']}/cancel")
    stocktake_id = _draft(shop)
    shop.admin.post(f"stocktakes/{stocktake_id}/start")
    return stocktake_id


@recipe("start_stocktake")
def _to_start(shop: Shop) -> Names:
    shop.admin.post(f"stocktakes/{_started(shop)}/cancel")
    return {"stocktake_id": _draft(shop)}


@recipe("cancel_stocktake")
def _to_cancel(shop: Shop) -> Names:
    return {"stocktake_id": _draft(shop)}


@recipe("close_stocktake")
def _to_close(shop: Shop) -> Names:
    return {"stocktake_id": _started(shop)}


@recipe("create_person")
def _somebody(_shop: Shop) -> Names:
    return {"body": {"login": f"new.{secrets.token_hex(4)}", "name": "New", "grants": []}}


def _person(shop: Shop) -> str:
    return str(shop.admin.post("people", _somebody(shop)["body"])["id"])


@recipe("update_person")
def _to_change(shop: Shop) -> Names:
    return {"person_id": _person(shop), "body": {"name": "Other", "language": "en"}}


@recipe("set_password")
def _to_let_in(shop: Shop) -> Names:
    return {"person_id": _person(shop), "body": {"password": "a good long phrase"}}


@recipe("set_pin")
def _to_give_a_pin(shop: Shop) -> Names:
    return {"person_id": shop.company.people["chen"], "body": {"pin": "802517"}}


@recipe("sign_in_with_password")
def _signing_in(_shop: Shop) -> Names:
    return {"body": {"login": "supervisor", "password": PASSWORD}}


@recipe("sign_in_with_pin")
def _at_the_device(shop: Shop) -> Names:
    return {"body": {"person_id": shop.company.people["wang"], "pin": "271604"}}


@recipe("enrol_device")
def _to_enrol(shop: Shop) -> Names:
    made = shop.admin.post("enrolments", {"site_id": shop.company.sites[SHOP.code], "label": "by its description"})
    key = base64.b64encode(Key().public).decode()
    return {"body": {"code": made["code"], "installation_id": str(new_id()), "public_key": key}}


@recipe("revoke_device")
def _to_revoke(shop: Shop) -> Names:
    return {"device_id": str(shop.enrol().device.device_id)}


def _held(shop: Shop) -> Names:
    """A record that came from a device after it was shut out."""
    counter = shop.enrol()
    counter.device.sync()
    shop.admin.post(f"devices/{counter.device.device_id}/revoke")
    counter.device.record("sheet", **_sheet(shop))
    counter.device.push()
    row = shop.admin.get("held", state="open")["rows"][0]
    return {"record_id": row["record_id"], "body_hash": row["body_hash"], "body": {"note": "seen"}}


def _sheet(shop: Shop) -> Names:
    place = shop.company.bins[SHOP.bins()[-2]]
    return {"stocktake": shop.stocktake_id, "sheet": str(new_id()), "location": place, "round": 1}


@recipe("release")
def _to_release(shop: Shop) -> Names:
    return _held(shop)


@recipe("dismiss")
def _to_dismiss(shop: Shop) -> Names:
    return _held(shop)


def _receipt(shop: Shop) -> Names:
    names = shop.names
    entry = {"item_id": names["item_id"], "location_id": names["location_id"], "quantity": 3}
    return {"site_id": names["site_id"], "kind": "receipt", "entries": [entry]}


@recipe("post_journal")
def _to_book(shop: Shop) -> Names:
    return {"body": _receipt(shop)}


@recipe("reverse_journal")
def _to_take_back(shop: Shop) -> Names:
    journal = shop.admin.post("journals", _receipt(shop))
    return {"journal_id": journal["id"], "body": {"reason_code": "wrong_posting", "note": "typed twice"}}


@recipe("import_movements")
def _movements(shop: Shop) -> Names:
    item, place = shop.names["sku"], shop.names["location"]
    header = "occurred_at,sku,barcode,location,to_location,lot,quantity,unit_cost,document"
    return {"body": f"{header}\n,{item},,{place},,,2,,GRN-9\n", "kind": "receipt", "dry_run": "true"}


@recipe("import_items")
def _items(shop: Shop) -> Names:
    return {"body": _file(shop, "items/export"), "dry_run": "true"}


@recipe("import_people")
def _people(shop: Shop) -> Names:
    return {"body": _file(shop, "people/export"), "dry_run": "true"}


@recipe("import_locations")
def _locations(shop: Shop) -> Names:
    return {"body": _file(shop, f"sites/{shop.names['site_id']}/locations/export"), "dry_run": "true"}


@recipe("item_by_code")
def _code(shop: Shop) -> Names:
    return {"code": shop.company.goods[0].piece_code}


@recipe("create_stocktake")
def _to_plan(shop: Shop) -> Names:
    return {"body": {"site_id": shop.names["site_id"], "name": "next", "kind": "full", "blind": True}}


@recipe("post_overlap")
def _overlap(shop: Shop) -> Names:
    found = shop.supervisor.get(f"stocktakes/{shop.stocktake_id}/overlaps")["rows"][0]
    return {"body": {"location_id": found["location_id"], "round": found["round"], "decision": "sum"}}


@recipe("bind_unknown_code")
def _unknown(shop: Shop) -> Names:
    found = shop.supervisor.get(f"stocktakes/{shop.stocktake_id}/unknown-codes")["rows"][0]
    return {"body": {"code": found["code"], "item_id": shop.names["item_id"], "pack_factor": 1}}


@recipe("decide_lines")
def _decision(shop: Shop) -> Names:
    found = shop.supervisor.get(f"stocktakes/{shop.stocktake_id}/lines", state="needs_decision")["rows"][0]
    lines = [{"id": found["id"], "version": found["version"]}]
    return {"body": {"decision": "keep_book", "lines": lines, "reason_code": "miscount", "note": "looked again"}}


@recipe("post_stocktake")
def _to_post(shop: Shop) -> Names:
    return {"body": {"dry_run": True}}


@recipe("reverse_stocktake")
def _posted(shop: Shop) -> Names:
    """The count under way, as far as it is ready: the last thing done to it."""
    shop.supervisor.http.post(f"/api/v1/stocktakes/{shop.stocktake_id}/post", json={"only_ready": True})
    return {"body": {"reason_code": "wrong_posting"}}


# What is changed is nothing that other calls build on.
@recipe("set_barcodes")
def _codes(shop: Shop) -> Names:
    return {"item_id": _last(shop.company.items), "body": {"barcodes": [{"code": "HOUSE-1"}]}}


def _last(named: dict[str, str]) -> str:
    return list(named.values())[-1]


@recipe("create_site")
def _new_site(_shop: Shop) -> Names:
    code = f"N{secrets.token_hex(3)}"
    return {"body": {"code": code, "name": code, "time_zone": "Asia/Shanghai", "currency": "CNY", "stock_level": "bin"}}


@recipe("edit_site")
def _site(shop: Shop) -> Names:
    made = shop.admin.post("sites", _new_site(shop)["body"])
    return {"site_id": made["id"], "body": {"name": "Renamed"}}


@recipe("edit_location")
def _location(shop: Shop) -> Names:
    return {"location_id": _last(shop.company.bins), "body": {"name": "Renamed"}}


@recipe("create_item")
def _new_item(shop: Shop) -> Names:
    sku = secrets.token_hex(4)
    return {"body": {"sku": sku, "name": "New", "unit_id": shop.names["unit_id"]}, "sku": sku}


@recipe("edit_item")
def _item(shop: Shop) -> Names:
    return {"item_id": _last(shop.company.items), "body": {"name": "Renamed"}}


@recipe("create_location")
def _new_location(shop: Shop) -> Names:
    return {"body": {"kind": "bin", "code": secrets.token_hex(4), "name": "New", "parent_id": shop.names["zone_id"]}}


@recipe("hello")
def _hello(shop: Shop) -> Names:
    return {"epoch": None, "cursor": None}
