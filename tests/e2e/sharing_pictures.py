"""The pictures of docs/sharing.md: python -m tests.e2e.sharing_pictures walks two phones through them."""

import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from app.demo.desk import Desk
from tests.e2e import sharing_walk as walk_of
from tests.e2e.conftest import PASSWORD, Server, browsers, make_shop, serving
from tests.e2e.picture_book import FOLDER, Camera


def main() -> None:
    """Serve a small shop and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        serving(Server.migrate) as server,
        httpx.Client(base_url=server.url, timeout=60) as http,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as profiles,
        browsers(playwright, server, Path(profiles)) as open_browser,
    ):
        desk = Desk.sign_in(http, "admin", PASSWORD)
        shop = make_shop(desk)
        camera = Camera(open_browser, desk, {"id": shop.site_id, "code": "S01"})
        walk = walk_of.begin(shop, open_browser, camera.shoot)
        for part in (walk_of.two_at_one_shelf, walk_of.named_a_handover, walk_of.the_battery_died):
            part(walk)
        walk_of.in_other_hands(walk)
        walk_of.came_too_late(walk)


if __name__ == "__main__":
    main()
