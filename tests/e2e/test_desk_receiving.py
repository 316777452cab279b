"""A supervisor's morning with a delivery: over, broken, a code nobody knew; decided, posted, and taken back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PASSWORD, PINS, OpenBrowser, Shop
from tests.e2e.dock import UNKNOWN, Dock
from tests.e2e.phone import first_page

ORDERED = {"WATER": 24, "TISSUE": 12}


@pytest.fixture
def order(shop: Shop) -> dict[str, Any]:
    """24 bottles of water and 12 packs of tissues ordered of a supplier who may bring nothing too much."""
    supplier = shop.desk.post("suppliers", {"code": "NORTH", "name": "北方供应"})
    lines = [{"item_id": shop.items[sku], "quantity": quantity} for sku, quantity in ORDERED.items()]
    body = {"site_id": shop.site_id, "supplier_id": supplier["id"], "lines": lines}
    made: dict[str, Any] = shop.desk.post("purchase-orders", body)
    return shop.desk.post(f"purchase-orders/{made['id']}/order")  # type: ignore[no-any-return]


@pytest.fixture
def receipt(shop: Shop, order: dict[str, Any]) -> str:
    """What Wang's PDA sent from the dock: 30 bottles, 10 packs and 2 torn ones with a photo, 3 of an unknown code."""
    dock = Dock.enrol(shop.desk, shop.site_id, shop.people["wang"], PINS["wang"], shop.places["A-02"])
    dock.open(order=order["id"], note="SH-1")
    items = {sku: shop.desk.get(f"items/{shop.items[sku]}") for sku in ORDERED}
    dock.scan(items["WATER"], 30)
    dock.scan(items["TISSUE"], 10)
    dock.photo(dock.scan(items["TISSUE"], 2, kind="damaged"), "damage")
    dock.photo(dock.scan(None, 3), "unknown_code")
    return dock.bring()


@pytest.fixture
def desk(shop: Shop, browser: OpenBrowser, receipt: str) -> Page:
    """Li at her desk, before the receipt."""
    shop.speak("zh")
    page = first_page(browser("desk", phone=False))
    page.goto("/")
    page.locator("input[name=login]").fill("li")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.get_by_role("link", name="收货", exact=False).first.click()
    row(page, "北方供应").click()
    expect(page).to_have_url(re.compile(receipt))
    return page


def row(page: Page, text: str) -> Locator:
    """The row of the table that has these words."""
    return page.locator("[role=rowgroup] [role=row]").filter(has_text=text)


def dialog(page: Page) -> Locator:
    """The dialog that stands open."""
    return page.locator("dialog[open]")


def decide(page: Page, key: str, reason: str, more: Callable[[Locator], None] = lambda _: None) -> None:
    """Decide the line the cursor is on by its key, with a reason."""
    page.keyboard.press(key)
    opened = dialog(page)
    more(opened)
    opened.locator("select").select_option(label=reason)
    opened.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)


def test_a_delivery_is_decided_posted_and_taken_back(shop: Shop, desk: Page, order: dict[str, Any]) -> None:
    before = shop.stock()
    _decide_what_came(desk)
    _bind_the_unknown_code(desk)
    _end_and_post(desk)
    came = {sku: shop.stock().get(("A-02", sku), 0) for sku in ("WATER", "TISSUE", "NOODLES")}
    assert came == {"WATER": 24, "TISSUE": 12, "NOODLES": 3}
    assert _received(shop, order) == {"WATER": 24, "TISSUE": 12}
    assert shop.desk.get(f"purchase-orders/{order['id']}")["state"] == "received"
    _reverse(desk)
    assert {key: quantity for key, quantity in shop.stock().items() if quantity} == before
    assert _received(shop, order) == {"WATER": 0, "TISSUE": 0}


def _received(shop: Shop, order: dict[str, Any]) -> dict[str, int]:
    lines = shop.desk.get(f"purchase-orders/{order['id']}")["lines"]
    return {line["item"]["sku"]: line["quantity_received"] for line in lines}


def _decide_what_came(page: Page) -> None:
    """The water beyond what was ordered goes back; the torn packs are kept, after a look at their photo."""
    expect(row(page, "超收")).to_contain_text("多 6")
    expect(page.locator("[role=rowgroup] [role=row]").first).to_contain_text("WATER")  # the dearest first
    row(page, "WATER").click()
    expect(page.locator(".pane .time-count")).to_contain_text("小王")
    decide(page, "e", "入账有误")
    expect(row(page, "WATER")).to_have_count(0)
    row(page, "TISSUE").click()
    page.locator(".pane .photo").first.click()
    expect(dialog(page).locator("img")).to_have_js_property("complete", value=True)
    assert dialog(page).locator("img").evaluate("image => image.naturalWidth") > 0
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    decide(page, "a", "破损", lambda opened: opened.get_by_label("收下:先入库").check())
    expect(page.get_by_text("没有要决定的了")).to_be_visible()


def _bind_the_unknown_code(page: Page) -> None:
    """It is noodles; nobody ordered them, so that is one more thing to decide."""
    page.get_by_role("link", name="未知条码", exact=False).last.click()
    row(page, UNKNOWN).get_by_role("button", name="说明它是什么").click()
    opened = dialog(page)
    expect(opened.locator(".photo img")).to_be_visible()
    opened.get_by_role("combobox", name="商品").fill("NOODLES")
    opened.get_by_role("option", name="红烧牛肉面").click()
    opened.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_text("没有未知条码")).to_be_visible()
    page.get_by_role("link", name="收货明细", exact=False).click()
    expect(row(page, "订单外")).to_contain_text("NOODLES")
    row(page, "NOODLES").click()
    decide(page, "a", "收货未入账")


def _end_and_post(page: Page) -> None:
    page.get_by_role("button", name="结束收货").click()
    dialog(page).locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    page.get_by_role("button", name="过账入库").click()
    expect(dialog(page)).to_contain_text("3 行入库")
    dialog(page).get_by_role("button", name="过账", exact=True).click()
    expect(dialog(page)).to_contain_text("已过账 3 行")
    dialog(page).get_by_role("button", name="关闭").last.click()
    expect(page.locator(".page-about")).to_contain_text("已过账")


def _reverse(page: Page) -> None:
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("button", name="冲销").click()
    dialog(page).locator("textarea").fill("送错了门店")
    dialog(page).locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator(".page-about")).to_contain_text("已冲销")
