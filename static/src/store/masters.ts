// The world as the server last told it: items, places, people. Pulled rows and the cursor are one transaction, so
// that a killed pull goes on where it was. A bootstrap writes a new generation over the old one, which stays usable.
import type { FeedRow } from "../api/types";
import { normalForm } from "../domain/code";
import type { ItemRow, LocationRow, PlaceRow, StocktakeRow } from "./schema";
import { MASTERS } from "./schema";
import { atomic, type Store, type Writing } from "./store";

type Master = (typeof MASTERS)[number];

const STORES: Record<string, Master> = {
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

export interface PulledPage {
  rows: FeedRow[];
  next: string;
  more: boolean;
}

/** Take one page of the feed. At the end of a bootstrap what the new generation does not name is gone. */
export function applyPage(store: Store, page: PulledPage): Promise<void> {
  return store.run((db) => atomic(db, [...MASTERS, "meta"], (tx) => applyIn(tx, page), "default"));
}

async function applyIn(tx: Writing, page: PulledPage): Promise<void> {
  const meta = tx.objectStore("meta");
  const generation = ((await meta.get("generation")) as number | undefined) ?? 1;
  for (const row of page.rows) {
    const name = STORES[row.entity];
    if (!name) continue;
    if (row.op === "D" || !row.body) await tx.objectStore(name).delete(row.id);
    else {
      const value = { ...withForms(row.entity, row.body), id: row.id, generation };
      await tx.objectStore(name).put(value as never);
    }
  }
  await meta.put(page.next, "cursor");
  if (page.more || !(await meta.get("bootstrapping"))) return;
  for (const name of MASTERS) await dropOlder(tx, name, generation);
  await meta.put(false, "bootstrapping");
}

async function dropOlder(tx: Writing, name: Master, generation: number): Promise<void> {
  let cursor = await tx.objectStore(name).openCursor();
  while (cursor) {
    if (cursor.value.generation < generation) await cursor.delete();
    cursor = await cursor.continue();
  }
}

/** Start again at 0: the next pages are a new generation; the old one answers scans until it is complete. */
export function startBootstrap(store: Store): Promise<void> {
  return store.run((db) =>
    atomic(
      db,
      ["meta"],
      async (tx) => {
        const meta = tx.objectStore("meta");
        const generation = ((await meta.get("generation")) as number | undefined) ?? 0;
        await meta.put(generation + 1, "generation");
        await meta.put(true, "bootstrapping");
        await meta.put("0", "cursor");
      },
      "default",
    ),
  );
}

export function itemByForm(store: Store, form: string): Promise<ItemRow | undefined> {
  return store.read((db) => db.getFromIndex("items", "forms", form));
}

export function locationByForm(store: Store, form: string): Promise<LocationRow | undefined> {
  return store.read((db) => db.getFromIndex("locations", "forms", form));
}

export function getItems(store: Store, ids: string[]): Promise<Map<string, ItemRow>> {
  return store.read(async (db) => {
    const rows = await Promise.all([...new Set(ids)].map((id) => db.get("items", id)));
    return new Map(rows.filter((row): row is ItemRow => row !== undefined).map((row) => [row.id, row]));
  });
}

export function getLocation(store: Store, id: string): Promise<LocationRow | undefined> {
  return store.read((db) => db.get("locations", id));
}

const DEPTH: Record<string, number> = { site: 0, zone: 1, bin: 2 };

/** How deep a place must lie to have stock of its own; what lies deeper shares the stock of the place above it. */
export async function stockDepth(store: Store, site: string): Promise<number> {
  const row = await store.read((db) => db.get("sites", site));
  return DEPTH[row?.stock_level ?? "bin"] ?? 2;
}

export const depthOf = (place: LocationRow): number => DEPTH[place.kind] ?? -1;

/** The place whose stock a place's is: itself or one above it; null where stock is kept finer than this place. */
export async function stockPlace(store: Store, place: LocationRow): Promise<LocationRow | null> {
  const least = await stockDepth(store, place.site_id);
  let here = place;
  while (depthOf(here) > least && here.parent_id !== null) {
    const above = await getLocation(store, here.parent_id);
    if (!above) break;
    here = above;
  }
  return depthOf(here) < least ? null : here;
}

export function getPlace(store: Store, stocktake: string, location: string): Promise<PlaceRow | undefined> {
  return store.read((db) => db.get("places", `${stocktake}:${location}`));
}

export function listStocktakes(store: Store): Promise<StocktakeRow[]> {
  return store.read((db) => db.getAll("stocktakes"));
}

export function listPlaces(store: Store, stocktake: string): Promise<PlaceRow[]> {
  return store.read((db) => db.getAllFromIndex("places", "stocktake", stocktake));
}

export function listLocations(store: Store): Promise<LocationRow[]> {
  return store.read((db) => db.getAll("locations"));
}

/** Items whose name or SKU contains `words`, or whose barcode does: for labels that cannot be read. */
export function searchItems(store: Store, words: string, limit = 30): Promise<ItemRow[]> {
  const wanted = words.normalize("NFKC").trim().toLowerCase();
  if (wanted === "") return Promise.resolve([]);
  return store.read(async (db) => {
    const found: ItemRow[] = [];
    let cursor = await db.transaction("items").store.openCursor();
    while (cursor && found.length < limit) {
      const item = cursor.value;
      const text = `${item.name}\n${item.sku}\n${item.barcodes.map((barcode) => barcode.code).join("\n")}`;
      if (item.active !== false && text.toLowerCase().includes(wanted)) found.push(item);
      cursor = await cursor.continue();
    }
    return found;
  });
}
