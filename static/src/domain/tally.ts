// A total is a fold of evidence. Twin of the server's fold; both read tests/vectors/tally.json.
//
// quantity(sheet, item, lot) = sum over scan and set records that are neither voided nor superseded by a set that
// is itself not voided. Nothing left is null ("not counted"), never zero: zero is somebody's statement (a set of 0,
// or the close naming it). counted_at is the last look: the latest scan or set that was not voided; voids and the
// order of arrival never move it.
import { CodeError, normalForm } from "./code";
import type { CloseRecord, CountRecord, DeviceRecord, ItemLot, ScanRecord, SetRecord } from "./record";

export interface TallyLine {
  sheet: string;
  item: string | null;
  /** Normal form of an unknown code; null where the item is known. */
  code: string | null;
  lot: string;
  quantity: number | null;
  counted_at: number | null;
}

export interface SheetEnd {
  sheet: string;
  closed_at: number;
  empty: boolean;
  uncounted: ItemLot[];
}

export interface Tally {
  lines: TallyLine[];
  ends: SheetEnd[];
}

type Look = ScanRecord | SetRecord;

/** What an unknown code is told apart by: its normal form; null where the item is known. */
export function codeKey(look: { item: string | null; code: string | null; symbology?: string | null }): string | null {
  if (look.item !== null || look.code === null) return null;
  try {
    return normalForm(look.code, look.symbology ?? null);
  } catch (error) {
    if (error instanceof CodeError) return look.code;
    throw error;
  }
}

/** The records that take others away: what is voided, and what a standing set supersedes. */
export function removedRecords(records: DeviceRecord[]): { voided: Set<string>; superseded: Set<string> } {
  const voided = new Set<string>();
  const superseded = new Set<string>();
  for (const record of records) if ("voids" in record) voided.add(record.voids);
  for (const record of records) {
    if ("supersedes" in record && !voided.has(record.id)) for (const id of record.supersedes) superseded.add(id);
  }
  return { voided, superseded };
}

function addLook(line: TallyLine, look: Look, voided: Set<string>, superseded: Set<string>): void {
  if (voided.has(look.id)) return;
  line.counted_at = Math.max(line.counted_at ?? look.at, look.at);
  if (!superseded.has(look.id)) line.quantity = (line.quantity ?? 0) + look.quantity;
}

function addZeros(lines: Map<string, TallyLine>, close: CloseRecord): void {
  for (const { item, lot } of close.zeros) {
    const key = lineKey(close.sheet, item, null, lot);
    const line = lines.get(key);
    if (line && line.quantity !== null) continue;
    lines.set(key, { sheet: close.sheet, item, code: null, lot, quantity: 0, counted_at: close.at });
  }
}

function lineKey(sheet: string, item: string | null, code: string | null, lot: string): string {
  return JSON.stringify([sheet, item, code, lot]);
}

const order = (a: TallyLine, b: TallyLine): number => {
  const left = lineKey(a.sheet, a.item, a.code, a.lot);
  const right = lineKey(b.sheet, b.item, b.code, b.lot);
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Fold records in any order, any of them repeated, into lines and sheet ends. */
export function foldTally(arrived: CountRecord[]): Tally {
  const records = [...new Map(arrived.map((record) => [record.id, record])).values()];
  const { voided, superseded } = removedRecords(records);
  const lines = new Map<string, TallyLine>();
  for (const record of records) {
    if (record.kind !== "scan" && record.kind !== "set") continue;
    const { sheet, item, lot } = record;
    const code = codeKey(record);
    const key = lineKey(sheet, item, code, lot);
    const line = lines.get(key) ?? { sheet, item, code, lot, quantity: null, counted_at: null };
    lines.set(key, line);
    addLook(line, record, voided, superseded);
  }
  const closes = records.filter((record): record is CloseRecord => record.kind === "close");
  for (const close of closes) addZeros(lines, close);
  const ends = closes.map(({ sheet, at, empty, uncounted }) => ({ sheet, closed_at: at, empty, uncounted }));
  return { lines: [...lines.values()].sort(order), ends };
}

/** What tells one line of a sheet from another. */
export function tallyKey(line: { sheet: string; item: string | null; code: string | null; lot: string }): string {
  return lineKey(line.sheet, line.item, line.code, line.lot);
}

/** The records that make up each line, by tallyKey: neither voided nor superseded, in the order given. */
export function looksByLine(records: CountRecord[]): Map<string, Look[]> {
  const { voided, superseded } = removedRecords(records);
  const lines = new Map<string, Look[]>();
  for (const record of records) {
    if (record.kind !== "scan" && record.kind !== "set") continue;
    if (voided.has(record.id) || superseded.has(record.id)) continue;
    const key = lineKey(record.sheet, record.item, codeKey(record), record.lot);
    const looks = lines.get(key);
    if (looks) looks.push(record);
    else lines.set(key, [record]);
  }
  return lines;
}
