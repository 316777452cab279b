// What of a posted receipt can go back: by item and lot, no more than was taken in. Pure.
import type { ItemRef, ReceiptLine } from "../types";

export interface Returnable {
  key: string;
  item: ItemRef;
  lot: string;
  quantity: number;
}

/** The server knows the journals and has the last word; here the lots of what was taken in are offered. */
export function returnables(lines: readonly ReceiptLine[]): Returnable[] {
  return lines.flatMap((line) => {
    const posted = line.quantity_posted ?? 0;
    const byLot = new Map<string, number>();
    for (const lot of line.lots) {
      if (lot.damaged && !line.damaged_kept) continue;
      byLot.set(lot.lot, (byLot.get(lot.lot) ?? 0) + lot.quantity);
    }
    return [...byLot]
      .map(([lot, quantity]) => ({
        key: `${line.item.id}/${lot}`,
        item: line.item,
        lot,
        quantity: Math.min(quantity, posted),
      }))
      .filter((row) => row.quantity > 0);
  });
}
