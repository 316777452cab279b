// Texts of receiving, moving and looking up on the phone.
import { formatDate } from "./format";
import { area, languageTag } from "./language";
import { addReasons } from "./reasons";

export const receive = area(
  {
    "reason.not_ordered": "不在订单上",
    "reason.over": "超过应收数量",
    "reason.short_life": "剩余保质期太短",
    "reason.expired": "已过保质期",
    "reason.lot_missing": "缺批号或有效期",
    "reason.lot_unknown": "批号未知",
    "reason.expiry_differs": "有效期与到货预告不同",
    "reason.serial_missing": "请扫描序列号",
    "reason.serial_twice": "序列号重复",
    "reason.pallet_unknown": "不知道这个托盘里有什么,请逐件扫描",
    "reason.pallet_twice": "这个托盘已经收过",
    "reason.other_place": "本次收货都放在原来的收货位",
    "reason.no_from": "先扫描货物所在的库位",
    "reason.same_place": "货物就在这个库位",
    "reason.unknown_place": "这不是库位码",
    "reason.above_stock": "库存记在更细的库位上,请扫描里面的库位",
    "reason.unknown_item": "未知条码,不能移库",
    "reason.nothing_picked": "先扫描要移的商品",
    "tasks.receiving": "收货",
    "tasks.none": "现在没有要收的货",
    "tasks.blind": "无订单收货",
    "tasks.putaway": "上架",
    "tasks.move": "移库",
    "tasks.more": "再显示 {n} 张",
    "tasks.today": "今天到",
    "tasks.late": "晚了 {n} 天",
    "tasks.on": "{date} 到",
    "tasks.no_date": "未约定日期",
    "tasks.open": "{n} 种 · 待收 {quantity}",
    "tasks.mine": "我在收",
    "tasks.others": "收货中",
    "tasks.closed": "待审核",
    "tasks.part": "已收一部分",
    "screen.blind": "无订单",
    "screen.at": "放在 {place}",
  },
  {
    "reason.not_ordered": "not on the order",
    "reason.over": "more than expected",
    "reason.short_life": "too little shelf life left",
    "reason.expired": "past its expiry date",
    "reason.lot_missing": "lot or expiry is missing",
    "reason.lot_unknown": "lot unknown",
    "reason.expiry_differs": "another expiry than announced",
    "reason.serial_missing": "scan the serial number",
    "reason.serial_twice": "serial number repeated",
    "reason.pallet_unknown": "nobody told what is on this pallet: scan its pieces",
    "reason.pallet_twice": "this pallet was received before",
    "reason.other_place": "this receipt's goods all land at the first place",
    "reason.no_from": "scan the place the goods are at first",
    "reason.same_place": "the goods are at this place already",
    "reason.unknown_place": "this is no location's code",
    "reason.above_stock": "stock is kept by smaller places: scan one inside it",
    "reason.unknown_item": "unknown code: cannot be moved",
    "reason.nothing_picked": "scan what to move first",
    "tasks.receiving": "Receiving",
    "tasks.none": "Nothing to receive now",
    "tasks.blind": "Receive without an order",
    "tasks.putaway": "Put away",
    "tasks.move": "Move",
    "tasks.more": "Show {n} more || Show {n} more",
    "tasks.today": "due today",
    "tasks.late": "{n} day late || {n} days late",
    "tasks.on": "due {date}",
    "tasks.no_date": "no date",
    "tasks.open": "{n} kind · {quantity} to come || {n} kinds · {quantity} to come",
    "tasks.mine": "mine, open",
    "tasks.others": "receiving",
    "tasks.closed": "in review",
    "tasks.part": "partly received",
    "screen.blind": "no order",
    "screen.at": "to {place}",
  },
);

/** A day without a time ("2027-05-31") as the language writes it, whatever the time zone. */
export function formatDay(day: string): string {
  return formatDate(day, "UTC");
}

/** The same in a few characters: "12月2日", "2 Dec". */
export function formatShortDay(day: string): string {
  const format = new Intl.DateTimeFormat(languageTag(), { month: "short", day: "numeric", timeZone: "UTC" });
  return format.format(new Date(day));
}

addReasons(receive.find);
