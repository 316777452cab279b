import { describe, expect, it } from "vitest";
import { decisionBody, summarise, takenIn } from "../../src/ui/desk/receipts/decision";
import { arranged, countOf, lineQuery, readFilters, writeFilters } from "../../src/ui/desk/receipts/filters";
import { returnables } from "../../src/ui/desk/receipts/returnables";
import { whyOf } from "../../src/ui/desk/receipts/states";
import { beeps } from "../../src/ui/desk/receipts/timeline";
import type { ReceiptLine, ReceiptProgress, ReceiptRecord } from "../../src/ui/desk/types";
import { href } from "../../src/ui/router";

let next = 0;
function line(more: Partial<ReceiptLine> = {}): ReceiptLine {
  next += 1;
  const item = { id: `i${next}`, sku: `S${next}`, name: `Item ${next}`, unit: { code: "pcs", name: "件", scale: 0 } };
  return {
    id: next,
    item,
    version: 1,
    quantity_expected: 10,
    quantity_good: 10,
    quantity_damaged: 0,
    variance: 0,
    value: 0,
    flags: [],
    state: "agreed",
    lots: [],
    reason_code: "",
    note: "",
    damaged_kept: false,
    decided_by_name: null,
    decided_at: null,
    quantity_posted: null,
    ...more,
  };
}

describe("the receipt's list of lines", () => {
  const read = (query: string) => readFilters(new URLSearchParams(query), "needs_decision");

  it("has what needs a decision first, the dearest on top, whether over or short", () => {
    const cheap = line({ state: "needs_decision", value: 100, flags: ["over_ceiling"] });
    const dear = line({ state: "needs_decision", value: -9_000, flags: ["short"] });
    const settled = line({ state: "accepted", value: 50_000 });
    expect(arranged([settled, cheap, dear], read("show=all"))).toEqual([dear, cheap, settled]);
  });

  it("leaves out lines without the mark that was asked for", () => {
    const damaged = line({ flags: ["damaged", "over"] });
    expect(arranged([line(), damaged], read("show=all&mark=damaged"))).toEqual([damaged]);
  });

  it("asks the server for the states of the chip", () => {
    const query = new URLSearchParams(lineQuery(read("show=decided&search=%20tea"), { limit: 200, after: "x" }));
    expect(query.getAll("state")).toEqual(["accepted", "accepted_expected", "refused"]);
    expect([query.get("search"), query.get("limit"), query.get("after")]).toEqual(["tea", "200", "x"]);
  });

  it("comes back from the address as it went into it", () => {
    for (const query of ["", "show=all", "sort=name", "show=all&sort=value&order=desc", "mark=short"]) {
      const filters = read(query);
      const address = href("/receipts/1", writeFilters(filters, "needs_decision"));
      expect(read(address.split("?")[1] ?? "")).toEqual(filters);
    }
  });

  it("counts lines by chip", () => {
    const progress = { lines_by_state: { needs_decision: 2, accepted: 1, refused: 3, agreed: 4 } } as ReceiptProgress;
    expect(countOf(progress, "decided")).toBe(4);
    expect(countOf(progress, "all")).toBe(10);
  });
});

describe("before a decision", () => {
  it("says how many are over and short, how many pieces are damaged, and what it comes to", () => {
    const outline = summarise("accept", [
      line({ variance: 5, value: 500, flags: ["over_ceiling"] }),
      line({ variance: -2, value: -300, flags: ["short", "damaged"], quantity_damaged: 3 }),
      line(),
    ]);
    expect(outline).toMatchObject({ over: 1, short: 1, same: 1, damaged: 3, net: 200, reasonNeeded: true });
  });

  it("wants no reason for taking in what is within the ceiling", () => {
    expect(summarise("accept", [line({ variance: 1, flags: ["over"] })]).reasonNeeded).toBe(false);
    expect(summarise("refuse", [line()]).reasonNeeded).toBe(true);
  });

  it("leaves out what is posted", () => {
    expect(summarise("accept", [line({ quantity_posted: 10 }), line()])).toMatchObject({ posted: 1 });
  });

  it("says how much goes into stock, as the server will", () => {
    const over = line({ quantity_good: 12, quantity_damaged: 2, quantity_expected: 10 });
    expect(takenIn(over, "accept", false)).toBe(12);
    expect(takenIn(over, "accept", true)).toBe(14);
    expect(takenIn(over, "accept_expected", true)).toBe(10);
    expect(takenIn(over, "refuse", true)).toBe(0);
  });

  it("sends the versions that were looked at", () => {
    const one = line({ version: 7, flags: ["damaged"], quantity_damaged: 1 });
    const values = { reason_code: "damaged", note: " broken ", keep_damaged: true };
    expect(decisionBody("accept", summarise("accept", [one]), values)).toEqual({
      line_ids: [one.id],
      versions: { [one.id]: 7 },
      decision: "accept",
      damaged: "keep",
      reason_code: "damaged",
      note: "broken",
    });
  });
});

describe("why a line needs a look", () => {
  it("tells the mark that says most, with its figure, and the others after it", () => {
    const told = whyOf(line({ flags: ["damaged", "over_ceiling"], variance: 5, quantity_damaged: 2 }), false);
    expect(told.tone).toBe("look");
    expect(told.text).toContain("5");
  });

  it("is calm about what passed by itself", () => {
    expect(whyOf(line({ flags: ["over"], variance: 1 }), false).tone).toBe("info");
    expect(whyOf(line(), false).tone).toBe("quiet");
  });
});

describe("the beeps of a line", () => {
  const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, "0")}:00Z`;
  const record = (minute: number, more: Partial<ReceiptRecord> = {}): ReceiptRecord => ({
    id: `r${minute}${JSON.stringify(more)}`,
    kind: "receive",
    occurred_at: at(minute),
    received_at: at(minute),
    quantity: 1,
    factor: 1,
    code: "690",
    symbology: "ean13",
    source: "camera",
    auth: "pin",
    lot: "",
    expires_on: null,
    sscc: null,
    person_name: "Wang",
    device_label: "PDA-1",
    voided: false,
    superseded: false,
    ...more,
  });

  it("stand in the order of time, equal ones in a row as one", () => {
    const told = beeps([record(3), record(1), record(2)]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ times: 3, until: at(3) });
  });

  it("are told apart by lot, condition and what became of them, and after a pause", () => {
    const told = beeps([record(1), record(2, { lot: "L1" }), record(3, { kind: "damaged" }), record(30), record(50)]);
    expect(told.map((beep) => beep.times)).toEqual([1, 1, 1, 1, 1]);
    expect(beeps([record(1), record(2, { voided: true })])).toHaveLength(2);
  });
});

describe("what can go back to the supplier", () => {
  const lot = (name: string, quantity: number, damaged = false) => ({
    lot: name,
    expires_on: null,
    damaged,
    quantity,
  });

  it("is what was taken in, by lot; refused broken pieces never came", () => {
    const lots = [lot("A", 6), lot("A", 2, true), lot("B", 4)];
    const kept = line({ lots, quantity_posted: 12, damaged_kept: true });
    const refused = line({ lots, quantity_posted: 10 });
    expect(returnables([kept]).map((row) => [row.lot, row.quantity])).toEqual([
      ["A", 8],
      ["B", 4],
    ]);
    expect(returnables([refused]).map((row) => row.quantity)).toEqual([6, 4]);
    expect(returnables([line({ lots, quantity_posted: 0 })])).toEqual([]);
  });
});
