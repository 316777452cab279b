import { describe, expect, it } from "vitest";
import { fittingReasons, summarise } from "../../src/ui/desk/stocktakes/decision";
import type { Line, Reason } from "../../src/ui/desk/types";

let next = 1;
function line(more: Partial<Line>): Line {
  next += 1;
  return { id: next, version: 1, state: "needs_decision", posted_part: null, flags: [], ...more } as Line;
}

const reason = (code: string, direction: Reason["direction"], used_for: Reason["used_for"] = "both"): Reason => ({
  code,
  direction,
  used_for,
  name_zh: code,
  name_en: code,
  note_required: false,
  active: true,
});
const reasons = [
  reason("damaged", "loss"),
  reason("unrecorded_receipt", "gain"),
  reason("miscount", "both", "count"),
  reason("wrong_goods", "both", "goods_in"),
  reason("tolerance", "both"),
  { ...reason("old", "both"), active: false },
];
const codes = (list: Reason[]) => list.map((one) => one.code);

describe("before a bulk decision", () => {
  it("says how many gains and losses and what they come to", () => {
    const outline = summarise("accept", [
      line({ variance: -12, value: -1800 }),
      line({ variance: 6, value: 8100 }),
      line({ variance: 0, value: 0 }),
    ]);
    expect(outline).toMatchObject({ gains: 1, losses: 1, same: 1, gainValue: 8100, lossValue: -1800, net: 6300 });
    expect(outline.reasonNeeded).toBe(true);
  });

  it("leaves out what cannot be decided, and says why", () => {
    const outline = summarise("accept", [
      line({ variance: -1, value: -1, posted_part: 1 }),
      line({ variance: null, value: null, state: "uncounted" }),
      line({ variance: null, value: null, state: "recount" }),
      line({ variance: 2, value: 3 }),
    ]);
    expect(outline.lines).toHaveLength(1);
    expect(outline.left).toEqual({ posted: 1, uncounted: 1, recount: 1 });
  });

  it("recounts what was never counted", () => {
    expect(summarise("recount", [line({ variance: null, value: null, state: "uncounted" })]).lines).toHaveLength(1);
  });

  it("needs no reason where nothing differs", () => {
    expect(summarise("accept", [line({ variance: 0, value: 0 })]).reasonNeeded).toBe(false);
    expect(summarise("recount", [line({ variance: 5, value: 1 })]).reasonNeeded).toBe(false);
  });
});

describe("reasons to choose from", () => {
  const losses = summarise("accept", [line({ variance: -1, value: -1 })]);
  const mixed = summarise("accept", [line({ variance: -1, value: -1 }), line({ variance: 1, value: 1 })]);

  it("fit the direction of what is accepted, in use and not the system's own", () => {
    expect(codes(fittingReasons(reasons, "accept", losses))).toEqual(["damaged", "miscount"]);
    expect(codes(fittingReasons(reasons, "accept", mixed))).toEqual(["miscount"]);
  });

  it("are all there when the book is kept: nothing is booked in either direction", () => {
    expect(codes(fittingReasons(reasons, "keep_book", losses))).toEqual(["damaged", "unrecorded_receipt", "miscount"]);
  });
});
