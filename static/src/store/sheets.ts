// What the log says about each person's work at a place or on a receipt: written together with the records.

import { isReceiptRecord, type ReceiptRecord } from "../domain/receiving_record";
import { type CountRecord, type DeviceRecord, isCountRecord } from "../domain/record";
import type { ReceiptSheetRow, SheetRow } from "./schema";
import { atomic, type Store, type Writing } from "./store";

/** Moves belong to no sheet; in the index of sheets they stand together under this name. */
export const MOVES = "moves";

/** The sheet as its next record leaves it. */
function sheetAfter(sheet: SheetRow | undefined, record: CountRecord): SheetRow {
  const next = sheet ?? {
    id: record.sheet,
    stocktake: record.stocktake,
    location: record.location,
    round: record.round,
    person: record.person,
    continues: null,
    opened_at: record.at,
    closed_at: null,
    last_at: record.at,
    records: 0,
  };
  return {
    ...next,
    continues: record.kind === "sheet" ? record.continues : next.continues,
    closed_at: record.kind === "close" ? record.at : next.closed_at,
    last_at: Math.max(next.last_at, record.at),
    records: next.records + 1,
  };
}

function receiptSheetAfter(sheet: ReceiptSheetRow | undefined, record: ReceiptRecord): ReceiptSheetRow {
  const next = sheet ?? {
    id: record.sheet,
    receipt: record.receipt,
    location: record.location,
    order: null,
    delivery: null,
    supplier: null,
    delivery_note: null,
    person: record.person,
    opened_at: record.at,
    closed_at: null,
    last_at: record.at,
    records: 0,
  };
  const { order, delivery, supplier, delivery_note } = record.kind === "receipt" ? record : next;
  return {
    ...next,
    order,
    delivery,
    supplier,
    delivery_note,
    closed_at: record.kind === "receive_close" ? record.at : next.closed_at,
    last_at: Math.max(next.last_at, record.at),
    records: next.records + 1,
  };
}

/** Note a record on its sheet, in the transaction that writes the record. */
export async function noteOnSheet(tx: Writing, record: DeviceRecord): Promise<void> {
  if (isCountRecord(record)) {
    const sheets = tx.objectStore("sheets");
    await sheets.put(sheetAfter(await sheets.get(record.sheet), record));
  } else if (isReceiptRecord(record)) {
    const sheets = tx.objectStore("receipt_sheets");
    await sheets.put(receiptSheetAfter(await sheets.get(record.sheet), record));
  }
}

export function listSheets(store: Store): Promise<SheetRow[]> {
  return store.read((db) => db.getAll("sheets"));
}

export function listReceiptSheets(store: Store): Promise<ReceiptSheetRow[]> {
  return store.read((db) => db.getAll("receipt_sheets"));
}

/** The records of a sheet, or with MOVES those of all moves, in the order they were written. */
export function recordsOf(store: Store, sheet: string): Promise<DeviceRecord[]> {
  return store.read(async (db) => {
    const rows = await db.getAllFromIndex("outbox", "sheet", sheet);
    return rows.map((row) => JSON.parse(row.text) as DeviceRecord);
  });
}

export async function recordsOfSheet(store: Store, sheet: string): Promise<CountRecord[]> {
  return (await recordsOf(store, sheet)).filter(isCountRecord);
}

export async function recordsOfReceiptSheet(store: Store, sheet: string): Promise<ReceiptRecord[]> {
  return (await recordsOf(store, sheet)).filter(isReceiptRecord);
}

/** Make the sheets anew from the log they were written with. */
export function rebuildSheets(store: Store): Promise<void> {
  return store.run((db) =>
    atomic(db, ["outbox", "sheets", "receipt_sheets"], async (tx) => {
      await tx.objectStore("sheets").clear();
      await tx.objectStore("receipt_sheets").clear();
      for (const row of await tx.objectStore("outbox").getAll()) {
        await noteOnSheet(tx, JSON.parse(row.text) as DeviceRecord);
      }
    }),
  );
}
