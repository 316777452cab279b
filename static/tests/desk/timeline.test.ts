import { describe, expect, it } from "vitest";
import { splitEarlier, timeline } from "../../src/ui/desk/stocktakes/timeline";
import type { LineDetail, LineMovement, LineRecord } from "../../src/ui/desk/types";

const when = (time: string) => `2026-11-20T${time}.000Z`;
let next = 0;

function scan(time: string, more: Partial<LineRecord> = {}): LineRecord {
  next += 1;
  return {
    id: `r${next}`,
    kind: "scan",
    occurred_at: when(time),
    received_at: when(time),
    quantity: 12,
    pack_factor: 12,
    code: "16921168509253",
    symbology: null,
    source: "wedge",
    auth: "online",
    person_name: "Wang",
    device_label: "PDA-07",
    round: 1,
    voided: false,
    superseded: false,
    ...more,
  };
}

function moved(time: string, quantity: number): LineMovement {
  return { occurred_at: when(time), quantity, journal_id: `j${time}`, kind: "sale" } as LineMovement;
}

function detail(more: Partial<LineDetail>): LineDetail {
  return {
    counted_at: when("10:42:15"),
    quantity_book: 36,
    quantity_book_first: 36,
    records: [],
    movements: [],
    sheets: [],
    ...more,
  } as LineDetail;
}

const kinds = (line: LineDetail) => timeline(line).map((event) => event.kind);

describe("the timeline of a line", () => {
  it("tells equal beeps in a row as one with its number", () => {
    const events = timeline(detail({ records: [scan("10:42:08"), scan("10:42:12"), scan("10:42:15")] }));
    expect(events[0]).toMatchObject({ kind: "scan", times: 3, at: when("10:42:08"), until: when("10:42:15") });
  });

  it("does not fold an undone beep into those that count", () => {
    const records = [scan("10:42:08"), scan("10:42:12", { voided: true }), scan("10:42:15")];
    expect(timeline(detail({ records })).filter((event) => event.kind === "scan")).toHaveLength(3);
  });

  it("puts a movement of the very moment before the count, and the book after it", () => {
    const line = detail({ records: [scan("10:42:15")], movements: [moved("10:42:15", -2)] });
    expect(kinds(line)).toEqual(["movement", "scan", "book"]);
  });

  it("puts the line's own adjustment after the book it came of, though it bears the same moment", () => {
    const own = { ...moved("10:42:15", -12), of_this_line: true };
    const events = timeline(detail({ records: [scan("10:42:15")], movements: [own, moved("10:42:15", -2)] }));
    expect(events.map((event) => event.kind)).toEqual(["movement", "scan", "book", "movement"]);
    expect(events[3]).toMatchObject({ movement: { quantity: -12 } });
  });

  it("breaks a row of beeps where goods moved in between", () => {
    const line = detail({ records: [scan("10:42:08"), scan("10:42:15")], movements: [moved("10:42:10", -2)] });
    expect(kinds(line)).toEqual(["scan", "movement", "scan", "book"]);
  });

  it("shows the first book figure only where a late movement changed it", () => {
    const same = timeline(detail({})).find((event) => event.kind === "book");
    const late = timeline(detail({ quantity_book_first: 38 })).find((event) => event.kind === "book");
    expect(same).toMatchObject({ book: 36, first: null });
    expect(late).toMatchObject({ book: 36, first: 38 });
  });

  it("folds away old movements but never anything from the count on", () => {
    const movements = ["01", "02", "03", "04", "05", "06"].map((hour) => moved(`${hour}:00:00`, -1));
    const { earlier, now } = splitEarlier(timeline(detail({ movements, records: [scan("10:42:15")] })), 4);
    expect(earlier).toHaveLength(2);
    expect(now.map((event) => event.kind)).toEqual(["movement", "movement", "movement", "movement", "scan", "book"]);
  });
});
