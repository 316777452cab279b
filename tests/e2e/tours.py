"""Walks through the screens of the demo's company, stopping at each: what looks at the screens is somebody else's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from app.demo.shop import PASSWORD, WORKERS
from app.kernel.clock import iso
from tests.e2e.conftest import wedge
from tests.e2e.desk_receiving_tour import hard_to_show, tour_buying_and_receiving
from tests.e2e.phone import key_in
from tests.e2e.receive_tour import expect_goods, tour_receiving

Stop = Callable[[str, Page], None]

BIN = "C-06"  # nobody of the demo has counted here
MARKUP = "<img src=x onerror=alert(1)>"
MARKUP_CODE = "<script>alert(1)</script>"
MARKUP_NAME = "<svg onload=alert(1)>小周</svg>"
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 超长的商品名称" * 2
UNKNOWN_MARKUP_CODE = "<b onmouseover=alert(1)>X</b>"
ITEMS = f"""sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active
<i>X-1</i>,{MARKUP},<u>c</u>,pcs,0,{MARKUP_CODE},1,<s>1</s>,1.50,no,yes
LONG-1,{LONG_NAME},超长,pcs,0,LONG-0001-0001-0001-0001-0001-0001-0001-0001-0001,1,,999999.89,no,yes
WEIGHED-1,称重商品,生鲜,kg,3,PLU-999,1,,8.90,no,yes
"""
WRONG_ITEMS = f"""sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active
,没有货号,饮料,pcs,0,6901234567892,1,,1.50,no,yes
A-1,{MARKUP},饮料,pcs,0,6901234567892,1.5,,abc,no,maybe
A-2,又一件,饮料,pcs,7,6901234567890,1,,-1,no,yes
"""


@dataclass(frozen=True)
class Company:
    """The demo's company, with an administrator at its desk, and names in it that look like markup."""

    desk: Desk
    site_id: str
    stocktake_id: str
    people: dict[str, str]

    @classmethod
    def of(cls, desk: Desk) -> "Company":
        """Add to the demo's data what is hard to show."""
        site = next(row for row in desk.rows("sites") if row["code"] == "S01")
        place = next(row for row in desk.rows(f"sites/{site['id']}/locations") if row["code"] == BIN)
        desk.load("items/import", ITEMS)
        entries = [
            {"sku": sku, "location": BIN, "quantity": quantity, "unit_cost": 10_000}
            for sku, quantity in (("<i>X-1</i>", 3), ("LONG-1", 999_999), ("WEIGHED-1", 12_345))
        ]
        receipt = {"site_id": site["id"], "kind": "receipt", "document": MARKUP, "note": MARKUP, "entries": entries}
        desk.post("journals", receipt | {"occurred_at": iso(datetime.now(UTC))})
        desk.http.patch(f"/api/v1/locations/{place['id']}", json={"name": MARKUP}).raise_for_status()
        grants = [{"site_id": site["id"], "role": "counter"}]
        desk.post("people", {"login": "zhou", "name": MARKUP_NAME, "language": "zh", "grants": grants})
        desk.post("stocktakes", {"site_id": site["id"], "name": MARKUP, "kind": "full", "blind": False})
        running = next(row for row in desk.rows("stocktakes", site_id=site["id"]) if row["state"] == "counting")
        people = {row["login"]: row["id"] for row in desk.rows("people")}
        hard_to_show(desk, site["id"], LONG_NAME, MARKUP)
        expect_goods(desk, site["id"], MARKUP)
        return cls(desk, site["id"], running["id"], people)

    def speak(self, language: str) -> None:
        """Let its people have this language."""
        for worker in WORKERS:
            self.desk.patch(f"people/{self.people[worker.login]}", {"language": language})


def tour_phone(page: Page, company: Company, stop: Stop) -> None:
    """The counter's day, mistakes included, up to the question at the end of a place; then the receiver's."""
    _come_in(page, company, stop)
    _find_the_place(page, stop)
    _count(page, stop)
    _end(page, stop)
    tour_receiving(page, stop)


def _come_in(page: Page, company: Company, stop: Stop) -> None:
    page.goto("/#/sign-in")
    page.locator("input[name=login]").fill("nobody")
    page.locator("input[name=password]").fill("wrong")
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    stop("sign in, refused", page)
    page.goto("/#/enrol")
    page.locator("input[name=code]").fill("ABCD-EFGH")
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    stop("enrol, refused", page)
    body = {"site_id": company.site_id, "label": f"PDA {MARKUP}"}
    page.locator("input[name=code]").fill(company.desk.post("enrolments", body)["code"])
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("button", name="小王")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    stop("people", page)
    page.get_by_role("button", name="小王").click()
    key_in(page, "999999")
    page.locator(".keypad .button-main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    key_in(page, "27")
    stop("PIN, refused", page)
    key_in(page, "1604")
    page.locator(".keypad .button-main").click()
    expect(page.locator(".card")).to_be_visible()


def _find_the_place(page: Page, stop: Stop) -> None:
    stop("tasks", page)
    wedge(page, UNKNOWN_MARKUP_CODE)
    expect(page.get_by_role("alert")).to_contain_text(UNKNOWN_MARKUP_CODE)
    stop("tasks, no such place", page)
    page.locator(".card a.button").click()
    expect(page.locator(".place-row").first).to_be_visible()
    stop("places", page)
    wedge(page, f"LOC-S01-{BIN}")
    expect(page.locator(".foot-keys")).to_be_visible()
    stop("counting, nothing yet", page)


def _count(page: Page, stop: Stop) -> None:
    wedge(page, "LONG-0001-0001-0001-0001-0001-0001-0001-0001-0001")
    page.locator(".foot-keys button").nth(1).click()
    key_in(page, "123456")
    stop("quantity pad", page)
    page.locator(".pad-keys .button-main").click()
    expect(page.locator(".last-look")).to_be_visible()
    stop("counting, an improbable number", page)
    wedge(page, "PLU-999")
    wedge(page, UNKNOWN_MARKUP_CODE)
    expect(page.locator(".last-alarm code")).to_have_text(UNKNOWN_MARKUP_CODE)
    stop("counting, an unknown code", page)
    wedge(page, MARKUP_CODE)
    expect(page.locator(".last-name")).to_have_text(MARKUP)
    page.locator(".line-head").last.click()
    stop("line pad", page)
    page.locator(".pad-close").click()
    page.locator(".foot-keys button").nth(2).click()
    page.locator(".search input").press_sequentially("水", delay=120)
    expect(page.locator(".search .choice").first).to_be_visible()
    stop("search", page)
    page.locator(".foot-keys button").nth(2).click()


def _end(page: Page, stop: Stop) -> None:
    page.context.set_offline(True)
    wedge(page, "PLU-999")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("header .pill-look")).to_be_visible()
    stop("counting offline", page)
    page.goto("/#/phone/outbox")
    expect(page.locator("main dl.figures")).to_be_visible()
    stop("outbox offline", page)
    page.goto("/#/phone/finish")
    expect(page.locator("li.question").first).to_be_visible()
    stop("the question at the end", page)
    page.goto("/#/phone/me")
    expect(page.locator("main .settings")).to_have_count(2)  # the storage's comes once the browser has told
    stop("settings", page)
    page.context.set_offline(False)


def tour_desk(page: Page, company: Company, stop: Stop) -> None:
    """Every screen of the desk as its administrator, with the dialogs that matter most open."""
    page.goto("/")
    page.locator("input[name=login]").fill("admin")
    page.locator("input[name=password]").fill("wrong")
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    expect(page.locator(".running").first).to_be_visible()
    stop("today", page)
    _stocktakes(page, company, stop)
    tour_buying_and_receiving(page, stop)
    _book(page, stop)
    _masters(page, stop)
    _devices(page, stop)


def _stocktakes(page: Page, company: Company, stop: Stop) -> None:
    _open(page, "/stocktakes")
    stop("stocktakes", page)
    _dialog(page, page.locator(".page-actions .button-main"), "new stocktake", stop)
    at = f"/stocktakes/{company.stocktake_id}"
    _open(page, at)
    stop("workbench", page)
    row = page.locator("[role=rowgroup] [role=row]").first
    row.click()
    expect(page.locator(".pane .time").first).to_be_visible()
    stop("workbench, a line opened", page)
    page.keyboard.press("Escape")
    for key, name in (("a", "accept"), ("r", "recount"), ("?", "keys")):
        page.keyboard.press(key)
        stop(f"workbench, {name}", page)
        _close(page)
    page.keyboard.press("Control+a")
    stop("workbench, all chosen", page)
    _dialog(page, page.locator(".page-actions .button-main"), "post", stop, until=".dialog .figures")
    _open(page, f"{at}?show=all")
    stop("workbench, all lines", page)
    _open(page, f"{at}/overlaps", until=".page .card")
    stop("overlaps", page)
    _open(page, f"{at}/codes")
    stop("unknown codes", page)
    _dialog(page, page.locator("[role=row] button").first, "bind", stop)
    _open(page, f"{at}/places")
    stop("places of the stocktake", page)


def _book(page: Page, stop: Stop) -> None:
    _open(page, "/stock")
    stop("stock", page)
    _dialog(page, _first_row(page), "stock history", stop)
    _open(page, "/journals")
    stop("journals", page)
    _dialog(page, page.locator(".page-actions .button-main"), "new journal", stop)
    _first_row(page).click()
    expect(page.locator(".page-back")).to_be_visible()
    stop("journal", page)
    _open(page, "/held", until=".page")
    stop("held", page)


def _masters(page: Page, stop: Stop) -> None:
    _open(page, "/items")
    stop("items", page)
    _dialog(page, _first_row(page), "item", stop)
    import_file(page, WRONG_ITEMS)
    stop("items import with mistakes", page)
    _close(page)
    _open(page, "/places")
    stop("places", page)
    _dialog(page, _first_row(page), "place", stop)
    _dialog(page, page.locator(".page-actions button").last, "site", stop)
    _open(page, "/people")
    stop("people", page)
    _dialog(page, _first_row(page), "person", stop)


def import_file(page: Page, text: str) -> None:
    """Choose a file in the items' import, and wait for what it says."""
    page.locator(".page-actions button:not(.button-main)").last.click()
    file: Any = {"name": "items.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator(".dialog input[type=file]").set_input_files(file)
    expect(page.locator(".dialog .report-rows")).to_be_visible()


def _devices(page: Page, stop: Stop) -> None:
    _open(page, "/devices")
    stop("devices", page)
    page.locator(".page-actions .button-main").click()
    page.locator(".dialog input").fill("PDA-99")
    page.locator(".dialog .button-main").click()
    expect(page.locator(".enrol img")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)
    stop("enrol a device", page)
    _close(page)
    if page.locator(".desk-toggle").is_visible():
        page.locator(".desk-toggle").click()
        stop("navigation opened", page)
    page.locator(".desk-person > button").click()
    stop("person's menu", page)


def _open(page: Page, path: str, until: str = "[role=rowgroup] [role=row]") -> None:
    page.goto(f"/#{path}")
    expect(page.locator(until).first).to_be_visible()


def _first_row(page: Page) -> Any:
    return page.locator("[role=rowgroup] [role=row]").first


def _dialog(page: Page, opener: Any, name: str, stop: Stop, until: str = ".dialog-body") -> None:
    opener.click()
    expect(page.locator(until).first).to_be_visible()
    stop(name, page)
    _close(page)


def _close(page: Page) -> None:
    page.locator("dialog[open] .dialog-head button").click()
    expect(page.locator("dialog")).to_have_count(0)
