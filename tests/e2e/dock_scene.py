"""A delivery at the demo's dock with everything that can be wrong with one, half of it decided by nobody yet."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.demo.desk import Desk
from app.demo.shop import WORKERS
from tests.e2e.dock import Dock

RECEIVER = next(worker for worker in WORKERS if worker.login == "chen")


def arrive(desk: Desk, site_id: str) -> str:
    """Receive against the first order with everything in it: over, short, damaged, unexpected, unknown; its id."""
    order = _order(desk, site_id)
    place = desk.rows(f"sites/{site_id}/locations", kind="bin")[0]
    person = next(row for row in desk.rows("people") if row["login"] == RECEIVER.login)
    dock = Dock.enrol(desk, site_id, person["id"], RECEIVER.pin, place["id"])
    dock.device.clock.skew_ms = -int(timedelta(minutes=25).total_seconds() * 1000)
    dock.open(order=order["id"], note="SH-20261")
    items = {line["item"]["id"]: desk.get(f"items/{line['item']['id']}") for line in order["lines"]}
    for number, line in enumerate(order["lines"]):
        _receive(dock, items[line["item"]["id"]], line["quantity"], number)
    others = (row for row in desk.rows("items") if row["id"] not in items and row["unit"]["scale"] == 0)
    other = next(row for row in others if row["barcodes"])
    dock.scan(other, 6)
    dock.photo(dock.scan(None, 3), "unknown_code")
    return dock.bring()


def _receive(dock: Dock, item: dict[str, Any], ordered: int, number: int) -> None:
    """The first comes over, the second short, the third broken in part, the last not at all; the others as ordered."""
    lots = {"lot": f"L26{number:02}", "expires_on": _soon()} if item["tracks_lots"] else {}
    if number == 0:
        dock.scan(item, ordered, **lots)
        dock.scan(item, max(2, ordered // 4), **lots)
    elif number == 1:
        dock.scan(item, max(1, ordered - 5), **lots)
    elif number == 2:
        dock.scan(item, ordered - 2, **lots)
        broken = dock.scan(item, 2, kind="damaged", **lots)
        for seed in (1, 2):
            dock.photo(broken, "damage", seed=seed)
    elif number % 5 != 4:
        times = 4 if ordered % 4 == 0 else 1
        for _ in range(times):
            dock.scan(item, ordered // times, **lots)


def _soon() -> str:
    return (datetime.now(UTC) + timedelta(days=200)).date().isoformat()


def _order(desk: Desk, site_id: str) -> dict[str, Any]:
    rows = desk.rows("purchase-orders", site_id=site_id)
    first = min((row for row in rows if row["state"] == "ordered"), key=lambda row: row["number"])
    order: dict[str, Any] = desk.get(f"purchase-orders/{first['id']}")
    return order
