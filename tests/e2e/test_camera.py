"""A real Chromium whose camera plays films of real codes: what it books, what it must not book, what it says."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.camera_video import ALLOWED, GRADES, Film, Label, bars_without_meaning, ean13, graded
from tests.e2e.conftest import OpenBrowser, Server, Shop, wedge
from tests.e2e.looks import Looks
from tests.e2e.phone import (
    CARTON,
    NOODLES,
    TISSUE,
    WATER,
    counter,
    expect_nothing_lost_or_doubled,
    expect_offline,
    expect_quantity,
    outbox,
)

STRANGE: Final = ean13("697039992123")
SHOWN_S, GONE_S = 0.7, 1.3
GRADED_S = 0.4
PATIENCE_MS = 60_000

# Listens to the decoder and to the camera from outside: the application has no door for tests.
LISTEN = """() => {
  window.looks = [];
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", event => window.looks.push(event.data));
    }
  };
  window.streams = [];
  const media = navigator.mediaDevices;
  if (!media) return;
  const ask = media.getUserMedia.bind(media);
  media.getUserMedia = async wanted => { const got = await ask(wanted); window.streams.push(got); return got; };
}"""

# A phone's abilities, which the fake camera has not.
PHONE = """() => {
  window.applied = [];
  const track = MediaStreamTrack.prototype;
  const own = track.getCapabilities;
  track.getCapabilities = function () { return { ...own.call(this), torch: true, zoom: { min: 1, max: 5 } }; };
  track.applyConstraints = async function (wanted) { window.applied.push(...wanted.advanced); };
  const devices = navigator.mediaDevices;
  const all = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () => {
    const found = await all();
    return [...found, { kind: "videoinput", deviceId: "wide", label: "wide" }];
  };
}"""

# The first decoder of a page says that it could not be loaded.
UNLOADED = """() => {
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    postMessage() {
      window.Worker = Plain;
      this.dispatchEvent(new MessageEvent("message", { data: { id: 0, error: "no wasm" } }));
    }
  };
}"""

INSECURE = """() => {
  Object.defineProperty(window, "isSecureContext", { value: false });
  Object.defineProperty(navigator, "mediaDevices", { value: undefined });
}"""


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Callable[[Film], tuple[str, ...]]]:
    """Flags that have Chromium take a film for its camera; the film is deleted afterwards."""
    path = tmp_path / "camera.mjpeg"
    yield lambda made: made.flags(path)
    path.unlink(missing_ok=True)


@pytest.fixture
def phone(lasting_shop: Shop, lasting_browser: OpenBrowser) -> Iterator[Callable[..., Page]]:
    """Open a phone at bin A-01, its camera panel open, with a camera that plays what the flags say."""
    opened: list[BrowserContext] = []

    def open_phone(name: str, flags: tuple[str, ...], *scripts: str) -> Page:
        context = lasting_browser(name, flags=flags)
        opened.append(context)
        for script in (LISTEN, *scripts):
            context.add_init_script(f"({script})()")
        page = counter(context, lasting_shop, name)
        page.locator(".camera-key").click()
        expect(page.locator(".camera-start")).to_be_visible()
        return page

    yield open_phone
    for context in opened:
        context.close()


def start(page: Page) -> None:
    """Tap Start, and wait until there is a picture."""
    page.locator(".camera-start").click()
    expect(page.locator(".camera-frame")).to_be_visible()


def scans(page: Page) -> list[dict[str, Any]]:
    """The scans on the device's disk, in order."""
    return [json.loads(row["text"]) for row in outbox(page) if row["kind"] == "scan"]


def codes(page: Page) -> list[str]:
    """Their codes."""
    return [scan["code"] for scan in scans(page)]


def wait_for_scans(page: Page, number: int) -> list[str]:
    """Until there are so many."""
    page.wait_for_function("() => window.looks.length > 0")
    waited = 0
    while len(codes(page)) < number and waited < PATIENCE_MS:
        page.wait_for_timeout(100)
        waited += 100
    return codes(page)


def wait_for_looks(page: Page, number: int) -> None:
    """Until so many more frames were looked at."""
    page.wait_for_function(
        "([before, number]) => window.looks.length >= before + number",
        arg=[page.evaluate("window.looks.length"), number],
        timeout=PATIENCE_MS,
    )


def expect_live_tracks(page: Page, number: int) -> None:
    """So many pictures of the camera are running, as soon as what was asked of it has been done."""
    page.wait_for_function(
        "number => window.streams.flatMap(s => s.getTracks()).filter(t => t.readyState === 'live').length === number",
        arg=number,
    )


def is_piece_of_round(got: list[str], whole: list[str]) -> bool:
    """Whether `got` came one after the other out of `whole` said over and over."""
    return any(got == list(itertools.islice(itertools.cycle(whole), at, at + len(got))) for at in range(len(whole)))


def test_each_presentation_is_one_scan_online_offline_and_on_the_server(
    lasting_server: Server, phone: Callable[..., Page], film: Callable[[Film], tuple[str, ...]]
) -> None:
    whole = [(WATER, "EAN13"), (WATER, "EAN13"), (CARTON, "ITF14"), (STRANGE, "EAN13")]
    made = Film()
    for text, kind in whole:
        made.show(Label(text, kind, module=3), seconds=SHOWN_S).pause(GONE_S)
    page = phone("presentations", film(made))
    start(page)
    got = wait_for_scans(page, len(whole) + 1)
    page.locator(".camera-key").click()
    expect(page.locator(".camera")).to_have_count(0)
    got = codes(page)
    assert is_piece_of_round(got, [text for text, _ in whole]), got
    assert {(scan["source"], scan["symbology"]) for scan in scans(page)} == {("camera", "EAN-13"), ("camera", "ITF")}
    names = {scan["code"]: (scan["item"] is not None, scan["quantity"]) for scan in scans(page)}
    assert names == {WATER: (True, 1), CARTON: (True, 12), STRANGE: (False, 1)}

    lasting_server.kill()
    page.context.set_offline(True)
    page.reload()
    expect_quantity(page, "饮用天然水", got.count(WATER) + 12 * got.count(CARTON))
    page.locator(".camera-key").click()  # who has started the camera before needs no second tap
    assert len(wait_for_scans(page, len(got) + 2)) >= len(got) + 2
    page.locator(".camera-key").click()
    expect_offline(page)
    page.context.set_offline(False)
    lasting_server.start()
    expect_nothing_lost_or_doubled(page, lasting_server)


def test_of_several_codes_the_one_that_is_tapped_counts(
    phone: Callable[..., Page], film: Callable[[Film], tuple[str, ...]]
) -> None:
    pair = Label(WATER, x=420, module=3), Label(TISSUE, x=860, module=3)
    page = phone("several", film(Film().show(*pair, seconds=2)), PHONE)
    start(page)
    keys = page.locator(".camera-choices button")
    expect(keys).to_have_count(2)
    wait_for_looks(page, 10)
    assert codes(page) == []

    keys.filter(has_text="原木抽纸").click()
    expect_quantity(page, "原木抽纸", 1)
    expect(keys.filter(has_text="原木抽纸")).to_contain_text("已计")
    page.locator(".camera-frame g:not(.counted) polygon").dispatch_event("pointerup")
    expect(page.locator("li.line")).to_have_count(2)
    wait_for_looks(page, 10)
    assert Counter(codes(page)) == {WATER: 1, TISSUE: 1}
    looks = Looks("zh")
    looks.everything("several codes", page)
    assert looks.wrong == {"axe": [], "overflow": [], "touch": []}


def test_light_zoom_and_lens_are_offered_where_the_camera_has_them_and_the_camera_is_given_back(
    phone: Callable[..., Page], film: Callable[[Film], tuple[str, ...]]
) -> None:
    page = phone("abilities", film(Film().pause(1)), PHONE)
    start(page)
    tools = page.locator(".camera-tools button")
    expect(tools).to_have_count(3)
    tools.nth(0).click()
    expect(tools.nth(0)).to_have_attribute("aria-pressed", "true")
    tools.nth(1).click()
    expect(tools.nth(1)).to_contain_text("1×")
    assert page.evaluate("window.applied") == [{"torch": True}, {"zoom": 2}]
    _sums_and_last_scan_stay_in_sight(page)

    hide = "Object.defineProperty(document, 'visibilityState', { value: '%s', configurable: true })"
    page.evaluate(f"{hide % 'hidden'}; document.dispatchEvent(new Event('visibilitychange'))")
    expect_live_tracks(page, 0)
    page.evaluate(f"{hide % 'visible'}; window.dispatchEvent(new Event('focus'))")  # iOS says no more than this
    expect(page.locator(".camera-frame")).to_be_visible()
    wait_for_looks(page, 3)
    page.evaluate("window.streams.forEach(s => s.getTracks().forEach(t => t.stop()))")
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    wait_for_looks(page, 3)
    expect_live_tracks(page, 1)
    tools.nth(2).click()  # a lens that is gone when it is asked for
    wait_for_looks(page, 3)
    expect_live_tracks(page, 1)
    page.locator(".camera-key").click()
    expect(page.locator(".camera")).to_have_count(0)
    expect_live_tracks(page, 0)


def _sums_and_last_scan_stay_in_sight(page: Page) -> None:
    """With the camera on, a scan and the sums are seen without scrolling, a pad open or not."""
    wedge(page, WATER)
    expect(page.locator(".last-ok")).to_be_visible()
    inside = """path => {
      const box = document.querySelector(path).getBoundingClientRect();
      const foot = document.querySelector(".foot").getBoundingClientRect();
      const end = path.startsWith(".foot") ? innerHeight : foot.top;
      return box.top >= 0 && box.bottom <= end;
    }"""
    for pad in (False, True):
        if pad:
            page.locator(".foot-keys button").nth(1).click()
            expect(page.locator(".pad")).to_be_visible()
        for path in (".last", ".foot .sums", ".camera-view"):
            page.wait_for_function(inside, arg=path)  # the picture makes room once the pad is there
    page.locator(".pad-close").click()


def test_a_set_of_labels_ever_harder_to_read_books_no_wrong_code(
    lasting_shop: Shop, phone: Callable[..., Page], film: Callable[[Film], tuple[str, ...]]
) -> None:
    made, shown = Film(), {}
    rows = ["sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active"]
    for number, (grade, settings) in enumerate(GRADES.items()):
        shown[grade] = [ean13(f"69{number}7{place}3581{place}46") for place in range(5)]
        rows += [f"G-{code},{grade} {code},,pcs,0,{code},1,,1.00,no,yes" for code in shown[grade]]
        for code in shown[grade]:
            made.show(graded(Label(code), settings), seconds=GRADED_S)
        made.pause(GONE_S)  # in which a misread would be believed
    lasting_shop.desk.load("items/import", "\n".join(rows))
    page = phone("graded", film(made))
    start(page)
    page.wait_for_timeout(round(made.seconds * 1000))
    page.locator(".camera-key").click()

    booked = Counter(codes(page))
    reads = page.evaluate("window.looks.flatMap(look => look.reads ?? []).length")
    for grade, labels in shown.items():
        read = sum(code in booked for code in labels)
        print(f"{grade}: {read} of {len(labels)} labels read")
    right = {code for labels in shown.values() for code in labels}
    assert set(booked) <= right, "a wrong code was booked"
    assert max(booked.values()) <= 2, "a label was counted more often than it was shown"
    assert reads >= 50, "too little was read to prove anything"
    assert len(booked) >= 5, "and too little of it was believed"


def test_a_film_without_codes_books_nothing_and_a_decoder_that_failed_gets_a_second_try(
    phone: Callable[..., Page], film: Callable[[Film], tuple[str, ...]]
) -> None:
    stripes = [bars_without_meaning(number) for number in range(30)]
    page = phone("nothing", film(Film().play(stripes, 3)), UNLOADED)
    page.locator(".camera-start").click()
    expect(page.get_by_role("heading", name=re.compile("读码程序没有打开"))).to_be_visible()
    page.locator(".camera-help button").click()
    expect(page.locator(".camera-frame")).to_be_visible()
    wait_for_looks(page, 60)
    assert codes(page) == []
    expect(page.locator(".camera-line")).to_have_text("把条码放进框里")


@pytest.mark.parametrize(
    ("flags", "titles"),
    [
        (ALLOWED[1:], ["没有相机权限", "这个地址不能用相机"]),
        (ALLOWED[:1], ["没有找到相机"]),
    ],
    ids=["no permission, no HTTPS", "no camera"],
)
def test_without_a_camera_the_screen_says_why_and_the_scanner_goes_on(
    phone: Callable[..., Page], flags: tuple[str, ...], titles: list[str]
) -> None:
    page = phone(f"help {titles[0]}", flags)
    looks = Looks("zh")
    for number, title in enumerate(titles):
        if number:
            page.evaluate(f"({INSECURE})()")
        page.locator(".camera-help button, .camera-start").locator("visible=true").click()
        expect(page.get_by_role("heading", name=re.compile(title))).to_be_visible()
        wedge(page, NOODLES)
        expect_quantity(page, "红烧牛肉面", number + 1)
        looks.everything(title, page)
    assert looks.wrong == {"axe": [], "overflow": [], "touch": []}
