"""What takes the manual's pictures: browsers at the demo's company, and the administrator's desk beside them."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from app.demo.desk import Desk
from app.demo.shop import PASSWORD
from app.settings import ROOT
from tests.e2e.conftest import OpenBrowser
from tests.e2e.palette import small_png
from tests.e2e.phone import first_page

FOLDER = ROOT / "docs" / "screenshots"
DESK_SIZE = {"width": 1280, "height": 800}
BYTES_MAX = 150_000


@dataclass(frozen=True)
class Camera:
    """The camera, the browsers it stands before, and the site they are of."""

    open_browser: OpenBrowser
    desk: Desk
    site: dict[str, Any]

    def shoot(self, page: Page, name: str) -> None:
        """Write a picture of what the page shows."""
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_timeout(300)
        picture = small_png(page.screenshot(animations="disabled", caret="hide"))
        assert len(picture) < BYTES_MAX, f"{name}.png has {len(picture)} bytes"
        (FOLDER / f"{name}.png").write_bytes(picture)
        print(f"{name}.png  {len(picture) // 1000} kB")

    def speak(self, language: str) -> None:
        """Let the people who sign in have this language."""
        for row in self.desk.rows("people"):
            self.desk.patch(f"people/{row['id']}", {"language": language})

    def codes_at(self, place: str) -> list[str]:
        """A barcode of each article that the book has at a place: of the carton, where there is one."""
        location = next(row for row in self.desk.rows(f"sites/{self.site['id']}/locations") if row["code"] == place)
        stock = self.desk.rows("stock", site_id=self.site["id"], location_id=location["id"])
        items = [self.desk.get(f"items/{row['item_id']}") for row in stock if row["quantity"] > 0]
        return [max(item["barcodes"], key=lambda one: one["pack_factor"])["code"] for item in items]


def at_the_desk(context: BrowserContext) -> Page:
    """The manager, signed in."""
    page = first_page(context)
    page.set_viewport_size(DESK_SIZE)  # type: ignore[arg-type]
    page.goto("/")
    page.locator("input[name=login]").fill("manager")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    expect(page.locator(".running").first).to_be_visible()
    return page


def open_list(page: Page, address: str) -> None:
    """Go to a screen with a table, and wait for its rows."""
    page.goto(address)
    expect(page.locator("[role=rowgroup] [role=row]").first).to_be_visible()
