// Rows as the server sends them, and where and how they are kept here.
import type { FeedRow } from "../api/types";
import { normalForm } from "../domain/code";
import type { Master, Side } from "./schema";
import type { Writing } from "./store";
import { on } from "./world";

export const STORES: Record<string, Master> = {
  item: "items",
  location: "locations",
  stocktake: "stocktakes",
  place: "places",
  person: "persons",
  purchase_order: "orders",
  expected_delivery: "deliveries",
  receipt: "receipts",
  site: "sites",
  supplier: "suppliers",
  item_place: "item_places",
};

function formOf(code: unknown): string[] {
  if (typeof code !== "string") return [];
  try {
    return [normalForm(code)];
  } catch {
    // A code that cannot be scanned (empty, control characters) needs no index entry.
    return [];
  }
}

function withForms(entity: string, body: Record<string, unknown>): Record<string, unknown> {
  if (entity === "item") {
    const barcodes = (body.barcodes as { normal_form: string }[] | undefined) ?? [];
    return { ...body, barcodes, forms: barcodes.map((barcode) => barcode.normal_form) };
  }
  if (entity === "location") return { ...body, forms: [...new Set([...formOf(body.barcode), ...formOf(body.code)])] };
  return body;
}

/** Those of the rows that there is space for: items that were dropped stay away until they are loaded again. */
export async function withRoom(tx: Writing, rows: FeedRow[]): Promise<FeedRow[]> {
  const dropped = await tx.objectStore("meta").get("items_dropped");
  return dropped ? rows.filter(({ entity }) => entity !== "item") : rows;
}

const CHUNK = 200;

/** Put rows down, a few at a time: between them the page may paint and take a scan. */
export async function putRows(tx: Writing, side: Side, rows: FeedRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    const written = rows.slice(from, from + CHUNK).map((row): Promise<unknown> | undefined => {
      const name = STORES[row.entity];
      if (!name) return undefined;
      const store = tx.objectStore(on(side, name));
      if (row.op === "D" || !row.body) return store.delete(row.id);
      return store.put({ ...withForms(row.entity, row.body), id: row.id } as never);
    });
    await Promise.all(written);
  }
}
