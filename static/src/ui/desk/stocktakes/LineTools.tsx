// Above the table: chips by state, filters, search. Below it: what is selected and what can be done with it.
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { Button } from "../../components";
import { Chips } from "../kit/Chips";
import { Downloads } from "../kit/Downloads";
import { Amount } from "../kit/numbers";
import { Choice, SearchBox } from "../kit/Page";
import { useTyped } from "../kit/typed";
import { Under } from "../kit/Under";
import { placeName } from "../place_name";
import type { Decision, Line, Mark, StocktakeDetail } from "../types";
import { CHIPS, type ChipKey, countOf, type Filters, filterQuery, MARKS } from "./filters";

function chipName(key: ChipKey): string {
  return key === "all"
    ? bench("chip.all")
    : key === "decided" || key === "posted"
      ? count(`chip.${key}`)
      : word(`line.${key}`);
}

export function LineTools({
  stocktake,
  filters,
  onFilter,
}: {
  stocktake: StocktakeDetail;
  filters: Filters;
  onFilter: (change: Partial<Filters>) => void;
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
          number: countOf(stocktake.progress, key),
          always: key === "needs_decision" || key === "all",
        }))}
      />
      <div class="tools">
        <SearchBox id="line-search" label={count("filter.search")} value={search} onText={setSearch} />
        {stocktake.zones.length > 0 && (
          <Choice
            label={count("filter.zone")}
            value={filters.zone}
            onChoose={(zone) => onFilter({ zone })}
            options={[
              { value: "", label: count("filter.zones") },
              ...stocktake.zones.map((zone) => ({ value: zone.id, label: placeName(zone) })),
            ]}
          />
        )}
        <Choice
          label={bench("filter.mark")}
          value={filters.mark}
          onChoose={(mark) => onFilter({ mark })}
          options={[
            { value: "", label: bench("filter.marks") },
            ...MARKS.map((mark: Mark) => ({ value: mark, label: word(`mark.${mark}`) })),
          ]}
        />
        <Choice
          label={count("sort.label")}
          value={filters.sort}
          onChoose={(sort) => onFilter({ sort, order: sort === "worth" || sort === "counted_at" ? "desc" : "asc" })}
          options={sortOptions(filters.sort)}
        />
        {(filters.search || filters.zone || filters.mark) && (
          <Button kind="quiet" onClick={() => onFilter({ search: "", zone: "", mark: "" })}>
            {bench("filter.clear")}
          </Button>
        )}
        <Downloads path={`/stocktakes/${stocktake.id}/lines/export`} query={filterQuery(filters).toString()} />
      </div>
    </>
  );
}

const SORTS = { worth: "sort.worth", place: "sort.place", counted_at: "sort.counted_at" } as const;

/** The orders to choose from; one that a column's head gave stands there too. */
function sortOptions(sort: string): { value: string; label: string }[] {
  const known = Object.entries(SORTS).map(([value, text]) => ({ value, label: count(text) }));
  return sort in SORTS ? known : [...known, { value: sort, label: count("sort.column") }];
}

/** The letters of this workbench and what they do. */
export function ownKeys(): [string, string][] {
  return [
    ["A", count("act.accept")],
    ["K", count("act.keep")],
    ["R", count("act.recount")],
    ["N", bench("act.note")],
  ];
}

export function SelectionBar({
  chosen,
  total,
  sum,
  decidable,
  onAsk,
  onAll,
  onNone,
}: {
  chosen: Line[];
  total: number;
  sum: number;
  decidable: boolean;
  onAsk: (decision: Decision) => void;
  onAll: () => void;
  onNone: () => void;
}) {
  return (
    <Under
      chosen={chosen.length}
      total={total}
      sum={
        <>
          {count("lines.sum", { n: total, value: "" })}
          <Amount minor={sum} />
        </>
      }
      keys={[
        ["↑ ↓", bench("keys.move")],
        [bench("keys.space"), bench("keys.choose")],
        ...ownKeys().slice(0, 3),
        ["?", bench("keys.help")],
      ]}
      worth={<Amount minor={chosen.reduce((all, line) => all + (line.value ?? 0), 0)} />}
      onAll={onAll}
      onNone={onNone}
      actions={
        decidable && (
          <>
            <Button onClick={() => onAsk("recount")}>
              {count("act.recount")} <kbd>R</kbd>
            </Button>
            <Button onClick={() => onAsk("keep_book")}>
              {count("act.keep")} <kbd>K</kbd>
            </Button>
            <Button kind="main" onClick={() => onAsk("accept")}>
              {count("act.accept")} <kbd>A</kbd>
            </Button>
          </>
        )
      }
    />
  );
}
