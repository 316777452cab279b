// Above the receipt's table: chips by state, marks, order, search. Below it: what is chosen and what can be done.
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { Button } from "../../components";
import { Chips } from "../kit/Chips";
import { Amount } from "../kit/numbers";
import { Choice, SearchBox } from "../kit/Page";
import { useTyped } from "../kit/typed";
import { Under } from "../kit/Under";
import type { Receipt, ReceiptDecision, ReceiptLine } from "../types";
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
  const [search, setSearch] = useTyped(filters.search, (text) => onFilter({ search: text }));
  return (
    <>
      <Chips
        label={bench("chip.label")}
        chosen={filters.chip}
        onChoose={(chip) => onFilter({ chip })}
        chips={CHIPS.map(({ key }) => ({
          key,
          label: chipName(key),
          number: countOf(receipt.progress, key),
          always: key === "needs_decision" || key === "all",
        }))}
      />
      <div class="tools">
        <SearchBox id="line-search" label={grn("lines.search")} value={search} onText={setSearch} />
        <Choice
          label={bench("filter.mark")}
          value={filters.mark}
          onChoose={(mark) => onFilter({ mark })}
          options={[
            { value: "", label: bench("filter.marks") },
            ...RECEIPT_MARKS.map((mark) => ({ value: mark, label: grn(`mark.${mark}`) })),
          ]}
        />
        <Choice
          label={grn("sort.label")}
          value={filters.sort}
          onChoose={(sort) =>
            onFilter({ sort: SORTS.find((one) => one === sort) ?? "worth", order: sort === "worth" ? "desc" : "asc" })
          }
          options={SORTS.map((sort) => ({ value: sort, label: grn(`sort.${sort}`) }))}
        />
        {(filters.search || filters.mark) && (
          <Button kind="quiet" onClick={() => onFilter({ search: "", mark: "" })}>
            {bench("filter.clear")}
          </Button>
        )}
      </div>
    </>
  );
}

/** The letters of this workbench and what they do. */
export function ownKeys(): [string, string][] {
  return [
    ["A", grn("act.accept")],
    ["E", grn("act.expected")],
    ["R", grn("act.refuse")],
    ["N", bench("act.note")],
  ];
}

export function SelectionBar({
  chosen,
  total,
  sum,
  blind,
  decidable,
  onAsk,
  onAll,
  onNone,
}: {
  chosen: ReceiptLine[];
  total: number;
  sum: number;
  blind: boolean;
  decidable: boolean;
  onAsk: (decision: ReceiptDecision) => void;
  onAll: () => void;
  onNone: () => void;
}) {
  return (
    <Under
      chosen={chosen.length}
      total={total}
      sum={
        <>
          {grn("lines.sum", { n: total, value: "" })}
          <Amount minor={sum} />
        </>
      }
      keys={[
        ["↑ ↓", bench("keys.move")],
        [bench("keys.space"), bench("keys.choose")],
        ...ownKeys().slice(0, 3),
        ["?", bench("keys.help")],
      ]}
      worth={<Amount minor={chosen.reduce((all, line) => all + line.value, 0)} />}
      onAll={onAll}
      onNone={onNone}
      actions={
        decidable && (
          <>
            <Button onClick={() => onAsk("refuse")}>
              {grn("act.refuse")} <kbd>R</kbd>
            </Button>
            {!blind && (
              <Button onClick={() => onAsk("accept_expected")}>
                {grn("act.expected")} <kbd>E</kbd>
              </Button>
            )}
            <Button kind="main" onClick={() => onAsk("accept")}>
              {grn("act.accept")} <kbd>A</kbd>
            </Button>
          </>
        )
      }
    />
  );
}
