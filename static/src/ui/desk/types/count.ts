// Stocktakes, their lines and what is behind them, as the server answers them.

import type { JournalKind } from "./book";

export type StocktakeState = "draft" | "counting" | "closed" | "posted" | "reversed" | "cancelled";

export interface Stocktake {
  id: string;
  site_id: string;
  number: number;
  name: string;
  kind: "full" | "zone";
  blind: boolean;
  state: StocktakeState;
  tolerance_quantity: number | null;
  tolerance_percent_bp: number | null;
  tolerance_value: number | null;
  created_at: string;
  started_at: string | null;
  closed_at: string | null;
  override_reason: string;
  posted_at: string | null;
  reversed_at: string | null;
  parts_posted: number;
}

export interface Progress {
  places_total: number;
  places_open: number;
  places_counting: number;
  places_closed: number;
  /** By state of the unposted lines; posted ones stand under "posted". */
  lines_by_state: Partial<Record<LineState | "posted", number>>;
  lines_counted: number;
  variance_value: number;
  variance_value_absolute: number;
  accuracy_bp: number | null;
  devices_outstanding: number;
  held: number;
  overlaps: number;
  unknown_codes: number;
}

export interface Zone {
  id: string;
  code: string;
  name: string;
}

export interface StocktakeDetail extends Stocktake {
  zones: Zone[];
  progress: Progress;
}

export type LineState =
  | "uncounted"
  | "agreed"
  | "within_tolerance"
  | "needs_decision"
  | "accepted"
  | "kept_book"
  | "recount";

export type Mark =
  | "overlap"
  | "moved_while_counted"
  | "time_uncertain"
  | "negative_book"
  | "unexpected"
  | "missing"
  | "changed_after_decision"
  | "catalogue_changed"
  | "explained_late";

export interface Cause {
  code: "explained_late" | "moved_while_counted" | "elsewhere" | "pack_multiple";
  movements?: number;
  moved?: number;
  kind?: JournalKind;
  document?: string;
  occurred_at?: string;
  recorded_at?: string;
  location_code?: string;
  variance?: number;
  pack_factor?: number;
  packs?: number;
}

export interface Line {
  id: number;
  version: number;
  location_id: string;
  location_code: string;
  zone_id: string | null;
  item_id: string;
  sku: string;
  item_name: string;
  unit_scale: number;
  unit_name: string;
  lot: string;
  round: number;
  quantity_counted: number | null;
  counted_at: string | null;
  quantity_book: number | null;
  quantity_book_first: number | null;
  variance: number | null;
  value: number | null;
  state: LineState;
  flags: Mark[];
  cause: Cause | null;
  reason_code: string;
  note: string;
  decided_by_name: string | null;
  decided_at: string | null;
  posted_part: number | null;
  anchored: boolean;
  explained_after_posting: number;
}

export interface LinePage {
  rows: Line[];
  total: number;
  next: string | null;
  value: number;
  value_absolute: number;
}

export interface LineSheet {
  id: string;
  round: number;
  location_code: string;
  person_name: string;
  device_label: string;
  disposition: Disposition;
  continues: string | null;
  opened_at: string;
  closed_at: string | null;
  quantity: number | null;
  confirmed_zero: boolean;
}

export type Disposition = "counts" | "set_aside" | "undecided";

export interface LineRecord {
  id: string;
  kind: string;
  occurred_at: string;
  received_at: string;
  quantity: number | null;
  pack_factor: number | null;
  code: string | null;
  symbology: string | null;
  source: string | null;
  auth: string | null;
  person_name: string;
  device_label: string;
  round: number;
  voided: boolean;
  superseded: boolean;
}

export interface LineMovement {
  journal_id: string;
  kind: JournalKind;
  document: string;
  quantity: number;
  occurred_at: string;
  recorded_at: string;
  date_only: boolean;
  counterpart_code: string;
  person_name: string;
  reason_code: string;
  of_this_line: boolean;
  before_count: boolean;
  late: boolean;
}

export interface LineDetail extends Line {
  sheets: LineSheet[];
  records: LineRecord[];
  movements: LineMovement[];
}

export type Decision = "accept" | "keep_book" | "recount";

export interface Refusal {
  id: number;
  code: string;
  detail: string;
}

export interface Decided {
  decided: number;
  refused: Refusal[];
}

export interface PostingProblem {
  code: string;
  lines: number;
  value: number;
  examples: { id: number; location_code: string; sku: string }[];
}

export interface PostAnswer {
  problems: PostingProblem[];
  lines: number;
  differences: number;
  value: number;
  uncounted: { lines: number; value: number };
  part: number | null;
  journals: number;
  posted: boolean;
}

export interface Sheet {
  id: string;
  round: number;
  person_name: string;
  device_label: string;
  continues_id: string | null;
  disposition: Disposition;
  opened_at: string;
  closed_at: string | null;
  empty: boolean;
  lines: number;
}

export interface CountPlace {
  location_id: string;
  location_code: string;
  location_name: string;
  zone_id: string | null;
  round: number;
  state: "open" | "counting" | "closed";
  other_counter: boolean;
  overlap: boolean;
  opened_at: string | null;
  closed_at: string | null;
  counters: string[];
  sheets: Sheet[];
}

export interface Overlap {
  location_id: string;
  location_code: string;
  location_name: string;
  round: number;
  sheets: Sheet[];
  items: {
    item_id: string;
    sku: string;
    item_name: string;
    lot: string;
    unit_scale: number;
    quantities: { sheet_id: string; quantity: number }[];
  }[];
}

export interface UnknownCode {
  code: string;
  as_scanned: string;
  scans: number;
  pieces: number;
  first_at: string;
  last_at: string;
  places: string[];
  persons: string[];
  beside: { item_id: string; sku: string; name: string; at: string } | null;
}

export interface SyncHealth {
  devices: {
    device_id: string;
    number: number;
    label: string;
    revoked: boolean;
    persons: string[];
    last_contact_at: string | null;
    pending: number;
    outstanding: number;
    missing: [number, number][];
  }[];
  held: number;
  complete: boolean;
}
