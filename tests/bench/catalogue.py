"""A catalogue of 100,000 items, always the same one: eleven fields, one to three barcodes each."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.catalogue.models import Barcode, Category, Item, Unit
from app.feed.models import Change
from app.kernel.clock import now
from app.kernel.database import Base
from app.kernel.ids import new_id
from app.kernel.transaction import reading, transact

ITEMS = 100_000
BATCH = 10_000
BRANDS = ("农夫山泉", "康师傅", "统一", "伊利", "蒙牛", "海天", "金龙鱼", "维达", "清风", "蓝月亮", "立白", "松鼠")
GOODS = (
    "饮用天然水",
    "红烧牛肉面",
    "纯牛奶",
    "生抽酱油",
    "抽纸",
    "洗衣液",
    "坚果礼盒",
    "绿茶",
    "酸奶",
    "食用油",
    "薯片",
)
KINDS = ("原味", "清爽", "家庭装", "便携装", "礼盒", "无糖", "加量", "经典")
SIZES = (
    "250 ml",
    "330 ml",
    "500 ml",
    "550 ml",
    "1 L",
    "1.5 L",
    "5 L",
    "80 g",
    "120 g",
    "500 g",
    "1 kg",
    "3 层 × 10 包",
)


def ean13(body: int) -> str:
    """A GTIN-13 of twelve digits and its check digit."""
    digits = f"{body:012d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return digits + str(-(odd + 3 * even) % 10)


def make_catalogue(items: int = ITEMS, seed: int = 1) -> list[str]:
    """Write the items and tell the feed of them; the first barcode of each."""
    rng, moment = random.Random(seed), now()
    with reading() as session:
        units = list(session.scalars(select(Unit.id).where(Unit.scale == 0).order_by(Unit.code)))
    categories = [new_id() for _ in range(40)]
    transact(
        lambda session: session.execute(
            insert(Category), [{"id": own, "name": f"类别 {n:02}"} for n, own in enumerate(categories)]
        )
    )
    ids = [new_id() for _ in range(items)]
    # As GS1 gives them out: a maker's prefix of eight digits, and four of its own.
    makers = rng.sample(range(69_000_000, 69_999_999), 400)
    codes = [makers[n // 10_000] * 10_000 + n % 10_000 for n in rng.sample(range(4_000_000), 3 * items)]
    _write(Item, _items(ids, rng, units, categories, moment))
    _write(Barcode, _barcodes(ids, rng, codes))
    told = {"site_id": None, "entity": "item", "operation": "U", "recorded_at": moment}
    _write(Change, (told | {"entity_key": str(own)} for own in ids))
    return [ean13(code) for code in codes[0::3]]


def _items(
    ids: list[UUID], rng: random.Random, units: list[UUID], categories: list[UUID], moment: datetime
) -> Iterator[dict[str, Any]]:
    for number, own in enumerate(ids):
        category = rng.randrange(len(categories))
        yield {
            "id": own,
            "sku": f"{'ABCDEFGH'[category % 8]}{category:02}-{number:06}",
            "name": " ".join(map(rng.choice, (BRANDS, GOODS, KINDS, SIZES))),
            "category_id": categories[category],
            "unit_id": rng.choice(units),
            "tracks_lots": rng.random() < 0.2,
            "tracks_expiry": rng.random() < 0.1,
            "tracks_serials": False,
            "minimum_life_days": rng.choice((None, None, None, 30, 60)),
            "unit_cost": rng.randrange(10_000, 9_000_000),
            "active": rng.random() < 0.97,
            "created_at": moment,
        }


def _barcodes(ids: list[UUID], rng: random.Random, codes: list[int]) -> Iterator[dict[str, Any]]:
    for number, own in enumerate(ids):
        for pack, code in enumerate(codes[3 * number : 3 * number + rng.choice((1, 1, 2, 3))]):
            printed = ean13(code)
            factor, label = ((1, ""), (6, "中包"), (24, "整箱"))[pack]
            yield {
                "normal_form": printed.zfill(14),
                "code": printed,
                "item_id": own,
                "pack_factor": factor,
                "label": label,
            }


def _write(table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            transact(lambda session, batch=batch: session.execute(insert(table), batch))
            batch = []
    if batch:
        transact(lambda session, batch=batch: session.execute(insert(table), batch))
