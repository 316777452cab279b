import { describe, expect, it } from "vitest";
import * as choose from "../../src/ui/desk/kit/selection";
import { reveal, slice, wantsMore } from "../../src/ui/desk/kit/virtual";

const ids = [11, 12, 13, 14, 15];
const at = (cursor: number) => choose.goTo(choose.emptySelection<number>(), ids, ids.indexOf(cursor));

describe("moving in a list", () => {
  it("begins at the first row, or at the last when going up", () => {
    expect(choose.move(choose.emptySelection<number>(), ids, 1).cursor).toBe(11);
    expect(choose.move(choose.emptySelection<number>(), ids, -1).cursor).toBe(15);
  });

  it("stops at both ends", () => {
    expect(choose.move(at(15), ids, 10).cursor).toBe(15);
    expect(choose.move(at(11), ids, -10).cursor).toBe(11);
  });

  it("chooses the range between where shift began and where it stands, and gives back what it left", () => {
    const down = choose.move(choose.move(at(12), ids, 1, true), ids, 1, true);
    expect([...down.chosen]).toEqual([12, 13, 14]);
    expect([...choose.move(down, ids, -1, true).chosen]).toEqual([12, 13]);
  });

  it("ranges upwards too", () => {
    expect([...choose.move(at(14), ids, -2, true).chosen]).toEqual([12, 13, 14]);
  });

  it("toggles a row without losing the others", () => {
    const two = choose.toggle(choose.toggle(at(11), 12), 14);
    expect([...two.chosen]).toEqual([12, 14]);
    expect([...choose.toggle(two, 12).chosen]).toEqual([14]);
  });

  it("acts on what is chosen, else on the row it stands on", () => {
    expect(choose.targets(at(13))).toEqual([13]);
    expect(choose.targets(choose.toggle(at(13), 15))).toEqual([15]);
    expect(choose.targets(choose.emptySelection())).toEqual([]);
  });
});

describe("a list that was loaded again", () => {
  it("keeps choice and cursor on the same rows wherever they stand now", () => {
    const before = choose.toggle(at(12), 13);
    const after = choose.keep(before, ids, [15, 13, 12]);
    expect(after.cursor).toBe(13);
    expect([...after.chosen]).toEqual([13]);
  });

  it("drops what is gone, and the cursor stays at the same height", () => {
    const before = choose.toggle(at(12), 13);
    const after = choose.keep(before, ids, [11, 12, 14, 15]);
    expect(after.chosen.size).toBe(0);
    expect(after.cursor).toBe(14);
  });

  it("has no cursor when nothing is left", () => {
    expect(choose.keep(at(12), ids, []).cursor).toBeNull();
  });
});

describe("the window on a long list", () => {
  const view = { top: 1000, height: 500, row: 50 };

  it("draws only the rows in it and a few around", () => {
    expect(slice(10_000, view, 2)).toEqual({ first: 18, end: 32, before: 900, after: (10_000 - 32) * 50 });
  });

  it("draws everything of a short list", () => {
    expect(slice(3, { ...view, top: 0 })).toEqual({ first: 0, end: 3, before: 0, after: 0 });
  });

  it("draws nothing of an empty list, scrolled wherever", () => {
    expect(slice(0, view)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
  });

  it("scrolls just so far that a row is seen wholly", () => {
    expect(reveal(25, view)).toBe(1000);
    expect(reveal(3, view)).toBe(150);
    expect(reveal(40, view)).toBe(41 * 50 - 500);
  });

  it("asks for the next page before the end is reached", () => {
    expect(wantsMore(100, view, 20)).toBe(false);
    expect(wantsMore(40, view, 20)).toBe(true);
  });
});
