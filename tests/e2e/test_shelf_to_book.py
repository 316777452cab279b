"""From the shelf to the book: counted offline, synced, explained, decided by a second person, posted, proved."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PASSWORD, PINS, OpenBrowser, Server, Shop, wedge

WATER, CARTON, TISSUE, UNKNOWN = "6901234567892", "16901234567899", "6922868286607", "6970399921237"
# What a key or message is called: (Chinese, English).
NAMES = {
    "enrol": ("注册", "Enrol"),
    "enter": ("进入", "Enter"),
    "offline": ("离线", "Offline"),
    "online": ("在线", "Online"),
    "finish": ("完成库位", "Finish place"),
    "quantity": ("× 数量", "× Qty"),
    "zero": ("确认为零", "Zero"),
    "empty": ("确认是空的", "Yes, it is empty"),
    "unknown": ("未知条码", "Unknown code"),
    "waiting": ("条待上传", "waiting"),
    "sign_in": ("登录", "Sign in"),
    "accept": ("接受", "Accept"),
    "post": ("过账", "Post"),
    "post_all": ("全部过账", "Post everything"),
    "posted": ("已过账", "posted"),
    "reason": ("以往盘点有误", "Earlier count was wrong"),
    "last": ("刚才那次", "Last scan"),
}
WORDS = {language: {key: names[number] for key, names in NAMES.items()} for number, language in enumerate(("zh", "en"))}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_shelf_to_the_book(server: Server, shop: Shop, browser: OpenBrowser, language: str) -> None:
    words = WORDS[language]
    shop.speak(language)
    phone = browser("phone", language=language)
    page = _enrol(phone, shop, words)
    _sign_in_with_pin(page, words)
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()

    server.kill()
    phone.set_offline(True)
    _count_first_half(page, words)
    page.reload()
    _count_second_half(page, words)
    phone.set_offline(False)
    server.start()
    _expect_drained(page, words)

    lines = shop.lines()
    assert lines["A-01", "WATER"]["variance"] == -2
    assert lines["A-01", "TISSUE"]["variance"] == -1
    assert lines["A-01", "NOODLES"]["quantity_counted"] == 0

    desk = _desk(browser, language, words)
    desk.goto(f"/#/stocktakes/{shop.stocktake_id}")
    expect(desk.get_by_role("row").filter(has_text="饮用天然水")).to_contain_text("−2")

    shop.move("sale", "TILL-1005", "WATER", 2, datetime.now(UTC) - timedelta(hours=1))
    _expect_explained(desk)
    _accept_with_reason(desk, "TISSUE", words)
    _accept_with_reason(desk, "NOODLES", words)
    _post(desk, words)

    stock = shop.stock()
    assert (stock["A-01", "WATER"], stock["A-01", "TISSUE"]) == (24, 4)
    shop.move("sale", "TILL-1006", "TISSUE", 1, datetime.now(UTC) - timedelta(hours=1))
    assert shop.stock()["A-01", "TISSUE"] == 4
    assert shop.lines()["A-01", "TISSUE"]["explained_after_posting"] == 1
    proof = server.flask("verify")
    assert proof.returncode == 0, proof.stdout + proof.stderr


def _enrol(phone: BrowserContext, shop: Shop, words: dict[str, str]) -> Page:
    enrolment = shop.desk.post("enrolments", {"site_id": shop.site_id, "label": "PDA-07"})
    page = phone.pages[0] if phone.pages else phone.new_page()
    page.goto("/#/enrol")
    page.locator("input[name=code]").fill(enrolment["code"])
    page.get_by_role("button", name=words["enrol"], exact=True).click()
    expect(page.get_by_role("button", name="小王")).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def _sign_in_with_pin(page: Page, words: dict[str, str]) -> None:
    page.get_by_role("button", name="小王").click()
    for digit in PINS["wang"]:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name=words["enter"], exact=True).click()


def _count_first_half(page: Page, words: dict[str, str]) -> None:
    """A carton and eleven single bottles by wedge and keypad, tissues one by one."""
    wedge(page, "LOC-S01-A-01")
    expect(page.locator("header")).to_contain_text("A-01")
    wedge(page, CARTON)
    expect(page.locator(".last")).to_contain_text("×12")
    wedge(page, WATER)
    expect(page.locator(".last")).to_contain_text("×1")
    page.get_by_role("button", name=words["quantity"]).click()
    for digit in "12":
        page.locator(".keypad").get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name=re.compile(words["last"])).click()
    expect(page.locator("li.line").filter(has_text="饮用天然水")).to_contain_text("24")
    wedge(page, TISSUE)
    wedge(page, TISSUE)
    expect(page.locator("li.line").filter(has_text="原木抽纸")).to_contain_text("2")
    expect(page.locator("header")).to_contain_text(words["offline"])


def _count_second_half(page: Page, words: dict[str, str]) -> None:
    """After a reload without a server: two more tissues, an unknown code, and the question about the noodles."""
    expect(page.locator("body")).to_contain_text("A-01")
    if page.locator(".foot-keys").count() == 0:
        wedge(page, "LOC-S01-A-01")
    expect(page.locator("li.line").filter(has_text="饮用天然水")).to_contain_text("24")
    wedge(page, TISSUE)
    wedge(page, TISSUE)
    wedge(page, UNKNOWN)
    expect(page.locator(".last")).to_contain_text(words["unknown"])
    page.get_by_role("link", name=words["finish"]).click()
    question = page.locator("li.question").filter(has_text="红烧牛肉面")
    question.get_by_text(words["zero"], exact=True).click()
    page.get_by_role("button", name=words["finish"]).click()
    wedge(page, "LOC-S01-A-02")
    page.get_by_role("link", name=words["finish"]).click()
    page.get_by_role("button", name=words["empty"]).click()
    expect(page.locator("header")).to_contain_text(words["waiting"])


def _expect_drained(page: Page, words: dict[str, str]) -> None:
    expect(page.locator("header")).to_contain_text(words["online"], timeout=30_000)
    expect(page.locator("header")).not_to_contain_text(words["waiting"], timeout=30_000)


def _desk(browser: OpenBrowser, language: str, words: dict[str, str]) -> Page:
    context = browser("desk", language=language, phone=False)
    page = context.pages[0] if context.pages else context.new_page()
    page.goto("/")
    page.locator("input[name=login]").fill("li")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=words["sign_in"], exact=True).click()
    expect(page.locator("nav")).to_be_visible()
    return page


def _expect_explained(desk: Page) -> None:
    """Among all lines the water now shows its first book struck out, the new one, no variance, and why."""
    desk.goto(desk.url.split("?")[0] + "?show=all")
    row = desk.get_by_role("row").filter(has_text="饮用天然水")
    expect(row).to_contain_text("TILL-1005")
    expect(row.locator("s")).to_have_text("26")
    variance = row.get_by_role("gridcell").nth(5)
    expect(variance).to_have_text("0")


def _accept_with_reason(desk: Page, sku: str, words: dict[str, str]) -> None:
    desk.get_by_role("row").filter(has_text=sku).click()
    desk.keyboard.press("a")
    dialog = desk.get_by_role("dialog")
    dialog.locator("select").select_option(label=words["reason"])
    dialog.get_by_role("button", name=re.compile(words["accept"])).click()
    expect(dialog).to_have_count(0)


def _post(desk: Page, words: dict[str, str]) -> None:
    desk.get_by_role("button", name=words["post"], exact=True).click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name=words["post_all"]).click()
    expect(dialog).to_contain_text(words["posted"])
