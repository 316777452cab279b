// What a GS1 code says beyond the article: lot, dates, serial, count, weight, pallet. A small twin of
// scanner/meaning that trusts nothing it cannot prove: a message with one wrong element says nothing at all.
// Both sides read tests/vectors/gs1.json. Digital Links and rarer identifiers are left to the server.
import { CodeError, cleanCode, GS, gtin14, hasRightCheckDigit } from "./code";

export interface Gs1 {
  /** AI 01, or 02 (what a case or pallet contains), as 14 digits. */
  gtin: string | null;
  lot: string | null;
  /** AI 17, 7003 or 15, whichever comes first in this order: "2027-05-31". */
  expiry: string | null;
  serial: string | null;
  /** AI 30 or 37: pieces. */
  count: number | null;
  /** AI 310n: net weight in kg as written, all its decimals kept: "1.250". */
  weight_kg: string | null;
  sscc: string | null;
}

/** A Digital Link or a pharmacy DataMatrix may be longer than a code the catalogue would store. */
const MESSAGE_LENGTH_MAX = 1024;
const AIM_GS1 = /^\](?:C1|d2|Q3|e0|e1|e2|J1)/;
const AIM = /^\][A-Za-z][A-Za-z0-9]/;
/** How people and badly set scanners write GS; none of these may occur in a GS1 value. */
const WRITTEN_GS = /<GS>|\^|\|/gi;
const BARE_SSCC = /^[013-9][0-9]{17}$/;
const BRACKETED = /\(([0-9]{2,4})\)[ \t]*([^()]+?)[ \t]*(?=\(|$)/y;
const SET_82 = '[!"%-?A-Z_a-z]';

type Check = "digit" | "gtin" | "date" | null;

/** Identifier, value, what to check, and whether the length is told by the identifier (then no GS follows). */
const IDENTIFIERS: [RegExp, RegExp, Check, boolean][] = [
  [/^00/, /^[0-9]{18}/, "digit", true],
  [/^0[12]/, /^[0-9]{14}/, "gtin", true],
  [/^1[1235-7]/, /^[0-9]{6}/, "date", true],
  [/^20/, /^[0-9]{2}/, null, true],
  [/^(?:31[0-6]|32[0-9]|33[0-7]|34[0-9]|35[0-7]|36[0-9])[0-5]/, /^[0-9]{6}/, null, true],
  [/^41[0-7]/, /^[0-9]{13}/, "digit", true],
  [/^(?:10|21|22)/, new RegExp(`^${SET_82}{1,20}$`), null, false],
  [/^(?:30|37)/, /^[0-9]{1,8}$/, null, false],
  [/^(?:24[01]|25[01]|400|403)/, new RegExp(`^${SET_82}{1,30}$`), null, false],
  [/^39[02][0-9]/, /^[0-9]{1,15}$/, null, false],
  [/^7003/, /^[0-9]{10}$/, "date", false],
  [/^90/, new RegExp(`^${SET_82}{1,30}$`), null, false],
  [/^9[1-9]/, new RegExp(`^${SET_82}{1,90}$`), null, false],
];

interface Element {
  ai: string;
  value: string;
  /** In the message, AI included. */
  length: number;
}

const pad = (value: number) => String(value).padStart(2, "0");

/** YYMMDD: day 00 is the last of its month; the century is the nearest (GS1 General Specifications, 7.12). */
function readDate(text: string, today: Date): string | null {
  const [yy = 0, month = 0, day = 0] = [0, 2, 4].map((at) => Number(text.slice(at, at + 2)));
  const now = today.getFullYear();
  let year = now - (now % 100) + yy;
  if (year - now > 50) year -= 100;
  else if (year - now < -49) year += 100;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day > last) return null;
  return `${year}-${pad(month)}-${pad(day || last)}`;
}

function isRight(check: Check, value: string): boolean {
  if (check === "digit") return hasRightCheckDigit(value);
  if (check === "gtin") return gtin14(value) !== null;
  // Printers write six zeros where there is no date.
  return check !== "date" || value.startsWith("000000") || readDate(value, new Date()) !== null;
}

/** The element at the start of `text`, which ends at the next separator; null when it is none. */
function readElement(text: string): Element | null {
  for (const [identifier, shape, check, fixed] of IDENTIFIERS) {
    const ai = identifier.exec(text)?.[0];
    if (ai === undefined) continue;
    const end = text.indexOf(GS);
    const field = text.slice(ai.length, fixed || end < 0 ? undefined : end);
    const value = shape.exec(field)?.[0];
    return value !== undefined && isRight(check, value) ? { ai, value, length: ai.length + value.length } : null;
  }
  return null;
}

function readMessage(text: string): Element[] | null {
  const elements: Element[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === GS) {
      at += 1;
      continue;
    }
    const element = readElement(text.slice(at));
    if (!element) return null;
    elements.push(element);
    at += element.length;
  }
  return elements;
}

function readBracketed(text: string): Element[] | null {
  const elements: Element[] = [];
  BRACKETED.lastIndex = 0;
  while (BRACKETED.lastIndex < text.length) {
    const found = BRACKETED.exec(text);
    if (!found) return null;
    const [, ai = "", value = ""] = found;
    const element = readElement(ai + value);
    if (!element || element.ai !== ai || element.value !== value) return null;
    elements.push(element);
  }
  return elements;
}

/** Unannounced, only a GTIN or SSCC with its check digit is proof enough of a GS1 message. */
function isProven(elements: Element[], separated: boolean): boolean {
  const proofs = (separated ? elements : elements.slice(0, 1)).filter(({ ai }) => ["00", "01", "02"].includes(ai));
  return proofs.length > 0;
}

function saidTwice(elements: Element[]): boolean {
  return elements.some((one) => elements.some((other) => other.ai === one.ai && other.value !== one.value));
}

function weightOf(elements: Element[]): string | null {
  const element = elements.find(({ ai }) => ai.startsWith("310"));
  if (!element) return null;
  const decimals = Number(element.ai[3]);
  const whole = element.value.slice(0, 6 - decimals).replace(/^0+(?=.)/, "");
  return decimals > 0 ? `${whole || "0"}.${element.value.slice(6 - decimals)}` : whole;
}

function meaningOf(elements: Element[], today: Date): Gs1 {
  const value = (...ais: string[]) => {
    for (const ai of ais) {
      const found = elements.find((element) => element.ai === ai);
      if (found) return found.value;
    }
    return null;
  };
  const count = value("30") ?? value("37");
  const dates = ["17", "7003", "15"].map((ai) => value(ai)).filter((date) => date && !date.startsWith("000000"));
  return {
    gtin: gtin14(value("01", "02") ?? ""),
    lot: value("10"),
    expiry: dates[0] ? readDate(dates[0], today) : null,
    serial: value("21"),
    count: count === null ? null : Number(count),
    weight_kg: weightOf(elements),
    sscc: value("00"),
  };
}

/** What a scanned text says as a GS1 code; null when it is none, or one that contradicts itself. */
export function readGs1(text: string, symbology: string | null = null, today = new Date()): Gs1 | null {
  let clean: string;
  try {
    clean = cleanCode(text, MESSAGE_LENGTH_MAX);
  } catch (error) {
    if (error instanceof CodeError) return null;
    throw error;
  }
  // Before GS1: a bare EAN of 978… or 90… would also read as an identifier and its value.
  if (gtin14(clean, symbology)) return null;
  const raw = text.normalize("NFKC").replace(/^[ \t\r\n\ufeff]+/, "");
  const announced = AIM_GS1.test(raw) || raw.replace(AIM, "").startsWith(GS);
  const bracketed = /^\([0-9]{2,4}\)/.test(clean);
  const message = clean.replace(WRITTEN_GS, GS);
  const elements = bracketed ? readBracketed(clean) : readMessage(message);
  const trusted = bracketed || announced || (elements !== null && isProven(elements, message.includes(GS)));
  if (elements && elements.length > 0 && trusted && !saidTwice(elements)) return meaningOf(elements, today);
  if (BARE_SSCC.test(clean) && hasRightCheckDigit(clean) && /[1-9]/.test(clean)) {
    return { ...meaningOf([], today), sscc: clean };
  }
  return null;
}
