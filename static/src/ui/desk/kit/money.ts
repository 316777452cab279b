// Amounts as keyed.
import { parseQuantity } from "../../../domain/quantity";

/** Decimals of the currency's minor unit: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Decimal text as an integer of 1/10**scale; null for empty, undefined for what is no such number. */
export function scaled(text: string, scale: number): number | null | undefined {
  if (text.trim() === "") return null;
  const parsed = parseQuantity(text, scale);
  return parsed.error === undefined ? parsed.quantity : undefined;
}

/** The reverse: an integer of 1/10**scale as it is keyed. */
export function unscaled(value: number | null | undefined, scale: number): string {
  if (value === null || value === undefined) return "";
  const digits = String(value).padStart(scale + 1, "0");
  if (scale === 0) return digits;
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, "");
}
