// Basis points as keyed percents: 250 is "2.5".
import { scaled, unscaled } from "./money";

const MOST = 100_000;

/** null for empty, undefined for what is no percentage from 0 to 1000 with two decimals. */
export function pointsFrom(text: string): number | null | undefined {
  const points = scaled(text.replace(/%$/, ""), 2);
  return typeof points === "number" && points > MOST ? undefined : points;
}

export function pointsText(points: number | null | undefined): string {
  return unscaled(points, 2);
}
