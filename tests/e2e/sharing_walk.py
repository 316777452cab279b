"""Two phones at one shelf, a dead battery, a device in other hands: walked through by tests and by the camera."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, OpenBrowser, Shop, wedge
from tests.e2e.phone import enrol, first_page, go_to, take_over, upload

Shoot = Callable[[Page, str], None]
WATER, TISSUE = "6901234567892", "6922868286607"
FIRST, SECOND = "PDA-07", "PDA-08"


@dataclass
class Sharing:
    """Wang's phone, Li's phone and the desk that Li supervises from."""

    shop: Shop
    wang: Page
    li: Page
    desk: Page
    shoot: Shoot


def begin(shop: Shop, browser: OpenBrowser, shoot: Shoot) -> Sharing:
    """Both are at work, and the desk is open."""
    pages = []
    for name, label, login in (("first", FIRST, "wang"), ("second", SECOND, "li")):
        page = enrol(browser(name), shop, label)
        take_over(page, login)
        expect(page.locator(".card")).to_be_visible()
        pages.append(page)
    desk = first_page(browser("desk", phone=False))
    desk.goto("/")
    desk.locator("input[name=login]").fill("li")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("form button[type=submit]").click()
    expect(desk.locator(".running").first).to_be_visible()
    return Sharing(shop, *pages, desk, shoot)


def two_at_one_shelf(walk: Sharing) -> None:
    """Both count A-01 without a network and come back: the desk shows the overlap, and nothing is summed."""
    for page, pieces in ((walk.wang, 2), (walk.li, 3)):
        page.context.set_offline(True)
        go_to(page, "A-01")
        for _ in range(pieces):
            wedge(page, WATER)
        expect(page.locator(".last")).to_be_visible()
    for page in (walk.wang, walk.li):
        page.context.set_offline(False)
        upload(page)
    walk.desk.goto(f"/#/stocktakes/{walk.shop.stocktake_id}/overlaps")
    expect(walk.desk.locator("section.card")).to_contain_text("A-01")
    expect(walk.desk.locator("section.card .differs")).to_have_count(2)
    walk.shoot(walk.desk, "sharing-1-overlap")


def named_a_handover(walk: Sharing) -> None:
    """The supervisor says that Li went on where Wang had stopped."""
    walk.desk.get_by_role("button", name="是交接").click()
    expect(walk.desk.locator("section.card")).to_have_count(0)


def the_battery_died(walk: Sharing) -> None:
    """Wang began A-02; Li goes on with his sheet there instead of a second one."""
    go_to(walk.wang, "A-02")
    wedge(walk.wang, TISSUE)
    upload(walk.wang)
    walk.wang.context.set_offline(True)
    wedge(walk.wang, TISSUE)
    walk.li.goto("/#/phone/outbox")
    walk.li.locator("main .button-main").click()  # asks the server now, not at the next beat
    walk.li.goto(f"/#/phone/stocktake/{walk.shop.stocktake_id}")
    place = walk.li.locator(".place-row").filter(has_text="A-02")
    expect(place).to_contain_text("盘点中", timeout=30_000)
    place.click()
    going_on = walk.li.get_by_role("button", name="接着小王盘")
    expect(going_on).to_be_visible()
    walk.shoot(walk.li, "sharing-2-continue")
    going_on.click()
    wedge(walk.li, TISSUE)
    expect(walk.li.locator(".last")).to_be_visible()
    walk.shoot(walk.li, "sharing-3-continued")
    upload(walk.li)


def in_other_hands(walk: Sharing) -> None:
    """Wang leaves his device, still without a network: whoever comes sees whose record waits, and needs contact."""
    page = walk.wang
    page.goto("/#/phone/me")
    page.locator(".card .button").first.click()
    expect(page.locator(".notice-info")).to_contain_text("小王 1 条")
    walk.shoot(page, "sharing-4-people")
    take_over(page, "li")
    expect(page.locator(".notice-alarm")).to_contain_text("第一次登录需要连上服务器")
    page.get_by_role("button", name="换一个人").click()
    take_over(page, "wang")
    expect(page.locator(".card").first).to_be_visible()
    page.context.set_offline(False)
    upload(page)


def came_too_late(walk: Sharing) -> None:
    """What Wang scans after the stocktake has ended is moved into the next one, and he reads where it went."""
    page, desk = walk.wang, walk.desk
    go_to(page, "A-01")
    page.context.set_offline(True)
    wedge(page, WATER)
    expect(page.locator(".last")).to_be_visible()
    walk.shop.desk.post(f"stocktakes/{walk.shop.stocktake_id}/close", {"override_reason": "天黑了"})
    body = {"site_id": walk.shop.site_id, "name": "补盘", "kind": "full", "blind": True}
    walk.shop.desk.post(f"stocktakes/{walk.shop.desk.post('stocktakes', body)['id']}/start")
    page.context.set_offline(False)
    upload(page)
    desk.goto("/#/held")
    expect(desk.locator("[role=rowgroup] [role=row]")).to_have_count(1)
    desk.locator(".vtable-tick input").first.check()
    desk.get_by_role("button", name="移到别的单据").click()
    target = desk.get_by_role("dialog").get_by_role("combobox")
    target.select_option(label="盘点 2 · 补盘")
    walk.shoot(desk, "sharing-5-move")
    desk.get_by_role("dialog").get_by_role("button", name="移到别的单据").click()
    expect(desk.locator("[role=rowgroup] [role=row]")).to_have_count(0)
    page.goto("/#/phone/outbox")
    page.locator("main .button-main").click()
    expect(page.locator("li.held")).to_contain_text("已移到 盘点 2 补盘")
    walk.shoot(page, "sharing-6-told")
