"""The pictures of a delivery's way: a receiver at the dock, then whoever decides what came."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from app.demo.shop import DOCK
from scanner.labels import render_shelf, to_jpeg
from tests.e2e.conftest import wedge
from tests.e2e.dock import UNKNOWN, damaged_carton
from tests.e2e.dock_scene import RECEIVER
from tests.e2e.phone import first_page, key_in, upload
from tests.e2e.picture_book import Camera, at_the_desk, open_list

ROWS = "[role=rowgroup] [role=row]"
FIRST_DELIVERY = 1
SINGLY_AT_MOST = 3  # more of the same are keyed


def dock(camera: Camera, context: BrowserContext) -> None:
    """A delivery from the list of what is due to the bins: too much, broken, unknown, and without a network."""
    page = _receiver(camera, context)
    camera.shoot(page, "dock-1-tasks")
    coming = _coming(camera)
    page.locator(".place-row").filter(has_text=f"ASN-{FIRST_DELIVERY}").click()
    expect(page.locator(".dock-list li").first).to_be_visible()
    wedge(page, f"LOC-{camera.site['code']}-{DOCK}")
    expect(page.locator(".dock")).to_contain_text(DOCK)
    camera.shoot(page, "dock-2-place")
    page.locator(".foot .button").click()
    expect(page.locator(".receive-keys")).to_be_visible()
    _scan_what_came(camera, page, coming)
    _end_the_receipt(camera, page)
    _put_away_and_look_up(camera, page, coming[1][0])
    upload(page)
    context.close()


def _receiver(camera: Camera, context: BrowserContext) -> Page:
    page = first_page(context)
    code = camera.desk.post("enrolments", {"site_id": camera.site["id"], "label": "PDA-05"})["code"]
    page.goto(f"/#/enrol?code={code}")
    page.locator("form button[type=submit]").click()
    page.get_by_role("button", name=RECEIVER.name).click()
    key_in(page, RECEIVER.pin)
    page.locator(".keypad .button-main").click()
    expect(page.locator(".place-row").first).to_be_visible()
    return page


def _coming(camera: Camera) -> list[tuple[dict[str, Any], int]]:
    """The items of the delivery that is due, and how many of each."""
    rows = camera.desk.rows("expected-deliveries", site_id=camera.site["id"])
    found = next(row for row in rows if row["number"] == FIRST_DELIVERY)
    lines = camera.desk.get(f"expected-deliveries/{found['id']}")["lines"]
    return [(camera.desk.get(f"items/{line['item']['id']}"), line["quantity"]) for line in lines]


def _scan(page: Page, item: dict[str, Any], quantity: int) -> None:
    """So many pieces by the largest pack that divides them."""
    packs = [code for code in item["barcodes"] if quantity % code["pack_factor"] == 0]
    pack = max(packs, key=lambda code: code["pack_factor"])
    times = quantity // pack["pack_factor"]
    for _ in range(min(times, SINGLY_AT_MOST)):
        wedge(page, pack["code"])
    if times > SINGLY_AT_MOST:
        page.locator(".receive-keys button").nth(1).click()
        key_in(page, str(times - SINGLY_AT_MOST + 1))
        page.locator(".pad-keys .button-main").click()
        expect(page.locator(".receive-keys")).to_be_visible()


def _scan_what_came(camera: Camera, page: Page, coming: Sequence[tuple[dict[str, Any], int]]) -> None:
    (first, wanted), (second, of_second), (third, of_third), *others = coming
    _scan(page, first, wanted)
    _scan(page, second, of_second)
    expect(page.locator(".last-ok")).to_contain_text(second["name"])
    camera.shoot(page, "dock-3-scan")
    carton = max(first["barcodes"], key=lambda code: code["pack_factor"])
    wedge(page, carton["code"])
    expect(page.locator(".last-look")).to_be_visible()
    camera.shoot(page, "dock-4-over")
    page.locator(".damaged-key").click()
    wedge(page, third["barcodes"][0]["code"])
    _photograph(page, damaged_carton(1))
    camera.shoot(page, "dock-5-damaged")
    page.locator(".damaged-banner button").click()
    _scan(page, third, of_third - 1)
    wedge(page, UNKNOWN)
    expect(page.locator(".last-alarm")).to_be_visible()
    _photograph(page, to_jpeg(render_shelf([UNKNOWN], seed=1)))
    camera.shoot(page, "dock-6-unknown")
    page.context.set_offline(True)
    for item, quantity in others[:-1]:
        _scan(page, item, quantity)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("header .pill-look")).to_be_visible()
    camera.shoot(page, "dock-7-offline")
    page.context.set_offline(False)
    upload(page)


def _photograph(page: Page, picture: bytes) -> None:
    file: Any = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture}
    page.locator(".last .photo-key input").set_input_files(file)
    expect(page.locator(".last .thumbs img")).to_have_count(1)


def _end_the_receipt(camera: Camera, page: Page) -> None:
    page.locator(".receive-keys a").click()
    expect(page.locator(".finding").first).to_be_visible()
    camera.shoot(page, "dock-8-finish")
    page.locator(".foot .button-main").click()
    expect(page.locator(".notice-ok")).to_be_visible()
    upload(page)


def _put_away_and_look_up(camera: Camera, page: Page, item: dict[str, Any]) -> None:
    page.goto("/#/phone/putaway")
    expect(page.locator("li.line").first).to_be_visible()
    camera.shoot(page, "dock-9-putaway")
    code = item["barcodes"][0]["code"]
    wedge(page, code)
    expect(page.locator(".target")).to_be_visible()
    camera.shoot(page, "dock-10-bin")
    page.locator(".foot-keys .button-main").click()
    upload(page)
    page.goto("/#/phone/lookup")
    wedge(page, code)
    expect(page.locator(".facts").first).to_be_visible()
    camera.shoot(page, "dock-11-lookup")


def receipt_at_the_desk(camera: Camera, context: BrowserContext) -> None:
    """What the manager sees and decides, posts, takes out as a file and sends back."""
    page = at_the_desk(context)
    receipts = camera.desk.rows("receipts", site_id=camera.site["id"])
    receipt = max(receipts, key=lambda row: row["number"])
    at = f"/#/receipts/{receipt['id']}"
    open_list(page, at)
    camera.shoot(page, "receipt-1-lines")
    page.locator(ROWS).filter(has_text="Damaged").click()
    expect(page.locator(".pane .photo img").first).to_be_visible()
    camera.shoot(page, "receipt-2-damaged")
    page.keyboard.press("Escape")
    _say_what_the_code_is(camera, page)
    open_list(page, at)
    page.get_by_role("button", name="End receiving").click()
    _send(page)
    page.locator(ROWS).filter(has_text="Over the ceiling").click()
    page.keyboard.press("e")
    _because(page, "Supplier sent too many", "The driver takes the extra carton back.")
    camera.shoot(page, "receipt-4-decide")
    _send(page)
    expect(page.locator(ROWS).filter(has_text="Over the ceiling")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    _because(page, "Supplier sent the wrong goods", "Told to the supplier.")
    _send(page)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".dialog .figures")).to_be_visible()
    camera.shoot(page, "receipt-5-post")
    page.locator(".dialog .button-main").click()
    expect(page.locator(".dialog .notice-ok")).to_be_visible()
    page.locator(".dialog .button-main").click()
    page.keyboard.press("Escape")
    open_list(page, f"{at}?show=all")
    _send_back(camera, page)
    context.close()


def _say_what_the_code_is(camera: Camera, page: Page) -> None:
    open_list(page, "/#/inbox")
    page.locator(ROWS).filter(has_text=UNKNOWN).get_by_role("button", name="Say what it is").click()
    page.locator(".dialog .segmented button").last.click()
    fill = {"SKU": "P2001", "Name": "气泡水 原味 480 ml", "Unit cost": "3.20"}
    for label, text in fill.items():
        page.locator(".dialog").get_by_label(label).fill(text)
    camera.shoot(page, "receipt-3-code")
    _send(page)


def _because(page: Page, reason: str, note: str) -> None:
    page.locator(".dialog select").select_option(label=reason)
    page.locator(".dialog textarea").fill(note)


def _send(page: Page) -> None:
    page.locator(".dialog button[type=submit]").click()
    expect(page.locator("dialog")).to_have_count(0)


def _send_back(camera: Camera, page: Page) -> None:
    page.get_by_role("button", name="Export").click()
    camera.shoot(page, "receipt-6-export")
    page.keyboard.press("Escape")
    page.locator(".menu > button").first.click()
    page.get_by_role("button", name="Return to supplier").click()
    page.locator(".return-rows input").first.fill("2")
    page.locator(".dialog select").select_option(label="Damaged")
    camera.shoot(page, "receipt-7-return")
    _send(page)
    expect(page.locator(".page .notice-ok").last).to_be_visible()
