"""The goods of the demo shop: names as on the shelf, GTINs with right check digits, cartons with their own codes."""

import random
from dataclasses import dataclass, field

from scanner.meaning import check_digit

# Category: (article, package, sizes or kinds, pieces a carton, cost in fen)
_SHELVES: dict[str, tuple[tuple[str, tuple[str, ...], int, int], ...]] = {
    "饮料 Drinks": (
        ("饮用天然水", ("380 ml", "550 ml", "1.5 l", "5 l"), 12, 110),
        ("纯净水", ("350 ml", "596 ml", "1.5 l"), 24, 95),
        ("冰红茶", ("250 ml", "500 ml", "1 l"), 15, 210),
        ("茉莉绿茶", ("500 ml", "1 l"), 15, 230),
        ("无糖乌龙茶", ("500 ml", "900 ml"), 15, 320),
        ("可乐", ("330 ml 罐", "500 ml", "2 l"), 24, 205),
        ("橙汁", ("330 ml", "450 ml", "1.25 l"), 15, 310),
        ("椰汁", ("245 ml 罐", "1 l"), 24, 330),
        ("电解质水", ("白桃", "青柠", "葡萄柚"), 15, 350),
        ("苏打水", ("原味", "柠檬"), 24, 280),
    ),
    "方便食品 Instant food": (
        ("红烧牛肉面", ("单包", "五连包", "桶装"), 12, 260),
        ("老坛酸菜面", ("单包", "五连包", "桶装"), 12, 255),
        ("番茄鸡蛋面", ("单包", "桶装"), 12, 265),
        ("自热火锅", ("麻辣", "番茄", "菌菇"), 6, 1450),
        ("螺蛳粉", ("原味", "加辣"), 20, 780),
        ("燕麦片", ("400 g", "700 g", "1 kg"), 12, 1180),
        ("八宝粥", ("桂圆", "无糖", "莲子"), 12, 310),
    ),
    "零食 Snacks": (
        ("薯片", ("原味 75 g", "黄瓜 75 g", "番茄 75 g", "烧烤 75 g", "原味 135 g"), 22, 420),
        ("苏打饼干", ("咸味", "芝麻", "香葱"), 24, 390),
        ("夹心饼干", ("草莓", "巧克力", "香草"), 24, 360),
        ("牛奶巧克力", ("40 g", "80 g", "分享装"), 12, 690),
        ("坚果每日", ("7 袋", "30 袋"), 8, 3290),
        ("海苔", ("原味", "辣味"), 20, 560),
        ("牛肉干", ("五香", "麻辣", "孜然"), 20, 1690),
        ("山楂条", ("100 g", "200 g"), 30, 350),
        ("口香糖", ("薄荷", "西瓜", "蓝莓"), 20, 480),
    ),
    "粮油调味 Staples": (
        ("东北大米", ("2.5 kg", "5 kg", "10 kg"), 4, 2890),
        ("小麦粉", ("1 kg", "2.5 kg", "5 kg"), 6, 990),
        ("菜籽油", ("900 ml", "1.8 l", "5 l"), 4, 2250),
        ("花生油", ("900 ml", "5 l"), 4, 3950),
        ("生抽", ("500 ml", "800 ml", "1.28 l"), 12, 620),
        ("香醋", ("340 ml", "500 ml"), 12, 450),
        ("食用盐", ("400 g", "500 g"), 50, 150),
        ("豆瓣酱", ("300 g", "500 g"), 15, 680),
        ("白砂糖", ("400 g", "1 kg"), 20, 480),
        ("挂面", ("细 500 g", "宽 500 g", "荞麦 500 g"), 20, 420),
    ),
    "纸品清洁 Household": (
        ("面巾纸", ("100 抽 3 包", "130 抽 6 包", "便携 10 包"), 10, 1080),
        ("卷纸", ("10 卷", "27 卷"), 6, 2190),
        ("厨房用纸", ("2 卷", "4 卷"), 12, 990),
        ("洗洁精", ("500 g", "1.1 kg"), 12, 590),
        ("洗衣液", ("1 kg", "2 kg", "3 kg"), 6, 1590),
        ("垃圾袋", ("小号", "中号", "大号"), 40, 490),
        ("湿巾", ("10 片", "80 片"), 24, 750),
        ("洁厕剂", ("500 g",), 12, 690),
    ),
    "个人护理 Personal care": (
        ("牙膏", ("薄荷 120 g", "美白 120 g", "儿童 60 g"), 24, 820),
        ("牙刷", ("软毛", "中毛", "儿童"), 36, 450),
        ("洗发水", ("去屑 400 ml", "滋润 400 ml", "去屑 750 ml"), 12, 2350),
        ("沐浴露", ("樱花 500 ml", "海盐 500 ml", "牛奶 1 l"), 12, 1890),
        ("香皂", ("100 g", "3 块"), 24, 420),
        ("洗手液", ("250 ml", "500 ml"), 12, 780),
        ("创可贴", ("10 片", "50 片"), 60, 590),
    ),
    "乳品冷藏 Dairy": (
        ("纯牛奶", ("250 ml", "1 l", "12 盒"), 12, 270),
        ("酸奶", ("原味", "草莓", "黄桃", "无糖"), 12, 480),
        ("奶酪棒", ("5 支", "20 支"), 12, 1380),
        ("鲜鸡蛋", ("10 枚", "30 枚"), 8, 1150),
        ("火腿肠", ("单支", "10 支"), 10, 220),
    ),
}
# Sold by weight: kilogrammes with three decimals, a shop code instead of a GTIN.
_WEIGHED = (("苹果", 890), ("香蕉", 590), ("土豆", 360), ("番茄", 720), ("五花肉", 2680), ("鸡胸肉", 1890))


@dataclass(frozen=True, slots=True)
class Good:
    """An article of the shop. `codes` maps each barcode to the pieces it stands for. Cost in fen per base unit."""

    sku: str
    name: str
    category: str
    cost_fen: int
    unit: str = "pcs"
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def piece_code(self) -> str:
        """The barcode of the single piece."""
        return next(code for code, factor in self.codes.items() if factor == 1)

    @property
    def carton(self) -> tuple[str, int] | None:
        """The carton's barcode and its pieces, where there is one."""
        return next(((code, factor) for code, factor in self.codes.items() if factor > 1), None)


def all_goods(seed: int = 69) -> list[Good]:
    """Some hundred articles, always the same for a seed."""
    rng = random.Random(seed)  # noqa: S311  # a shop that is the same every time, no secret
    makers = [f"69{rng.randrange(10**5):05}" for _ in range(24)]
    goods: list[Good] = []
    for category, articles in _SHELVES.items():
        for article, kinds, carton, cost in articles:
            maker = rng.choice(makers)
            for position, kind in enumerate(kinds):
                number = len(goods) + 1
                piece = _with_check_digit(f"{maker}{number:05}")
                codes = {piece: 1}
                if number % 3:
                    codes[_with_check_digit("1" + piece[:-1])] = carton
                price = cost + position * cost // 2
                goods.append(Good(f"P{number:04}", f"{article} {kind}", category, price, codes=codes))
    for position, (name, cost) in enumerate(_WEIGHED, start=1):
        goods.append(Good(f"F{position:04}", name, "生鲜 Fresh", cost, "kg", {f"PLU-{300 + position}": 1}))
    return goods


def _with_check_digit(digits: str) -> str:
    return f"{digits}{check_digit(digits)}"


def items_csv(goods: list[Good]) -> str:
    """The goods as the import takes them: one row a barcode."""
    rows = ["sku,name,category,unit,scale,barcode,pack_factor,barcode_label,unit_cost,lots,active"]
    for good in goods:
        scale = 3 if good.unit == "kg" else 0
        for code, factor in good.codes.items():
            label = "" if factor == 1 else "整箱"
            rows.append(
                f"{good.sku},{good.name},{good.category},{good.unit},{scale},{code},{factor},{label},"
                f"{good.cost_fen / 100:.2f},no,yes"
            )
    return "\n".join(rows) + "\n"
