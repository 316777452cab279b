import { describe, expect, it } from "vitest";
import { changed, lineQuery, readFilters, writeFilters } from "../../src/ui/desk/stocktakes/filters";
import { href } from "../../src/ui/router";

const read = (query: string) => readFilters(new URLSearchParams(query), "needs_decision");

describe("filters of the stocktake's workbench", () => {
  it("begin what needs a decision with the dearest, and everything else with the walk", () => {
    expect(read("")).toMatchObject({ chip: "needs_decision", sort: "worth", order: "desc" });
    expect(read("show=all")).toMatchObject({ chip: "all", sort: "place", order: "asc" });
  });

  it("ask the server in that order", () => {
    const query = new URLSearchParams(lineQuery(read(""), { limit: 200, after: null }));
    expect([query.get("sort"), query.get("order"), query.getAll("state")]).toEqual([
      "worth",
      "desc",
      ["needs_decision"],
    ]);
  });

  it("change the order with the chip, unless somebody chose one", () => {
    expect(changed(read(""), { chip: "all" })).toMatchObject({ sort: "place", order: "asc" });
    expect(changed(read("sort=name"), { chip: "all" })).toMatchObject({ sort: "name", order: "asc" });
  });

  it("come back from the address as they went into it", () => {
    for (const query of ["", "show=all", "sort=place", "show=all&sort=worth&order=desc", "sort=value&order=asc"]) {
      const filters = read(query);
      const address = href("/stocktakes/1", writeFilters(filters, "needs_decision"));
      expect(read(address.split("?")[1] ?? "")).toEqual(filters);
    }
  });
});
