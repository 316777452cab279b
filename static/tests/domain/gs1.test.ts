// The vectors both sides read: what a GS1 code says of the goods.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Gs1, readGs1 } from "../../src/domain/gs1";

interface Vector {
  name: string;
  text: string;
  symbology: string | null;
  gs1?: Gs1 | null;
  error?: true;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/gs1.json", import.meta.url), "utf8"),
) as Vector[];
const TODAY = new Date("2026-11-23T00:00:00Z");

describe("a GS1 code", () => {
  it.each(vectors)("$name", ({ text, symbology, gs1, error }) => {
    // On the phone a message that contradicts itself says nothing; the scan is kept as an unknown code.
    expect(readGs1(text, symbology, TODAY)).toEqual(error ? null : gs1);
  });

  it("of any text whatever is read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        readGs1(text);
        readGs1(`]C1${text}`);
        readGs1(`(01)${text}`);
      }),
    );
  });

  it("reads years by the nearest century", () => {
    const expiry = (yy: string, today: string) =>
      readGs1(`]C101069211685092561${7}${yy}0101`, null, new Date(today))?.expiry;
    expect(expiry("76", "2026-01-01")).toBe("2076-01-01");
    expect(expiry("77", "2026-01-01")).toBe("1977-01-01");
    expect(expiry("01", "2060-01-01")).toBe("2101-01-01");
  });
});
