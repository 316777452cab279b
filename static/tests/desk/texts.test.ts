// What the type checker cannot see: both languages name the same values.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en as countEn } from "../../src/i18n/desk/count_texts/en";
import { zh as countZh } from "../../src/i18n/desk/count_texts/zh";
import { en as receivingEn } from "../../src/i18n/desk/receiving_texts/en";
import { zh as receivingZh } from "../../src/i18n/desk/receiving_texts/zh";
import { placeholders } from "../../src/i18n/language";

const folder = new URL("../../src/i18n/desk/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "errors.ts");

function textsOf(name: string): [Map<string, string>, Map<string, string>] {
  if (name === "count.ts") return [new Map(Object.entries(countZh)), new Map(Object.entries(countEn))];
  if (name === "receiving.ts") return [new Map(Object.entries(receivingZh)), new Map(Object.entries(receivingEn))];
  const source = readFileSync(new URL(name, folder), "utf8");
  const [zh = "", en = ""] = source.split(/^ {2}\},\n {2}\{$/m);
  const read = (part: string) =>
    new Map([...part.matchAll(/^\s{4}"?([\w.]+)"?:\s+"((?:[^"\\]|\\.)*)"/gm)].map((m) => [m[1] ?? "", m[2] ?? ""]));
  return [read(zh), read(en)];
}

describe.each(files)("texts of %s", (name) => {
  const [zh, en] = textsOf(name);

  it("are found", () => {
    expect(zh.size).toBeGreaterThan(20);
    expect([...en.keys()]).toEqual([...zh.keys()]);
  });

  it("take the same values in both languages", () => {
    for (const [key, text] of zh) {
      expect.soft(placeholders(en.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  });
});
