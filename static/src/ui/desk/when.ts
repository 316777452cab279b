// Moments in words of the language, in the site's own time: "10:42", "昨天 17:20", "11月18日 09:05".
import { desk } from "../../i18n/desk";
import { languageTag } from "../../i18n/language";
import { site } from "./sites_here";

type Moment = string | number | Date;

function text(moment: Moment, options: Intl.DateTimeFormatOptions, zone = site.value?.time_zone): string {
  return new Intl.DateTimeFormat(languageTag(), { ...options, timeZone: zone }).format(new Date(moment));
}

function dayKey(moment: Moment, zone?: string): string {
  return text(moment, { year: "numeric", month: "2-digit", day: "2-digit" }, zone);
}

/** "10:42:08" */
export function clock(moment: Moment, zone?: string): string {
  return text(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }, zone);
}

/** "今天", "昨天", "11月20日", "2025年3月2日" */
export function day(moment: Moment, zone?: string, now: Moment = Date.now()): string {
  const key = dayKey(moment, zone);
  if (key === dayKey(now, zone)) return desk("time.today");
  if (key === dayKey(new Date(now).getTime() - 86_400_000, zone)) return desk("time.yesterday");
  const sameYear = text(moment, { year: "numeric" }, zone) === text(now, { year: "numeric" }, zone);
  return text(moment, { year: sameYear ? undefined : "numeric", month: "short", day: "numeric" }, zone);
}

/** The time alone today, else with its day. */
export function moment(when: Moment, zone?: string, now: Moment = Date.now()): string {
  const time = text(when, { hour: "2-digit", minute: "2-digit", hour12: false }, zone);
  return dayKey(when, zone) === dayKey(now, zone) ? time : `${day(when, zone, now)} ${time}`;
}

/** Day, and the time unless only the day is known. */
export function dated(when: Moment, dateOnly: boolean): string {
  return dateOnly ? day(when) : moment(when);
}

/** Offset of `zone` from UTC at an instant, ms. */
function offsetAt(instant: number, zone?: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour12: false,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(instant));
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour") % 24, of("minute"), of("second"));
  return wall - Math.floor(instant / 1000) * 1000;
}

/** What a datetime-local field says ("2026-11-20T14:05"), read as the site's time, as an ISO instant. */
export function zonedInstant(local: string, zone?: string): string {
  const wall = new Date(`${local}Z`).getTime();
  const guess = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(guess, zone)).toISOString();
}
