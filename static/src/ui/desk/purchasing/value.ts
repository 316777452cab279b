// What a quantity of a line costs, in minor units.
import { lineValue } from "../../../domain/quantity";
import type { ItemRef } from "../types";

export function amountOf(line: { item: ItemRef; price: number }, quantity: number): number {
  return lineValue(quantity, line.item.unit.scale, line.price);
}
