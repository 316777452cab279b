// Texts of the end of a place.
import { area } from "./language";

export const finish = area(
  {
    "finish.title": "完成 {place}",
    "finish.question": "账上有、还没有扫到的商品:",
    "finish.question.count": "{n} 种还没有扫到",
    "finish.zero": "确认为零",
    "finish.uncounted": "不盘",
    "finish.all_zero": "全部确认为零",
    "finish.all_uncounted": "全部不盘",
    "finish.go_on": "回去继续盘",
    "finish.submit": "完成库位",
    "finish.left": "还有 {n} 种要回答",
    "finish.empty": "这个库位是空的吗?",
    "finish.empty.hint": "还没有扫到任何东西。",
    "finish.empty.confirm": "确认是空的",
    "finish.nothing": "没有别的问题了。",
    "finish.sum": "一共 {kinds} 种 · {quantity} 件",
    "finish.unknown": "其中 {n} 个未知条码,主管会处理。",
  },
  {
    "finish.title": "Finish {place}",
    "finish.question": "In the book, but not scanned here:",
    "finish.question.count": "{n} item not scanned || {n} items not scanned",
    "finish.zero": "Zero",
    "finish.uncounted": "Leave",
    "finish.all_zero": "All are zero",
    "finish.all_uncounted": "Leave all",
    "finish.go_on": "Go on counting",
    "finish.submit": "Finish place",
    "finish.left": "{n} item to answer || {n} items to answer",
    "finish.empty": "Is this location empty?",
    "finish.empty.hint": "Nothing has been scanned here.",
    "finish.empty.confirm": "Yes, it is empty",
    "finish.nothing": "No further questions.",
    "finish.sum": "{kinds} kinds · {quantity} pieces in all",
    "finish.unknown":
      "{n} unknown code among them; the supervisor will see to it. || {n} unknown codes among them; the supervisor will see to them.",
  },
);
