// The lines of an order or delivery as keyed: what is wrong with them, and what is sent. Pure.
import { parseQuantity, type QuantityError } from "../../../domain/quantity";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { formatQuantity } from "../../../i18n/format";
import { costFrom, costText } from "../items/cost";
import type { Option } from "../kit/Combo";
import { minorDigits, unscaled } from "../kit/money";
import type { DeliveryLine, Item, ItemRef, OrderLine, SupplierTerms } from "../types";

/** A pallet's number, with or without the (00) that a scanner may send before it. */
const SSCC = /^(\(00\)|00)? *[0-9]{18}$/;

export interface RefOption extends Option {
  item: ItemRef;
}

export function refOption(item: ItemRef | Item): RefOption {
  return { id: item.id, label: item.name, note: item.sku, item };
}

export interface LineValues {
  key: number;
  /** Of a line there is, null of one that is being added. */
  id: string | null;
  item: RefOption | null;
  quantity: string;
  price: string;
  lot: string;
  expires_on: string;
  sscc: string;
  order_line_id: string | null;
}

export function blankLine(key: number): LineValues {
  return { key, id: null, item: null, quantity: "", price: "", lot: "", expires_on: "", sscc: "", order_line_id: null };
}

export const isUntouched = (line: LineValues) => line.item === null && line.quantity.trim() === "";

export function usedLines(lines: readonly LineValues[]): LineValues[] {
  return lines.filter((line) => !isUntouched(line));
}

export function nextKey(lines: readonly LineValues[]): number {
  return Math.max(0, ...lines.map((line) => line.key)) + 1;
}

export function quantityError(error: QuantityError, scale: number): string {
  if (error === "empty") return desk("form.required");
  if (error === "too_precise") return desk("form.too_precise", { n: scale });
  return desk(error === "too_large" ? "form.too_large" : "form.number");
}

/** The mistakes by field name with the line's key behind it: quantity3, sscc3. */
export function lineMistakes(lines: readonly LineValues[], currency: string): Partial<Record<string, string>> {
  const wrong: Partial<Record<string, string>> = {};
  const used = usedLines(lines);
  for (const line of used.length > 0 ? used : lines.slice(0, 1)) {
    const scale = line.item?.item.unit.scale ?? 0;
    if (!line.item) wrong[`item${line.key}`] = desk("form.choose");
    const parsed = parseQuantity(line.quantity, scale);
    if (parsed.error) wrong[`quantity${line.key}`] = quantityError(parsed.error, scale);
    else if (parsed.quantity === 0) wrong[`quantity${line.key}`] = buy("line.quantity.zero");
    if (costFrom(line.price, currency) === undefined) {
      wrong[`price${line.key}`] = desk("form.too_precise", { n: minorDigits(currency) + 4 });
    }
    if (line.sscc.trim() && !SSCC.test(line.sscc.trim())) wrong[`sscc${line.key}`] = buy("line.sscc.wrong");
  }
  return wrong;
}

/** What is not wrong but worth a look: below the minimum, no multiple, the same item twice. */
export function lineHint(
  line: LineValues,
  lines: readonly LineValues[],
  terms: ReadonlyMap<string, SupplierTerms>,
): string | undefined {
  if (!line.item) return undefined;
  const index = lines.findIndex((other) => other.key !== line.key && other.item?.id === line.item?.id);
  if (index >= 0 && index < lines.indexOf(line)) return buy("line.twice", { n: index + 1 });
  const known = terms.get(line.item.id);
  const scale = line.item.item.unit.scale;
  const { quantity } = parseQuantity(line.quantity, scale);
  if (!known || quantity === undefined) return undefined;
  if (quantity < known.moq) return buy("line.moq", { n: formatQuantity(known.moq, scale) });
  if (quantity % known.order_multiple !== 0) {
    return buy("line.multiple", { n: formatQuantity(known.order_multiple, scale) });
  }
  return undefined;
}

const quantityOf = (line: LineValues) => parseQuantity(line.quantity, line.item?.item.unit.scale ?? 0).quantity;

export function orderLines(lines: readonly LineValues[], currency: string) {
  return usedLines(lines).map((line) => ({
    item_id: line.item?.id,
    quantity: quantityOf(line),
    price: costFrom(line.price, currency) ?? undefined,
  }));
}

/** Of a placed order only the quantities that changed are sent. */
export function changedQuantities(lines: readonly LineValues[], before: readonly OrderLine[]) {
  const known = new Map(before.map((line) => [line.id, line.quantity]));
  return lines
    .filter((line) => line.id !== null && quantityOf(line) !== known.get(line.id))
    .map((line) => ({ id: line.id, quantity: quantityOf(line) }));
}

export function deliveryLines(lines: readonly LineValues[]) {
  return usedLines(lines).map((line) => ({
    item_id: line.item?.id,
    quantity: quantityOf(line),
    lot: line.lot.trim(),
    expires_on: line.expires_on || null,
    sscc: line.sscc.trim(),
    order_line_id: line.order_line_id,
  }));
}

export function fromOrderLine(line: OrderLine, key: number, currency: string): LineValues {
  return {
    ...blankLine(key),
    id: line.id,
    item: refOption(line.item),
    quantity: unscaled(line.quantity, line.item.unit.scale),
    price: line.price ? costText(line.price, currency) : "",
  };
}

export function fromDeliveryLine(line: DeliveryLine, key: number): LineValues {
  return {
    ...blankLine(key),
    item: refOption(line.item),
    quantity: unscaled(line.quantity, line.item.unit.scale),
    lot: line.lot,
    expires_on: line.expires_on ?? "",
    sscc: line.sscc,
    order_line_id: line.order_line_id,
  };
}

/** What is still open on an order, as the lines of a delivery. */
export function openOf(lines: readonly OrderLine[]): LineValues[] {
  return lines
    .filter((line) => line.quantity > line.quantity_received)
    .map((line, index) => ({
      ...blankLine(index + 1),
      item: refOption(line.item),
      quantity: unscaled(line.quantity - line.quantity_received, line.item.unit.scale),
      order_line_id: line.id,
    }));
}

export interface Come {
  complete: number;
  lines: number;
  /** Hundredths of a percent, by line: units differ and do not sum. */
  share: number;
}

export function comeOf(lines: readonly { quantity: number; quantity_received: number }[]): Come {
  const parts = lines.map((line) => Math.min(1, line.quantity_received / line.quantity));
  const complete = parts.filter((part) => part >= 1).length;
  const share = parts.length ? parts.reduce((sum, part) => sum + part, 0) / parts.length : 0;
  return { complete, lines: lines.length, share: Math.floor(share * 100) * 100 };
}
