// The one normal form of a code: twin of scanner/meaning/gtin.py, where the rules are written out.
// Both sides read tests/vectors/codes.json; change a rule only together with its vectors.

export const GS = "\x1d";
export const CODE_LENGTH_MAX = 128;

export type CodeErrorCode = "empty" | "control_character" | "too_long";

export class CodeError extends Error {
  constructor(readonly code: CodeErrorCode) {
    super(code);
    this.name = "CodeError";
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: GS is trimmed too
const TRIMMED = /^[ \t\r\n\ufeff\x1d]+|[ \t\r\n\ufeff\x1d]+$/g;
const AIM_IDENTIFIER = /^\][A-Za-z][A-Za-z0-9]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\x00-\x1c\x1e\x1f\x7f-\x9f]/;

/** The GS1 check digit after `payload` (weights 3, 1, 3 … from the right). */
export function checkDigit(payload: string): number {
  let sum = 0;
  for (let i = 0; i < payload.length; i++) {
    sum += Number(payload[payload.length - 1 - i]) * (i % 2 ? 1 : 3);
  }
  return (10 - (sum % 10)) % 10;
}

export function hasRightCheckDigit(digits: string): boolean {
  return checkDigit(digits.slice(0, -1)) === Number(digits.slice(-1));
}

/** Trimmed, NFKC, without its AIM identifier; throws CodeError. */
export function cleanCode(text: string, lengthMax = CODE_LENGTH_MAX): string {
  const folded = text.normalize("NFKC").replace(TRIMMED, "");
  const cleaned = folded.replace(AIM_IDENTIFIER, "").replace(TRIMMED, "");
  if (cleaned === "") throw new CodeError("empty");
  if (FORBIDDEN.test(cleaned)) throw new CodeError("control_character");
  if (Array.from(cleaned).length > lengthMax) throw new CodeError("too_long");
  return cleaned;
}

function expandUpcE(digits: string): string | null {
  if (!/^[01][0-9]{7}$/.test(digits)) return null;
  const system = digits.slice(0, 1);
  const d = digits.slice(1, 7);
  const last = d.slice(5);
  let payload = `${system}${d.slice(0, 5)}0000${last}`;
  if (last === "0" || last === "1" || last === "2") payload = `${system}${d.slice(0, 2)}${last}0000${d.slice(2, 5)}`;
  else if (last === "3") payload = `${system}${d.slice(0, 3)}00000${d.slice(3, 5)}`;
  else if (last === "4") payload = `${system}${d.slice(0, 4)}00000${d.slice(4, 5)}`;
  return checkDigit(payload) === Number(digits[7]) ? payload + digits.slice(7) : null;
}

/** The 14-digit GTIN an already clean text stands for, or null. */
export function gtin14(text: string, symbology: string | null = null): string | null {
  if (symbology === "UPC-E" && text.length === 8) return expandUpcE(text)?.padStart(14, "0") ?? null;
  if (!/^(?:[0-9]{8}|[0-9]{12,14})$/.test(text) || /^0+$/.test(text)) return null;
  return hasRightCheckDigit(text) ? text.padStart(14, "0") : null;
}

/** The text under which a code is stored, compared and looked up; throws CodeError. */
export function normalForm(text: string, symbology: string | null = null): string {
  const cleaned = cleanCode(text);
  return gtin14(cleaned, symbology) ?? cleaned;
}

/** For the screen: GS is invisible in every font, its symbol is not. */
export function showCode(text: string): string {
  return text.split(GS).join("␝");
}
