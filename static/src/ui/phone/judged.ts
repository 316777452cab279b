// Held records in the counter's words: what was scanned, where, for what; each person reads their own.
import type { DeviceRecord } from "../../domain/record";
import { device } from "../../i18n/device";
import { formatQuantity } from "../../i18n/format";
import { getItems, getLocation } from "../../store/masters";
import { judgedRows } from "../../store/outbox";
import type { DocumentName, ItemRow, OutboxRow } from "../../store/schema";
import type { Store } from "../../store/store";

export interface Told {
  row: OutboxRow;
  what: string;
  where: string[];
}

export interface Judged {
  mine: Told[];
  /** How many are somebody else's. */
  others: number;
}

const SHOWN = 100;

export function documentWords({ kind, number, label }: DocumentName): string {
  return kind === "receipt" ? label : device("outbox.stocktake", { n: number, name: label });
}

/** What was held of this person's records and what became of it, the newest first. */
export async function tellJudged(store: Store, person: string): Promise<Judged> {
  const rows = (await judgedRows(store)).map((row) => ({ row, record: JSON.parse(row.text) as DeviceRecord }));
  const mine = rows.filter(({ record }) => record.person === person);
  const shown = mine.slice(-SHOWN).reverse();
  const items = await getItems(
    store,
    shown.flatMap(({ record }) => ("item" in record && record.item ? [record.item] : [])),
  );
  const told = shown.map(async ({ row, record }) => ({
    row,
    what: whatWords(record, items),
    where: await whereWords(store, row, record),
  }));
  return { mine: await Promise.all(told), others: rows.length - mine.length };
}

function whatWords(record: DeviceRecord, items: Map<string, ItemRow>): string {
  switch (record.kind) {
    case "sheet":
    case "close":
    case "receipt":
    case "receive_close":
      return device(`outbox.what.${record.kind}`);
    case "void":
    case "receive_void":
    case "move_void":
      return device("outbox.what.void");
  }
  const item = record.item ? items.get(record.item) : undefined;
  const what = item?.name ?? record.code ?? "";
  const quantity = formatQuantity(record.quantity, item?.unit.scale ?? 0);
  switch (record.kind) {
    case "set":
    case "receive_set":
    case "damaged_set":
      return device("outbox.what.set", { what, n: quantity });
    default:
      return device(`outbox.what.${record.kind}`, { what, n: `× ${quantity}` });
  }
}

async function whereWords(store: Store, row: OutboxRow, record: DeviceRecord): Promise<string[]> {
  const place = "location" in record ? await getLocation(store, record.location) : undefined;
  const document = row.verdict?.document;
  return [...(place ? [place.code] : []), ...(document ? [documentWords(document)] : [])];
}
