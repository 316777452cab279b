// The device's database. It is never deleted and never purged with the caches: the outbox lives here.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export type RecordStatus = "PENDING" | "ACKED" | "HELD";

export interface Verdict {
  code: string;
  detail: string | null;
  /** What became of a held record: open until a supervisor released or dismissed it. */
  state: "open" | "released" | "dismissed";
}

/** One record of this device's log. `text` is made once and sent verbatim for ever after. */
export interface OutboxRow {
  seq: number;
  id: string;
  sheet: string;
  kind: string;
  at: number;
  text: string;
  status: RecordStatus;
  verdict: Verdict | null;
  acked_at: number | null;
}

/** What the outbox's records say about a sheet; written with them, and rebuilt from them. */
export interface SheetRow {
  id: string;
  stocktake: string;
  location: string;
  round: number;
  person: string;
  continues: string | null;
  opened_at: number;
  closed_at: number | null;
  last_at: number;
  records: number;
}

export interface Barcode {
  code: string;
  normal_form: string;
  pack_factor: number;
  label: string | null;
}

export interface ItemRow {
  id: string;
  sku: string;
  name: string;
  unit: { name: string; scale: number };
  tracks_lots: boolean;
  active: boolean;
  barcodes: Barcode[];
  /** Normal forms of its barcodes: the index that a scan is looked up in. */
  forms: string[];
  generation: number;
}

export interface LocationRow {
  id: string;
  site_id: string;
  parent_id: string | null;
  kind: string;
  code: string;
  name: string;
  barcode: string | null;
  walk_order: number;
  active: boolean;
  forms: string[];
  generation: number;
}

export interface StocktakeRow {
  id: string;
  number: string;
  name: string;
  kind: string;
  blind: boolean;
  state: string;
  generation: number;
}

export interface PlaceRow {
  id: string;
  stocktake_id: string;
  location_id: string;
  round: number;
  state: "open" | "counting" | "closed";
  expected: [string, string][];
  items_only: [string, string][] | null;
  not_by: string[];
  generation: number;
}

export interface PersonRow {
  id: string;
  name: string;
  has_pin: boolean;
  active: boolean;
  role: string | null;
  generation: number;
}

export interface Schema extends DBSchema {
  outbox: { key: number; value: OutboxRow; indexes: { id: string; sheet: string; status_seq: [string, number] } };
  sheets: { key: string; value: SheetRow; indexes: { stocktake: string } };
  meta: { key: string; value: unknown };
  items: { key: string; value: ItemRow; indexes: { forms: string } };
  locations: { key: string; value: LocationRow; indexes: { forms: string } };
  stocktakes: { key: string; value: StocktakeRow };
  places: { key: string; value: PlaceRow; indexes: { stocktake: string } };
  persons: { key: string; value: PersonRow };
}

export type Database = IDBPDatabase<Schema>;
export const MASTERS = ["items", "locations", "stocktakes", "places", "persons"] as const;

const VERSION = 1;

function create(db: Database): void {
  const outbox = db.createObjectStore("outbox", { keyPath: "seq" });
  outbox.createIndex("id", "id", { unique: true });
  outbox.createIndex("sheet", "sheet");
  outbox.createIndex("status_seq", ["status", "seq"]);
  db.createObjectStore("sheets", { keyPath: "id" }).createIndex("stocktake", "stocktake");
  db.createObjectStore("meta");
  db.createObjectStore("items", { keyPath: "id" }).createIndex("forms", "forms", { multiEntry: true });
  db.createObjectStore("locations", { keyPath: "id" }).createIndex("forms", "forms", { multiEntry: true });
  db.createObjectStore("stocktakes", { keyPath: "id" });
  db.createObjectStore("places", { keyPath: "id" }).createIndex("stocktake", "stocktake_id");
  db.createObjectStore("persons", { keyPath: "id" });
}

export function openDatabase(name = "pandian"): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db, from) {
      if (from < 1) create(db);
    },
    // A newer version of the application in another tab wants to upgrade: let go, writing goes on after re-opening.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}
