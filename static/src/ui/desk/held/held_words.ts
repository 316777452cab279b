// What a held record says, read from its exact text without trusting it.
import { book } from "../../../i18n/desk/book";
import { formatInteger, formatSigned } from "../../../i18n/format";

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
] as const;

export function heldReason(code: string): string | undefined {
  const known = REASONS.find((one) => one === code);
  return known && book(`held.reason.${known}`);
}
