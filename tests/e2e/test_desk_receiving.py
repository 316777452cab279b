"""A delivery at the desk: over, broken, two unknown codes, the wrong dock; decided, posted, sent back, taken back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PASSWORD, PINS, OpenBrowser, Shop
from tests.e2e.dock import UNKNOWN, Dock
from tests.e2e.phone import first_page

ORDERED = {"WATER": 24, "TISSUE": 12}
NEW = "6970399921269"


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
    """Wang's PDA sent 30 bottles, 10 packs and 2 torn ones with a photo, 3 of an unknown code and 4 of another."""
    dock = Dock.enrol(shop.desk, shop.site_id, shop.people["wang"], PINS["wang"], shop.places["A-01"])
    dock.open(order=order["id"], note="SH-1")
    items = {sku: shop.desk.get(f"items/{shop.items[sku]}") for sku in ORDERED}
    dock.scan(items["WATER"], 30)
    dock.scan(items["TISSUE"], 10)
    dock.photo(dock.scan(items["TISSUE"], 2, kind="damaged"), "damage")
    dock.photo(dock.scan(None, 3), "unknown_code")
    dock.scan(None, 4, code=NEW)
    return dock.bring()


@pytest.fixture
def desk(shop: Shop, browser: OpenBrowser, receipt: str) -> Page:
    """Li at her desk, before the receipt; what is new in it has been made an article by somebody who may."""
    shop.speak("zh")
    page = first_page(browser("desk", phone=False))
    page.goto("/")
    sign_in(page, "admin")
    _make_a_new_item(page)
    page.locator(".desk-person > button").click()
    page.get_by_role("button", name="退出").click()
    sign_in(page, "li")
    page.get_by_role("link", name="收货", exact=False).first.click()
    row(page, "北方供应").click()
    expect(page).to_have_url(re.compile(receipt))
    return page


def sign_in(page: Page, login: str) -> None:
    """Say who one is."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()


def _make_a_new_item(page: Page) -> None:
    """Nobody knows the code because the article is new: it is made where the code waits."""
    page.get_by_role("link", name="未知条码", exact=False).first.click()
    row(page, NEW).get_by_role("button", name="说明它是什么").click()
    opened = dialog(page)
    opened.get_by_role("button", name="是新商品").click()
    opened.locator("button[type=submit]").click()
    expect(opened.get_by_role("alert")).to_have_count(2)  # it has no number and no name yet
    opened.get_by_label("商品编码").fill("WATER")
    opened.get_by_label("名称").fill("气泡水 白桃 480 ml")
    opened.get_by_label("单位成本").fill("2.50")
    opened.locator("button[type=submit]").click()
    expect(opened.get_by_role("alert").first).to_be_visible()  # WATER is another article's number
    opened.get_by_label("商品编码").fill("SODA")
    opened.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(row(page, NEW)).to_have_count(0)


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
    _put_right(desk)
    _decide_what_came(desk)
    _bind_the_unknown_code(desk)
    _end_and_post(desk)
    came = {sku: shop.stock().get(("A-02", sku), 0) for sku in ("WATER", "TISSUE", "NOODLES", "SODA")}
    assert came == {"WATER": 24, "TISSUE": 12, "NOODLES": 3, "SODA": 4}
    assert _received(shop, order) == {"WATER": 24, "TISSUE": 12}
    assert shop.desk.get(f"purchase-orders/{order['id']}")["state"] == "received"
    _send_back(desk)
    assert shop.stock()["A-02", "TISSUE"] == 10
    _reverse(desk, refused="退货")
    _take_the_return_back(shop)
    _reverse(desk)
    assert {key: quantity for key, quantity in shop.stock().items() if quantity} == before
    assert _received(shop, order) == {"WATER": 0, "TISSUE": 0}


def _received(shop: Shop, order: dict[str, Any]) -> dict[str, int]:
    lines = shop.desk.get(f"purchase-orders/{order['id']}")["lines"]
    return {line["item"]["sku"]: line["quantity_received"] for line in lines}


def _put_right(page: Page) -> None:
    """The goods landed at A-02, not at A-01, and the note has another number."""
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("button", name="改订单、收货位、送货单号").click()
    opened = dialog(page)
    opened.get_by_role("combobox", name="货放在哪里").fill("A-02")
    opened.get_by_role("option", name="A-02").click()
    opened.get_by_label("送货单号").fill("SH-2")
    opened.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.locator(".page-about")).to_contain_text("放在 A-02")
    expect(page.locator(".page-about")).to_contain_text("SH-2")


def _decide_what_came(page: Page) -> None:
    """The water beyond what was ordered goes back; the torn packs are kept, after a look at their photo."""
    expect(row(page, "超收")).to_contain_text("多 6")
    expect(page.locator("[role=rowgroup] [role=row]").first).to_contain_text("SODA")  # the dearest first
    row(page, "SODA").click()
    decide(page, "a", "供应商少发")
    row(page, "WATER").click()
    expect(page.locator(".pane .time-count")).to_contain_text("小王")
    decide(page, "e", "供应商多发")
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
    expect(page.locator("[role=rowgroup] [role=row]")).to_have_count(1)
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
    decide(page, "a", "供应商发错货")


def _end_and_post(page: Page) -> None:
    page.get_by_role("button", name="结束收货").click()
    dialog(page).locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    page.get_by_role("button", name="过账入库").click()
    expect(dialog(page)).to_contain_text("4 行入库")
    dialog(page).get_by_role("button", name="过账", exact=True).click()
    expect(dialog(page)).to_contain_text("已过账 4 行")
    dialog(page).get_by_role("button", name="关闭").last.click()
    expect(page.locator(".page-about")).to_contain_text("已过账")


def _send_back(page: Page) -> None:
    """Two of the torn packs go back after all; more than came cannot."""
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("button", name="退货给供应商").click()
    opened = dialog(page)
    quantity = opened.get_by_label("退 原木抽纸")
    quantity.fill("13")
    opened.locator("select").select_option(label="破损")
    opened.locator("button[type=submit]").click()
    expect(opened.get_by_role("alert")).to_contain_text("多于收到的")
    quantity.fill("2")
    opened.locator("button[type=submit]").click()
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_text("已退货,凭证已记")).to_be_visible()


def _take_the_return_back(shop: Shop) -> None:
    journal = next(row for row in shop.desk.rows("journals", site_id=shop.site_id) if row["kind"] == "supplier_return")
    shop.desk.post(f"journals/{journal['id']}/reverse", {"reason_code": "wrong_posting", "note": "还是留下"})


def _reverse(page: Page, refused: str = "") -> None:
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("button", name="冲销").click()
    dialog(page).locator("textarea").fill("送错了门店")
    dialog(page).locator("button[type=submit]").click()
    if refused:
        expect(dialog(page).get_by_role("alert")).to_contain_text(refused)
        page.keyboard.press("Escape")
        return
    expect(dialog(page)).to_have_count(0)
    expect(page.locator(".page-about")).to_contain_text("已冲销")
