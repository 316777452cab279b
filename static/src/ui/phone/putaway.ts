// What waits at the dock and where it belongs: the server's word when it answers, else what this device knows.
import { foldReceipt } from "../../domain/receipt_tally";
import type { MoveRecord } from "../../domain/receiving_record";
import { removedRecords } from "../../domain/tally";
import { getItems, getLocation } from "../../store/masters";
import { fixedPlace } from "../../store/receiving_masters";
import type { ItemRow } from "../../store/schema";
import { listReceiptSheets, MOVES, recordsOf, recordsOfReceiptSheet } from "../../store/sheets";
import type { Store } from "../../store/store";
import type { Spot } from "./moving";

export interface PutawayRow {
  item: ItemRow;
  lot: string;
  location: Spot;
  quantity: number;
  suggested: { location: Spot; why: "fixed" | "same_item" | "nearest_empty" } | null;
  receipt: string | null;
}

/** A row of GET /putaway. */
export interface ServedPutaway {
  item: { id: string; sku: string; name: string; unit: { name: string; scale: number } };
  lot: string;
  location: Spot;
  quantity: number;
  suggested: { location: Spot; why: "fixed" | "same_item" | "nearest_empty" } | null;
}

/** How long goods received on this device are taken to lie at the dock when nobody can be asked. */
const LOCAL_MS = 3 * 24 * 60 * 60 * 1000;

export async function servedRows(store: Store, rows: ServedPutaway[]): Promise<PutawayRow[]> {
  const items = await getItems(
    store,
    rows.map((row) => row.item.id),
  );
  return rows.map((row) => ({
    ...row,
    item: items.get(row.item.id) ?? {
      ...row.item,
      tracks_lots: row.lot !== "",
      active: true,
      barcodes: [],
      forms: [],
    },
    receipt: null,
  }));
}

/** Good pieces this device received lately and has not moved away from where they landed. */
export async function localRows(store: Store, now: number): Promise<PutawayRow[]> {
  const sheets = (await listReceiptSheets(store)).filter((sheet) => sheet.last_at >= now - LOCAL_MS);
  const found = new Map<string, { item: string; lot: string; location: string; quantity: number; receipt: string }>();
  for (const { id, location, receipt } of sheets) {
    for (const { item, lot, damaged, quantity } of foldReceipt(await recordsOfReceiptSheet(store, id))) {
      if (item === null || damaged) continue;
      const key = JSON.stringify([item, lot, location]);
      const kept = found.get(key);
      found.set(key, { item, lot, location, receipt, quantity: (kept?.quantity ?? 0) + quantity });
    }
  }
  for (const move of await standingMoves(store)) {
    const kept = found.get(JSON.stringify([move.item, move.lot, move.from]));
    if (kept) kept.quantity -= move.quantity;
  }
  return withPlaces(
    store,
    [...found.values()].filter((row) => row.quantity > 0),
  );
}

async function standingMoves(store: Store) {
  const records = (await recordsOf(store, MOVES)) as MoveRecord[];
  const { voided } = removedRecords(records);
  return records.flatMap((record) => (record.kind === "move" && !voided.has(record.id) ? [record] : []));
}

type Local = { item: string; lot: string; location: string; quantity: number; receipt: string };

async function withPlaces(store: Store, rows: Local[]): Promise<PutawayRow[]> {
  const items = await getItems(
    store,
    rows.map((row) => row.item),
  );
  const whole = rows.map(async (row): Promise<PutawayRow[]> => {
    const item = items.get(row.item);
    const location = await getLocation(store, row.location);
    const fixed = await fixedPlace(store, row.item);
    const bin = fixed ? await getLocation(store, fixed.location) : undefined;
    if (!item || !location) return [];
    return [{ ...row, item, location, suggested: bin ? { location: bin, why: "fixed" } : null }];
  });
  return (await Promise.all(whole)).flat();
}
