// What a scan means to the counter: counted, look, or alarm, and why. Never judged by the book's quantities.

export type Outcome = "ok" | "look" | "alarm";

export type Reason =
  | "unknown_code"
  | "not_expected"
  | "not_in_recount"
  | "inactive"
  | "improbable"
  | "quantity_refused"
  | "doubled"
  | "two_ways"
  | "no_place"
  | "not_in_stocktake"
  | "not_you"
  | "not_saved"
  | ReceiveReason;

/** What a receiver or somebody who moves goods is told. */
export type ReceiveReason =
  | "not_ordered"
  | "over"
  | "short_life"
  | "expired"
  | "lot_missing"
  | "lot_unknown"
  | "expiry_differs"
  | "serial_missing"
  | "serial_twice"
  | "pallet_unknown"
  | "pallet_twice"
  | "other_place"
  | "no_from"
  | "same_place"
  | "above_stock"
  | "unknown_place"
  | "unknown_item"
  | "nothing_picked";

export interface Judgement {
  outcome: Outcome;
  reason: Reason | null;
}

interface Expectation {
  expected: [string, string][];
  items_only: [string, string][] | null;
}

/** From this many base units in one keyed number on, somebody should look once more. */
export const IMPROBABLE_FROM = 1000;

const names = (list: [string, string][], item: string) => list.some(([id]) => id === item);

/**
 * Judge an item (null: unknown code) at a place. A place whose book is empty, or that this device knows nothing
 * about, expects nothing in particular: then nothing is unexpected.
 */
export function judge(item: { id: string; active: boolean } | null, place: Expectation | null): Judgement {
  if (!item) return { outcome: "alarm", reason: "unknown_code" };
  if (place?.items_only && !names(place.items_only, item.id)) return { outcome: "look", reason: "not_in_recount" };
  if (place && place.expected.length > 0 && !place.items_only && !names(place.expected, item.id)) {
    return { outcome: "look", reason: "not_expected" };
  }
  if (item.active === false) return { outcome: "look", reason: "inactive" };
  return { outcome: "ok", reason: null };
}
