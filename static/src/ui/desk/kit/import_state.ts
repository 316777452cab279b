// Where an import stands: nothing chosen, being checked, told what it would do, being written, done. Pure.
import type { ImportMistake, ImportReport } from "../types";

export type ImportState =
  | { step: "idle" }
  | { step: "checking"; file: File }
  | { step: "report"; file: File; report: ImportReport }
  | { step: "applying"; file: File; report: ImportReport }
  | { step: "done"; file: File; report: ImportReport }
  | { step: "failed"; file: File; error: unknown };

export type ImportEvent =
  | { type: "chosen"; file: File }
  | { type: "checked"; file: File; report: ImportReport }
  | { type: "apply" }
  | { type: "applied"; report: ImportReport }
  | { type: "failed"; file: File; error: unknown }
  | { type: "again" };

export function nextImport(state: ImportState, event: ImportEvent): ImportState {
  switch (event.type) {
    case "chosen":
      return { step: "checking", file: event.file };
    case "checked":
      // The answer to a file that was replaced by another meanwhile says nothing any more.
      return state.step === "checking" && state.file === event.file
        ? { step: "report", file: event.file, report: event.report }
        : state;
    case "apply":
      return state.step === "report" && canApply(state.report) ? { ...state, step: "applying" } : state;
    case "applied":
      return state.step === "applying" ? { step: "done", file: state.file, report: event.report } : state;
    case "failed":
      return (state.step === "checking" || state.step === "applying") && state.file === event.file
        ? { step: "failed", file: event.file, error: event.error }
        : state;
    case "again":
      return { step: "idle" };
  }
}

/** All or nothing: one mistake and nothing can be written. */
export function canApply(report: ImportReport): boolean {
  return report.error_count === 0 && report.created + report.updated > 0;
}

/** A refusal's body (problem+json) carries the same list; take it as a report, so that it is shown the same way. */
export function reportOf(data: Record<string, unknown>): ImportReport | null {
  const errors = data.errors;
  if (!Array.isArray(errors) || errors.length === 0 || !errors.every((one) => typeof one.row === "number")) return null;
  const number = (key: string) => (typeof data[key] === "number" ? (data[key] as number) : 0);
  return {
    rows: number("rows"),
    created: 0,
    updated: 0,
    unchanged: 0,
    applied: false,
    error_count: number("error_count") || errors.length,
    errors: errors as ImportMistake[],
  };
}
