// From what the decoder saw in one frame to a read that counts. The rules are the server's (decision 0010):
// what misreads parts of other codes is not asked for, and what is asked for must look like itself.
import { CodeError, checkDigit, cleanCode, normalForm } from "../../domain/code";

export interface Point {
  x: number;
  y: number;
}

/** One code as the decoder reports it. */
export interface RawRead {
  text: string;
  /** zxing's name of the format. */
  format: string;
  /** AIM identifier, "]C1" for GS1-128. */
  identifier: string;
  corners: Point[];
}

/** One code in one frame. */
export interface Read {
  /** What is compared and looked up. */
  form: string;
  /** What is handed on, as a wedge would type it: GS1 keeps its identifier, without which it is plain text. */
  text: string;
  symbology: string;
  /** It repairs itself and notices when it cannot: one read of it is enough. */
  correcting: boolean;
  corners: Point[];
}

/** zxing's formats that are asked for, and what they are called in a record. */
export const FORMATS = {
  EAN13: "EAN-13",
  EAN8: "EAN-8",
  UPCA: "UPC-A",
  Code128: "Code 128",
  Code39: "Code 39",
  ITF: "ITF",
  DataBar: "DataBar",
  DataBarExp: "DataBar Expanded",
  DataBarLtd: "DataBar Limited",
  QRCode: "QR Code",
  MicroQRCode: "Micro QR Code",
  DataMatrix: "Data Matrix",
} as const;

const CORRECTING = new Set(["QR Code", "Micro QR Code", "Data Matrix"]);
const GS1 = new Set(["]C1", "]d2", "]Q3", "]e0"]);
const CODE_39_LENGTH_MIN = 4;
const ITF_14 = /^[0-9]{14}$/;

function symbologyOf(format: string): string | null {
  const exact = (FORMATS as Record<string, string>)[format];
  if (exact) return exact;
  // Variants come under names of their own: QRCodeModel2, Code39Ext, ITF14, DataBarStkOmni.
  if (format.startsWith("DataBarExp")) return "DataBar Expanded";
  const family = ["QRCode", "Code39", "ITF", "DataBar"].find((name) => format.startsWith(name));
  return family ? FORMATS[family as keyof typeof FORMATS] : null;
}

function looksLikeItself(text: string, symbology: string): boolean {
  if (symbology === "Code 39") return text.length >= CODE_39_LENGTH_MIN;
  // Part of an ITF code is an ITF code: only the length and the check digit of a carton's tell it from a whole one.
  if (symbology === "ITF") return ITF_14.test(text) && checkDigit(text.slice(0, -1)) === Number(text.slice(-1));
  return true;
}

/** A pharmacy's GS1 message may be longer than a code the catalogue would store: it is read for what it says. */
function formOf(text: string, symbology: string, isGs1: boolean): string | null {
  try {
    cleanCode(text);
    return normalForm(text, symbology);
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    return isGs1 && error.code === "too_long" ? text : null;
  }
}

/** The read that counts, or null: not asked for, only part of a code, or no code for goods (a visiting card). */
export function readingOf({ text, format, identifier, corners }: RawRead): Read | null {
  const symbology = symbologyOf(format);
  if (symbology === null || text === "" || !looksLikeItself(text, symbology)) return null;
  const isGs1 = GS1.has(identifier);
  const form = formOf(text, symbology, isGs1);
  if (form === null) return null;
  return { form, text: isGs1 ? identifier + text : text, symbology, correcting: CORRECTING.has(symbology), corners };
}

/** QR and Data Matrix seldom say in which character set they are: UTF-8 where it is that, else Chinese. */
export function textOfBytes(bytes: Uint8Array, guess: string, hasEci: boolean): string {
  if (hasEci) return guess;
  for (const set of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(set, { fatal: true }).decode(bytes);
    } catch {
      // Not this one.
    }
  }
  return guess;
}
