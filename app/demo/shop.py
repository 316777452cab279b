"""The demo's company: two sites with their bins, people, goods, and months of movements, all through the public API."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.demo.desk import Desk
from app.demo.goods import Good, all_goods, items_csv
from app.demo.purchasing import set_up_purchasing
from app.kernel.clock import iso

PASSWORD = "pandian-demo-1"  # noqa: S105  # of made-up people, printed at the start of a trial
DAYS = 90
SALES_A_DAY = 30
DOCK = "DOCK"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of the demo's company."""

    login: str
    name: str
    role: str
    pin: str


WORKERS = (
    Worker("admin", "管理员", "administrator", "730164"),
    Worker("manager", "周经理", "manager", "640273"),
    Worker("supervisor", "李主管", "supervisor", "518342"),
    Worker("wang", "小王", "counter", "271604"),
    Worker("chen", "小陈", "counter", "385917"),
)
ADMINISTRATOR = WORKERS[0]


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site of the demo: its zones and how many bins each has, and the dock where goods land."""

    code: str
    name: str
    zones: tuple[tuple[str, str, int], ...]

    def bins(self) -> list[str]:
        """Codes of the shelves' bins in walking order."""
        return [f"{zone}-{number:02}" for zone, _name, count in self.zones for number in range(1, count + 1)]

    def locations_csv(self) -> str:
        """Zones and bins as the import takes them, the dock first."""
        rows = ["kind,code,parent,name,barcode,walk_order", "zone,IN,,收货区,,0", f"bin,{DOCK},IN,收货口,,0"]
        order = 0
        for zone, name, count in self.zones:
            order += 1
            rows.append(f"zone,{zone},,{name},,{order}")
            for number in range(1, count + 1):
                order += 1
                rows.append(f"bin,{zone}-{number:02},{zone},{name} {number:02},,{order}")
        return "\n".join(rows) + "\n"


SHOP = SitePlan("S01", "城中一店", (("A", "饮料区", 8), ("B", "食品区", 10), ("C", "日用区", 6)))
WAREHOUSE = SitePlan("W01", "东郊仓库", (("R1", "一号货架", 6), ("R2", "二号货架", 6)))


@dataclass
class Company:
    """What was set up: ids by name, and what truly lies in each bin of the shop."""

    goods: list[Good]
    people: dict[str, str] = field(default_factory=dict)  # login → id
    sites: dict[str, str] = field(default_factory=dict)  # code → id
    bins: dict[str, str] = field(default_factory=dict)  # bin code of the shop → location id
    items: dict[str, str] = field(default_factory=dict)  # sku → id
    shelf: dict[tuple[str, str], int] = field(default_factory=dict)  # (bin, sku) → smallest units


def set_up(desk: Desk, today: datetime, *, days: int = DAYS, seed: int = 7) -> Company:
    """Make the company as an administrator would; the same every time for a seed and a day."""
    company = Company(all_goods())
    _make_sites(desk, company)
    _make_people(desk, company)
    desk.load("items/import", items_csv(company.goods))
    company.items = {row["sku"]: row["id"] for row in desk.rows("items")}
    _stock(desk, company, today, days, random.Random(seed))  # noqa: S311  # a story told the same way each time
    set_up_purchasing(desk, company.sites[SHOP.code], company.goods, company.items, today)
    return company


def _make_sites(desk: Desk, company: Company) -> None:
    for plan in (SHOP, WAREHOUSE):
        site = desk.post(
            "sites",
            {
                "code": plan.code,
                "name": plan.name,
                "time_zone": "Asia/Shanghai",
                "currency": "CNY",
                "stock_level": "bin",
                "tolerance_percent_bp": 200,
                "tolerance_value": 2_000,
            },
        )
        company.sites[plan.code] = site["id"]
        desk.load(f"sites/{site['id']}/locations/import", plan.locations_csv())
    places = desk.rows(f"sites/{company.sites[SHOP.code]}/locations")
    company.bins = {place["code"]: place["id"] for place in places if place["kind"] == "bin"}


def _make_people(desk: Desk, company: Company) -> None:
    known = {person["login"]: person["id"] for person in desk.rows("people")}
    for worker in WORKERS:
        if worker.login not in known:
            grants = [{"site_id": company.sites[SHOP.code], "role": worker.role}]
            made = desk.post("people", {"login": worker.login, "name": worker.name, "language": "zh", "grants": grants})
            known[worker.login] = made["id"]
            desk.put(f"people/{made['id']}/password", {"password": PASSWORD})
        desk.put(f"people/{known[worker.login]}/pin", {"pin": worker.pin})
    company.people = known


def _stock(desk: Desk, company: Company, today: datetime, days: int, rng: random.Random) -> None:
    """Opening stock, then per day what was sold and, once a week, what came in: never more sold than there was."""
    start = today - timedelta(days=days)
    bins = SHOP.bins()
    homes = [(bins[number * len(bins) // len(company.goods)], good) for number, good in enumerate(company.goods)]
    opening = {(place, good.sku): _packs(good, rng.randint(2, 6), rng) for place, good in homes}
    company.shelf = dict(opening)
    _post(desk, company, "opening", "OPENING", [(*key, quantity, start) for key, quantity in opening.items()])
    for day in range(days):
        morning = start + timedelta(days=day)
        if day % 7 == 3:
            receipt = list(_receipt(company, homes, morning, rng))
            _post(desk, company, "receipt", f"GRN-{2200 + day // 7}", receipt)
        sales = list(_sales(company, homes, morning, rng))
        _post(desk, company, "sale", f"TILL-{morning:%m%d}", sales)


Moved = tuple[str, str, int, datetime]  # bin, sku, smallest units, when


def _receipt(company: Company, homes: list[tuple[str, Good]], morning: datetime, rng: random.Random) -> Iterator[Moved]:
    for place, good in homes:
        if company.shelf[place, good.sku] < _packs(good, 2, rng):
            quantity = _packs(good, rng.randint(2, 4), rng)
            company.shelf[place, good.sku] += quantity
            yield place, good.sku, quantity, morning + timedelta(hours=1, minutes=rng.randint(0, 90))


def _sales(company: Company, homes: list[tuple[str, Good]], morning: datetime, rng: random.Random) -> Iterator[Moved]:
    for place, good in rng.sample(homes, SALES_A_DAY):
        wanted = rng.randint(150, 2_400) if good.unit == "kg" else rng.choice((1, 1, 1, 2, 2, 3, 6))
        quantity = min(wanted, company.shelf[place, good.sku])
        if quantity:
            company.shelf[place, good.sku] -= quantity
            yield place, good.sku, quantity, morning + timedelta(hours=2, minutes=rng.randint(0, 600))


def _packs(good: Good, packs: int, rng: random.Random) -> int:
    if good.unit == "kg":
        return packs * rng.randint(4_000, 9_000)
    return packs * (good.carton[1] if good.carton else 10)


def _post(desk: Desk, company: Company, kind: str, document: str, moved: list[Moved]) -> None:
    """One journal. Movements of the last hours are left out: nothing may happen in the future."""
    if moved:
        desk.post("journals", journal(company, kind, document, moved))


def journal(company: Company, kind: str, document: str, moved: list[Moved]) -> dict[str, Any]:
    """The body of a journal at the shop."""
    return {
        "site_id": company.sites[SHOP.code],
        "kind": kind,
        "source_key": f"demo:{document}",
        "document": document,
        "entries": [
            {
                "item_id": company.items[sku],
                "location_id": company.bins[place],
                "quantity": quantity,
                "occurred_at": iso(when),
            }
            for place, sku, quantity, when in moved
        ],
    }
