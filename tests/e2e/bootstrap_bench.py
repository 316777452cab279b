"""Figures of a new phone with 100,000 items, printed, not tested: python -m tests.e2e.bootstrap_bench.

Bars: ready in 60 s at 1 Mbit/s, a barcode looked up in 20 ms (p95), no task of the page over 200 ms meanwhile.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from app import create_app
from app.demo.desk import Desk
from app.feed.snapshot_run import make_if_due
from app.kernel.database import db
from app.settings import Settings
from tests.bench.catalogue import ITEMS, make_catalogue
from tests.e2e.conftest import PASSWORD, Server, browsers, copied, make_shop, serving
from tests.e2e.phone import enrol, first_page, take_over

BITS_PER_S = 1_000_000
LOOK_UPS = 300
READY_S = 300
# Every task of the page that took over 50 ms, from the first script on.
LONG_TASKS = """window.longTasks = [];
new PerformanceObserver(list => window.longTasks.push(...list.getEntries().map(entry => entry.duration)))
  .observe({ type: "longtask", buffered: true });"""
SIDE = """new Promise(done => {
  const asked = indexedDB.open("pandian");
  asked.onsuccess = () => {
    const got = asked.result.transaction("world").objectStore("world").get("side");
    got.onsuccess = () => { asked.result.close(); done(got.result ?? 0); };
  };
})"""
# As the application does it: which side answers, the item by its form, the side again; in milliseconds.
LOOK_UP = """async forms => {
  const db = await new Promise(done => {
    const asked = indexedDB.open("pandian");
    asked.onsuccess = () => done(asked.result);
  });
  const get = asked => new Promise(done => { asked.onsuccess = () => done(asked.result); });
  const side = () => get(db.transaction("world").objectStore("world").get("side"));
  const taken = [];
  for (const form of forms) {
    const began = performance.now();
    const name = (await side()) === 2 ? "items_2" : "items";
    const item = await get(db.transaction(name).objectStore(name).index("forms").get(form));
    await side();
    taken.push(performance.now() - began);
    if (!item) throw new Error("not found: " + form);
  }
  db.close();
  return taken;
}"""


def fill(template: Path, codes: list[str]) -> object:
    """A server's folder with the catalogue, its snapshot made as the scheduler would."""

    def work(server: Server) -> None:
        copied(template)(server)
        settings = Settings.from_environment({"DATABASE_URL": server.database, "PANDIAN_LOG_LEVEL": "ERROR"})
        with create_app(settings).app_context():
            codes.extend(make_catalogue())
            make_if_due("company", None)
            db.engine.dispose()

    return work


def boot(page: Page) -> float:
    """Seconds from the moment the device is enrolled until it knows everything."""
    began = time.monotonic()
    while page.evaluate(SIDE) == 0:
        if time.monotonic() - began > READY_S:
            raise SystemExit("It was not ready in five minutes.")
        page.wait_for_timeout(100)
    return time.monotonic() - began


def main() -> None:
    """Print all figures."""
    codes: list[str] = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        folder = Path(place)
        template = Server(folder / "template", 0)
        template.folder.mkdir()
        template.migrate()
        with (
            serving(fill(template.folder, codes)) as server,
            httpx.Client(base_url=server.url, timeout=60) as http,
            browsers(driver, server, folder) as open_browser,
        ):
            shop = make_shop(Desk.sign_in(http, "admin", PASSWORD))
            phone = open_browser("bench")
            phone.add_init_script(LONG_TASKS)
            page = first_page(phone)
            page.goto("/")
            both = dict.fromkeys(("downloadThroughput", "uploadThroughput"), BITS_PER_S / 8)
            slow = {"offline": False, "latency": 40, **both}
            phone.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
            enrol(phone, shop)
            ready = boot(page)
            print(f"{ITEMS:,} items at 1 Mbit/s, s: {ready:.1f}")
            tasks = page.evaluate("window.longTasks")
            print(f"tasks over 50 ms: {len(tasks)}, longest, ms: {max(tasks, default=0):.0f}")
            forms = [code.zfill(14) for code in random.Random(1).sample(codes, LOOK_UPS)]
            taken = sorted(page.evaluate(LOOK_UP, forms))
            print(f"look-up, ms: median {statistics.median(taken):.1f}, p95 {taken[int(0.95 * len(taken))]:.1f}")
            take_over(page)
            expect(page.get_by_text("2026-11 全盘")).to_be_visible()


if __name__ == "__main__":
    main()
