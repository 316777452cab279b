// Unit cost: 1/10000 minor unit per base unit on the wire, an amount of the currency on the screen. Exact both ways.
import { minorDigits } from "../kit/money";

const MORE_DIGITS = 4;

/** "1.5" → 1500000 where the currency has two decimals; null for empty; undefined when it is no such amount. */
export function costFrom(text: string, currency: string): number | null | undefined {
  const clean = text.trim();
  if (clean === "") return null;
  const digits = minorDigits(currency) + MORE_DIGITS;
  const parts = /^([0-9]{1,10})(?:\.([0-9]*))?$/.exec(clean);
  if (!parts) return undefined;
  const fraction = (parts[2] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return undefined;
  const cost = Number((parts[1] ?? "") + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(cost) && cost <= 1_000_000_000_000 ? cost : undefined;
}

/** The amount as it is keyed: at least the currency's decimals, no more than needed. */
export function costText(cost: number | null | undefined, currency: string): string {
  if (cost === null || cost === undefined) return "";
  const minor = minorDigits(currency);
  const digits = String(cost).padStart(minor + MORE_DIGITS + 1, "0");
  const whole = digits.slice(0, digits.length - minor - MORE_DIGITS);
  const fraction = digits.slice(digits.length - minor - MORE_DIGITS);
  const kept = fraction.replace(/0+$/, "").padEnd(minor, "0");
  return kept ? `${whole}.${kept}` : whole;
}
