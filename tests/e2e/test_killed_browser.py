"""kill -9 of the whole browser while somebody scans: what the screen had confirmed is in the log, and reaches the book.

A drill of `make faults` (200 kills there), and three kills here.
"""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from app.settings import ROOT
from tests.e2e.conftest import FLAGS, PHONE, Server, Shop, chromium
from tests.e2e.phone import TISSUE, counter, expect_nothing_lost_or_doubled, expect_quantity, outbox, scan_through_hook
from tests.faults.figures import Board, Figures
from tests.faults.floor import LONG, size
from tests.faults.server import children_of

pytestmark = pytest.mark.faults
KILLS = size(3, 200)
SCANS_BEFORE_UPDATE = size(20, 2_000)
SCAN_EVERY_MS = 20
NAME = "原木抽纸"
# Tells of every quantity of the line that the page has painted: what a counter has seen with their own eyes.
WATCH = """name => {
  const tell = () => {
    for (const line of document.querySelectorAll("li.line")) {
      if (!line.textContent.includes(name)) continue;
      const quantity = Number(line.querySelector(".line-quantity").textContent);
      requestAnimationFrame(() => requestAnimationFrame(() => window.painted(quantity)));
    }
  };
  new MutationObserver(tell).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
SCAN = "([code, every]) => { setInterval(() => window.pandian.scan(code), every); }"


class Handset:
    """A browser over a profile on disk, killed and opened again; `seen` is the highest quantity it has painted."""

    def __init__(self, playwright: Playwright, server: Server, folder: Path) -> None:
        self.playwright = playwright
        self.server = server
        self.folder = folder
        self.seen = 0
        self.opened: BrowserContext | None = None

    def open(self) -> BrowserContext:
        """Open it, with whatever the last one left on disk."""
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=chromium(),
            args=list(FLAGS),
            viewport=PHONE,
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
            base_url=self.server.url,
        )
        context.set_default_timeout(15_000)
        context.expose_binding("painted", lambda _source, quantity: self._saw(quantity))
        self.opened = context
        return context

    def _saw(self, quantity: int) -> None:
        self.seen = max(self.seen, quantity)

    def counting(self) -> Page:
        """Its page at the shelf, as a counter finds it after opening."""
        context = self.opened or self.open()
        page = context.pages[0] if context.pages else context.new_page()
        page.goto("/#/phone/count")
        expect(page.locator(".foot-keys")).to_be_visible()
        return page

    def kill(self) -> None:
        """Kill -9 of all its processes."""
        for pid in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        context, self.opened = self.opened, None
        if context is not None:
            with contextlib.suppress(Error):
                context.close()
        for leftover in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self.folder / leftover).unlink(missing_ok=True)

    def close(self) -> None:
        """Close it as its owner would."""
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    def _processes(self) -> list[int]:
        mark = f"--user-data-dir={self.folder}\0"
        found = [int(path.parts[2]) for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _read(path)]
        for pid in found:  # grows while it is walked: children, their children …
            found += [child for child in children_of(pid) if child not in found]
        return found


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@pytest.fixture
def board() -> Board:
    """Where the figures go."""
    return Board("browser")


def test_what_the_screen_confirmed_is_there_after_the_browser_was_killed(
    playwright: Playwright, server: Server, shop: Shop, tmp_path: Path, board: Board
) -> None:
    chance = random.Random(7)
    handset = Handset(playwright, server, tmp_path / "profile")
    counter(handset.open(), shop)
    handset.close()  # its cookies are on disk now, as after the first half minute of a shift
    confirmed = lost = 0
    for _ in range(KILLS):
        page = handset.counting()
        lost += max(0, handset.seen - scans_in(page))
        page.evaluate(WATCH, NAME)
        page.evaluate(SCAN, [TISSUE, SCAN_EVERY_MS])
        before = handset.seen
        deadline = time.monotonic() + 15
        while handset.seen <= before + 3 and time.monotonic() < deadline:
            page.wait_for_timeout(10)
        page.wait_for_timeout(chance.uniform(0, 300))
        confirmed = handset.seen
        handset.kill()
        assert confirmed > before + 3, "nothing was scanned before the kill"

    page = handset.counting()
    began = time.monotonic()
    lost += max(0, confirmed - scans_in(page))
    expect_nothing_lost_or_doubled(page, server)
    drain_s = time.monotonic() - began
    in_log = scans_in(page)
    handset.close()
    findings = server.flask("verify").returncode
    board.keep(Figures("browser", "kill -9 of the browser", KILLS, in_log, confirmed, lost, 0, findings, drain_s))
    assert lost == 0
    assert in_log >= confirmed > 0
    assert findings == 0


def test_an_update_killed_in_the_middle_keeps_a_full_log(
    playwright: Playwright, server: Server, shop: Shop, tmp_path: Path, board: Board
) -> None:
    """From the oldest front end of the repository's history in the long form, from the present one in the short."""
    served = server.folder / "static"
    shutil.copytree(oldest_build(tmp_path) if LONG in os.environ else server.static, served)
    new = server.static
    server.kill()
    server.static = served
    server.start()
    handset = Handset(playwright, server, tmp_path / "profile")
    counter(handset.open(), shop)
    handset.close()

    page = handset.counting()
    page.route("**/api/v1/sync/*", lambda route: route.abort())
    scan_through_hook(page, [TISSUE] * SCANS_BEFORE_UPDATE)
    while scans_in(page) < SCANS_BEFORE_UPDATE:
        page.wait_for_timeout(20)
    before = [(row["seq"], row["id"], row["text"]) for row in outbox(page)]
    put_next_version(new, served)
    page.evaluate("navigator.serviceWorker.ready.then(registration => registration.update())")
    page.wait_for_function("navigator.serviceWorker.getRegistration().then(found => found.waiting !== null)")
    handset.kill()

    page = handset.counting()
    expect_nothing_lost_or_doubled(page, server)
    expect_quantity(page, NAME, SCANS_BEFORE_UPDATE)
    if "next" not in page.title():
        page.get_by_role("button", name="现在更新").click()
    expect(page).to_have_title(re.compile("next"))
    expect_quantity(page, NAME, SCANS_BEFORE_UPDATE)
    kept = [(row["seq"], row["id"], row["text"]) for row in outbox(page)]
    in_log = scans_in(page)
    handset.close()
    findings = server.flask("verify").returncode
    lost = len(set(before) - set(kept))
    board.keep(Figures("browser", "update killed with a full outbox", 1, in_log, len(before), lost, 0, findings))
    assert kept[: len(before)] == before
    assert findings == 0


def put_next_version(build: Path, served: Path) -> None:
    """What an update leaves on the server: the present build, told apart by its title and its worker's name."""
    shutil.rmtree(served)
    shutil.copytree(build, served)
    worker, shell = served / "sw.js", served / "index.html"
    worker.write_text(re.sub(r"pandian-shell-\w+", "pandian-shell-next", worker.read_text()))
    shell.write_text(shell.read_text().replace("</title>", " next</title>"))


def oldest_build(folder: Path) -> Path:
    """The front end as it was when it first had a store on the device, built anew."""
    commits = subprocess.run(
        ["git", "log", "--format=%H", "--", "static/src/store/schema.ts"], cwd=ROOT, check=True, capture_output=True
    )
    oldest = commits.stdout.decode().split()[-1]
    archive = subprocess.run(["git", "archive", oldest, "static"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    (folder / "static" / "node_modules").symlink_to(ROOT / "static" / "node_modules")
    path = subprocess.run([ROOT / ".ci/node.sh"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    build = ["npm", "run", "--silent", "build"]
    subprocess.run(build, cwd=folder / "static", env=os.environ | {"PATH": path}, check=True, capture_output=True)
    return folder / "static" / "dist"


def scans_in(page: Page) -> int:
    """Scans in the device's log."""
    return sum(row["kind"] == "scan" for row in outbox(page))
