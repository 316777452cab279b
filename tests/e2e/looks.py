"""What to look for on a screen: accessibility by axe, anything wider than the window, keys too small for a thumb."""

from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

from app.settings import ROOT

WIDTHS = (320, 360, 390, 768, 1280)
TOUCH_PX = 60
SCAN_PATH = ".phone .screen, .phone .foot"
OFF_THE_PATH = {"settings"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"

FULL_HEIGHT = "document.documentElement.scrollHeight"
RUN_AXE = """async rules => (await axe.run(document, {
  runOnly: rules, resultTypes: ["violations"], elementRef: false,
})).violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3).map(n => n.target.join(" ") + (
  n.any[0] && n.any[0].data && n.any[0].data.contrastRatio ? ` (${n.any[0].data.contrastRatio})` : "")).join(" | "))"""

# The page against the width it was given (not against what the browser made of it), a dialog against the page,
# and the words on a key against the key.
OVERFLOW = """width => {
  const found = [];
  const name = e => e.tagName.toLowerCase() + (e.className ? `.${e.className}` : "");
  const boxed = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== "visible") return true; return false; };
  const over = document.documentElement.scrollWidth - width;
  if (over > 0) {
    const guilty = [...document.body.querySelectorAll("*")].filter(
      e => e.getBoundingClientRect().right > width + 0.5 && !boxed(e) && !e.closest(".scan-sink"));
    found.push(`page ${over} px: ` + guilty.slice(0, 3).map(name).join(" > "));
  }
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    const box = dialog.getBoundingClientRect();
    if (box.left < -0.5 || box.right > width + 0.5) found.push("dialog outside the window");
    if (dialog.scrollWidth > dialog.clientWidth) found.push(`dialog ${dialog.scrollWidth - dialog.clientWidth} px: ` +
      [...dialog.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > box.right && !boxed(e))
        .slice(0, 3).map(name).join(" > "));
  }
  for (const key of document.querySelectorAll(".button, .pill, .chip, .tabs a, .segmented button"))
    if (key.offsetParent && key.scrollWidth > key.clientWidth + 1)
      found.push(`words ${key.scrollWidth - key.clientWidth} px wider than ${name(key)} "${key.textContent}"`);
  return found;
}"""

SMALL = """([path, least]) => [...document.querySelectorAll(path)].flatMap(part =>
  [...part.querySelectorAll("button, a, input, select")]).filter(key => {
    const box = key.getBoundingClientRect();
    return box.width > 0 && (box.width < least - 0.5 || box.height < least - 0.5);
  }).map(key => { const box = key.getBoundingClientRect();
    return `${Math.round(box.width)}x${Math.round(box.height)} "${key.textContent || key.name}"`; })"""


Kind = Literal["axe", "overflow", "touch"]


@dataclass
class Looks:
    """What was wrong at the stops of a walk, by kind, each with the stop and the setting it was seen in."""

    language: str
    wrong: dict[Kind, list[str]] = field(default_factory=lambda: {"axe": [], "overflow": [], "touch": []})
    stops: list[str] = field(default_factory=list)

    def everything(self, name: str, page: Page) -> None:
        """All checks, in light and dark, at all widths."""
        self.stops.append(name)
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text())
        own: ViewportSize = page.viewport_size or {"width": 390, "height": 844}
        # As high as all there is: what lies half behind the foot until somebody scrolls is no key too small.
        # What is still coming makes the page longer than it was when it was measured.
        height = own["height"]
        for _ in range(5):
            if (full := page.evaluate(FULL_HEIGHT)) <= height:
                break
            height = full
            page.set_viewport_size({"width": own["width"], "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for violation in page.evaluate(RUN_AXE, RULES):
                self._note("axe", f"{name} ({scheme})", violation)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(own)
        for small in [] if name in OFF_THE_PATH else page.evaluate(SMALL, [SCAN_PATH, TOUCH_PX]):
            self._note("touch", name, small)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": own["height"]})
            self._overflow(name, page, width)
        page.set_viewport_size(own)

    def large_text(self, name: str, page: Page) -> None:
        """Only the overflow, at the width the page has, in a browser whose text is twice as large."""
        self.stops.append(name)
        size: Any = page.evaluate("getComputedStyle(document.documentElement).fontSize")
        assert size == "32px", size
        self._overflow(f"{name} (200 % text)", page, (page.viewport_size or {"width": 0})["width"])

    def _overflow(self, name: str, page: Page, width: int) -> None:
        for wide in page.evaluate(OVERFLOW, width):
            self._note("overflow", f"{name} ({width})", wide)

    def _note(self, kind: Kind, where: str, what: str) -> None:
        self.wrong[kind].append(f"{self.language}, {where}: {what}")
