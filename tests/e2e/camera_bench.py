"""Figures of the camera, printed, not tested: python -m tests.e2e.camera_bench (10 starts, then the graded set).

Bars: Start to first booked read 1.5 s (median of 10), a region decoded in 10 ms (median), first load 60 kB gz,
0 wrong codes booked.
"""

import gzip
import json
import random
import re
import statistics
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from app.demo.desk import Desk
from app.settings import ROOT
from tests.e2e.camera_video import GRADES, Film, Label, ean13, graded
from tests.e2e.conftest import PASSWORD, OpenBrowser, Server, Shop, browsers, copied, make_shop, serving
from tests.e2e.phone import WATER, counter, outbox
from tests.e2e.test_camera import LISTEN, start

STARTS = 10
CODES = 24
HARDER: dict[str, dict[str, float]] = {
    "blur 2.8": {"blur": 2.8},
    "smear 6": {"shake": 6},
    "tilt 25": {"tilt": 25.0},
    "dark 0.15": {"light": 0.15, "noise": 6.0},
    "all three": {"tilt": 8.0, "blur": 1.9, "light": 0.3, "noise": 8.0},
}
FIRST_READ = """() => new Promise(done => {
  const key = document.querySelector(".camera-start");
  const began = performance.now();
  new MutationObserver((_, watch) => {
    if (!document.querySelector(".last")) return;
    watch.disconnect();
    done(performance.now() - began);
  }).observe(document.body, { childList: true, subtree: true });
  key.click();
})"""


def first_load() -> int:
    """Bytes, gzipped, of what a counter's first screen loads, without the wasm: page, styles, code."""
    dist = ROOT / "static" / "dist"
    wanted, seen = ["index.html"], set()
    phone = next(path.name for path in dist.glob("assets/PhoneLayout-*.js"))
    wanted += [f"assets/{phone}", *(f"assets/{path.name}" for path in dist.glob("assets/PhoneLayout-*.css"))]
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        text = (dist / name).read_text()
        if name.endswith(".html"):
            wanted += [found.lstrip("/") for found in re.findall(r"/assets/[\w.-]+", text)]
        else:
            wanted += [f"assets/{found}" for found in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', text)]
    return sum(len(gzip.compress((dist / name).read_bytes())) for name in seen)


def starts(page: Page) -> list[float]:
    """Milliseconds from the tap on Start to the scan on the screen, each time in a fresh page."""
    measured = []
    for _ in range(STARTS):
        page.evaluate("localStorage.removeItem('pandian.camera.started')")
        page.reload()
        page.locator(".camera-key").click()
        expect(page.locator(".camera-start")).to_be_visible()
        page.wait_for_timeout(500)  # the thumb's way to the key
        measured.append(float(page.evaluate(FIRST_READ)))
    return measured


def play(context: BrowserContext, shop: Shop, name: str, film: Film) -> tuple[list[str], list[dict[str, Any]]]:
    """What was booked in one round of a film, and every look of the decoder."""
    context.add_init_script(f"({LISTEN})()")
    page = counter(context, shop, name)
    page.locator(".camera-key").click()
    start(page)
    page.wait_for_timeout(round(film.seconds * 1000))
    page.locator(".camera-key").click()
    booked = [json.loads(row["text"])["code"] for row in outbox(page) if row["kind"] == "scan"]
    looks: list[dict[str, Any]] = page.evaluate("window.looks")
    context.close()
    return booked, looks


def grade(open_browser: OpenBrowser, shop: Shop, folder: Path, name: str, settings: dict[str, float]) -> None:
    """Show codes of one grade, half of them in the catalogue, and print what came of it."""
    random_codes = random.Random(name)
    codes = [ean13("69" + "".join(random_codes.choices("0123456789", k=10))) for _ in range(CODES)]
    rows = ["sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active"]
    rows += [f"B-{code},{name} {code},,pcs,0,{code},1,,1.00,no,yes" for code in codes[::2]]
    shop.desk.load("items/import", "\n".join(rows))
    film = Film()
    for code in codes:
        film.show(graded(Label(code), settings), seconds=0.6).pause(1.1)
    path = folder / "film.mjpeg"
    booked, looks = play(open_browser(f"bench {name}", flags=film.flags(path)), shop, name, film)
    wrong = {code: times for code, times in Counter(booked).items() if code not in codes}
    read = sum(code in booked for code in codes)
    raw = [one["text"] for look in looks for one in look["reads"]]
    misread = sum(text not in codes for text in raw)
    print(
        f"{name:<12}{read:>3} of {CODES} labels, wrong booked: {wrong or 0}, wrong of {len(raw)} raw reads: {misread}"
    )


def main() -> None:
    """Print all figures."""
    print(f"first load without wasm: {first_load() / 1000:.1f} kB gz")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        folder = Path(place)
        template = Server(folder / "template", 0)
        template.folder.mkdir()
        template.migrate()
        with (
            serving(copied(template.folder)) as server,
            httpx.Client(base_url=server.url, timeout=30) as http,
            browsers(driver, server, folder) as open_browser,
        ):
            shop = make_shop(Desk.sign_in(http, "admin", PASSWORD))
            film = Film().show(Label(WATER), seconds=2)
            context = open_browser("starts", flags=film.flags(folder / "water.mjpeg"))
            context.add_init_script(f"({LISTEN})()")
            page = counter(context, shop, "starts")
            measured = starts(page)
            context.close()
            print(f"Start to booked read, ms: median {statistics.median(measured):.0f}, worst {max(measured):.0f}")
            film = Film().show(Label(WATER), seconds=2).pause(1.5)
            _, looks = play(open_browser("looks", flags=film.flags(folder / "looks.mjpeg")), shop, "looks", film)
            taken = sorted(look["ms"] for look in looks[1:])
            print(f"decode, ms: median {statistics.median(taken):.1f}, p95 {taken[int(0.95 * len(taken))]:.1f}")
            for name, settings in {**GRADES, **HARDER}.items():
                grade(open_browser, shop, folder, name, settings)


if __name__ == "__main__":
    main()
