// The world as the server last told it: items, places, people. Pulled rows and the cursor are one transaction, so
// that a killed pull goes on where it was.
import type { FeedRow } from "../api/types";
import { clearFormer, finishIn } from "./bootstrap";
import { putRows, withRoom } from "./rows";
import type { ItemRow, LocationRow, PersonRow, PlaceRow, StocktakeRow } from "./schema";
import { MASTERS } from "./schema";
import { atomic, type Store } from "./store";
import { ask, on, sideOf } from "./world";

export interface PulledPage {
  rows: FeedRow[];
  next: string;
  more: boolean;
}

/**
 * Take a page of the feed. The last one of a bootstrap makes the new world the one that answers. false: the cursor is
 * no longer where the page was `asked` for, because another tab moved it, and the page is left to that one.
 */
export async function applyPage(store: Store, page: PulledPage, asked?: string): Promise<boolean> {
  const [taken, finished] = await store.run(async (db) => {
    const boot = await db.get("bootstrap", "boot");
    const side = boot?.side ?? (await sideOf(db)) ?? 1;
    const masters = MASTERS.map((name) => on(side, name));
    return atomic(
      db,
      boot ? [...masters, "meta", "bootstrap", "world"] : [...masters, "meta"],
      async (tx) => {
        const meta = tx.objectStore("meta");
        if (asked && ((await meta.get("cursor")) ?? "0") !== asked) return [false, false];
        await putRows(tx, side, await withRoom(tx, page.rows));
        await meta.put(page.next, "cursor");
        if (boot && !page.more) await finishIn(tx, boot, page.next);
        return [true, boot !== undefined && !page.more];
      },
      "default",
    );
  });
  if (finished) await clearFormer(store);
  return taken === true;
}

export function itemByForm(store: Store, form: string): Promise<ItemRow | undefined> {
  return ask(store, (db, at) => db.getFromIndex(at("items"), "forms", form));
}

export function locationByForm(store: Store, form: string): Promise<LocationRow | undefined> {
  return ask(store, (db, at) => db.getFromIndex(at("locations"), "forms", form));
}

export function getItems(store: Store, ids: string[]): Promise<Map<string, ItemRow>> {
  return ask(store, async (db, at) => {
    const rows = await Promise.all([...new Set(ids)].map((id) => db.get(at("items"), id)));
    return new Map(rows.filter((row): row is ItemRow => row !== undefined).map((row) => [row.id, row]));
  });
}

export function getLocation(store: Store, id: string): Promise<LocationRow | undefined> {
  return ask(store, (db, at) => db.get(at("locations"), id));
}

const DEPTH: Record<string, number> = { site: 0, zone: 1, bin: 2 };

/** How deep a place must lie to have stock of its own; what lies deeper shares the stock of the place above it. */
export async function stockDepth(store: Store, site: string): Promise<number> {
  const row = await ask(store, (db, at) => db.get(at("sites"), site));
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
  return ask(store, (db, at) => db.get(at("places"), `${stocktake}:${location}`));
}

export function listStocktakes(store: Store): Promise<StocktakeRow[]> {
  return ask(store, (db, at) => db.getAll(at("stocktakes")));
}

export function listPlaces(store: Store, stocktake: string): Promise<PlaceRow[]> {
  return ask(store, (db, at) => db.getAllFromIndex(at("places"), "stocktake", stocktake));
}

export function listLocations(store: Store): Promise<LocationRow[]> {
  return ask(store, (db, at) => db.getAll(at("locations")));
}

export function listPersons(store: Store): Promise<PersonRow[]> {
  return ask(store, (db, at) => db.getAll(at("persons")));
}

/** Items whose name or SKU contains `words`, or whose barcode does: for labels that cannot be read. */
export function searchItems(store: Store, words: string, limit = 30): Promise<ItemRow[]> {
  const wanted = words.normalize("NFKC").trim().toLowerCase();
  if (wanted === "") return Promise.resolve([]);
  return ask(store, async (db, at) => {
    const found: ItemRow[] = [];
    let cursor = await db.transaction(at("items")).store.openCursor();
    while (cursor && found.length < limit) {
      const item = cursor.value;
      const text = `${item.name}\n${item.sku}\n${item.barcodes.map((barcode) => barcode.code).join("\n")}`;
      if (item.active !== false && text.toLowerCase().includes(wanted)) found.push(item);
      cursor = await cursor.continue();
    }
    return found;
  });
}
