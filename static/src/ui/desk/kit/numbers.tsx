// Numbers as the desk writes them: tabular, with sign and unit; a variance has its colour and its sign.

import { desk } from "../../../i18n/desk";
import { formatMoney, formatQuantity, formatSigned } from "../../../i18n/format";
import { currency } from "../sites_here";

function tone(value: number): string {
  return value < 0 ? "loss" : value > 0 ? "gain" : "even";
}

export function Variance({ quantity, scale }: { quantity: number; scale: number }) {
  return <span class={`number ${tone(quantity)}`}>{formatSigned(quantity, scale)}</span>;
}

/** A signed amount: the variance's value, coloured like the variance. */
export function Amount({ minor, plain }: { minor: number; plain?: boolean }) {
  return <span class={`number ${plain ? "" : tone(minor)}`}>{formatMoney(minor, currency(), { signed: true })}</span>;
}

/** Without the currency's sign, for columns whose head says what it is. */
export function money(minor: number): string {
  return formatMoney(minor, currency());
}

export function signedMoney(minor: number): string {
  return formatMoney(minor, currency(), { signed: true });
}

export function Quantity({ quantity, scale, unit }: { quantity: number | null; scale: number; unit?: string }) {
  if (quantity === null) return <span class="soft">{desk("cost.hidden")}</span>;
  return (
    <span class="number">
      {formatQuantity(quantity, scale)}
      {unit && <small class="unit"> {unit}</small>}
    </span>
  );
}
