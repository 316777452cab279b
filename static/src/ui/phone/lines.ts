// What the counter sees of the records of a sheet: lines with their sums, newest first.
import { type Judgement, judge } from "../../domain/outcome";
import type { CountRecord, ScanRecord, SetRecord } from "../../domain/record";
import { foldTally, looksByLine, removedRecords, type TallyLine, tallyKey } from "../../domain/tally";
import type { ItemRow, PlaceRow } from "../../store/schema";

export type Look = ScanRecord | SetRecord;

export interface ShownLine extends Judgement {
  key: string;
  item: ItemRow | null;
  itemId: string | null;
  code: string | null;
  lot: string;
  quantity: number;
  scale: number;
  title: string;
  shownCode: string;
  /** The records that make up the quantity, oldest first. */
  looks: Look[];
}

const UNDO_LIMIT = 10;

function showLine(line: TallyLine, looks: Look[], item: ItemRow | null, place: PlaceRow | null): ShownLine {
  const known = line.item ? { id: line.item, active: item?.active !== false } : null;
  return {
    key: tallyKey(line),
    item,
    itemId: line.item,
    code: line.code,
    lot: line.lot,
    quantity: line.quantity ?? 0,
    scale: item?.unit.scale ?? 0,
    title: item?.name ?? "",
    shownCode: looks[looks.length - 1]?.code ?? line.code ?? item?.sku ?? "",
    looks,
    ...judge(known, place),
  };
}

/** Lines that something stands for; one that was undone to nothing is not counted and not shown. */
export function showLines(records: CountRecord[], items: Map<string, ItemRow>, place: PlaceRow | null): ShownLine[] {
  const looks = looksByLine(records);
  const newest = (line: ShownLine) => line.looks[line.looks.length - 1]?.seq ?? 0;
  return foldTally(records)
    .lines.filter((line) => line.quantity !== null)
    .map((line) =>
      showLine(line, looks.get(tallyKey(line)) ?? [], line.item ? (items.get(line.item) ?? null) : null, place),
    )
    .sort((a, b) => newest(b) - newest(a));
}

/** The running total; units of different scale are summed exactly, in the finest of them. */
export function sumLines(lines: ShownLine[]): { kinds: number; quantity: number; scale: number } {
  const scale = Math.max(0, ...lines.map((line) => line.scale));
  const quantity = lines.reduce((sum, line) => sum + line.quantity * 10 ** (scale - line.scale), 0);
  return { kinds: lines.length, quantity, scale };
}

/** Records that can still be undone, newest first, at most ten. */
export function undoableLooks(records: CountRecord[]): Look[] {
  const { voided } = removedRecords(records);
  const looks = records.filter(
    (record): record is Look => (record.kind === "scan" || record.kind === "set") && !voided.has(record.id),
  );
  return looks.slice(-UNDO_LIMIT).reverse();
}
