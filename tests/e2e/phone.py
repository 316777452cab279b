"""A phone in the tests' hands: enrolled, a counter signed in, at a place; and what it and the server have on disk."""

import re
import time
from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from playwright.sync_api import BrowserContext, Page, expect
from pysqlite3 import dbapi2 as sqlite

from tests.e2e.conftest import PINS, Server, Shop, wedge

WATER, CARTON, TISSUE, NOODLES = "6901234567892", "16901234567899", "6922868286607", "6920152400111"
DRAIN_S = 30


class Row(TypedDict):
    """A row of the device's outbox."""

    seq: int
    id: str
    kind: str
    status: str
    text: str


def first_page(context: BrowserContext) -> Page:
    """The tab a browser opens with."""
    return context.pages[0] if context.pages else context.new_page()


def enrol(context: BrowserContext, shop: Shop, label: str = "PDA-07") -> Page:
    """Enrol the browser by the address that a supervisor's QR code holds, and wait for its service worker."""
    code = shop.desk.post("enrolments", {"site_id": shop.site_id, "label": label})["code"]
    page = first_page(context)
    page.goto(f"/#/enrol?code={code}")
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("button", name="小王")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def take_over(page: Page, login: str = "wang") -> None:
    """A person says who they are: name, then PIN."""
    page.get_by_role("button", name={"wang": "小王", "li": "李主管"}[login]).click()
    key_in(page, PINS[login])
    page.locator(".keypad .button-main").click()


def key_in(page: Page, digits: str) -> None:
    """Digits on the keypad that is shown."""
    for digit in digits:
        page.locator(".keypad").get_by_role("button", name=digit, exact=True).click()


def counter(context: BrowserContext, shop: Shop, label: str = "PDA-07") -> Page:
    """A phone with Wang in front of bin A-01, ready to scan."""
    page = enrol(context, shop, label)
    take_over(page)
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()
    go_to(page, "A-01")
    return page


def go_to(page: Page, place: str) -> None:
    """Scan a location's code."""
    wedge(page, f"LOC-S01-{place}")
    expect(page.locator("header")).to_contain_text(place)
    expect(page.locator(".foot-keys")).to_be_visible()


def scan_through_hook(page: Page, codes: Sequence[str]) -> None:
    """Scans as a shell application gives them in, all in one moment."""
    page.evaluate("codes => { for (const code of codes) window.pandian.scan(code); }", list(codes))


def line(page: Page, name: str) -> Any:
    """The line of an item on the counting screen."""
    return page.locator("li.line").filter(has_text=name)


def expect_quantity(page: Page, name: str, quantity: int) -> None:
    """The line shows exactly this quantity."""
    expect(line(page, name).locator(".line-quantity")).to_have_text(re.compile(rf"^{quantity}$"))


# Reads the device's own log without the application's help.
OUTBOX = """() => new Promise((done, failed) => {
  const asked = indexedDB.open("pandian");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const reading = asked.result.transaction(["outbox", "meta"]);
    const rows = reading.objectStore("outbox").getAll();
    const device = reading.objectStore("meta").get("device");
    reading.oncomplete = () => { asked.result.close(); done({ device: device.result.id, rows: rows.result }); };
    reading.onerror = () => failed(reading.error);
  };
})"""


def outbox(page: Page) -> list[Row]:
    """The device's whole log, in its order."""
    rows: list[Row] = page.evaluate(OUTBOX)["rows"]
    return rows


def waiting(page: Page) -> int:
    """How many records the server has not acknowledged."""
    return sum(row["status"] == "PENDING" for row in outbox(page))


def upload(page: Page) -> None:
    """Have everything sent now, and wait until it is acknowledged."""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    deadline = time.monotonic() + DRAIN_S
    while waiting(page) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert waiting(page) == 0, page.locator("header").inner_text()


def expect_offline(page: Page) -> None:
    """The header says that the server does not answer."""
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("header")).to_contain_text(re.compile("离线|Offline"))


def accepted(server: Server, page: Page) -> list[tuple[UUID, UUID]]:
    """(record, person) of every record of this device in the server's database, in the device's order."""
    device = UUID(page.evaluate(OUTBOX)["device"])
    sought = "SELECT record_id, person_id FROM device_record WHERE device_id = ? ORDER BY device_seq"
    database = sqlite.connect(f"{server.folder}/pandian.sqlite")
    rows = database.execute(sought, (device.bytes,)).fetchall()
    database.close()
    return [(UUID(bytes=record), UUID(bytes=person)) for record, person in rows]


def expect_nothing_lost_or_doubled(page: Page, server: Server) -> None:
    """The server's database holds exactly the records of the device's log, each once and in its order."""
    upload(page)
    on_server = [record for record, _ in accepted(server, page)]
    on_device = [UUID(row["id"]) for row in outbox(page)]
    lost, doubled = set(on_device) - set(on_server), len(on_server) - len(set(on_server))
    assert on_server == on_device, f"{len(lost)} lost, {doubled} doubled, or out of order: {sorted(lost)[:5]}"


def counted(shop: Shop, label: str, place: str, sku: str) -> int:
    """What the server makes of this phone's records of an item at a place, other phones' beside it or not."""
    line_id = shop.lines()[place, sku]["id"]
    sheets = shop.desk.get(f"stocktakes/{shop.stocktake_id}/lines/{line_id}")["sheets"]
    return sum(sheet["quantity"] for sheet in sheets if sheet["device_label"] == label)
