// What a held record says, read from its exact text without trusting it.
import { book } from "../../../i18n/desk/book";
import { formatInteger, formatSigned } from "../../../i18n/format";
import type { Held, HeldDecided, HeldDocument } from "../types";

function fields(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Held exactly because it could not be read.
    return {};
  }
}

export function heldWords(body: string): string {
  const { kind, quantity, code, lot } = fields(body);
  const n = typeof quantity === "number" ? quantity : 0;
  switch (kind) {
    case "scan":
      return book("held.item.scan", { code: typeof code === "string" ? code : "", n: formatSigned(n) });
    case "set":
      return book("held.item.set", { n: formatInteger(n) });
    case "void":
      return book("held.item.void");
    case "close":
      return book("held.item.close");
    case "sheet":
      return book("held.item.sheet");
    case "receive":
      return book("held.item.receive", { code: named(code, lot), n: formatSigned(n) });
    case "damaged":
      return book("held.item.damaged", { code: named(code, lot), n: formatSigned(n) });
    case "receive_set":
      return book("held.item.set", { n: formatInteger(n) });
    case "damaged_set":
      return book("held.item.damaged_set", { n: formatInteger(n) });
    case "receive_void":
    case "move_void":
      return book("held.item.void");
    case "receipt":
      return book("held.item.receipt");
    case "receive_close":
      return book("held.item.receive_close");
    case "move":
      return book("held.item.move", { code: named(code, lot), n: formatInteger(n) });
  }
  return book("held.item.other");
}

/** The code, and the lot where one was said. */
function named(code: unknown, lot: unknown): string {
  return [code, lot].filter((part) => typeof part === "string" && part !== "").join(" · ");
}

const REASONS = [
  "stocktake_closed",
  "stocktake_posted",
  "line_posted",
  "place_posted",
  "stocktake_not_started",
  "unknown_stocktake",
  "place_not_in_stocktake",
  "unknown_round",
  "unknown_item",
  "other_counter_needed",
  "sheet_mismatch",
  "not_yours",
  "forbidden",
  "device_revoked",
  "id_reuse",
  "seq_reuse",
  "kind_unknown",
  "invalid",
  "unknown_person",
  "receipt_unknown",
  "receipt_closed",
  "receipt_posted",
  "item_unknown",
  "location_unknown",
  "sheet_unknown",
  "other_document",
] as const;

export function heldReason(code: string): string | undefined {
  const known = REASONS.find((one) => one === code);
  return known && book(`held.reason.${known}`);
}

/** What people call the stocktake or receipt. */
export function documentWords({ kind, number, label }: Pick<HeldDocument, "kind" | "number" | "label">): string {
  return kind === "receipt" ? label : book("held.stocktake", { n: number, name: label });
}

export const keyOf = (record: Held): string => `${record.record_id}:${record.body_hash}`;

/** One call takes no more records. */
const AT_ONCE = 500;

type Keys = { record_id: string; body_hash: string }[];

/** The same decision for any number of records, the earliest scanned first; what each call answered, together. */
export async function decideInSlices(
  records: readonly Held[],
  send: (keys: Keys) => Promise<HeldDecided>,
): Promise<HeldDecided> {
  const ordered = [...records].sort((a, b) => a.device_seq - b.device_seq);
  const whole: HeldDecided = { rows: [], done: 0, refused: 0 };
  for (let start = 0; start < ordered.length; start += AT_ONCE) {
    const slice = ordered.slice(start, start + AT_ONCE);
    const answer = await send(slice.map(({ record_id, body_hash }) => ({ record_id, body_hash })));
    whole.rows.push(...answer.rows);
    whole.done += answer.done;
    whole.refused += answer.refused;
  }
  return whole;
}

/** How many were refused for which reason, the most frequent first. */
export function refusals(answer: HeldDecided): { code: string; n: number }[] {
  const found = new Map<string, number>();
  for (const row of answer.rows) {
    if (!row.done) found.set(row.reason || row.code, (found.get(row.reason || row.code) ?? 0) + 1);
  }
  return [...found].map(([code, n]) => ({ code, n })).sort((a, b) => b.n - a.n);
}
