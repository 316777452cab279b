// Quantities are integers of an item's smallest unit; no float ever carries one. Twin of app/kernel/quantity.py:
// tests/vectors/quantity.json is read by both sides.

/** Of the smallest unit, either sign; also a CHECK in the server's database. */
export const QUANTITY_LIMIT = 1_000_000_000;
const COST_DECIMALS = 10_000;

export type QuantityError = "empty" | "not_a_number" | "too_precise" | "too_large";
export type Parsed = { quantity: number; error?: undefined } | { quantity?: undefined; error: QuantityError };

/**
 * Read what somebody keyed, exactly or not at all: "1.25" at scale 2 is 125, at scale 1 it is refused. No signs,
 * no thousands separators (a comma means two things in two countries), no rounding.
 */
export function parseQuantity(text: string, scale: number): Parsed {
  const clean = text.normalize("NFKC").trim();
  if (clean === "") return { error: "empty" };
  const parts = /^([0-9]+)(?:\.([0-9]+))?$/.exec(clean);
  if (!parts) return { error: "not_a_number" };
  const fraction = (parts[2] ?? "").replace(/0+$/, "");
  if (fraction.length > scale) return { error: "too_precise" };
  const digits = ((parts[1] ?? "") + fraction.padEnd(scale, "0")).replace(/^0+(?=.)/, "");
  if (digits.length > 10 || Number(digits) > QUANTITY_LIMIT) return { error: "too_large" };
  return { quantity: Number(digits) };
}

/** Smallest units in `pieces` scans of a code that stands for `factor` base units; null beyond the limit. */
export function packQuantity(pieces: number, factor: number, scale: number): number | null {
  const quantity = pieces * factor * 10 ** scale;
  return Number.isSafeInteger(quantity) && Math.abs(quantity) <= QUANTITY_LIMIT ? quantity : null;
}

/** numerator / denominator rounded half to even, exactly; denominator > 0. */
function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const zero = BigInt(0);
  const one = BigInt(1);
  let quotient = numerator / denominator;
  let rest = numerator % denominator;
  if (rest < zero) {
    quotient -= one;
    rest += denominator;
  }
  const twice = rest + rest;
  const odd = quotient % BigInt(2) !== zero;
  return twice > denominator || (twice === denominator && odd) ? quotient + one : quotient;
}

/** Value in minor units; `unitCost` is an integer of 1/10000 minor unit per base unit. Rounded once, half to even. */
export function lineValue(quantity: number, scale: number, unitCost: number): number {
  const denominator = BigInt(10) ** BigInt(scale) * BigInt(COST_DECIMALS);
  return Number(divideHalfEven(BigInt(quantity) * BigInt(unitCost), denominator));
}
