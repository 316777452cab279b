// Numbers, quantities, money and times as the chosen language writes them.
import { languageTag } from "./language";

const cache = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = languageTag() + JSON.stringify(options);
  const found = cache.get(key) ?? new Intl.NumberFormat(languageTag(), options);
  cache.set(key, found);
  return found;
}

export function formatInteger(value: number): string {
  return numberFormat({ maximumFractionDigits: 0 }).format(value);
}

/** `quantity` is an integer of the smallest unit, `scale` the unit's decimals: (1250, 3) is 1.250. */
export function formatQuantity(quantity: number, scale = 0): string {
  return numberFormat({ minimumFractionDigits: scale, maximumFractionDigits: scale }).format(quantity / 10 ** scale);
}

/** A total over items of several units: no more decimals than it needs. */
export function formatSum(quantity: number, scale = 0): string {
  return numberFormat({ maximumFractionDigits: scale }).format(quantity / 10 ** scale);
}

/** With its sign always written (+3, −2, 0): a variance is never told by colour alone. */
export function formatSigned(quantity: number, scale = 0): string {
  return withSign(quantity, formatQuantity(Math.abs(quantity), scale));
}

function withSign(value: number, text: string): string {
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
}

/** `minor` is an integer of the currency's minor unit: (12345, "CNY") is ¥123.45. */
export function formatMoney(minor: number, currency: string, options: { signed?: boolean } = {}): string {
  const format = numberFormat({ style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const text = format.format(Math.abs(minor) / 10 ** digits);
  return options.signed ? withSign(minor, text) : minor < 0 ? `−${text}` : text;
}

/** `points` are hundredths of a percent: 9950 is 99.5 %. */
export function formatPercent(points: number): string {
  return numberFormat({ style: "percent", maximumFractionDigits: 2 }).format(points / 10000);
}

type Moment = string | number | Date;

function timeFormat(options: Intl.DateTimeFormatOptions, moment: Moment, timeZone?: string): string {
  return new Intl.DateTimeFormat(languageTag(), { ...options, timeZone }).format(new Date(moment));
}

export function formatDate(moment: Moment, timeZone?: string): string {
  return timeFormat({ year: "numeric", month: "2-digit", day: "2-digit" }, moment, timeZone);
}

export function formatTime(moment: Moment, timeZone?: string): string {
  return timeFormat({ hour: "2-digit", minute: "2-digit", hour12: false }, moment, timeZone);
}

export function formatDateTime(moment: Moment, timeZone?: string): string {
  return `${formatDate(moment, timeZone)} ${formatTime(moment, timeZone)}`;
}

const AGO_STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** "3 minutes ago", "3 分钟前"; under ten seconds it is now. */
export function formatAgo(moment: Moment, now: number = Date.now()): string {
  const elapsed = Math.max(0, now - new Date(moment).getTime());
  const format = new Intl.RelativeTimeFormat(languageTag(), { numeric: "auto" });
  if (elapsed < 10_000) return format.format(0, "second");
  const [unit, size] = AGO_STEPS.find(([, ms]) => elapsed >= ms) ?? ["second", 1_000];
  return format.format(-Math.floor(elapsed / size), unit);
}
