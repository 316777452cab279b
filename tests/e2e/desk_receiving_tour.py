"""A walk through the desk's screens of buying and receiving, over a delivery with everything that can be wrong."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from app.demo.desk import Desk
from tests.e2e.dock_scene import arrive

Stop = Callable[[str, Page], None]

ROWS = "[role=rowgroup] [role=row]"
MAIN = ".page-actions .button-main"


def hard_to_show(desk: Desk, site_id: str, long_name: str, markup: str) -> None:
    """A delivery at the dock; and a supplier with an order and a delivery whose names are long or look like markup."""
    arrive(desk, site_id)
    supplier = desk.post("suppliers", {"code": "LONG", "name": long_name, "note": markup, "over_receipt_bp": 1250})
    items = [row["id"] for row in desk.rows("items") if row["sku"] in {"<i>X-1</i>", "LONG-1", "WEIGHED-1"}]
    header = {"site_id": site_id, "supplier_id": supplier["id"], "reference": markup, "note": markup}
    lines = [{"item_id": item, "quantity": 999_999} for item in items]
    desk.post("purchase-orders", header | {"promised_on": "2020-02-29", "lines": lines})
    desk.post("expected-deliveries", header | {"expected_on": "2020-02-29", "lines": lines})
    terms: dict[str, Any] = {"supplier_sku": markup, "price": 999_999_000, "moq": 999_999, "over_receipt_bp": 5_000}
    for item in items:
        desk.put(f"suppliers/{supplier['id']}/items/{item}", terms)


def tour_buying_and_receiving(page: Page, stop: Stop) -> None:
    """Every screen with the dialogs that matter open."""
    _receipts(page, stop)
    _inbox(page, stop)
    _buying(page, stop)


def _receipts(page: Page, stop: Stop) -> None:
    _open(page, "/receipts")
    stop("receipts", page)
    _dialog(page, page.locator(MAIN), "new receipt", stop)
    page.locator(ROWS).filter(has_text="GRN-1").last.click()
    expect(page.locator(".workbench " + ROWS).first).to_be_visible()
    stop("receipt", page)
    page.keyboard.press("Control+a")
    for key, name in (("a", "accept"), ("e", "expected only"), ("r", "refuse"), ("?", "keys")):
        page.keyboard.press(key)
        stop(f"receipt, {name}", page)
        _close(page)
    stop("receipt, all chosen", page)
    page.keyboard.press("Escape")
    at = page.url.split("?")[0]
    page.goto(f"{at}?show=all&mark=damaged")
    page.locator(ROWS).first.click()
    expect(page.locator(".pane .photo img").first).to_be_visible()
    stop("receipt, a damaged line opened", page)
    page.keyboard.press("Escape")
    _dialog(page, page.locator(MAIN), "end receiving", stop)
    page.locator(".tabs a").nth(2).click()
    _dialog(page, page.locator(".photo").first, "a photo", stop, until=".photo-large img")
    stop("photos of a receipt", page)
    page.locator(".tabs a").nth(1).click()
    expect(page.locator(ROWS).first).to_be_visible()
    stop("unknown codes of a receipt", page)


def _inbox(page: Page, stop: Stop) -> None:
    _open(page, "/inbox")
    stop("inbox", page)
    page.locator(f"{ROWS} .button").first.click()
    page.locator(".dialog .segmented button").last.click()
    stop("what a code is", page)
    _close(page)


def _buying(page: Page, stop: Stop) -> None:
    for screen in ("orders", "deliveries", "suppliers"):
        _open(page, f"/{screen}")
        stop(screen, page)
        _dialog(page, page.locator(MAIN), f"new of {screen}", stop)
        page.locator(ROWS).filter(has_text="LONG").first.click()
        expect(page.locator(".page-back")).to_be_visible()
        expect(page.locator(ROWS).first).to_be_visible()
        stop(f"one of {screen}", page)
    _dialog(page, page.locator(ROWS).first, "terms", stop)


def _open(page: Page, path: str) -> None:
    page.goto(f"/#{path}")
    expect(page.locator(ROWS).first).to_be_visible()


def _dialog(page: Page, opener: Locator, name: str, stop: Stop, until: str = ".dialog-body") -> None:
    opener.click()
    expect(page.locator(until).first).to_be_visible()
    stop(name, page)
    _close(page)


def _close(page: Page) -> None:
    page.locator("dialog[open] .dialog-head button").click()
    expect(page.locator("dialog")).to_have_count(0)
