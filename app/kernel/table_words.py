"""What the columns of files and the words in them are called on screen: one word for one idea (the glossary's)."""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["zh", "en", "names"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages of the house."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The text in a language; programs read the English."""
        return self.zh if language == "zh" else self.en


def _words(lines: str) -> dict[str, Words]:
    rows = (line.split("|") for line in lines.strip().splitlines())
    return {name.strip(): Words(zh.strip(), en.strip()) for name, zh, en in rows}


HEADS: Final = _words("""
sku                | 商品编码       | SKU
item               | 商品编码       | SKU
name               | 名称           | Name
item_name          | 商品名称       | Item name
category           | 分类           | Category
unit               | 单位           | Unit
scale              | 小数位         | Decimals
barcode            | 条码           | Barcode
pack_factor        | 箱规           | Pieces per pack
barcode_label      | 条码说明       | Pack name
unit_cost          | 单位成本       | Unit cost
lots               | 按批次管理     | Kept by lot
expiry             | 管理有效期     | Kept by expiry date
serials            | 按序列号管理   | Kept by serial number
minimum_life_days  | 最短剩余天数   | Minimum remaining days
active             | 启用           | In use
kind               | 类型           | Kind
code               | 编码           | Code
parent             | 上级位置       | Lies in
walk_order         | 行走顺序       | Walking order
mobile             | 移动库位       | Mobile
login              | 登录名         | Login
language           | 语言           | Language
role               | 角色           | Role
sites              | 门店           | Sites
site               | 门店           | Site
occurred_at        | 发生时间       | Happened at
recorded_at        | 记账时间       | Booked at
location           | 库位           | Location
location_code      | 库位           | Location
to_location        | 移入库位       | To location
from_location      | 移出库位       | From location
lot                | 批次           | Lot
expires_on         | 有效期至       | Expires on
serial             | 序列号         | Serial number
sscc               | 托盘码(SSCC)   | SSCC
quantity           | 数量           | Quantity
document           | 单据号         | Document
journal_id         | 凭证标识       | Journal id
number             | 行号           | Number
reason_code        | 原因           | Reason
note               | 备注           | Note
person             | 经手人         | Person
reverses           | 冲销的凭证     | Reverses
supplier           | 供应商编码     | Supplier
supplier_code      | 供应商编码     | Supplier
supplier_name      | 供应商名称     | Supplier name
supplier_sku       | 供应商货号     | Supplier's SKU
price              | 采购价         | Price
moq                | 最小起订量     | MOQ
order_multiple     | 订货倍数       | Order multiple
lead_time_days     | 提前期(天)     | Lead time (days)
over_receipt_bp    | 超收上限(万分) | Over-receipt ceiling (1/10,000)
over_receipt       | 超收上限       | Over-receipt ceiling
promised_on        | 承诺到货日     | Promised on
expected_on        | 预计到货日     | Expected on
reference          | 参考号         | Reference
order              | 采购订单       | Purchase order
order_reference    | 采购订单参考号 | Order reference
order_line         | 订单行号       | Order line
delivery           | 到货预告       | Expected delivery
delivery_note      | 送货单号       | Delivery note
state              | 状态           | State
value              | 金额           | Value
person_name        | 经手人         | Person
entry_count        | 行数           | Entries
chain_number       | 链上序号       | Chain number
source_key         | 来源键         | Source key
id                 | 标识           | Id
zone               | 库区           | Zone
zones              | 库区           | Zones
blind              | 盲盘           | Blind
created_at         | 建立时间       | Made at
started_at         | 开始时间       | Started at
closed_at          | 结束时间       | Closed at
posted_at          | 过账时间       | Posted at
reversed_at        | 冲销时间       | Reversed at
round              | 轮次           | Round
quantity_counted   | 实盘数         | Counted
quantity_book      | 账面数         | Book
variance           | 差异           | Variance
counted_at         | 盘点时间       | Counted at
flags              | 标记           | Marks
cause              | 可能原因       | Likely cause
decided_by         | 审核人         | Decided by
decided_at         | 审核时间       | Decided at
device             | 设备           | Device
received_at        | 收到时间       | Received at
why_held           | 待处理原因     | Why held
item_code          | 商品条码       | Code scanned
quantity_ordered   | 订购数         | Ordered
quantity_received  | 已收数         | Received
quantity_open      | 未收数         | Open
ordered_at         | 下单时间       | Ordered at
email              | 邮箱           | Email
phone              | 电话           | Phone
""")

YES_NO: Final = Words("是 或 否", "yes or no")
_CHOICES = """
yes           是
no            否
zh            中文
en            英文
zone          库区
bin           库位
counter       盘点员
supervisor    主管
manager       经理
administrator 管理员
opening       期初
receipt       收货
issue         出库
sale          销售
move          移库
scrap         报废
adjustment    盘点调整
correction    迟到更正
reversal      冲销
supplier_return 采购退货
draft         草稿
counting      进行中
closed        已结束盘点
posted        已过账
reversed      已冲销
cancelled     已取消
full          全盘
uncounted     未盘
agreed        相符
within_tolerance 容差内
needs_decision 待决定
accepted      已接受
kept_book     保留账面
recount       复盘中
open          待处理
released      已放行
dismissed     已忽略
"""
CHOICES_ZH: Final = dict(line.split() for line in _CHOICES.strip().splitlines())
