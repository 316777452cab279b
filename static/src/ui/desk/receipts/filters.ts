// Which lines the receipt's workbench shows and in which order. Lives in the address. Pure.
import type { ReceiptLine, ReceiptLineState, ReceiptMark, ReceiptProgress } from "../types";

export type ReceiptChip = "needs_decision" | "decided" | "within_ceiling" | "agreed" | "all";

export const CHIPS: { key: ReceiptChip; states: ReceiptLineState[] }[] = [
  { key: "needs_decision", states: ["needs_decision"] },
  { key: "decided", states: ["accepted", "accepted_expected", "refused"] },
  { key: "within_ceiling", states: ["within_ceiling"] },
  { key: "agreed", states: ["agreed"] },
  { key: "all", states: [] },
];

export const RECEIPT_MARKS: ReceiptMark[] = [
  "over_ceiling",
  "over",
  "short",
  "unexpected",
  "damaged",
  "short_life",
  "lot_unknown",
  "expiry_differs",
  "serial_twice",
  "order_cancelled",
  "catalogue_changed",
];

export const SORTS = ["worth", "sku", "name", "variance", "value"] as const;
export type ReceiptSort = (typeof SORTS)[number];

export interface ReceiptFilters {
  chip: ReceiptChip;
  mark: string;
  search: string;
  sort: ReceiptSort;
  order: "asc" | "desc";
}

export function readFilters(query: URLSearchParams, usual: ReceiptChip): ReceiptFilters {
  const shown = query.get("show");
  const sorted = query.get("sort");
  return {
    chip: CHIPS.find((one) => one.key === shown)?.key ?? usual,
    mark: query.get("mark") ?? "",
    search: query.get("search") ?? "",
    sort: SORTS.find((one) => one === sorted) ?? "worth",
    order: sorted === null ? "desc" : query.get("order") === "desc" ? "desc" : "asc",
  };
}

export function writeFilters(filters: ReceiptFilters, usual: ReceiptChip): Record<string, string> {
  const own = filters.sort !== "worth" || filters.order !== "desc";
  return {
    show: filters.chip === usual ? "" : filters.chip,
    mark: filters.mark,
    search: filters.search,
    sort: own ? filters.sort : "",
    order: own && filters.order === "desc" ? "desc" : "",
  };
}

/** The query of the lines' call: states and search are the server's, marks and order ours. */
export function lineQuery(filters: ReceiptFilters, page: { limit: number; after: string | null }): string {
  const query = new URLSearchParams();
  for (const state of CHIPS.find((one) => one.key === filters.chip)?.states ?? []) query.append("state", state);
  if (filters.search.trim()) query.set("search", filters.search.trim());
  query.set("limit", String(page.limit));
  if (page.after) query.set("after", page.after);
  return query.toString();
}

const FIRST: ReceiptLineState[] = ["needs_decision"];

function compare(sort: ReceiptSort, one: ReceiptLine, other: ReceiptLine): number {
  switch (sort) {
    case "sku":
      return one.item.sku < other.item.sku ? -1 : one.item.sku > other.item.sku ? 1 : 0;
    case "name":
      return one.item.name.localeCompare(other.item.name);
    case "variance":
      return one.variance - other.variance;
    case "value":
      return one.value - other.value;
    case "worth":
      return Math.abs(one.value) - Math.abs(other.value);
  }
}

/** What needs a decision first, then by the chosen order; equal ones stay by SKU. */
export function arranged(lines: readonly ReceiptLine[], filters: ReceiptFilters): ReceiptLine[] {
  const sign = filters.order === "desc" ? -1 : 1;
  const urgent = (line: ReceiptLine) => (FIRST.includes(line.state) ? 0 : 1);
  return lines
    .filter((line) => !filters.mark || line.flags.includes(filters.mark as ReceiptMark))
    .sort(
      (one, other) =>
        (filters.sort === "worth" ? urgent(one) - urgent(other) : 0) ||
        sign * compare(filters.sort, one, other) ||
        compare("sku", one, other),
    );
}

export function countOf(progress: ReceiptProgress, chip: ReceiptChip): number {
  const by = progress.lines_by_state;
  const states = CHIPS.find((one) => one.key === chip)?.states ?? [];
  if (chip === "all") return Object.values(by).reduce((sum, number) => sum + (number ?? 0), 0);
  return states.reduce((sum, state) => sum + (by[state] ?? 0), 0);
}
