"""A receiver at the dock without a server: over, damaged, unknown, lots, a reload; then everything is there once."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from app.demo.desk import Desk
from tests.e2e.conftest import PASSWORD, OpenBrowser, Server, Shop, make_shop, wedge
from tests.e2e.phone import (
    CARTON,
    DRAIN_S,
    TISSUE,
    WATER,
    enrol,
    expect_nothing_lost_or_doubled,
    expect_offline,
    key_in,
    outbox,
    scan_through_hook,
    take_over,
    upload,
)

MILK, UNKNOWN, SSCC = "6907992500010", "6970399921237", "106141411234567897"
DOCK = "LOC-S01-DOCK"
MILK_ROW = f"""sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active
MILK,纯牛奶 250 ml,饮料,pcs,0,{MILK},1,,3.20,yes,yes
"""
SIDE_MAX = 1600

PHOTOS = """() => new Promise((done, failed) => {
  const asked = indexedDB.open("pandian");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("photos").objectStore("photos").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map(row => [row.status, row.purpose])); };
  };
})"""


@dataclass(frozen=True)
class Arrivals:
    """What is on its way to the shop."""

    shop: Shop
    order_id: str

    @property
    def desk(self) -> Desk:
        """The administrator's."""
        return self.shop.desk

    def receipt(self) -> dict[str, Any]:
        """The newest receipt."""
        rows: list[dict[str, Any]] = self.desk.rows("receipts", site_id=self.shop.site_id)
        return max(rows, key=lambda row: row["number"])

    def lines(self, receipt_id: str) -> dict[str, dict[str, Any]]:
        """A receipt's lines by SKU."""
        return {row["item"]["sku"]: row for row in self.desk.rows(f"receipts/{receipt_id}/lines")}


def expect_arrivals(shop: Shop) -> Arrivals:
    """An order for water, tissues and milk, and a pallet announced for the same supplier."""
    desk, items = shop.desk, shop.items
    desk.load(
        f"sites/{shop.site_id}/locations/import",
        "kind,code,parent,name,barcode,walk_order\nzone,IN,,收货区,,0\nbin,DOCK,IN,收货口,,1\n",
    )
    desk.load("items/import", MILK_ROW)
    items["MILK"] = next(row["id"] for row in desk.rows("items") if row["sku"] == "MILK")
    desk.patch(f"items/{items['MILK']}", {"tracks_expiry": True, "minimum_life_days": 30})
    supplier = desk.post("suppliers", {"code": "QQ", "name": "清泉饮品"})
    common = {"site_id": shop.site_id, "supplier_id": supplier["id"]}
    wanted = (("WATER", 24), ("TISSUE", 10), ("MILK", 6))
    lines = [{"item_id": items[sku], "quantity": quantity} for sku, quantity in wanted]
    order = desk.post("purchase-orders", common | {"reference": "", "note": "", "lines": lines})
    desk.post(f"purchase-orders/{order['id']}/order")
    pallet = [
        {"item_id": items["WATER"], "lot": "", "quantity": 48, "sscc": SSCC},
        {"item_id": items["MILK"], "lot": "L1", "expires_on": "2031-05-31", "quantity": 20, "sscc": SSCC},
    ]
    desk.post("expected-deliveries", common | {"reference": "", "note": "", "lines": pallet})
    return Arrivals(shop, order["id"])


@pytest.fixture(scope="module")
def arrivals(lasting_server: Server) -> Iterator[Arrivals]:
    """The shop of this file, with goods on their way."""
    with httpx.Client(base_url=lasting_server.url, timeout=30) as http:
        yield expect_arrivals(make_shop(Desk.sign_in(http, "admin", PASSWORD)))


def photograph() -> Any:
    """What a phone's camera gives: larger than anybody needs."""
    picture = np.full((2400, 3200, 3), 90, np.uint8)
    cv2.putText(picture, "DAMAGED", (300, 1300), cv2.FONT_HERSHEY_SIMPLEX, 16, (255, 255, 255), 40)
    return {"name": "carton.jpg", "mimeType": "image/jpeg", "buffer": cv2.imencode(".jpg", picture)[1].tobytes()}


def at_the_dock(page: Page, task: str) -> None:
    """Take up a task of the list and say where the goods land."""
    page.locator(".place-row").filter(has_text=task).click()
    expect(page.locator(".foot button")).to_be_visible()
    wedge(page, DOCK)
    expect(page.locator(".dock")).to_contain_text("DOCK")
    page.locator(".foot .button").click()
    expect(page.locator(".receive-keys")).to_be_visible()


def receiver(open_page: Page) -> Page:
    """Wang's tasks."""
    take_over(open_page)
    expect(open_page.locator(".place-row").first).to_be_visible()
    return open_page


def line(page: Page, name: str) -> Any:
    """The line of an item on the receiving screen."""
    return page.locator("li.line").filter(has_text=name)


def expect_progress(page: Page, name: str, received: int, expected: int) -> None:
    """The line says so many of so many."""
    expect(line(page, name).locator(".line-quantity")).to_have_text(re.compile(rf"^{received} / {expected}$"))


def photographed(page: Page, pictures: int) -> None:
    """Take a photo of the last scan."""
    page.locator(".last .photo-key input").set_input_files(photograph())
    expect(page.locator(".last .thumbs img")).to_have_count(pictures)


def photos_sent(page: Page) -> None:
    """All photos of this device are on the server."""
    deadline = time.monotonic() + DRAIN_S
    while any(status != "SENT" for status, _ in page.evaluate(PHOTOS)) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert {status for status, _ in page.evaluate(PHOTOS)} == {"SENT"}


def expect_as_scanned(arrivals: Arrivals) -> None:
    """The server has the delivery as it was scanned, its pictures beside it."""
    receipt = arrivals.receipt()
    made = arrivals.lines(receipt["id"])
    assert {sku: (row["quantity_good"], row["quantity_damaged"]) for sku, row in made.items()} == {
        "WATER": (36, 0),
        "TISSUE": (0, 1),
        "MILK": (1, 0),
    }
    assert (receipt["state"], receipt["location"]["code"]) == ("receiving", "DOCK")
    photos = arrivals.desk.rows("photos", document_id=receipt["id"])
    assert sorted(photo["purpose"] for photo in photos) == ["damage", "unknown_code"]
    assert {max(photo["width"], photo["height"]) for photo in photos} == {SIDE_MAX}


def test_a_delivery_received_without_a_server_is_there_once_when_it_is_back(
    lasting_server: Server, arrivals: Arrivals, lasting_browser: OpenBrowser
) -> None:
    phone = lasting_browser("dock")
    page = receiver(enrol(phone, arrivals.shop, "dock"))
    at_the_dock(page, "PO-1")
    lasting_server.kill()
    phone.set_offline(True)
    expect_progress(page, "饮用天然水", 0, 24)

    for _ in range(3):
        wedge(page, CARTON)
    expect_progress(page, "饮用天然水", 36, 24)
    expect(page.locator(".last-look .last-words")).to_contain_text("超过应收数量")
    page.locator(".damaged-key").click()
    expect(page.locator(".damaged-banner")).to_be_visible()
    wedge(page, TISSUE)
    expect(page.locator(".last-words")).to_contain_text("破损")
    photographed(page, 1)
    page.locator(".damaged-banner button").click()
    scan_through_hook(page, [f"]C1010{MILK}17310531" + "10L-7"])
    expect(line(page, "纯牛奶")).to_contain_text("批号 L-7")
    wedge(page, UNKNOWN)
    expect(page.locator(".last-alarm .last-words")).to_contain_text("未知条码")
    photographed(page, 1)
    before = [(row["seq"], row["text"]) for row in outbox(page)]

    page.reload()
    expect_progress(page, "饮用天然水", 36, 24)
    expect_progress(page, "原木抽纸", 1, 10)
    expect(page.locator(".line .thumbs img")).to_have_count(2)
    expect_offline(page)
    assert [(row["seq"], row["text"]) for row in outbox(page)] == before
    assert sorted(page.evaluate(PHOTOS)) == [["WAITING", "damage"], ["WAITING", "unknown_code"]]
    page.goto("/#/phone/outbox")
    expect(page.get_by_text("2 张照片待上传")).to_be_visible()
    _go_on_in_one_breath(page)

    phone.set_offline(False)
    lasting_server.start()
    expect_nothing_lost_or_doubled(page, lasting_server)
    photos_sent(page)
    expect_as_scanned(arrivals)

    page.locator(".receive-keys a").click()
    expect(page.locator(".finding")).to_have_count(4)
    page.locator(".foot .button-main").click()
    expect(page.get_by_role("status").filter(has_text="收货完成")).to_be_visible()
    expect_nothing_lost_or_doubled(page, lasting_server)
    assert [row["kind"] for row in outbox(page)][-1] == "receive_close"
    phone.close()


def _go_on_in_one_breath(page: Page) -> None:
    """The order's number and two codes, while neither the list's second half nor the receiving screen is loaded."""
    page.goto("/#/phone")
    page.reload()
    expect(page.locator(".tabs")).to_be_visible()
    scan_through_hook(page, ["PO-1", UNKNOWN, UNKNOWN])
    expect(line(page, UNKNOWN).locator(".line-quantity")).to_have_text("3")


def test_pallets_lots_and_the_way_into_the_bins(
    lasting_server: Server, arrivals: Arrivals, lasting_browser: OpenBrowser
) -> None:
    arrivals.shop.speak("en")
    phone = lasting_browser("pallet", language="en")
    page = receiver(enrol(phone, arrivals.shop, "pallet"))
    wedge(page, SSCC)
    expect(page.locator("h1")).to_have_text("ASN-1")
    wedge(page, DOCK)
    expect(page.locator(".dock")).to_contain_text("DOCK")
    page.locator(".foot .button").click()
    wedge(page, SSCC)
    page.get_by_role("button", name="All of it is there").click()
    expect_progress(page, "饮用天然水", 48, 48)
    expect_progress(page, "纯牛奶", 20, 20)

    wedge(page, MILK)
    expect(page.locator(".last-lot")).to_contain_text("L1")
    page.get_by_role("button", name="Other lot").click()
    page.get_by_label("Lot number").fill("L2")
    page.get_by_label("Expiry date").fill("20310630")
    page.get_by_role("button", name="That is it").click()
    expect(page.locator(".last-lot")).to_contain_text("L2")
    page.locator(".receive-keys button").first.click()
    expect_progress(page, "纯牛奶", 20, 20)
    page.locator(".receive-keys a").click()
    expect(page.get_by_text("Exactly what was expected.")).to_be_visible()
    page.locator(".foot .button-main").click()
    upload(page)

    _put_away(page, lasting_server, arrivals)
    _look_up(page, lasting_server)
    assert lasting_server.flask("verify").returncode == 0
    phone.close()


def _put_away(page: Page, server: Server, arrivals: Arrivals) -> None:
    """Forty of the water go to bin A-02, and come back."""
    page.get_by_role("link", name="Put away").click()
    line(page, "饮用天然水").get_by_role("button").click()
    page.locator(".foot-keys button").nth(1).click()
    key_in(page, "40")
    page.locator(".pad-keys .button-main").click()
    wedge(page, "LOC-S01-A-02")
    expect(page.locator(".last-words")).to_contain_text("Moved to A-02")
    expect_nothing_lost_or_doubled(page, server)
    assert arrivals.shop.stock()["A-02", "WATER"] == 40
    page.locator(".foot-keys button").first.click()
    expect(page.locator(".last-words")).to_contain_text("Undone")
    expect_nothing_lost_or_doubled(page, server)
    assert arrivals.shop.stock().get(("A-02", "WATER"), 0) == 0


def _look_up(page: Page, server: Server) -> None:
    """With the server, and without it."""
    page.goto("/#/phone/lookup")
    wedge(page, WATER)
    expect(page.get_by_role("heading", name="Stock")).to_be_visible()
    expect(page.locator(".facts").first).to_contain_text("Being counted blind")
    server.kill()
    page.reload()
    expect(page.get_by_label("Code, SKU, name or document")).to_be_visible()
    wedge(page, TISSUE)
    expect(page.get_by_text("stock and movements need the network")).to_be_visible()
    expect(page.locator(".card").first).to_contain_text("原木抽纸")
    server.start()
