// What the counter is told of a scan, and the rules behind it.
import { CodeError, normalForm } from "../../domain/code";
import type { Gs1 } from "../../domain/gs1";
import { IMPROBABLE_FROM, type Judgement, judge } from "../../domain/outcome";
import { parseQuantity, QUANTITY_LIMIT } from "../../domain/quantity";
import type { ItemRow, LocationRow, OpenSheet, PlaceRow, StocktakeRow } from "../../store/schema";

export interface OpenPlace {
  stocktake: StocktakeRow;
  location: LocationRow;
  place: PlaceRow | null;
  round: number;
  sheet: string;
  /** The sheet this one goes on from: closed before, or another person's. */
  continues: string | null;
  /** The server knows of a sheet here that is not this device's: going on makes an overlap. */
  takenByOthers: boolean;
  /** Those sheets: one of them can be gone on from, when its counter cannot go on. */
  others: OpenSheet[];
}

/** What the counter sees and hears of one event. */
export interface Feedback extends Judgement {
  kind: "scan" | "set" | "undo" | "place" | "refused";
  title: string;
  code: string;
  /** The pack's name where a barcode has one. */
  pack: string | null;
  quantity: number;
  scale: number;
  /** The record to undo or amend. */
  record: string | null;
  /** What a receiver sees beside it. */
  lot?: string;
  expires_on?: string | null;
  damaged?: boolean;
  received?: number;
  expected?: number | null;
  /** Counts up, so that two equal events are two events on the screen. */
  number: number;
}

export function blank(kind: Feedback["kind"], code: string): Feedback {
  const nothing = { title: "", pack: null, quantity: 0, scale: 0, record: null, number: 0 };
  return { kind, outcome: "ok", reason: null, code, ...nothing };
}

/** Lots are told by GS1 codes; without one the lot of an item that has lots is "unknown", which is a lot too. */
export const lotOf = (item: ItemRow | null, gs1: Gs1 | null = null): string =>
  item?.tracks_lots ? (gs1?.lot ?? "?") : "";

/** Smallest units for a keyed number of scans ("" is one); null when it does not come out exactly. */
export function keyedQuantity(keyed: string, factor: number, scale: number): number | null {
  if (keyed === "") return factor * 10 ** scale;
  const parsed = parseQuantity(keyed, scale);
  const quantity = (parsed.quantity ?? Number.NaN) * factor;
  return quantity > 0 && quantity <= QUANTITY_LIMIT ? quantity : null;
}

/** Only what somebody keyed can be improbable; the book is not asked. */
export function isImprobable(keyed: string, quantity: number, scale: number): boolean {
  return keyed !== "" && quantity / 10 ** scale >= IMPROBABLE_FROM;
}

export interface Marks {
  refused?: boolean;
  improbable?: boolean;
  doubled?: boolean;
}

/** The worst thing to say about a scan: unknown, not exact, doubled by the scanner, improbable, not expected. */
export function judgeScan(item: ItemRow | null, place: PlaceRow | null, marks: Marks): Judgement {
  const judged = judge(item, place);
  if (judged.outcome === "alarm") return judged;
  if (marks.refused) return { outcome: "look", reason: "quantity_refused" };
  if (marks.doubled) return { outcome: "look", reason: "doubled" };
  if (marks.improbable) return { outcome: "look", reason: "improbable" };
  return judged;
}

/** The normal form a scan is looked up by. */
export function formOf(scan: { text: string; symbology: string | null }): string {
  try {
    return normalForm(scan.text, scan.symbology);
  } catch (error) {
    // Unreadable as a code, yet somebody scanned it: it is kept like any unknown one.
    if (error instanceof CodeError) return scan.text;
    throw error;
  }
}
