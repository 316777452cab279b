// The records of receiving and of moving goods between places, beside those of a count.
import type { Envelope, ScanSource } from "./record";

/** Where a record of receiving belongs: the receipt, this person's sheet on it, and where the goods land. */
export interface ReceiptPlace {
  receipt: string;
  sheet: string;
  location: string;
}

interface Common extends Envelope, ReceiptPlace {}

/** Opens the receipt if nobody has, and this person's sheet on it. */
export interface ReceiptOpenRecord extends Common {
  kind: "receipt";
  order: string | null;
  delivery: string | null;
  supplier: string | null;
  delivery_note: string | null;
}

/** Pieces that arrived. A damaged piece is in `damaged` and not in `receive`. */
export interface ReceiveRecord extends Common {
  kind: "receive" | "damaged";
  code: string | null;
  symbology: string | null;
  source: ScanSource;
  item: string | null;
  /** The serial number of an item that has them; "" is an unknown lot. */
  lot: string;
  expires_on: string | null;
  serial: string | null;
  sscc: string | null;
  factor: number;
  quantity: number;
}

export interface ReceiveSetRecord extends Common {
  kind: "receive_set" | "damaged_set";
  item: string | null;
  code: string | null;
  lot: string;
  quantity: number;
  supersedes: string[];
}

export interface ReceiveVoidRecord extends Common {
  kind: "receive_void";
  voids: string;
}

export interface ReceiveCloseRecord extends Common {
  kind: "receive_close";
}

export type ReceiptRecord =
  | ReceiptOpenRecord
  | ReceiveRecord
  | ReceiveSetRecord
  | ReceiveVoidRecord
  | ReceiveCloseRecord;

export interface MoveLookRecord extends Envelope {
  kind: "move";
  item: string;
  lot: string;
  code: string | null;
  symbology: string | null;
  source: ScanSource;
  factor: number;
  quantity: number;
  from: string;
  to: string;
  receipt: string | null;
}

export interface MoveVoidRecord extends Envelope {
  kind: "move_void";
  voids: string;
}

export type MoveRecord = MoveLookRecord | MoveVoidRecord;

const RECEIPT_KINDS = ["receipt", "receive", "damaged", "receive_set", "damaged_set", "receive_void", "receive_close"];

export function isReceiptRecord(record: { kind: string }): record is ReceiptRecord {
  return RECEIPT_KINDS.includes(record.kind);
}

export function isMoveRecord(record: { kind: string }): record is MoveRecord {
  return record.kind === "move" || record.kind === "move_void";
}
