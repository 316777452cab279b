"""The count the demo data leaves under way: half done, with the mistakes real counts have."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from app.demo.counter import Counter, Scan, scans_of
from app.demo.desk import Desk
from app.demo.goods import Good
from app.demo.shop import SHOP, Company, journal

UNKNOWN_CODE = "6970399921237"
SOLD = 2  # pieces the till reports late: the line goes from −2 to 0


def start_count(desk: Desk, connect: Callable[[], httpx.Client], company: Company, now: datetime) -> str:
    """Start a blind full count of the shop and let two people count most of it. Returns the stocktake's id."""
    site_id = company.sites[SHOP.code]
    stocktake = desk.post(
        "stocktakes", {"site_id": site_id, "name": f"{now:%Y-%m} 全盘", "kind": "full", "blind": True}
    )
    desk.post(f"stocktakes/{stocktake['id']}/start")
    begun = now - timedelta(minutes=100)
    wang, chen = (
        Counter.enrol(connect, desk, company, login=login, label=label, stocktake_id=stocktake["id"])
        for login, label in (("wang", "PDA-01"), ("chen", "PDA-02"))
    )
    bins = SHOP.bins()
    sold = next(good for good, quantity in goods_in(company, bins[0]) if quantity >= SOLD)
    _walk(wang, bins[:9], begun, gone={sold.sku: SOLD})
    _walk(chen, bins[9:18], begun, gone={})
    _overlap(chen, bins[2], begun + timedelta(minutes=80))
    for counter in (wang, chen):
        counter.device.sync()
    moved = [(bins[0], sold.sku, SOLD, begun - timedelta(minutes=5))]
    desk.post("journals", journal(company, "sale", "TILL-LATE", moved))
    return str(stocktake["id"])


def goods_in(company: Company, place: str) -> list[tuple[Good, int]]:
    """What lies in a bin by the book."""
    by_sku = {good.sku: good for good in company.goods}
    return [(by_sku[sku], quantity) for (where, sku), quantity in company.shelf.items() if where == place]


def _walk(counter: Counter, bins: list[str], start: datetime, gone: dict[str, int]) -> None:
    """Count bin after bin; about one line in nine is wrong the way lines are wrong. What was sold is `gone`."""
    rng = random.Random(bins[0])  # noqa: S311  # the same mistakes every time
    for number, place in enumerate(bins):
        scans: list[Scan] = []
        zeros: list[Good] = []
        for good, quantity in goods_in(counter.company, place):
            sold = gone.get(good.sku)
            found = quantity - sold if sold else _with_mistake(good, quantity, rng)
            scans += scans_of(good, found)
            if found == 0:
                zeros.append(good)
        if number == 4:
            scans += [Scan(UNKNOWN_CODE, times=2)]
        counter.count(place, scans, start + timedelta(minutes=8 * number), zeros=zeros, close=number < len(bins) - 1)


def _with_mistake(good: Good, quantity: int, rng: random.Random) -> int:
    """A carton overlooked, one or two pieces gone, a few too many; mostly right."""
    luck = rng.random()
    if luck < 0.88 or quantity == 0:
        return quantity
    if luck < 0.92 and good.carton and quantity > good.carton[1]:
        return quantity - good.carton[1]
    if good.unit == "kg":
        return max(quantity - rng.randint(40, 400), 0)
    return max(quantity + rng.choice((-3, -2, -1, -1, 1, 2)), 0)


def _overlap(counter: Counter, place: str, start: datetime) -> None:
    """The second counter counts a bin the first one did already: nobody told him."""
    scans = [scan for good, quantity in goods_in(counter.company, place)[:3] for scan in scans_of(good, quantity)]
    counter.count(place, scans, start)
