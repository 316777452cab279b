// What is to be said about goods that arrive: judged by what was expected and what the goods themselves say.
import type { Judgement, Reason } from "../../domain/outcome";
import type { DeliveryRow } from "../../store/schema";
import type { Marks } from "./feedback";

export interface Arrival {
  item: {
    id: string;
    active: boolean;
    tracks_lots?: boolean;
    tracks_expiry?: boolean;
    tracks_serials?: boolean;
    minimum_life_days?: number | null;
  } | null;
  /** Still to come; null: not on the order; undefined: nothing in particular is expected. */
  expected: number | null | undefined;
  /** Of this item on this receipt with this scan, good and damaged. */
  total: number;
  lot: string;
  expiry: string | null;
  serialTwice?: boolean;
  /** Nobody can tell its lot, and somebody said so. */
  lotUnknown?: boolean;
  today: string;
  delivery: DeliveryRow | null;
  marks?: Marks;
}

const DAY_MS = 86_400_000;

function daysLeft(expiry: string, today: string): number {
  return Math.round((Date.parse(`${expiry}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / DAY_MS);
}

function announcedExpiry({ delivery, item, lot }: Arrival): string | null {
  return delivery?.lines.find((line) => line.item === item?.id && line.lot === lot && lot !== "")?.expires_on ?? null;
}

function alarmOf(arrival: Arrival): Reason | null {
  const { item, expected, expiry, today } = arrival;
  if (!item) return "unknown_code";
  if (arrival.serialTwice) return "serial_twice";
  if (expected === null) return "not_ordered";
  return expiry !== null && daysLeft(expiry, today) < 0 ? "expired" : null;
}

function missing({ item, lot, expiry, lotUnknown }: Arrival): Reason | null {
  if (item?.tracks_serials) return lot === "" ? (lotUnknown ? "lot_unknown" : "serial_missing") : null;
  const lacking = (item?.tracks_lots && lot === "") || (item?.tracks_expiry && expiry === null);
  return lacking ? (lotUnknown ? "lot_unknown" : "lot_missing") : null;
}

function lookOf(arrival: Arrival): Reason | null {
  const { item, expected, total, expiry, today, marks } = arrival;
  if (marks?.refused) return "quantity_refused";
  if (marks?.doubled) return "doubled";
  if (expected !== undefined && expected !== null && total > expected) return "over";
  const lacking = missing(arrival);
  if (lacking) return lacking;
  const life = item?.minimum_life_days ?? 0;
  if (expiry !== null && life > 0 && daysLeft(expiry, today) < life) return "short_life";
  const announced = announcedExpiry(arrival);
  if (expiry !== null && announced !== null && announced !== expiry) return "expiry_differs";
  if (marks?.improbable) return "improbable";
  return item?.active === false ? "inactive" : null;
}

/** The worst thing to say about it. The ceiling of over-receipts is the server's: here more is simply more. */
export function judgeArrival(arrival: Arrival): Judgement {
  const alarm = alarmOf(arrival);
  if (alarm) return { outcome: "alarm", reason: alarm };
  const look = lookOf(arrival);
  return look ? { outcome: "look", reason: look } : { outcome: "ok", reason: null };
}
