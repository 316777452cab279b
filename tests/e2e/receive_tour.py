"""The receiver's screens, mistakes included: from the list of arrivals to the bin, and a look at what is where."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from tests.e2e.conftest import wedge
from tests.e2e.phone import key_in

Stop = Callable[[str, Page], None]
SSCC = "106141411234567897"
DOCK = "DOCK-1"
LONG_SUPPLIER = "Großhandelsgesellschaft für Getränke und Erfrischungen 超长名称的供应商有限公司"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


# A line that lies behind the foot but for a few pixels is no key of that size: at the page's end none does.
TO_THE_END = "window.scrollTo(0, document.documentElement.scrollHeight)"


def expect_goods(desk: Desk, site_id: str, markup: str) -> None:
    """An order whose supplier and items are hard to show, and a pallet."""
    table = f"kind,code,parent,name,barcode,walk_order\nzone,IN,,{markup},,0\nbin,{DOCK},IN,{markup},,1\n"
    desk.load(f"sites/{site_id}/locations/import", table)
    items = {row["sku"]: row["id"] for row in desk.rows("items")}
    lots = "LOT-1,有批号的商品,生鲜,pcs,0,LOT-0001,1,,1,yes,yes"
    desk.load(
        "items/import",
        f"sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active\n{lots}\n",
    )
    items["LOT-1"] = next(row["id"] for row in desk.rows("items") if row["sku"] == "LOT-1")
    desk.patch(f"items/{items['LOT-1']}", {"tracks_expiry": True})
    supplier = desk.post("suppliers", {"code": "DOCKSIDE", "name": LONG_SUPPLIER})
    common = {"site_id": site_id, "supplier_id": supplier["id"], "reference": "", "note": markup}
    wanted = (("<i>X-1</i>", 3), ("LONG-1", 999_999), ("WEIGHED-1", 12_345), ("LOT-1", 6))
    lines = [{"item_id": items[sku], "quantity": quantity} for sku, quantity in wanted]
    order = desk.post("purchase-orders", common | {"promised_on": "2020-01-31", "lines": lines})
    desk.post(f"purchase-orders/{order['id']}/order")
    pallet = [{"item_id": items[sku], "quantity": quantity, "sscc": SSCC} for sku, quantity in wanted[:3]]
    desk.post("expected-deliveries", common | {"lines": pallet})


def tour_receiving(page: Page, stop: Stop) -> None:
    """The order, the pallet, the way to the bin, the look-up."""
    page.goto("/#/phone")
    expect(page.locator(".place-row").first).to_be_visible()
    stop("tasks with arrivals", page)
    _begin(page, stop)
    _scan(page, stop)
    _finish(page, stop)
    _pallet(page, stop)
    _move(page, stop)
    _look_up(page, stop)


def _begin(page: Page, stop: Stop) -> None:
    page.locator(".place-row").filter(has_text=LONG_SUPPLIER[:20]).filter(has_text="PO-").first.click()
    expect(page.locator(".dock-list li").first).to_be_visible()
    wedge(page, "<b>nowhere</b>")
    expect(page.get_by_role("alert")).to_be_visible()
    stop("where do the goods land", page)
    wedge(page, DOCK)
    page.locator(".foot .button").click()
    expect(page.locator(".receive-keys")).to_be_visible()
    stop("receiving, nothing yet", page)


def _scan(page: Page, stop: Stop) -> None:
    wedge(page, "<script>alert(1)</script>")
    expect(page.locator(".last-ok")).to_be_visible()
    wedge(page, "LOT-0001")
    expect(page.locator(".sheet")).to_be_visible()
    page.locator(".sheet input").last.fill("20310231")
    expect(page.get_by_role("alert")).to_be_visible()
    stop("receiving, a lot is asked for", page)
    page.locator(".sheet input").first.fill("L" * 64)
    page.locator(".sheet input").last.fill("20310228")
    page.locator(".sheet .button-main").click()
    expect(page.locator(".sheet")).to_have_count(0)
    stop("receiving, a long lot", page)
    page.locator(".damaged-key").click()
    wedge(page, "LONG-0001-0001-0001-0001-0001-0001-0001-0001-0001")
    picture: Any = {"name": "a.png", "mimeType": "image/png", "buffer": PIXEL}
    page.locator(".last .photo-key input").set_input_files(picture)
    expect(page.locator(".last .thumbs img")).to_have_count(1)
    stop("receiving, damaged", page)
    page.locator(".damaged-banner button").click()
    page.locator(".line-head").filter(has_text="Donau").click()
    expect(page.locator(".line-parts")).to_be_visible()
    page.evaluate(TO_THE_END)
    stop("receiving, a line opened", page)
    page.locator(".line-parts .choice").first.click()
    key_in(page, "123456")
    stop("receiving, a total keyed", page)
    page.locator(".pad-close").click()
    page.locator(".line-head").filter(has_text="称重商品").click()
    stop("receiving, a first number", page)
    page.locator(".pad-close").click()
    wedge(page, "<b onmouseover=alert(1)>X</b>")
    expect(page.locator(".last-alarm .photo-key")).to_be_visible()
    stop("receiving, an unknown code", page)


def _finish(page: Page, stop: Stop) -> None:
    page.locator(".receive-keys a").click()
    expect(page.locator(".finding").first).to_be_visible()
    stop("the end of a receipt", page)
    page.locator(".foot .button-main").click()
    expect(page.locator(".notice-ok")).to_be_visible()


def _pallet(page: Page, stop: Stop) -> None:
    page.goto("/#/phone/receive/start")
    expect(page.locator("select")).to_be_visible()
    stop("receive without an order", page)
    page.locator(".foot .button").click()
    expect(page.locator(".receive-keys")).to_be_visible()
    wedge(page, SSCC)
    expect(page.locator(".pallet")).to_be_visible()
    stop("a pallet", page)
    page.locator(".pallet .button-main").click()
    expect(page.locator(".last-quantity")).to_be_visible()
    stop("a pallet taken", page)


def _move(page: Page, stop: Stop) -> None:
    page.goto("/#/phone/putaway")
    expect(page.locator("li.line").first).to_be_visible()
    stop("put away", page)
    page.locator("li.line button").last.click()
    expect(page.locator(".target")).to_be_visible()
    stop("put away, in hand", page)
    page.goto("/#/phone/move")
    expect(page.locator(".empty")).to_be_visible()
    wedge(page, DOCK)
    wedge(page, "PLU-999")
    wedge(page, "<script>alert(1)</script>")
    expect(page.locator(".pallet-line")).to_have_count(2)
    stop("move, in hand", page)


def _look_up(page: Page, stop: Stop) -> None:
    page.goto("/#/phone/lookup")
    wedge(page, "LONG-0001-0001-0001-0001-0001-0001-0001-0001-0001")
    expect(page.locator(".facts").first).to_be_visible()
    stop("look-up", page)
    page.context.set_offline(True)
    wedge(page, "PLU-999")
    expect(page.locator(".notice-look")).to_be_visible()
    stop("look-up offline", page)
    page.locator(".ask input").fill("商品")
    page.locator(".ask .button").click()
    expect(page.locator(".choice").first).to_be_visible()
    stop("look-up by name", page)
    page.context.set_offline(False)
