// The records of a count, as they stand in the outbox and on the server. Immutable: a correction is one more record.
import type { MoveRecord, ReceiptRecord } from "./receiving_record";

/** What every record of a device's log begins with. */
export interface Envelope {
  v: 1;
  id: string;
  seq: number;
  person: string;
  auth: "online" | "offline";
  /** Wall clock of the device in ms, monotonic ms, and the start of the page that `mono` counts from. */
  at: number;
  mono: number;
  boot: string;
}

interface Common extends Envelope {
  stocktake: string;
  sheet: string;
  location: string;
  round: number;
}

export type ScanSource = "wedge" | "keypad" | "camera";

export interface SheetRecord extends Common {
  kind: "sheet";
  continues: string | null;
}

export interface ScanRecord extends Common {
  kind: "scan";
  code: string;
  symbology: string | null;
  source: ScanSource;
  item: string | null;
  lot: string;
  /** Base units a scan of this code stands for, as shown to the counter; 1 for an unknown code. */
  factor: number;
  /** Smallest units; for an unknown code the number of pieces scanned. */
  quantity: number;
}

export interface SetRecord extends Common {
  kind: "set";
  item: string | null;
  code: string | null;
  lot: string;
  quantity: number;
  supersedes: string[];
}

export interface VoidRecord extends Common {
  kind: "void";
  voids: string;
}

export interface ItemLot {
  item: string;
  lot: string;
}

export interface CloseRecord extends Common {
  kind: "close";
  zeros: ItemLot[];
  uncounted: ItemLot[];
  empty: boolean;
}

export type CountRecord = SheetRecord | ScanRecord | SetRecord | VoidRecord | CloseRecord;
/** Everything a device writes into its log. */
export type DeviceRecord = CountRecord | ReceiptRecord | MoveRecord;

/** What a screen hands to the outbox; the outbox adds id, sequence, person and times. */
type Bare<R> = R extends DeviceRecord ? Omit<R, keyof Envelope> : never;
export type NewRecord = Bare<DeviceRecord>;

/** The records of one kind of work without what tells where it is done. */
export type Placeless<R, Place extends PropertyKey> = R extends unknown ? Omit<R, keyof Envelope | Place> : never;

const COUNT_KINDS = ["sheet", "scan", "set", "void", "close"];

export function isCountRecord(record: DeviceRecord): record is CountRecord {
  return COUNT_KINDS.includes(record.kind);
}
