// The states of receipts and their lines, and what is unusual about a line, in words.
import { grn } from "../../../i18n/desk/receiving";
import { formatQuantity } from "../../../i18n/format";
import type { Outcome } from "../../components";
import { Pill } from "../../components";
import type { Told } from "../line_words";
import type { Receipt, ReceiptLine, ReceiptLineState, ReceiptMark, ReceiptState } from "../types";

export const RECEIPT_STATES: ReceiptState[] = ["receiving", "closed", "posted", "reversed", "cancelled"];
export const RECEIPTS_OPEN: ReceiptState[] = ["receiving", "closed"];

const TONES: Record<ReceiptState, Outcome | "quiet"> = {
  receiving: "look",
  closed: "info",
  posted: "ok",
  reversed: "quiet",
  cancelled: "quiet",
};

export function ReceiptPill({ state }: { state: ReceiptState }) {
  return <Pill outcome={TONES[state]}>{grn(`state.${state}`)}</Pill>;
}

export const isOpen = (receipt: Receipt) => receipt.state === "receiving" || receipt.state === "closed";
export const isBlind = (receipt: Receipt) => receipt.order === null && receipt.delivery === null;

export function supplierName(receipt: Receipt): string {
  return receipt.supplier?.name ?? grn("blind.supplier");
}

const LINE_TONES: Record<ReceiptLineState, Outcome | "quiet"> = {
  agreed: "ok",
  within_ceiling: "ok",
  needs_decision: "look",
  accepted: "ok",
  accepted_expected: "info",
  refused: "quiet",
};

export function lineState(line: ReceiptLine): Told {
  return { tone: LINE_TONES[line.state], title: grn(`line.${line.state}`) };
}

/** What says most first. */
const TELLING: ReceiptMark[] = [
  "order_cancelled",
  "unexpected",
  "over_ceiling",
  "serial_twice",
  "short_life",
  "expiry_differs",
  "lot_unknown",
  "damaged",
  "short",
  "over",
  "catalogue_changed",
];

/** The marks of a line, the most telling first. */
export function marksOf(line: ReceiptLine): ReceiptMark[] {
  return TELLING.filter((mark) => line.flags.includes(mark));
}

function figure(line: ReceiptLine, mark: ReceiptMark): string | undefined {
  const n = (quantity: number) => formatQuantity(Math.abs(quantity), line.item.unit.scale);
  if (mark === "short" || mark === "over" || mark === "over_ceiling")
    return grn(`why.${mark}`, { n: n(line.variance) });
  if (mark === "damaged") return grn("why.damaged", { n: n(line.quantity_damaged) });
  if (mark === "unexpected") return grn("why.unexpected", { n: n(line.quantity_good + line.quantity_damaged) });
  return undefined;
}

/** Beside a line: the mark that says most with its figure, and how many more there are. */
export function whyOf(line: ReceiptLine, blind: boolean): Told {
  const marks = marksOf(line);
  const [first, ...others] = marks;
  if (!first) return { tone: "quiet", title: grn(blind ? "why.blind" : "why.agreed") };
  const text = [figure(line, first), ...others.map((mark) => grn(`mark.${mark}`))].filter(Boolean).join(" · ");
  const calm = marks.every((mark) => mark === "over" || mark === "catalogue_changed");
  return { tone: calm ? "info" : "look", title: grn(`mark.${first}`), text: text || undefined };
}
