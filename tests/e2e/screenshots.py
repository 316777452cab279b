"""The pictures of the manual: python -m tests.e2e.screenshots writes docs/screenshots/*.png from the demo's company."""

import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, expect, sync_playwright

from app.demo.desk import Desk
from app.demo.shop import PASSWORD
from tests.e2e.conftest import browsers, demo_company, serving, wedge
from tests.e2e.phone import first_page, key_in, take_over
from tests.e2e.picture_book import FOLDER, Camera, at_the_desk, open_list
from tests.e2e.receiving_pictures import dock, receipt_at_the_desk
from tests.e2e.tours import import_file

BIN = "C-02"
DEAREST_FIRST = "sort=value&order=asc"
WRONG_ITEMS = """sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active
P2001,气泡水 原味 480 ml,饮料 Drinks,pcs,0,6901234500011,1,,3.20,no,yes
P2001,,,,,16901234500018,15,整箱,,,
P2002,气泡水 白桃 480 ml,饮料 Drinks,pcs,0,6901234500023,1,,three,no,yes
,葡萄汁 1 l,饮料 Drinks,pcs,0,6901234500035,1,,8.90,no,yes
P2004,散装核桃,零食 Snacks,kg,7,PLU-310,1,,45.00,no,yes
"""


def take_all(camera: Camera) -> None:
    """All pictures, the phones' before the desk's: they change what the desk shows."""
    phone(camera, camera.open_browser("phone"))
    camera.speak("zh")
    desk_in_chinese(camera, camera.open_browser("desk", phone=False))
    camera.speak("en")
    desk_in_english(camera, camera.open_browser("desk-en", phone=False, language="en"))
    camera.speak("zh")
    dock(camera, camera.open_browser("dock"))
    camera.speak("en")
    receipt_at_the_desk(camera, camera.open_browser("receipt", phone=False, language="en"))


def phone(camera: Camera, context: BrowserContext) -> None:
    """Tasks, counting without a network, and the question at the end of a place."""
    page = first_page(context)
    code = camera.desk.post("enrolments", {"site_id": camera.site["id"], "label": "PDA-03"})["code"]
    page.goto(f"/#/enrol?code={code}")
    page.locator("form button[type=submit]").click()
    take_over(page)
    expect(page.locator(".card")).to_be_visible()
    camera.shoot(page, "phone-tasks")
    wedge(page, f"LOC-{camera.site['code']}-{BIN}")
    expect(page.locator(".foot-keys")).to_be_visible()
    context.set_offline(True)
    first, second, third, *_ = camera.codes_at(BIN)
    for scanned in (first, first, second, "6970399921251", third):
        wedge(page, scanned)
    page.locator(".foot-keys button").nth(1).click()
    key_in(page, "3")
    page.locator(".pad-keys .button-main").click()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("header .pill-look")).to_be_visible()
    camera.shoot(page, "phone-counting-offline")
    page.goto("/#/phone/finish")
    question = page.locator("li.question")
    question.first.locator("button").first.click()
    camera.shoot(page, "phone-finish")
    context.set_offline(False)
    context.close()


def running_stocktake(camera: Camera) -> str:
    """Its address."""
    stocktakes = camera.desk.rows("stocktakes", site_id=camera.site["id"])
    return next(f"/#/stocktakes/{row['id']}" for row in stocktakes if row["state"] == "counting")


def desk_in_chinese(camera: Camera, context: BrowserContext) -> None:
    """The workbench, posting, enrolling a device."""
    page, stocktake = at_the_desk(context), running_stocktake(camera)
    open_list(page, f"{stocktake}?{DEAREST_FIRST}")
    camera.shoot(page, "desk-workbench")
    open_list(page, stocktake)
    page.locator(".page-actions .button-main").click()
    expect(page.locator(".dialog .figures")).to_be_visible()
    camera.shoot(page, "desk-post")
    page.reload()
    open_list(page, "/#/devices")
    page.locator(".page-actions .button-main").click()
    page.locator(".dialog input").fill("PDA-04")
    page.locator(".dialog .button-main").click()
    expect(page.locator(".enrol img")).to_be_visible()
    camera.shoot(page, "desk-enrol")
    context.close()


def desk_in_english(camera: Camera, context: BrowserContext) -> None:
    """An import with mistakes; the workbench in the dark, with what happened to one line."""
    page, stocktake = at_the_desk(context), running_stocktake(camera)
    open_list(page, "/#/items")
    import_file(page, WRONG_ITEMS)
    camera.shoot(page, "desk-import")
    page.reload()
    page.emulate_media(color_scheme="dark")
    open_list(page, f"{stocktake}?{DEAREST_FIRST}")
    page.locator("[role=rowgroup] [role=row]").first.click()
    expect(page.locator(".pane .time").first).to_be_visible()
    camera.shoot(page, "desk-workbench-dark")
    context.close()


def main() -> None:
    """Serve the demo's company and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        serving(demo_company) as server,
        httpx.Client(base_url=server.url, timeout=60) as http,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as profiles,
        browsers(playwright, server, Path(profiles)) as open_browser,
    ):
        desk = Desk.sign_in(http, "admin", PASSWORD)
        site = next(row for row in desk.rows("sites") if row["code"] == "S01")
        take_all(Camera(open_browser, desk, site))


if __name__ == "__main__":
    main()
