// The vectors both sides read: what passes here passes in Python, or one of the two is wrong.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CodeError, normalForm } from "../../src/domain/code";
import { lineValue, packQuantity, parseQuantity } from "../../src/domain/quantity";
import type { CountRecord } from "../../src/domain/record";
import { rowHash } from "../../src/domain/row_hash";
import { foldTally, type SheetEnd, type TallyLine } from "../../src/domain/tally";

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8")) as T;
}

interface CodeVector {
  name: string;
  text: string;
  symbology: string | null;
  normal_form?: string;
  error?: string;
}

describe("normal form of a code", () => {
  it.each(read<CodeVector[]>("codes"))("$name", ({ text, symbology, normal_form, error }) => {
    if (error === undefined) {
      expect(normalForm(text, symbology)).toBe(normal_form);
      return;
    }
    expect(() => normalForm(text, symbology)).toThrowError(new CodeError(error as CodeError["code"]));
  });
});

interface QuantityVectors {
  parse: { name: string; text: string; scale: number; quantity?: number; error?: string }[];
  line_value: { name: string; quantity: number; scale: number; unit_cost: number; value: number }[];
  pack: { name: string; pieces: number; factor: number; scale: number; quantity: number | null }[];
}

describe("quantities", () => {
  const vectors = read<QuantityVectors>("quantity");
  it.each(vectors.parse)("keyed: $name", ({ text, scale, quantity, error }) => {
    expect(parseQuantity(text, scale)).toEqual(error === undefined ? { quantity } : { error });
  });
  it.each(vectors.line_value)("value: $name", ({ quantity, scale, unit_cost, value }) => {
    expect(lineValue(quantity, scale, unit_cost)).toBe(value);
  });
  it.each(vectors.pack)("packs: $name", ({ pieces, factor, scale, quantity }) => {
    expect(packQuantity(pieces, factor, scale)).toBe(quantity);
  });
});

describe("tally", () => {
  it.each(read<{ name: string; records: CountRecord[]; lines: TallyLine[]; ends: SheetEnd[] }[]>("tally"))(
    "$name",
    ({ records, lines, ends }) => {
      expect(foldTally(records)).toEqual({ lines, ends });
    },
  );
});

describe("the hash of a row", () => {
  it.each(read<{ entity: string; key: string; body: object; hash: string }[]>("row_hash"))(
    "$entity:$key",
    ({ entity, key, body, hash }) => {
      expect(rowHash(entity, key, body).toString(16).padStart(8, "0")).toBe(hash);
    },
  );
});
