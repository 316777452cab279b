"""The words of a receipt's report in both languages of the house."""

from typing import Final

from app.kernel.table_words import Language, Words

_LINES = """
title            | 收货报告            | Receiving report
site             | 门店                | Site
supplier         | 供应商              | Supplier
order            | 采购订单            | Purchase order
delivery         | 到货预告            | Expected delivery
delivery_note    | 送货单号            | Delivery note
location         | 收货位置            | Received at
state            | 状态                | State
opened           | 开始收货            | Opened
closed           | 结束收货            | Closed
posted           | 过账                | Posted
note             | 备注                | Note
printed          | 打印于 {at} · {by}  | Printed {at} by {by}
page             | 第 {page} 页,共 {pages} 页 | Page {page} of {pages}
number           | 序号                | No.
item             | 商品                | Item
expected         | 应收                | Expected
received         | 实收                | Received
damaged          | 其中破损            | Of these damaged
variance         | 差异                | Variance
decision         | 标记与处理          | Marks and decision
summary          | 共 {lines} 行,其中 {odd} 行有差异或标记 | {lines} lines, {odd} of them with a variance or a mark
only_odd         | 只列出有差异或标记的行 | Only lines with a variance or a mark are listed
none             | 没有可列出的行      | No line to list
lot              | 批次 {lot}          | Lot {lot}
lot_unknown      | 批次不详            | Lot unknown
expires          | 有效期至 {on}       | expires {on}
lot_damaged      | 破损                | damaged
damaged_kept     | 破损品收下          | Damaged goods kept
damaged_refused  | 破损品拒收          | Damaged goods refused
reason           | 原因:{reason}       | Reason: {reason}
decided          | {by} {at}           | {by} {at}
received_by      | 收货人              | Received by
supervisor       | 主管                | Supervisor
carrier          | 送货人              | Delivered by
sign             | 签名、日期          | Signature, date
receiving        | 收货中              | Being received
closed_state     | 已结束收货          | Receiving ended
posted_state     | 已过账              | Posted
reversed         | 已冲销              | Reversed
cancelled        | 已取消              | Cancelled
agreed           | 相符                | As expected
within_ceiling   | 超收上限内          | Within the over-receipt ceiling
needs_decision   | 待决定              | To be decided
accepted         | 全部收下            | All accepted
accepted_expected | 只收应收数         | Accepted up to the expected quantity
refused          | 拒收                | Refused
mark_damaged     | 破损                | Damaged
short            | 少收                | Short
over             | 超收                | Over
over_ceiling     | 超过上限            | Over the ceiling
unexpected       | 非预期              | Unexpected
short_life       | 剩余有效期不足      | Short life
expiry_differs   | 有效期不一致        | Expiry differs
serial_twice     | 序列号重复          | Serial number twice
order_cancelled  | 订单已取消          | Order cancelled
catalogue_changed | 商品资料已改       | Catalogue changed
"""
WORDS: Final = {
    key.strip(): Words(zh.strip(), en.strip())
    for key, zh, en in (line.split("|") for line in _LINES.strip().splitlines())
}


def say(key: str, language: Language, **values: object) -> str:
    """A text of the report; a key nobody translated stands for itself."""
    words = WORDS.get(key)
    return (key if words is None else words.of(language)).format(**values)
