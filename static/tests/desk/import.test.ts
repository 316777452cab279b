import { describe, expect, it } from "vitest";
import { canApply, type ImportState, nextImport, reportOf } from "../../src/ui/desk/kit/import_state";
import type { ImportReport } from "../../src/ui/desk/types";

const file = new File(["sku,name"], "items.csv");
const clean: ImportReport = {
  rows: 3,
  created: 2,
  updated: 1,
  unchanged: 0,
  applied: false,
  error_count: 0,
  errors: [],
};
const mistake = {
  row: 4,
  column: "unit_cost",
  cell: "I4",
  head: "单位成本",
  value: "abc",
  code: "not_a_cost",
  message: "Give an amount.",
  data: {},
};
const wrong: ImportReport = { ...clean, error_count: 1, errors: [mistake] };
const report = (of: ImportReport): ImportState => ({ step: "report", file, report: of });

describe("importing a file", () => {
  it("is checked before anything is written", () => {
    const checking = nextImport({ step: "idle" }, { type: "chosen", file });
    expect(checking.step).toBe("checking");
    expect(nextImport(checking, { type: "checked", file, report: clean }).step).toBe("report");
  });

  it("cannot be applied with a single mistake, nor when there is nothing to write", () => {
    expect(canApply(clean)).toBe(true);
    expect(canApply(wrong)).toBe(false);
    expect(canApply({ ...clean, created: 0, updated: 0, unchanged: 3 })).toBe(false);
    expect(nextImport(report(wrong), { type: "apply" }).step).toBe("report");
  });

  it("is done when the server has written all of it", () => {
    const applying = nextImport(report(clean), { type: "apply" });
    expect(applying.step).toBe("applying");
    expect(nextImport(applying, { type: "applied", report: { ...clean, applied: true } }).step).toBe("done");
  });

  it("ignores the answer to a file that another one replaced", () => {
    const other = new File([""], "other.csv");
    const checking: ImportState = { step: "checking", file: other };
    expect(nextImport(checking, { type: "checked", file, report: clean })).toBe(checking);
    expect(nextImport(checking, { type: "failed", file, error: "late" })).toBe(checking);
  });

  it("shows a refusal's mistakes like those of the dry run", () => {
    expect(reportOf({ errors: [mistake], error_count: 7, rows: 9 })).toMatchObject({ error_count: 7, rows: 9 });
    expect(reportOf({ errors: [{ field: "kind", code: "required", message: "" }] })).toBeNull();
    expect(reportOf({})).toBeNull();
  });
});
