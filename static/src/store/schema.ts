// The device's database. It is never deleted and never purged with the caches: the outbox lives here.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";

export type RecordStatus = "PENDING" | "ACKED" | "HELD";

export interface Verdict {
  code: string;
  detail: string | null;
  /** What became of a held record: open until a supervisor released or dismissed it. */
  state: "open" | "released" | "dismissed";
  /** What the supervisor said to it. */
  note?: string;
  /** The stocktake or receipt it was scanned for, and where it counts if not there. */
  document?: DocumentName | null;
  moved_to?: DocumentName | null;
}

/** A stocktake or receipt as people call it. */
export interface DocumentName {
  kind: "stocktake" | "receipt";
  number: number;
  label: string;
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
  unit: { code?: string; name: string; scale: number };
  tracks_lots: boolean;
  /** Absent on rows that an older version of the application wrote down. */
  tracks_expiry?: boolean;
  tracks_serials?: boolean;
  minimum_life_days?: number | null;
  active: boolean;
  barcodes: Barcode[];
  /** Normal forms of its barcodes: the index that a scan is looked up in. */
  forms: string[];
  /** Versions 1 and 2 told old rows from new ones by it. */
  generation?: number;
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
  /** A cart. Absent where the server told of it before it knew of carts. */
  mobile?: boolean;
  active: boolean;
  forms: string[];
  generation?: number;
}

export interface StocktakeRow {
  id: string;
  number: string;
  name: string;
  kind: string;
  blind: boolean;
  state: string;
  generation?: number;
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
  /** Whose open sheets the server knows here. Absent where it told of the place before it told of sheets. */
  sheets?: OpenSheet[];
  generation?: number;
}

/** A sheet that nobody closed or went on from, on whatever device. */
export interface OpenSheet {
  id: string;
  person_id: string;
  person: string;
  device_id: string;
  device: string;
  opened_ms: number;
  /** When the server had last heard of that device when it told of the sheet. */
  heard_ms: number | null;
}

export interface PersonRow {
  id: string;
  name: string;
  has_pin: boolean;
  active: boolean;
  role: string | null;
  generation?: number;
}

/** What the outbox's records say about one person's part in a receipt; written with them, and rebuilt from them. */
export interface ReceiptSheetRow {
  id: string;
  receipt: string;
  location: string;
  order: string | null;
  delivery: string | null;
  supplier: string | null;
  delivery_note: string | null;
  person: string;
  opened_at: number;
  closed_at: number | null;
  last_at: number;
  records: number;
}

export interface OrderRow {
  id: string;
  number: number;
  label: string;
  reference: string | null;
  supplier_id: string;
  supplier: string;
  state: "ordered" | "part_received";
  promised_on: string | null;
  lines: { id: string; item: string; quantity: number; received: number }[];
  generation?: number;
}

export interface DeliveryLine {
  item: string;
  lot: string;
  expires_on: string | null;
  quantity: number;
  received: number;
  sscc: string | null;
}

export interface DeliveryRow {
  id: string;
  number: number;
  label: string;
  reference: string | null;
  supplier_id: string;
  supplier: string;
  state: "expected" | "part_received";
  expected_on: string | null;
  lines: DeliveryLine[];
  generation?: number;
}

export interface ReceiptRow {
  id: string;
  number: number;
  label: string;
  state: "receiving" | "closed";
  supplier_id: string | null;
  supplier: string | null;
  order_id: string | null;
  delivery_id: string | null;
  location_id: string;
  delivery_note: string;
  generation?: number;
}

/** At which level stock is kept: a move names places of that level. */
export interface SiteRow {
  id: string;
  stock_level: "site" | "zone" | "bin";
  generation?: number;
}

export interface SupplierRow {
  id: string;
  code: string;
  name: string;
  generation?: number;
}

/** The fixed bin of an item. */
export interface ItemPlaceRow {
  id: string;
  item: string;
  location: string;
  generation?: number;
}

export type PhotoPurpose = "damage" | "unknown_code" | "evidence";

/** A picture of its own lane. `bytes` go when the server has them; the small one stays to be shown. */
export interface PhotoRow {
  id: string;
  purpose: PhotoPurpose;
  record_id: string | null;
  document_id: string | null;
  taken_at: number;
  /** null: sent, and let go for want of space. */
  bytes: ArrayBuffer | null;
  /** A data: address of a few kilobytes. */
  thumb: string;
  status: "WAITING" | "SENT" | "REFUSED";
  /** Why the server did not take it. */
  code: string | null;
  sent_at: number | null;
}

/** One snapshot of a dataset that is being read: its pages, and how many rows of each entity it has. */
export interface BootPart {
  dataset: string;
  id: string;
  pages: number;
  rows: Record<string, number>;
}

/** A world that is being loaded, under which epoch and on which side. Each page moves it on in its own transaction. */
export interface Boot {
  epoch: string | null;
  side: Side;
  /** null: it is read from the feed, and the cursor says how far. */
  snapshot: { cursor: string; parts: BootPart[]; part: number; page: number; done: Record<string, number> } | null;
}

interface Tables {
  outbox: { key: number; value: OutboxRow; indexes: { id: string; sheet: string; status_seq: [string, number] } };
  sheets: { key: string; value: SheetRow; indexes: { stocktake: string } };
  meta: { key: string; value: unknown };
  items: { key: string; value: ItemRow; indexes: { forms: string } };
  locations: { key: string; value: LocationRow; indexes: { forms: string } };
  stocktakes: { key: string; value: StocktakeRow };
  places: { key: string; value: PlaceRow; indexes: { stocktake: string } };
  persons: { key: string; value: PersonRow };
  orders: { key: string; value: OrderRow };
  deliveries: { key: string; value: DeliveryRow };
  receipts: { key: string; value: ReceiptRow };
  sites: { key: string; value: SiteRow };
  suppliers: { key: string; value: SupplierRow };
  item_places: { key: string; value: ItemPlaceRow; indexes: { item: string } };
  receipt_sheets: { key: string; value: ReceiptSheetRow; indexes: { receipt: string } };
  photos: { key: string; value: PhotoRow; indexes: { status: string; document: string } };
  /** `side`: which of the two worlds answers. Alone in its store, so that asking never waits for a writer. */
  world: { key: string; value: Side };
  /** `boot`: how far a world that is being loaded has come. */
  bootstrap: { key: string; value: Boot };
}

export const MASTERS = [
  "items",
  "locations",
  "stocktakes",
  "places",
  "persons",
  "orders",
  "deliveries",
  "receipts",
  "sites",
  "suppliers",
  "item_places",
] as const;

export type Master = (typeof MASTERS)[number];
/** The world is there twice: one of the two answers, beside it a new one is written. */
export type Side = 1 | 2;
type Twins = { [Name in Master as `${Name}_2`]: Tables[Name] };
export interface Schema extends Tables, Twins, DBSchema {}
export type Database = IDBPDatabase<Schema>;

const VERSION = 3;
const INDEXES: Partial<Record<Master, [name: string, keyPath: string, options?: IDBIndexParameters]>> = {
  items: ["forms", "forms", { multiEntry: true }],
  locations: ["forms", "forms", { multiEntry: true }],
  places: ["stocktake", "stocktake_id"],
  item_places: ["item", "item"],
};

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

/** Version 2: receiving, moves and photos. Nothing that is there is touched. */
function addReceiving(db: Database): void {
  for (const name of ["orders", "deliveries", "receipts", "sites", "suppliers"] as const) {
    db.createObjectStore(name, { keyPath: "id" });
  }
  db.createObjectStore("item_places", { keyPath: "id" }).createIndex("item", "item");
  db.createObjectStore("receipt_sheets", { keyPath: "id" }).createIndex("receipt", "receipt");
  const photos = db.createObjectStore("photos", { keyPath: "id" });
  photos.createIndex("status", "status");
  photos.createIndex("document", "document_id");
}

/** Version 3: a second world to load a new one into. Nothing that is there is touched. */
function addTwins(db: Database): void {
  for (const name of MASTERS) {
    const twin = db.createObjectStore(`${name}_2`, { keyPath: "id" });
    const index = INDEXES[name];
    if (index) twin.createIndex(...(index as [never, string, IDBIndexParameters?]));
  }
  db.createObjectStore("world");
  db.createObjectStore("bootstrap");
}

/** What an older version has loaded goes on answering; what it had only half loaded is loaded anew. */
async function adoptWorld(tx: IDBPTransaction<Schema, StoreNames<Schema>[], "versionchange">): Promise<void> {
  await tx.objectStore("world").put(1, "side");
  const meta = tx.objectStore("meta");
  if (await meta.get("bootstrapping")) await meta.put("0", "cursor");
}

/**
 * Open it, and bring an older one up to date. Should that fail half-way the browser takes all of it back: the
 * database and its outbox are then as they were.
 */
export function openDatabase(name = "pandian"): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(db, from, _to, tx) {
      // Its failure is told by the opening itself.
      tx.done.catch(() => undefined);
      if (from < 1) create(db);
      if (from < 2) addReceiving(db);
      if (from < 3) addTwins(db);
      // The older version read past what it did not know: the world is read once more, the old one serves meanwhile.
      if (from === 1) void tx.objectStore("meta").put("0", "cursor");
      if (from === 1 || from === 2) adoptWorld(tx).catch(() => undefined);
    },
    // A newer version of the application in another tab wants to upgrade: let go, writing goes on after re-opening.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}
