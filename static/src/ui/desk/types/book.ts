// Stock, journals and held records as the server answers them.

export type JournalKind =
  | "opening"
  | "receipt"
  | "issue"
  | "sale"
  | "move"
  | "scrap"
  | "adjustment"
  | "correction"
  | "reversal"
  | "supplier_return";

export interface Reason {
  code: string;
  name_zh: string;
  name_en: string;
  direction: "both" | "gain" | "loss";
  /** Where it is offered. */
  used_for: "both" | "count" | "goods_in";
  note_required: boolean;
  active: boolean;
}

export interface Balance {
  location_id: string;
  location_code: string;
  item_id: string;
  sku: string;
  item_name: string;
  lot: string;
  quantity: number;
  unit_scale: number;
  unit_code: string;
  value: number;
}

export interface Journal {
  id: string;
  site_id: string;
  kind: JournalKind;
  document: string;
  note: string;
  reverses_id: string | null;
  reversed_by_id: string | null;
  stocktake_id: string | null;
  person_name: string;
  recorded_at: string;
  entry_count: number;
  chain_number: number | null;
}

export interface Entry {
  journal_id: string;
  number: number;
  kind: JournalKind;
  document: string;
  recorded_at: string;
  occurred_at: string;
  date_only: boolean;
  item_id: string;
  sku: string;
  item_name: string;
  unit_scale: number;
  lot: string;
  from_location_code: string;
  to_location_code: string;
  quantity: number;
  unit_cost: number;
  reason_code: string;
  person_name: string;
}

export interface Movement extends Entry {
  change: number | null;
  book_after: number | null;
}

export interface HeldDocument {
  id: string;
  kind: "stocktake" | "receipt";
  number: number;
  label: string;
  state: string;
  takes_records: boolean;
}

/** How many records are held alike. */
export interface HeldGroup {
  reason: string;
  document_id: string | null;
  document: HeldDocument | null;
  device_id: string;
  device_label: string;
  person_id: string | null;
  person_name: string | null;
  records: number;
}

/** What became of each record of one decision. */
export interface HeldDecided {
  rows: { record_id: string; body_hash: string; done: boolean; code: string; reason: string; detail: string }[];
  done: number;
  refused: number;
}

export interface Held {
  record_id: string;
  body_hash: string;
  document: HeldDocument | null;
  moved_to: HeldDocument | null;
  decided_by_name: string | null;
  device_label: string;
  device_seq: number;
  person_name: string | null;
  document_id: string | null;
  reason: string;
  detail: string;
  body: string;
  occurred_at: string;
  received_at: string;
  state: "open" | "released" | "dismissed";
  decided_at: string | null;
  note: string;
}
