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
});
