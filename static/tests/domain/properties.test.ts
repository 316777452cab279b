import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalForm } from "../../src/domain/code";
import type { CountRecord } from "../../src/domain/record";
import { foldTally, looksByLine, tallyKey } from "../../src/domain/tally";
import { uuid7 } from "../../src/domain/uuid";

const common = {
  v: 1 as const,
  person: "p",
  auth: "online" as const,
  mono: 0,
  boot: "b",
  stocktake: "s",
  sheet: "sheet",
  location: "l",
  round: 1,
};

const standing = (log: CountRecord[], item: string): string[] => {
  const looks = looksByLine(log).get(tallyKey({ sheet: "sheet", item, code: null, lot: "" })) ?? [];
  return looks.map((look) => look.id);
};

/** A device's log: scans, sets of everything that stands, and voids of anything before. */
const logs = fc
  .array(
    fc.record({ act: fc.constantFrom("scan", "scan", "set", "void"), item: fc.constantFrom("a", "b"), n: fc.nat(20) }),
    {
      maxLength: 25,
    },
  )
  .map((acts) => {
    const log: CountRecord[] = [];
    acts.forEach(({ act, item, n }, index) => {
      const base = { ...common, id: `r${index}`, seq: index + 1, at: 1000 + index };
      const target = log[n % Math.max(1, log.length)];
      if (act === "set") {
        const supersedes = standing(log, item);
        log.push({ ...base, kind: "set", item, code: null, lot: "", quantity: n, supersedes });
      } else if (act === "void" && target) log.push({ ...base, kind: "void", voids: target.id });
      else
        log.push({
          ...base,
          kind: "scan",
          code: item,
          symbology: null,
          source: "wedge",
          item,
          lot: "",
          factor: 1,
          quantity: n,
        });
    });
    return log;
  });

describe("the fold of a log", () => {
  it("is the same in every order and with every record repeated", () => {
    fc.assert(
      fc.property(logs, fc.infiniteStream(fc.nat()), (log, numbers) => {
        const shuffled = [...log, ...log].map((record) => ({ record, at: numbers.next().value as number }));
        shuffled.sort((x, y) => x.at - y.at);
        expect(foldTally(shuffled.map(({ record }) => record))).toEqual(foldTally(log));
      }),
    );
  });

  it("makes a line exactly what a set says, when the set names all that stood", () => {
    fc.assert(
      fc.property(logs, fc.nat(100), (log, quantity) => {
        const supersedes = standing(log, "a");
        const set: CountRecord = {
          ...common,
          id: "set",
          seq: 99,
          at: 9999,
          kind: "set",
          item: "a",
          code: null,
          lot: "",
          quantity,
          supersedes,
        };
        const line = foldTally([...log, set]).lines.find(({ item }) => item === "a");
        expect(line?.quantity).toBe(quantity);
      }),
    );
  });

  it("returns to what it was when the set is voided", () => {
    fc.assert(
      fc.property(logs, (log) => {
        const supersedes = standing(log, "a");
        const base = { ...common, at: 9999 };
        const set = {
          ...base,
          id: "set",
          seq: 98,
          kind: "set" as const,
          item: "a",
          code: null,
          lot: "",
          quantity: 1,
          supersedes,
        };
        const undo = { ...base, id: "undo", seq: 99, kind: "void" as const, voids: "set" };
        const before = foldTally(log).lines.filter((line) => line.quantity !== null);
        const after = foldTally([...log, set, undo]).lines.filter((line) => line.quantity !== null);
        expect(after).toEqual(before);
      }),
    );
  });
});

describe("codes", () => {
  it("a normal form is its own normal form, unless an AIM identifier stands behind one", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (text) => {
        let once: string;
        try {
          once = normalForm(text);
        } catch {
          return;
        }
        fc.pre(!once.startsWith("]"));
        expect(normalForm(once)).toBe(once);
      }),
    );
  });
});

describe("ids", () => {
  it("are version 7, sort by time and do not repeat", () => {
    const ids = Array.from({ length: 200 }, (_, index) => uuid7(1_700_000_000_000 + index));
    expect(new Set(ids).size).toBe(200);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
