"""Without a server, with a server that dies in the middle, with two tabs, two people, two versions: nothing is lost."""

import json
import re
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect

from tests.e2e.conftest import PASSWORD, PINS, OpenBrowser, Server, Shop, wedge
from tests.e2e.phone import (
    NOODLES,
    TISSUE,
    WATER,
    accepted,
    counted,
    counter,
    enrol,
    expect_nothing_lost_or_doubled,
    expect_offline,
    expect_quantity,
    first_page,
    go_to,
    key_in,
    outbox,
    scan_through_hook,
    take_over,
    waiting,
)

PUSH = "**/api/v1/sync/push"
SYNC = "**/api/v1/sync/*"
BATCH = 60
KILL_AFTER_S = (0.0, 0.008, 0.03)


@pytest.fixture
def living_server(lasting_server: Server) -> Server:
    """The file's server, which a test may kill: it stands again for the next."""
    if lasting_server.process is None:
        lasting_server.start()
    return lasting_server


def test_without_a_server_the_app_opens_and_counts_on(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    phone = lasting_browser("alone")
    page = counter(phone, lasting_shop, "alone")
    wedge(page, WATER)
    expect_quantity(page, "饮用天然水", 1)

    living_server.kill()
    phone.set_offline(True)
    for before in (1, 2):
        page.reload()
        expect_quantity(page, "饮用天然水", before)
        wedge(page, WATER)
        expect_quantity(page, "饮用天然水", before + 1)
    expect_offline(page)

    phone.set_offline(False)
    living_server.start()
    expect_nothing_lost_or_doubled(page, living_server)
    assert counted(lasting_shop, "alone", "A-01", "WATER") == 3
    phone.close()


def test_it_is_the_service_worker_that_opens_the_app(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    """The control of the test above: the same reload without the worker must fail, or that test proves nothing."""
    unregistered, broken = lasting_browser("unregistered"), lasting_browser("broken")
    page = enrol(unregistered, lasting_shop)
    page.evaluate("navigator.serviceWorker.getRegistrations().then(all => Promise.all(all.map(r => r.unregister())))")
    broken.route("**/sw.js", lambda route: route.abort())
    other = first_page(broken)
    other.goto("/")
    expect(other.locator("form")).to_be_visible()

    living_server.kill()
    for tab in (page, other):
        with pytest.raises(Error, match="ERR_CONNECTION"):
            tab.reload()
    unregistered.close()
    broken.close()


def test_a_server_killed_before_or_after_it_has_written_loses_and_doubles_nothing(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    phone = lasting_browser("unlucky")
    page = counter(phone, lasting_shop, "unlucky")
    go_to(page, "A-02")

    _kill_when_written(page, living_server)
    expect_offline(page)
    assert waiting(page) >= BATCH, "the phone never heard the answer"
    assert len(accepted(living_server, page)) >= BATCH, "the server had written before it died"
    living_server.start()
    for seconds in KILL_AFTER_S:
        expect_nothing_lost_or_doubled(page, living_server)
        _kill_while_writing(page, living_server, seconds)
        living_server.start()

    expect_nothing_lost_or_doubled(page, living_server)
    scans = BATCH * (1 + len(KILL_AFTER_S))
    assert counted(lasting_shop, "unlucky", "A-02", "NOODLES") == scans
    expect_quantity(page, "红烧牛肉面", scans)
    assert living_server.flask("verify").returncode == 0
    phone.close()


def _kill_when_written(page: Page, server: Server) -> None:
    """The server has committed and answered, and the answer never reaches the phone."""
    cut = threading.Event()

    def cut_answer(route: Route) -> None:
        if not cut.is_set():
            assert route.fetch().ok
            server.kill()
            cut.set()
        route.abort()

    page.route(PUSH, cut_answer)
    scan_through_hook(page, [NOODLES] * BATCH)
    while not cut.is_set():
        page.wait_for_timeout(20)
    page.unroute(PUSH)


def _kill_while_writing(page: Page, server: Server, seconds: float) -> None:
    """The server dies some moments after the phone has begun to send: who knows how far it has come."""

    def kill(request: Request) -> None:
        if request.url.endswith("/sync/push"):
            page.remove_listener("request", kill)
            threading.Timer(seconds, server.kill).start()

    page.on("request", kill)
    scan_through_hook(page, [NOODLES] * BATCH)
    while server.process is not None:
        page.wait_for_timeout(20)


def test_two_tabs_of_one_device_share_one_log(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    phone = lasting_browser("tabs")
    first = counter(phone, lasting_shop, "tabs")
    wedge(first, TISSUE)
    second = phone.new_page()
    second.goto("/#/phone/count")
    expect_quantity(second, "原木抽纸", 1)
    for _ in range(5):
        scan_through_hook(first, [TISSUE] * 4)
        scan_through_hook(second, [TISSUE] * 4)
    _settled(first, 42)
    for tab in (first, second):
        scan_through_hook(tab, [TISSUE])
        _settled(first, 43 + (tab is second))
    for tab in (first, second):
        expect_quantity(tab, "原木抽纸", 43)

    expect_nothing_lost_or_doubled(first, living_server)
    assert [row["seq"] for row in outbox(first)] == list(range(1, 45))
    assert counted(lasting_shop, "tabs", "A-01", "TISSUE") == 43
    phone.close()


def test_a_phone_that_finds_no_network_any_more_hands_its_log_to_the_desk_in_a_file(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser, tmp_path: Path
) -> None:
    phone = lasting_browser("cut_off")
    page = counter(phone, lasting_shop, "cut off")
    phone.route(SYNC, lambda route: route.abort())
    scan_through_hook(page, [TISSUE] * 7)
    expect_quantity(page, "原木抽纸", 7)
    page.goto("/#/phone/outbox")
    with page.expect_download() as download:
        page.get_by_text("导出记录文件").click()
    file = tmp_path / "records.json"
    download.value.save_as(file)
    missing = waiting(page)
    assert missing >= 7

    desk = first_page(lasting_browser("desk", phone=False))
    desk.goto("/")
    desk.locator("input[name=login]").fill("li")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("form button[type=submit]").click()
    expect(desk.locator(".running").first).to_be_visible()
    desk.goto("/#/devices")
    desk.get_by_text("导入记录文件").click()
    dialog = desk.locator(".dialog")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog).to_contain_text("cut off")
    dialog.locator(".button-main").click()
    expect(dialog.locator(".notice-ok")).to_be_visible()
    assert counted(lasting_shop, "cut off", "A-01", "TISSUE") == 7

    phone.unroute(SYNC)
    expect_nothing_lost_or_doubled(page, living_server)
    assert counted(lasting_shop, "cut off", "A-01", "TISSUE") == 7
    phone.close()


def _settled(page: Page, records: int) -> None:
    """Everything scanned so far is on the device's disk."""
    while len(outbox(page)) < records:
        page.wait_for_timeout(20)


def test_who_takes_the_phone_over_leaves_the_former_persons_records_theirs(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    wang, li = (lasting_shop.people[login] for login in ("wang", "li"))
    phone = lasting_browser("shared")
    page = counter(phone, lasting_shop)
    page.route(SYNC, lambda route: route.abort())
    for code in (TISSUE, TISSUE):
        wedge(page, code)
    expect_quantity(page, "原木抽纸", 2)
    _leave(page)
    assert waiting(page) == 3

    take_over(page, "li")
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()
    go_to(page, "A-01")
    expect(page.locator("li.line")).to_have_count(0)
    wedge(page, TISSUE)
    expect_quantity(page, "原木抽纸", 1)
    owners = [(json.loads(row["text"])["person"], json.loads(row["text"])["auth"]) for row in outbox(page)]
    assert owners == [(wang, "online")] * 3 + [(li, "online")] * 2

    page.unroute(SYNC)
    expect_nothing_lost_or_doubled(page, living_server)
    assert [str(person) for _, person in accepted(living_server, page)] == [wang] * 3 + [li] * 2
    phone.close()


def _leave(page: Page) -> None:
    page.goto("/#/phone/me")
    page.get_by_role("button", name=re.compile("换人")).click()
    expect(page.get_by_role("button", name="小王")).to_be_visible()


def test_without_a_server_only_who_was_here_before_may_count_and_nobody_inherits_a_session(
    living_server: Server, lasting_shop: Shop, lasting_browser: OpenBrowser
) -> None:
    phone = lasting_browser("handed over")
    page = enrol(phone, lasting_shop)
    take_over(page, "li")
    expect(page.get_by_text("2026-11 全盘")).to_be_visible()
    living_server.kill()
    _leave(page)

    page.get_by_role("button", name="小王").click()
    key_in(page, PINS["wang"])
    page.locator(".keypad .button-main").click()
    expect(page.get_by_role("alert")).to_contain_text("第一次登录需要连上服务器")
    page.goto("/#/desk")
    expect(page.get_by_role("heading", name="谁在盘点")).to_be_visible()

    living_server.start()
    page.reload()
    expect(page.get_by_role("button", name="小王")).to_be_visible()
    session = page.evaluate("fetch('/api/v1/session').then(answer => answer.json())")
    assert session["person"] is None, "the supervisor had left the phone"
    phone.close()


def test_a_new_version_waits_for_the_upload_and_keeps_the_log(server: Server, shop: Shop, browser: OpenBrowser) -> None:
    build = server.folder / "static"
    shutil.copytree(server.static, build)
    server.kill()
    server.static = build
    server.start()
    page = counter(browser("old"), shop)
    page.route(SYNC, lambda route: route.abort())
    for code in (WATER, TISSUE, TISSUE):
        wedge(page, code)
    expect_quantity(page, "原木抽纸", 2)

    worker = (build / "sw.js").read_text()
    (build / "sw.js").write_text(re.sub(r"pandian-shell-\w+", "pandian-shell-next", worker))
    shell = (build / "index.html").read_text()
    (build / "index.html").write_text(shell.replace("</title>", " next</title>"))
    page.evaluate("navigator.serviceWorker.ready.then(registration => registration.update())")
    expect(page.get_by_text("等 4 条记录上传后再更新")).to_be_visible()
    wedge(page, WATER)
    expect_quantity(page, "饮用天然水", 2)
    page.reload()
    expect(page.get_by_text("等 5 条记录上传后再更新")).to_be_visible()
    assert "next" not in page.title()

    page.unroute(SYNC)
    expect_nothing_lost_or_doubled(page, server)
    before = outbox(page)
    page.get_by_role("button", name="现在更新").click()
    expect(page).to_have_title(re.compile("next"))
    expect_quantity(page, "饮用天然水", 2)
    assert outbox(page) == before
