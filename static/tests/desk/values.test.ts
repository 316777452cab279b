import { describe, expect, it } from "vitest";
import { setLanguage } from "../../src/i18n/language";
import { costFrom, costText } from "../../src/ui/desk/items/cost";
import { scaled, unscaled } from "../../src/ui/desk/kit/money";
import { countOf, lineQuery, readFilters, writeFilters } from "../../src/ui/desk/stocktakes/filters";
import type { Progress } from "../../src/ui/desk/types";
import { day, moment, zonedInstant } from "../../src/ui/desk/when";

describe("unit cost", () => {
  it("is exact in both directions, with four decimals more than the currency", () => {
    expect(costFrom("1.5", "CNY")).toBe(1_500_000);
    expect(costFrom("0.000001", "CNY")).toBe(1);
    expect(costText(1_500_000, "CNY")).toBe("1.50");
    expect(costText(1, "CNY")).toBe("0.000001");
    expect(costText(15_000, "JPY")).toBe("1.5");
    for (const cost of [0, 1, 99, 123_456_789]) expect(costFrom(costText(cost, "CNY"), "CNY")).toBe(cost);
  });

  it("refuses what is no amount or too precise", () => {
    for (const text of ["abc", "-1", "1,5", "0.0000001"]) expect(costFrom(text, "CNY")).toBeUndefined();
    expect(costFrom("", "CNY")).toBeNull();
  });
});

describe("tolerances as keyed", () => {
  it("come back as they were given", () => {
    expect(scaled("2.5", 2)).toBe(250);
    expect(unscaled(250, 2)).toBe("2.5");
    expect(unscaled(200, 2)).toBe("2");
    expect(unscaled(0, 2)).toBe("0");
    expect(unscaled(100, 0)).toBe("100");
    expect(unscaled(null, 2)).toBe("");
    expect(scaled("x", 2)).toBeUndefined();
  });
});

describe("moments in words", () => {
  const now = "2026-11-20T06:00:00.000Z"; // 14:00 in Shanghai
  const zone = "Asia/Shanghai";

  it("names today and yesterday by the site's day, not by the browser's", () => {
    setLanguage("en");
    expect(day("2026-11-19T16:30:00.000Z", zone, now)).toBe("Today");
    expect(day("2026-11-19T15:30:00.000Z", zone, now)).toBe("Yesterday");
    expect(moment("2026-11-19T16:30:00.000Z", zone, now)).toBe("00:30");
    expect(moment("2025-03-02T01:00:00.000Z", zone, now)).toContain("2025");
    setLanguage("zh");
    expect(moment("2026-11-19T09:20:00.000Z", zone, now)).toBe("昨天 17:20");
  });

  it("reads a keyed time as the site's, in summer and winter", () => {
    expect(zonedInstant("2026-11-20T14:05", zone)).toBe("2026-11-20T06:05:00.000Z");
    expect(zonedInstant("2026-07-01T12:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
    expect(zonedInstant("2026-12-01T12:00", "Europe/Berlin")).toBe("2026-12-01T11:00:00.000Z");
  });
});

describe("filters of the workbench", () => {
  it("live in the address and come back from it", () => {
    const filters = readFilters(new URLSearchParams("show=all&mark=missing&sort=value&order=desc"), "needs_decision");
    expect(filters).toMatchObject({ chip: "all", mark: "missing", sort: "value", order: "desc" });
    const written = new URLSearchParams(writeFilters(filters, "needs_decision"));
    expect(readFilters(written, "needs_decision")).toEqual(filters);
    expect(readFilters(new URLSearchParams("show=nonsense"), "all").chip).toBe("all");
  });

  it("ask the server for several states at once", () => {
    const filters = readFilters(new URLSearchParams("show=decided"), "all");
    const query = new URLSearchParams(lineQuery(filters, { limit: 200, after: null }));
    expect(query.getAll("state")).toEqual(["accepted", "kept_book"]);
    expect(query.get("posted")).toBe("false");
  });

  it("count each line once", () => {
    const by = { needs_decision: 63, accepted: 200, kept_book: 14, posted: 9 };
    const progress = { lines_by_state: by } as Progress;
    expect(countOf(progress, "decided")).toBe(214);
    expect(countOf(progress, "all")).toBe(286);
  });
});
