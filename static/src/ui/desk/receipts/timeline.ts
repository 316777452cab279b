// The beeps of a receipt's line in the order of time, equal ones in a row as one. Pure.
import type { ReceiptRecord } from "../types";

export interface Beep {
  record: ReceiptRecord;
  until: string;
  times: number;
}

/** Later than this apart, two equal beeps are told one by one. */
const TOGETHER_MS = 10 * 60_000;
const SAME: (keyof ReceiptRecord)[] = [
  "kind",
  "code",
  "quantity",
  "factor",
  "lot",
  "person_name",
  "device_label",
  "voided",
  "superseded",
  "auth",
  "source",
];

export const isSet = (record: ReceiptRecord) => record.kind.endsWith("_set");
export const isDamaged = (record: ReceiptRecord) => record.kind.startsWith("damaged");

export function beeps(records: readonly ReceiptRecord[]): Beep[] {
  const out: Beep[] = [];
  const sorted = [...records].sort((one, other) => (one.occurred_at < other.occurred_at ? -1 : 1));
  for (const record of sorted) {
    const last = out[out.length - 1];
    if (last && !isSet(record) && joins(last, record)) {
      out[out.length - 1] = { ...last, until: record.occurred_at, times: last.times + 1 };
    } else out.push({ record, until: record.occurred_at, times: 1 });
  }
  return out;
}

function joins(last: Beep, record: ReceiptRecord): boolean {
  const apart = new Date(record.occurred_at).getTime() - new Date(last.until).getTime();
  return apart <= TOGETHER_MS && SAME.every((name) => last.record[name] === record[name]);
}
