// The records of a count, as they stand in the outbox and on the server. Immutable: a correction is one more record.

interface Common {
  v: 1;
  id: string;
  seq: number;
  person: string;
  auth: "online" | "offline";
  /** Wall clock of the device in ms, monotonic ms, and the start of the page that `mono` counts from. */
  at: number;
  mono: number;
  boot: string;
  stocktake: string;
  sheet: string;
  location: string;
  round: number;
}

export interface SheetRecord extends Common {
  kind: "sheet";
  continues: string | null;
}

export interface ScanRecord extends Common {
  kind: "scan";
  code: string;
  symbology: string | null;
  source: "wedge" | "keypad" | "camera";
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

/** What a screen hands to the outbox; the outbox adds id, sequence, person and times. */
type Bare<R> = R extends CountRecord ? Omit<R, "v" | "id" | "seq" | "person" | "auth" | "at" | "mono" | "boot"> : never;
export type NewRecord = Bare<CountRecord>;
