// What a bulk decision on a receipt is about, before it is sent. Pure.
import type { ReceiptDecision, ReceiptLine, ReceiptMark } from "../types";

/** The marks that nobody passes over: deciding about them wants a reason. As the server's NEEDS_DECISION. */
const UNUSUAL: ReceiptMark[] = [
  "short",
  "over_ceiling",
  "unexpected",
  "damaged",
  "short_life",
  "lot_unknown",
  "expiry_differs",
  "serial_twice",
  "order_cancelled",
];

export interface ReceiptSummary {
  /** The lines that will be sent. */
  lines: ReceiptLine[];
  over: number;
  short: number;
  same: number;
  damaged: number;
  net: number;
  posted: number;
  reasonNeeded: boolean;
}

export function summarise(decision: ReceiptDecision, chosen: readonly ReceiptLine[]): ReceiptSummary {
  const lines = chosen.filter((line) => line.quantity_posted === null);
  const count = (test: (line: ReceiptLine) => boolean) => lines.filter(test).length;
  return {
    lines,
    over: count((line) => line.variance > 0),
    short: count((line) => line.variance < 0),
    same: count((line) => line.variance === 0),
    damaged: lines.reduce((sum, line) => sum + line.quantity_damaged / 10 ** line.item.unit.scale, 0),
    net: lines.reduce((sum, line) => sum + line.value, 0),
    posted: chosen.length - lines.length,
    reasonNeeded:
      lines.length > 0 &&
      (decision !== "accept" || lines.some((line) => line.flags.some((mark) => UNUSUAL.includes(mark)))),
  };
}

/** How much of a line goes into stock; twin of `taken_in` in app/receiving/rules.py. */
export function takenIn(line: ReceiptLine, decision: ReceiptDecision, keepDamaged: boolean): number {
  if (decision === "refuse") return 0;
  const offered = line.quantity_good + (keepDamaged ? line.quantity_damaged : 0);
  return decision === "accept_expected" ? Math.min(offered, line.quantity_expected) : offered;
}

export function decisionBody(
  decision: ReceiptDecision,
  summary: ReceiptSummary,
  values: { reason_code: string; note: string; keep_damaged: boolean },
) {
  return {
    line_ids: summary.lines.map((line) => line.id),
    versions: Object.fromEntries(summary.lines.map((line) => [line.id, line.version])),
    decision,
    damaged: values.keep_damaged ? "keep" : "refuse",
    reason_code: summary.reasonNeeded ? values.reason_code : "",
    note: values.note.trim(),
  };
}
