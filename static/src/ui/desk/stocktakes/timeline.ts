// What happened to a line in the order of time: beeps, numbers keyed, undone ones, movements, the book at the count.
import type { LineDetail, LineMovement, LineRecord, LineSheet } from "../types";

export type Event =
  | { kind: "scan"; at: string; until: string; times: number; record: LineRecord }
  | { kind: "set"; at: string; record: LineRecord }
  | { kind: "zero"; at: string; sheet: LineSheet }
  | { kind: "movement"; at: string; movement: LineMovement }
  | { kind: "book"; at: string; book: number; first: number | null };

/** Later than this apart, two equal beeps are told one by one. */
const TOGETHER_MS = 10 * 60_000;

export function timeline(line: LineDetail): Event[] {
  const events: Event[] = [
    ...line.movements.map((movement): Event => ({ kind: "movement", at: movement.occurred_at, movement })),
    ...line.records.map(fromRecord),
    ...line.sheets
      .filter((sheet) => sheet.confirmed_zero && sheet.closed_at !== null)
      .map((sheet): Event => ({ kind: "zero", at: sheet.closed_at ?? "", sheet })),
  ];
  if (line.counted_at !== null && line.quantity_book !== null) {
    const first = line.quantity_book_first === line.quantity_book ? null : line.quantity_book_first;
    events.push({ kind: "book", at: line.counted_at, book: line.quantity_book, first });
  }
  return together(events.sort(byTime));
}

function fromRecord(record: LineRecord): Event {
  const at = record.occurred_at;
  return record.kind === "set" ? { kind: "set", at, record } : { kind: "scan", at, until: at, times: 1, record };
}

// At one moment: the movement (counting.md: movement before count), then what was counted, then the book of that moment.
const ORDER: Record<Event["kind"], number> = { movement: 0, scan: 1, set: 2, zero: 3, book: 4 };

function byTime(one: Event, other: Event): number {
  return one.at < other.at ? -1 : one.at > other.at ? 1 : rank(one) - rank(other);
}

/** The line's own adjustment bears the moment of its count, but comes of it. */
function rank(event: Event): number {
  return event.kind === "movement" && event.movement.of_this_line ? ORDER.book + 1 : ORDER[event.kind];
}

/** Equal beeps in a row become one with ×n. */
function together(events: Event[]): Event[] {
  const out: Event[] = [];
  for (const event of events) {
    const last = out[out.length - 1];
    if (last?.kind === "scan" && event.kind === "scan" && alike(last, event)) {
      out[out.length - 1] = { ...last, until: event.at, times: last.times + 1 };
    } else out.push(event);
  }
  return out;
}

function alike(one: Event & { kind: "scan" }, other: Event & { kind: "scan" }): boolean {
  const same: (keyof LineRecord)[] = [
    "code",
    "quantity",
    "pack_factor",
    "person_name",
    "device_label",
    "round",
    "voided",
    "superseded",
    "auth",
    "source",
  ];
  return (
    same.every((name) => one.record[name] === other.record[name]) &&
    new Date(other.at).getTime() - new Date(one.until).getTime() <= TOGETHER_MS
  );
}

/** Movements long before the count are folded away: all but the newest `shown` of those before the first beep. */
export function splitEarlier(events: Event[], shown = 4): { earlier: Event[]; now: Event[] } {
  const first = events.findIndex((event) => event.kind !== "movement");
  const before = first < 0 ? events.length : first;
  const cut = Math.max(0, before - shown);
  return { earlier: events.slice(0, cut), now: events.slice(cut) };
}
