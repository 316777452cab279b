// The language of the screen, and how an area of the application writes its texts in both.
import { signal } from "@preact/signals";

export type Language = "zh" | "en";
export type Values = Record<string, string | number>;

const STORED = "pandian.language";

function firstLanguage(): Language {
  const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(STORED);
  if (stored === "zh" || stored === "en") return stored;
  const wanted = typeof navigator === "undefined" ? "zh" : (navigator.language ?? "zh");
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const language = signal<Language>(firstLanguage());

/** The tag `Intl` and the `lang` attribute want. */
export function languageTag(): "zh-CN" | "en-GB" {
  return language.value === "zh" ? "zh-CN" : "en-GB";
}

export function setLanguage(next: Language): void {
  language.value = next;
  if (typeof localStorage !== "undefined") localStorage.setItem(STORED, next);
  if (typeof document !== "undefined") document.documentElement.lang = languageTag();
}

/**
 * Fill `{name}` in a text; numbers are written as the language writes them. A text "one || other" has an
 * English singular, chosen by the value `n`.
 */
export function fill(text: string, values: Values = {}): string {
  const forms = text.split(" || ");
  const chosen = forms.length > 1 && values.n !== 1 ? forms[1] : forms[0];
  return (chosen ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(languageTag()).format(value) : value;
  });
}

/**
 * Define the texts of one area; the second language must have exactly the keys of the first.
 * The answer looks up a text in the language of now and, read inside a component, follows the switch.
 */
export function area<const Zh extends Record<string, string>>(zh: Zh, en: { [K in keyof Zh]: string }) {
  type Key = keyof Zh & string;
  const raw = (key: Key): string => (language.value === "zh" ? zh[key] : en[key]) ?? key;
  const lookUp = (key: Key, values?: Values): string => fill(raw(key), values);
  /** For keys that are made of a code: nothing where the area has no such text. */
  const find = (key: string): string | undefined => (key in zh ? lookUp(key as Key) : undefined);
  return Object.assign(lookUp, { keys: Object.keys(zh) as Key[], raw, find });
}

/** For languages side by side in tests: both dictionaries of an area have the same placeholders. */
export function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}
