// Days without a time ("2026-11-25"), as people say them: today, tomorrow, 25 Nov.
import { desk } from "../../i18n/desk";
import { bench } from "../../i18n/desk/bench";
import { languageTag } from "../../i18n/language";
import { site } from "./sites_here";

/** Which day it is at the site, "2026-11-25". */
export function todayOn(zone = site.value?.time_zone, now: number = Date.now()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    now,
  );
}

/** Days from `from` to `to`: 1 is tomorrow, −1 yesterday. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The day in words; the year only where it is another. */
export function dayWords(on: string, today = todayOn()): string {
  const days = daysBetween(today, on);
  if (days === 0) return desk("time.today");
  if (days === -1) return desk("time.yesterday");
  if (days === 1) return bench("time.tomorrow");
  return dateWords(on, today);
}

/** The date itself, for what must be read exactly (an expiry). */
export function dateWords(on: string, today = todayOn()): string {
  const year = on.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return new Intl.DateTimeFormat(languageTag(), { year, month: "short", day: "numeric", timeZone: "UTC" }).format(
    new Date(`${on}T00:00:00Z`),
  );
}

export function isLate(on: string | null, today = todayOn()): boolean {
  return on !== null && on < today;
}
