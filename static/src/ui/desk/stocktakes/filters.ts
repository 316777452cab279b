// Which lines the workbench shows. Lives in the address, so that back, reload and a sent link show the same.
import type { LineState, Mark, Progress } from "../types";

export type ChipKey =
  | "needs_decision"
  | "recount"
  | "uncounted"
  | "within_tolerance"
  | "agreed"
  | "decided"
  | "posted"
  | "all";

export const CHIPS: { key: ChipKey; states: LineState[]; posted?: boolean }[] = [
  { key: "needs_decision", states: ["needs_decision"], posted: false },
  { key: "recount", states: ["recount"], posted: false },
  { key: "uncounted", states: ["uncounted"], posted: false },
  { key: "within_tolerance", states: ["within_tolerance"], posted: false },
  { key: "agreed", states: ["agreed"], posted: false },
  { key: "decided", states: ["accepted", "kept_book"], posted: false },
  { key: "posted", states: [], posted: true },
  { key: "all", states: [] },
];

export const MARKS: Mark[] = [
  "overlap",
  "moved_while_counted",
  "time_uncertain",
  "missing",
  "unexpected",
  "negative_book",
  "catalogue_changed",
  "changed_after_decision",
  "explained_late",
];

export interface Filters {
  chip: ChipKey;
  zone: string;
  mark: string;
  search: string;
  sort: string;
  order: "asc" | "desc";
}

/** What needs a decision begins with the dearest; everything else is in the order of the walk. */
export function usualSort(chip: ChipKey): Pick<Filters, "sort" | "order"> {
  return chip === "needs_decision" ? { sort: "worth", order: "desc" } : { sort: "place", order: "asc" };
}

export function readFilters(query: URLSearchParams, usual: ChipKey): Filters {
  const shown = query.get("show");
  const chip = CHIPS.some((one) => one.key === shown) ? (shown as ChipKey) : usual;
  const sorted = usualSort(chip);
  return {
    chip,
    zone: query.get("zone") ?? "",
    mark: query.get("mark") ?? "",
    search: query.get("search") ?? "",
    sort: query.get("sort") ?? sorted.sort,
    order: query.has("sort") ? (query.get("order") === "desc" ? "desc" : "asc") : sorted.order,
  };
}

/** Another chip has its own order, unless somebody chose one. */
export function changed(filters: Filters, change: Partial<Filters>): Filters {
  const before = usualSort(filters.chip);
  const chosen = filters.sort !== before.sort || filters.order !== before.order;
  const sorted = change.chip && !chosen ? usualSort(change.chip) : {};
  return { ...filters, ...sorted, ...change };
}

export function writeFilters(filters: Filters, usual: ChipKey): Record<string, string> {
  const sorted = usualSort(filters.chip);
  const own = filters.sort !== sorted.sort || filters.order !== sorted.order;
  return {
    show: filters.chip === usual ? "" : filters.chip,
    zone: filters.zone,
    mark: filters.mark,
    search: filters.search,
    sort: own ? filters.sort : "",
    order: own && filters.order === "desc" ? "desc" : "",
  };
}

/** The query of the lines' call. `state` repeats. */
export function lineQuery(filters: Filters, page: { limit: number; after: string | null }): string {
  const query = filterQuery(filters);
  query.set("limit", String(page.limit));
  if (page.after) query.set("after", page.after);
  return query.toString();
}

/** Which lines, in which order: for the list and for its file. */
export function filterQuery(filters: Filters): URLSearchParams {
  const chip = CHIPS.find((one) => one.key === filters.chip);
  const query = new URLSearchParams();
  for (const state of chip?.states ?? []) query.append("state", state);
  if (chip?.posted !== undefined) query.set("posted", String(chip.posted));
  if (filters.zone) query.set("zone_id", filters.zone);
  if (filters.mark) query.set("mark", filters.mark);
  if (filters.search.trim()) query.set("search", filters.search.trim());
  query.set("sort", filters.sort);
  query.set("order", filters.order);
  return query;
}

export function countOf(progress: Progress, chip: ChipKey): number {
  const by = progress.lines_by_state;
  const of = (state: LineState | "posted") => by[state] ?? 0;
  if (chip === "all") return Object.values(by).reduce((sum, number) => sum + (number ?? 0), 0);
  if (chip === "decided") return of("accepted") + of("kept_book");
  return of(chip);
}
