// What can be wrong with a file and its cells, in words; figures come with the mistake.
import { addProblemTexts } from "./errors";

addProblemTexts({
  not_a_table: { zh: "请选择 Excel(.xlsx)或 CSV 文件。", en: "Choose an Excel (.xlsx) or CSV file." },
  malformed_xlsx: {
    zh: "这个 Excel 文件读不出来。请在表格软件里打开、另存为 .xlsx 后再试。",
    en: "This Excel file cannot be read. Open it in a spreadsheet, save it anew as .xlsx and try again.",
  },
  not_xlsx: { zh: "这不是表格文件。请另存为 .xlsx 或 CSV。", en: "This is no table. Save it as .xlsx or CSV." },
  old_excel: {
    zh: "这是旧版 Excel(.xls)或带密码的文件。请另存为不带密码的 .xlsx。",
    en: "This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password.",
  },
  several_sheets: {
    zh: "有几张工作表都像是要导入的:{sheets}。请只留一张。",
    en: "Several sheets could be meant: {sheets}. Keep one of them.",
  },
  too_many_columns: { zh: "列太多,这不是要导入的文件。", en: "Too many columns; this is not the file to import." },
  too_many_cells: { zh: "这一行的内容比列多。", en: "This row has more cells than there are columns." },
  formula: {
    zh: "这里是公式,系统不计算。请复制这一列,再「粘贴为数值」。",
    en: "This is a formula, and formulas are not calculated. Copy the column and paste it as values.",
  },
  cell_error: {
    zh: "表格里这一格显示错误,请改正或清空。",
    en: "The spreadsheet shows an error here. Mend it or empty the cell.",
  },
  digits_lost: {
    zh: "超过 15 位的数字,末尾已被表格软件改成 0。请把列设为文本后重新填写。",
    en: "More than 15 digits: the spreadsheet has turned the last ones into 0. Format the column as text and enter it anew.",
  },
  unreadable_number: {
    zh: "这个数字或日期读不出来,请写成文本。",
    en: "This number or date cannot be read. Enter it as text.",
  },
  rounded_code: {
    zh: "表格软件已把这个条码变成科学计数,数字丢了。请把列设为文本后重新填写。",
    en: "The spreadsheet has rounded this code. Format the column as text and enter it anew.",
  },
  character_not_allowed: {
    zh: "第 {position} 个字符({char})看不见或会打乱文字,请删掉。",
    en: "The character {char} at position {position} is invisible or reorders text. Remove it.",
  },
  text_too_long: { zh: "最多 {most} 个字符,这里有 {length} 个。", en: "At most {most} characters; this has {length}." },
  not_a_whole_number: {
    zh: "请填写 {least} 到 {most} 的整数,只用数字。",
    en: "Give a whole number between {least} and {most}, digits only.",
  },
  unknown_choice: { zh: "只能填:{choices_zh}。", en: "Say one of: {choices}." },
  not_yes_or_no: { zh: "请填写 是 或 否。", en: "Say yes or no." },
  not_a_cost: {
    zh: "请按货币单位填写普通数字,例如 1.50。",
    en: "Give a plain number in currency units, such as 1.50.",
  },
  too_many_decimals: {
    zh: "最多 {most} 位小数;系统不会替你四舍五入。",
    en: "At most {most} decimals; it is not rounded for you.",
  },
  cost_too_large: { zh: "最多 {most}。", en: "At most {most}." },
  out_of_range: { zh: "数字超出范围,或小数位太多。", en: "Out of range, or too many decimals." },
  contradicts_row: {
    zh: "与文件里同一商品的前一行不一致。写成一样,或留空。",
    en: "An earlier row of the file says something else. Say the same, or leave it empty.",
  },
  contradiction: {
    zh: "与同一登录名的另一行不一致。写成一样,或留空。",
    en: "Another row of this login says something else. Say the same, or leave it empty.",
  },
  check_digit: { zh: "条码的校验位不对,请核对。", en: "The barcode has a wrong check digit. Look at it again." },
  not_a_day: { zh: "请写日期,例如 2026-11-20,不带时间。", en: "Write a day, such as 2026-11-20, without a time." },
  not_a_percentage: { zh: "请写百分数,例如 5 或 2.5。", en: "Write a percentage, such as 5 or 2.5." },
  not_an_sscc: { zh: "不是正确的 SSCC(18 位数字)。", en: "Not a right SSCC (18 digits)." },
  sscc_taken: { zh: "这个托盘码已在另一张到货预告里。", en: "Another expected delivery has this pallet." },
  unknown_order_line: { zh: "这张采购订单里没有这一行。", en: "The order has no such line." },
  delivery_begun: {
    zh: "这张预告已经到货或已结束,请在页面上修改。",
    en: "Goods of this delivery have come, or it has ended. Change it on the screen.",
  },
  order_placed: { zh: "这张订单已经下单,请在页面上修改。", en: "This order is placed. Change it on the screen." },
  several_have_it: { zh: "有几张单据用同一个参考号。", en: "Several documents have this reference." },
  codes_disagree: { zh: "商品编码和条码是两个商品。", en: "SKU and barcode name two different items." },
  doubled_row: { zh: "文件里前面的行已经写过。", en: "An earlier row of the file says this already." },
  serials_need_pieces: {
    zh: "按序列号管理的商品,单位不能有小数。",
    en: "An item with serial numbers needs a unit of whole pieces.",
  },
  serials_or_lots: { zh: "序列号和批次只能选一种。", en: "Serial numbers or lots, not both." },
  expiry_needs_lots: { zh: "管理有效期需要按批次或序列号管理。", en: "An expiry date needs lots or serial numbers." },
  life_needs_expiry: { zh: "最短剩余天数需要管理有效期。", en: "A minimum life needs expiry dates." },
  lots_in_use: {
    zh: "库存里还有批次,先盘清批次,或继续按批次管理。",
    en: "Stock of this item stands in lots. Count it out of them first, or go on tracking lots.",
  },
  tracking_fixed: {
    zh: "已有出入库,是否按序列号管理不能再改。",
    en: "Stock has moved; whether it goes by serial number cannot change any more.",
  },
});
