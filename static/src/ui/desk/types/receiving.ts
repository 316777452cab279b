// Goods receipts, their lines, photos and the inbox of unknown codes, as the server answers them.
import type { ItemRef, SupplierRef } from "./purchasing";

export type ReceiptState = "receiving" | "closed" | "posted" | "reversed" | "cancelled";

export interface DocumentRef {
  id: string;
  label: string;
}

export interface ReceiptProgress {
  lines_by_state: Partial<Record<ReceiptLineState, number>>;
  lines_total: number;
  lines_received: number;
  quantity_damaged: number;
  devices_outstanding: number;
  held: number;
  unknown_codes: number;
}

export interface Receipt {
  id: string;
  site_id: string;
  number: number;
  label: string;
  state: ReceiptState;
  supplier: SupplierRef | null;
  order: DocumentRef | null;
  delivery: DocumentRef | null;
  location: { id: string; code: string; name: string };
  delivery_note: string;
  note: string;
  opened_at: string;
  opened_by: { id: string; name: string };
  override_reason: string;
  closed_at: string | null;
  posted_at: string | null;
  reversed_at: string | null;
  progress: ReceiptProgress;
}

export type ReceiptLineState =
  | "agreed"
  | "within_ceiling"
  | "needs_decision"
  | "accepted"
  | "accepted_expected"
  | "refused";

export type ReceiptMark =
  | "short"
  | "over"
  | "over_ceiling"
  | "unexpected"
  | "damaged"
  | "short_life"
  | "lot_unknown"
  | "expiry_differs"
  | "serial_twice"
  | "order_cancelled"
  | "catalogue_changed";

export interface ReceiptLot {
  lot: string;
  expires_on: string | null;
  damaged: boolean;
  quantity: number;
}

export interface ReceiptLine {
  id: number;
  item: ItemRef;
  version: number;
  quantity_expected: number;
  quantity_good: number;
  quantity_damaged: number;
  /** Received − expected. */
  variance: number;
  value: number;
  flags: ReceiptMark[];
  state: ReceiptLineState;
  lots: ReceiptLot[];
  reason_code: string;
  note: string;
  /** Decided: damaged pieces are taken into stock too. */
  damaged_kept: boolean;
  decided_by_name: string | null;
  decided_at: string | null;
  quantity_posted: number | null;
}

export interface ReceiptRecord {
  id: string;
  kind: string;
  occurred_at: string;
  received_at: string;
  quantity: number | null;
  factor: number | null;
  code: string | null;
  symbology: string | null;
  source: string | null;
  auth: string | null;
  lot: string;
  expires_on: string | null;
  sscc: string | null;
  person_name: string;
  device_label: string;
  voided: boolean;
  superseded: boolean;
}

export interface Photo {
  id: string;
  purpose: string;
  taken_at: string;
}

export interface ReceiptExpectedLine {
  id: string;
  number: number;
  lot: string;
  expires_on: string | null;
  sscc: string;
  quantity: number;
  quantity_received: number;
}

export interface ReceiptLineDetail extends ReceiptLine {
  records: ReceiptRecord[];
  photos: Photo[];
  expected_lines: ReceiptExpectedLine[];
}

export interface ReceiptProblem {
  code: string;
  lines: number;
  examples: { id: number; sku: string }[];
}

export interface ReceiptPostAnswer {
  problems: ReceiptProblem[];
  lines: number;
  value: number;
  journals: number;
  posted: boolean;
}

export type ReceiptDecision = "accept" | "accept_expected" | "refuse";

export interface InboxCode {
  code: string;
  as_scanned: string;
  scans: number;
  pieces: number;
  first_at: string;
  last_at: string;
  places: string[];
  persons: string[];
  beside: { item_id: string; sku: string; name: string; at: string } | null;
  documents: { kind: "stocktake" | "receipt"; id: string; label: string }[];
  photos: string[];
}

export interface ReceiptLinePage {
  rows: ReceiptLine[];
  total: number;
  next: string | null;
}

/** Where an item belongs at a site: put-away suggests it first. */
export interface ItemPlace {
  site_id: string;
  item: ItemRef;
  location: { id: string; code: string; name: string };
}
