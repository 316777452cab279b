"""A new phone loads the catalogue page by page; killed on a page it goes on there, and then recognises every label."""

import re

from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenBrowser, Shop, wedge
from tests.e2e.phone import enrol, expect_quantity, first_page, go_to, take_over

PAGES = re.compile(r"/sync/snapshot/(\w+)/[0-9a-f-]+/(\d+)$")
ITEMS = 2_100  # two pages


def code_of(number: int) -> str:
    """An EAN-13 of the filling goods."""
    digits = f"690{number:09d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return digits + str(-(odd + 3 * even) % 10)


def test_a_phone_killed_while_it_loads_goes_on_at_its_page(shop: Shop, browser: OpenBrowser) -> None:
    rows = ["sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active"]
    rows += [f"F-{n:05},填充商品 {n},,pcs,0,{code_of(n)},1,,1.00,no,yes" for n in range(ITEMS)]
    shop.desk.load("items/import", "\n".join(rows))
    phone = browser("killed")
    page = first_page(phone)
    asked: list[str] = []

    def note(route: Route) -> None:
        found = PAGES.search(route.request.url)
        asked.append(" ".join(found.groups()) if found else route.request.url)
        if asked[-1] != "company 2":
            route.continue_()

    page.route(PAGES, note)
    enrol(phone, shop)
    take_over(page)
    expect(page.get_by_text(f"正在载入:商品 2,000 / {ITEMS + 4:,}")).to_be_visible()
    assert asked == ["site 1", "company 1", "company 2"]
    phone.close()

    phone = browser("killed")
    page = first_page(phone)
    asked.clear()
    page.on("request", lambda request: asked.extend(" ".join(it.groups()) for it in PAGES.finditer(request.url)))
    page.goto("/")
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()
    go_to(page, "A-01")
    for number in (0, ITEMS - 1):
        wedge(page, code_of(number))
        expect_quantity(page, f"填充商品 {number}", 1)
    assert asked == ["company 2"]
