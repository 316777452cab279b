"""A real server that can be killed, a real Chromium, and a small shop made through the API."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask_migrate import upgrade
from playwright.sync_api import BrowserContext, Page, Playwright, Request, sync_playwright

from app import create_app
from app.accounts.queries import GrantRow
from app.accounts.service.people import NewPerson, create_person, sealed_password
from app.demo.desk import Desk
from app.demo.server import free_port
from app.kernel.clock import iso, now
from app.kernel.database import db
from app.kernel.transaction import transact
from app.settings import ROOT, Settings
from tests.swift import swift_folder

PASSWORD = "a-long-password-1"
PINS = {"wang": "271604", "li": "518342"}
SERVER_START_S = 30


def chromium() -> str:
    """Where the browser is. Failing is better than skipping: a part of the tests that did not run is a gap."""
    named = os.environ.get("PANDIAN_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("No Chromium found; install it (apt-get install chromium) or set PANDIAN_CHROMIUM.")
    return found


@dataclass
class Server:
    """gunicorn over a SQLite file, always on the same port, so that a page finds it again after a kill."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    static: Path = ROOT / "static" / "dist"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder}/pandian.sqlite"

    def migrate(self) -> None:
        """Make the database with its first administrator."""
        settings = Settings.from_environment({"DATABASE_URL": self.database, "PANDIAN_LOG_LEVEL": "ERROR"})
        with create_app(settings).app_context():
            upgrade()
            admin = NewPerson(
                login="admin",
                name="Admin",
                grants=(GrantRow(site_id=None, role="administrator"),),
                password_hash=sealed_password(PASSWORD, "admin"),
            )
            transact(lambda session: create_person(session, admin, now()))
            db.engine.dispose()

    def start(self) -> None:
        """Serve, and come back when it answers."""
        place = {"PORT": str(self.port), "HOST": "127.0.0.1", "PANDIAN_STATIC": str(self.static)}
        environment = os.environ | place | {"DATABASE_URL": self.database}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "app/gunicorn.py"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + SERVER_START_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=1).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"The server did not start: {(self.folder / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9, the whole process group: nobody gets to finish anything."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def flask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the application against this database."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.database, "PANDIAN_LOG_LEVEL": "ERROR"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy from."""
    server = Server(tmp_path_factory.mktemp("template"), 0)
    server.migrate()
    return server.folder


@contextmanager
def serving(fill: Callable[[Server], object]) -> Iterator[Server]:
    """A running server over a database that `fill` has made in its folder."""
    with swift_folder() as folder:
        running = Server(folder, free_port())
        fill(running)
        running.start()
        try:
            yield running
        finally:
            running.kill()


def copied(template: Path) -> Callable[[Server], object]:
    """Fill a server with the database of this folder."""
    return lambda server: shutil.copytree(template, server.folder, dirs_exist_ok=True)


def demo_company(server: Server) -> None:
    """Fill a server with the demo's company and its count under way."""
    for command in (("db", "upgrade"), ("demo-data",)):
        done = server.flask(*command)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def server(migrated: Path) -> Iterator[Server]:
    """A server of the test's own, to be killed as it likes."""
    with serving(copied(migrated)) as running:
        yield running


@pytest.fixture(scope="module")
def lasting_server(migrated: Path) -> Iterator[Server]:
    """A server that the tests of a file share; who kills it starts it again."""
    with serving(copied(migrated)) as running:
        yield running


@dataclass
class Shop:
    """A shop with zone A, bins A-01 and A-02, four goods, a counter (Wang) and a supervisor (Li)."""

    desk: Desk
    site_id: str
    places: dict[str, str]
    items: dict[str, str]
    people: dict[str, str]
    stocktake_id: str

    def move(self, kind: str, document: str, sku: str, quantity: int, when: datetime, place: str = "A-01") -> None:
        """Book one movement."""
        entry = {
            "item_id": self.items[sku],
            "location_id": self.places[place],
            "quantity": quantity,
            "occurred_at": iso(when),
        }
        body = {"site_id": self.site_id, "kind": kind, "source_key": document, "document": document, "entries": [entry]}
        self.desk.post("journals", body)

    def speak(self, language: str) -> None:
        """Let its people have this language: it wins over the browser's once somebody has signed in."""
        for person_id in self.people.values():
            self.desk.patch(f"people/{person_id}", {"language": language})

    def lines(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The stocktake's lines by (place, SKU)."""
        rows = self.desk.rows(f"stocktakes/{self.stocktake_id}/lines")
        return {(row["location_code"], row["sku"]): row for row in rows}

    def stock(self) -> dict[tuple[str, str], int]:
        """On hand by (place, SKU)."""
        rows = self.desk.rows("stock", site_id=self.site_id)
        return {(row["location_code"], row["sku"]): row["quantity"] for row in rows}


ITEMS = """sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active
WATER,饮用天然水 550 ml,饮料,pcs,0,6901234567892,1,,1.50,no,yes
WATER,,,,,16901234567899,12,整箱,,,
TISSUE,原木抽纸 3 层,纸品,pcs,0,6922868286607,1,,2.00,no,yes
NOODLES,红烧牛肉面,方便食品,pcs,0,6920152400111,1,,3.00,no,yes
APPLE,苹果,生鲜,kg,3,PLU-301,1,,8.90,no,yes
"""
LOCATIONS = "kind,code,parent,name,barcode,walk_order\nzone,A,,Zone A,,1\nbin,A-01,A,,,2\nbin,A-02,A,,,3\n"


@pytest.fixture
def shop(server: Server) -> Iterator[Shop]:
    """The shop with opening stock, and a blind full stocktake started."""
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield make_shop(Desk.sign_in(http, "admin", PASSWORD))


@pytest.fixture(scope="module")
def lasting_shop(lasting_server: Server) -> Iterator[Shop]:
    """The same shop, shared by the tests of a file."""
    with httpx.Client(base_url=lasting_server.url, timeout=30) as http:
        yield make_shop(Desk.sign_in(http, "admin", PASSWORD))


def make_shop(desk: Desk) -> Shop:
    """Make the shop as its administrator would."""
    site = desk.post(
        "sites",
        {"code": "S01", "name": "城中一店", "time_zone": "Asia/Shanghai", "currency": "CNY", "stock_level": "bin"},
    )
    desk.load(f"sites/{site['id']}/locations/import", LOCATIONS)
    desk.load("items/import", ITEMS)
    people = {}
    for login, name, role in (("wang", "小王", "counter"), ("li", "李主管", "supervisor")):
        grants = [{"site_id": site["id"], "role": role}]
        person = desk.post("people", {"login": login, "name": name, "language": "zh", "grants": grants})
        people[login] = person["id"]
        desk.put(f"people/{person['id']}/password", {"password": PASSWORD})
        desk.put(f"people/{person['id']}/pin", {"pin": PINS[login]})
    made = Shop(
        desk,
        site["id"],
        {row["code"]: row["id"] for row in desk.rows(f"sites/{site['id']}/locations")},
        {row["sku"]: row["id"] for row in desk.rows("items")},
        people,
        "",
    )
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for sku, quantity in (("WATER", 26), ("TISSUE", 5), ("NOODLES", 4)):
        made.move("opening", f"OPEN-{sku}", sku, quantity, yesterday)
    body = {"site_id": site["id"], "name": "2026-11 全盘", "kind": "full", "blind": True}
    made.stocktake_id = desk.post("stocktakes", body)["id"]
    desk.post(f"stocktakes/{made.stocktake_id}/start")
    return made


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


OpenBrowser = Callable[..., BrowserContext]


FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1440, "height": 900}


@contextmanager
def browsers(playwright: Playwright, server: Server, folder: Path) -> Iterator[OpenBrowser]:
    """Open browsers with a profile on disk each; no request of theirs may leave the server."""
    opened: list[BrowserContext] = []
    strays: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            strays.append(request.url)

    def open_browser(
        name: str, *, language: str = "zh", phone: bool = True, dark: bool = False, flags: tuple[str, ...] = ()
    ) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            str(folder / name),
            executable_path=chromium(),
            args=[*FLAGS, *flags],
            viewport=PHONE if phone else SCREEN,
            has_touch=phone,
            is_mobile=phone,
            locale={"zh": "zh-CN", "en": "en-GB"}[language],
            color_scheme="dark" if dark else "light",
            base_url=server.url,
        )
        context.set_default_timeout(15_000)
        context.on("request", note)
        opened.append(context)
        return context

    try:
        yield open_browser
    finally:
        for context in opened:
            context.close()
    assert strays == [], "a request left the server's origin"


@pytest.fixture
def browser(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[OpenBrowser]:
    """Browsers for a server of the test's own."""
    with browsers(playwright, server, tmp_path) as open_browser:
        yield open_browser


@pytest.fixture(scope="module")
def lasting_browser(
    playwright: Playwright, lasting_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenBrowser]:
    """Browsers for the server that the tests of a file share."""
    with browsers(playwright, lasting_server, tmp_path_factory.mktemp("profiles")) as open_browser:
        yield open_browser


KEY_S = 0.002  # a scan engine types a key every two milliseconds
Key = dict[str, Any]  # a key event's fields, as Chromium's Input.dispatchKeyEvent names them


def wedge(page: Page, code: str) -> None:
    """Pull the trigger: the code as a scan engine types it, Enter at the end."""
    strike(page, [key_of(character) for character in code] + [ENTER])


def strike(page: Page, keys: Sequence[Key]) -> None:
    """Keys at a scan engine's pace.

    They carry the engine's times and are sent without waiting for one another: an engine does not wait for the page,
    and on a busy machine a pause between two keys would be the end of a code.
    """
    began = time.time()
    timed = [key | {"timestamp": began + number * KEY_S} for number, key in enumerate(keys)]
    events = [key | {"type": kind} for key in timed for kind in ("keyDown" if "text" in key else "rawKeyDown", "keyUp")]
    type_at_once(page, [("Input.dispatchKeyEvent", event) for event in events])


def type_at_once(page: Page, inputs: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """DevTools' commands of input (method and parameters), in their order, none waiting for the one before."""
    keyboard = page.context.new_cdp_session(page)

    async def send() -> None:
        impl = keyboard._impl_obj
        await asyncio.gather(*(impl.send(method=method, params=given, timeout=0) for method, given in inputs))

    keyboard._sync(send())
    keyboard.detach()


ENTER: Key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}


def key_of(character: str) -> Key:
    """The key that makes a character on a scanner's keyboard."""
    code = f"Digit{character}" if character.isdigit() else f"Key{character.upper()}" if character.isalpha() else ""
    number = ord(character.upper()) if code else 0
    return {"key": character, "code": code, "windowsVirtualKeyCode": number, "text": character}
