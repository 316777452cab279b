// What stands above and below the variance table.
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { Downloads } from "../kit/Downloads";
import { type Deed, LineTools as Tools } from "../kit/LineTools";
import { Choice } from "../kit/Page";
import { placeName } from "../place_name";
import type { Decision, StocktakeDetail } from "../types";
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
  const zones = stocktake.zones.length > 0 && (
    <Choice
      label={count("filter.zone")}
      value={filters.zone}
      onChoose={(zone) => onFilter({ zone })}
      options={[
        { value: "", label: count("filter.zones") },
        ...stocktake.zones.map((zone) => ({ value: zone.id, label: placeName(zone) })),
      ]}
    />
  );
  return (
    <Tools
      filters={filters}
      onFilter={onFilter}
      chips={CHIPS.map(({ key }) => ({ key, label: chipName(key), number: countOf(stocktake.progress, key) }))}
      searchLabel={count("filter.search")}
      own={zones}
      marks={MARKS.map((mark) => ({ value: mark, label: word(`mark.${mark}`) }))}
      sortLabel={count("sort.label")}
      sorts={sortOptions(filters.sort)}
      onSort={(sort) => onFilter({ sort, order: sort === "worth" || sort === "counted_at" ? "desc" : "asc" })}
      narrowed={Boolean(filters.search || filters.zone || filters.mark)}
      onClear={() => onFilter({ search: "", zone: "", mark: "" })}
    >
      <Downloads path={`/stocktakes/${stocktake.id}/lines/export`} query={filterQuery(filters).toString()} />
    </Tools>
  );
}

const SORTS = { worth: "sort.worth", place: "sort.place", counted_at: "sort.counted_at" } as const;

/** The orders to choose from; one that a column's head gave stands there too. */
function sortOptions(sort: string): { value: string; label: string }[] {
  const known = Object.entries(SORTS).map(([value, text]) => ({ value, label: count(text) }));
  return sort in SORTS ? known : [...known, { value: sort, label: count("sort.column") }];
}

/** What can be decided of a stocktake's lines. */
export function deeds(): Deed<Decision>[] {
  return [
    { decision: "accept", letter: "A", word: count("act.accept") },
    { decision: "keep_book", letter: "K", word: count("act.keep") },
    { decision: "recount", letter: "R", word: count("act.recount") },
  ];
}
