"""Who the demo's shop buys from: suppliers with terms, orders drafted and placed, deliveries on pallets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.demo.desk import Desk
from app.demo.goods import Good
from scanner.meaning import check_digit

_SUPPLIERS = """code,name,lead_time_days,over_receipt_percent,note
HUADONG,华东饮品供应链,2,5,周一至周六送货
BEIYUAN,北苑粮油,3,2,整托送货
JINGMEI,净美日化,5,0,
XIANSHENG,鲜生农产,1,10,称重商品允许多收
LEWEI,乐味食品,4,5,
"""
# Whose goods: by the beginning of the item's category.
_SELLS = {"HUADONG": ("饮料", "乳品"), "BEIYUAN": ("粮油",), "JINGMEI": ("纸品", "个人"), "XIANSHENG": ("生鲜",)}
_SELLS["LEWEI"] = ("方便", "零食")
_COMPANY = "6931234"  # the demo supplier's GS1 company prefix, in the pallets' numbers


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders for the shop: ids by supplier code and by SKU."""

    desk: Desk
    site_id: str
    suppliers: Mapping[str, str]
    goods: Sequence[Good]
    items: Mapping[str, str]

    def order(self, supplier: str, articles: int, reference: str = "") -> dict[str, Any]:
        """An order of the supplier's first articles; one with a reference is placed."""
        goods = [good for good in self.goods if _supplier(good) == supplier][:articles]
        body = {"site_id": self.site_id, "supplier_id": self.suppliers[supplier], "reference": reference}
        made: dict[str, Any] = self.desk.post("purchase-orders", body | {"lines": _lines(goods, self.items)})
        if reference:
            made = self.desk.post(f"purchase-orders/{made['id']}/order")
        return made


def set_up_purchasing(desk: Desk, site_id: str, goods: list[Good], items: dict[str, str], today: datetime) -> None:
    """Suppliers, terms, orders and deliveries, as a supervisor would make them; the same every time for a day."""
    desk.load("suppliers/import", _SUPPLIERS)
    desk.load("suppliers/items/import", _terms_csv(goods))
    buyer = Buyer(desk, site_id, {row["code"]: row["id"] for row in desk.rows("suppliers")}, goods, items)
    drinks, staples = buyer.order("HUADONG", 8, "4500017801"), buyer.order("BEIYUAN", 6, "4500017802")
    buyer.order("XIANSHENG", 4, "4500017803")
    buyer.order("JINGMEI", 5)
    buyer.order("LEWEI", 7)
    _announce(desk, drinks, "SH-20261", today, pallets=2)
    _announce(desk, staples, "BY-88412", today + timedelta(days=1), pallets=3)


def _supplier(good: Good) -> str:
    return next(code for code, categories in _SELLS.items() if good.category.startswith(categories))


def _pack(good: Good) -> int:
    return good.carton[1] if good.carton else 1


def _terms_csv(goods: list[Good]) -> str:
    """Every good is bought by the carton, two at least, a tenth below its cost; by weight from 5 kg on."""
    rows = ["supplier,sku,supplier_sku,price,moq,order_multiple"]
    for number, good in enumerate(goods, start=1):
        moq, multiple = ("5", "0.5") if good.unit == "kg" else (str(2 * _pack(good)), str(_pack(good)))
        code = _supplier(good)
        rows.append(f"{code},{good.sku},{code[0]}{number:05},{good.cost_fen * 9 / 1000:.2f},{moq},{multiple}")
    return "\n".join(rows) + "\n"


def _lines(goods: list[Good], items: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"item_id": items[good.sku], "quantity": 20_000 if good.unit == "kg" else (2 + number % 4) * _pack(good)}
        for number, good in enumerate(goods)
    ]


def _announce(desk: Desk, order: dict[str, Any], note: str, day: datetime, *, pallets: int) -> None:
    """The supplier sends what was ordered on so many pallets."""
    lines = [
        {
            "item_id": line["item"]["id"],
            "quantity": line["quantity"],
            "order_line_id": line["id"],
            "sscc": _sscc(order["number"] * 100 + place % pallets),
        }
        for place, line in enumerate(order["lines"])
    ]
    on: date = day.date()
    header = {"site_id": order["site_id"], "supplier_id": order["supplier"]["id"], "reference": note}
    desk.post("expected-deliveries", header | {"expected_on": on.isoformat(), "lines": lines})


def _sscc(serial: int) -> str:
    digits = f"3{_COMPANY}{serial:09}"
    return f"{digits}{check_digit(digits)}"
