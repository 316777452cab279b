// What stands above and below the receipt's table.
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { type Deed, LineTools as Tools } from "../kit/LineTools";
import type { Receipt, ReceiptDecision } from "../types";
import { CHIPS, countOf, RECEIPT_MARKS, type ReceiptChip, type ReceiptFilters, SORTS } from "./filters";

const chipName = (key: ReceiptChip) => (key === "all" ? bench("chip.all") : grn(`line.${key}`));

export function LineTools({
  receipt,
  filters,
  onFilter,
}: {
  receipt: Receipt;
  filters: ReceiptFilters;
  onFilter: (change: Partial<ReceiptFilters>) => void;
}) {
  return (
    <Tools
      filters={filters}
      onFilter={onFilter}
      chips={CHIPS.map(({ key }) => ({ key, label: chipName(key), number: countOf(receipt.progress, key) }))}
      searchLabel={grn("lines.search")}
      marks={RECEIPT_MARKS.map((mark) => ({ value: mark, label: grn(`mark.${mark}`) }))}
      sortLabel={grn("sort.label")}
      sorts={SORTS.map((sort) => ({ value: sort, label: grn(`sort.${sort}`) }))}
      onSort={(sort) =>
        onFilter({ sort: SORTS.find((one) => one === sort) ?? "worth", order: sort === "worth" ? "desc" : "asc" })
      }
      narrowed={Boolean(filters.search || filters.mark)}
      onClear={() => onFilter({ search: "", mark: "" })}
    />
  );
}

/** What can be decided of a receipt's lines. */
export function deeds(): Deed<ReceiptDecision>[] {
  return [
    { decision: "accept", letter: "A", word: grn("act.accept") },
    { decision: "accept_expected", letter: "E", word: grn("act.expected") },
    { decision: "refuse", letter: "R", word: grn("act.refuse") },
  ];
}
