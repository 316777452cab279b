// Tolerances in words and as keyed.

import { count } from "../../../i18n/desk/count";
import { formatInteger, formatMoney, formatPercent } from "../../../i18n/format";

export interface Tolerance {
  tolerance_quantity: number | null;
  tolerance_percent_bp: number | null;
  tolerance_value: number | null;
}

/** "2 % 且 ¥50.00", or an empty text when there is none. */
export function toleranceParts(tolerance: Tolerance, currency: string): string {
  const parts: string[] = [];
  if (tolerance.tolerance_quantity !== null) parts.push(formatInteger(tolerance.tolerance_quantity));
  if (tolerance.tolerance_percent_bp !== null) parts.push(formatPercent(tolerance.tolerance_percent_bp));
  if (tolerance.tolerance_value !== null) parts.push(formatMoney(tolerance.tolerance_value, currency));
  return parts.join(` ${count("tolerance.and")} `);
}

/** The stocktake's tolerance in words. It is its own: the site's was taken over when it was made. */
export function toleranceWords(own: Tolerance, currency: string): string {
  const parts = toleranceParts(own, currency);
  return parts ? count("tolerance.of", { parts }) : count("tolerance.none");
}
