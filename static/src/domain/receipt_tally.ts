// What one sheet of a receipt adds up to: per item (or unknown code), lot and condition. The same fold as a count's:
// looks that are neither voided nor superseded by a set that stands; nothing left is nothing received.
import type { ReceiptRecord, ReceiveRecord, ReceiveSetRecord } from "./receiving_record";
import { codeKey, removedRecords } from "./tally";

export type ReceiptLook = ReceiveRecord | ReceiveSetRecord;

export interface ReceiptPart {
  item: string | null;
  /** Normal form of an unknown code; null where the item is known. */
  code: string | null;
  lot: string;
  damaged: boolean;
  quantity: number;
  /** The looks that make it up, oldest first. */
  looks: ReceiptLook[];
}

export function isReceiptLook(record: ReceiptRecord): record is ReceiptLook {
  return ["receive", "damaged", "receive_set", "damaged_set"].includes(record.kind);
}

export const isDamaged = (look: ReceiptLook): boolean => look.kind === "damaged" || look.kind === "damaged_set";

/** Looks that stand, in the order given. */
export function standingLooks(records: ReceiptRecord[]): ReceiptLook[] {
  const { voided, superseded } = removedRecords(records);
  return records.filter(isReceiptLook).filter(({ id }) => !voided.has(id) && !superseded.has(id));
}

/** Fold records in any order, any of them repeated. */
export function foldReceipt(arrived: ReceiptRecord[]): ReceiptPart[] {
  const records = [...new Map(arrived.map((record) => [record.id, record])).values()];
  const parts = new Map<string, ReceiptPart>();
  for (const look of standingLooks(records)) {
    const { item, lot } = look;
    const [code, damaged] = [codeKey(look), isDamaged(look)];
    const key = JSON.stringify([item, code, lot, damaged]);
    const part = parts.get(key) ?? { item, code, lot, damaged, quantity: 0, looks: [] };
    part.quantity += look.quantity;
    part.looks.push(look);
    parts.set(key, part);
  }
  return [...parts.values()];
}
