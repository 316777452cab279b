// Texts of receiving, moving, looking up and photos on the phone.
import type { Reason } from "../domain/outcome";
import { formatDate } from "./format";
import { area, languageTag } from "./language";
import { phone } from "./phone";

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
    "tasks.receive": "开始收货",
    "tasks.continue": "继续收货",
    "tasks.join": "加入收货",
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
    "tasks.done": "{label} 收货完成",
    "photo.take": "拍照",
    "photo.more": "再拍一张",
    "photo.of": "{name} 的照片",
    "photo.busy": "正在保存照片…",
    "photo.unreadable": "这张照片打不开,请重拍。",
    "photo.unsaved": "存储空间不够:{n} 张照片还没有存到本机。请不要关闭页面,先联网上传。",
    "photo.waiting": "{n} 张照片待上传",
    "photo.refused": "{n} 张照片服务器没有收下({code})",
    "photo.retry": "再试一次",
    "held.receipt_unknown": "没有这张收货单",
    "held.receipt_closed": "收货单已经关闭",
    "held.receipt_posted": "收货单已经过账",
    "held.item_unknown": "没有这个商品",
    "held.location_unknown": "没有这个库位",
    "held.invalid": "记录的内容不对",
    "held.same_location": "移出和移入是同一个库位",
    "held.location_closed": "库位已停用",
    "held.above_stock_level": "库存要记在更细的库位上",
    "nav.lookup": "查询",
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
    "tasks.receive": "Receive",
    "tasks.continue": "Go on receiving",
    "tasks.join": "Join receiving",
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
    "tasks.done": "{label} received",
    "photo.take": "Take a photo",
    "photo.more": "One more photo",
    "photo.of": "Photo of {name}",
    "photo.busy": "Saving the photo…",
    "photo.unreadable": "This photo cannot be opened. Take it again.",
    "photo.unsaved":
      "No space: {n} photo is not stored on this device yet. Keep the page open and upload first. || No space: {n} photos are not stored on this device yet. Keep the page open and upload first.",
    "photo.waiting": "{n} photo waits to upload || {n} photos wait to upload",
    "photo.refused":
      "{n} photo was not taken by the server ({code}) || {n} photos were not taken by the server ({code})",
    "photo.retry": "Try again",
    "held.receipt_unknown": "unknown goods receipt",
    "held.receipt_closed": "the goods receipt was closed",
    "held.receipt_posted": "the goods receipt was posted",
    "held.item_unknown": "unknown item",
    "held.location_unknown": "unknown location",
    "held.invalid": "the record's content is wrong",
    "held.same_location": "moved to where it was",
    "held.location_closed": "the location is closed",
    "held.above_stock_level": "stock is kept by smaller places",
    "nav.lookup": "Look up",
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

function has(keys: readonly string[], key: string): boolean {
  return keys.includes(key);
}

/** Why a scan wants a look or is an alarm, whichever work it belongs to. */
export function reasonText(reason: Reason): string {
  const key = `reason.${reason}`;
  return has(phone.keys, key)
    ? phone(key as Parameters<typeof phone>[0])
    : receive(key as Parameters<typeof receive>[0]);
}

/** A text for any reason a record may be held for; unknown codes are shown as they are. */
export function heldReason(code: string): string {
  const key = `held.${code}`;
  if (has(phone.keys, key)) return phone(key as Parameters<typeof phone>[0]);
  return has(receive.keys, key) ? receive(key as Parameters<typeof receive>[0]) : phone("held.other", { code });
}
