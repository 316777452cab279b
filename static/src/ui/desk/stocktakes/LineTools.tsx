// Above the table: chips by state, filters, search. Below it: what is selected and what can be done with it.
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatInteger } from "../../../i18n/format";
import { Button } from "../../components";
import { Amount } from "../kit/numbers";
import { Choice, SearchBox } from "../kit/Page";
import { useTyped } from "../kit/typed";
import { placeName } from "../place_name";
import type { Decision, Line, Mark, StocktakeDetail } from "../types";
import { CHIPS, type ChipKey, countOf, type Filters, MARKS } from "./filters";

function chipName(key: ChipKey): string {
  return key === "decided" || key === "posted" || key === "all" ? count(`chip.${key}`) : word(`line.${key}`);
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
      <fieldset class="chips">
        <legend class="hidden">{count("chip.label")}</legend>
        {CHIPS.map(({ key }) => {
          const number = countOf(stocktake.progress, key);
          if (number === 0 && key !== filters.chip && key !== "needs_decision" && key !== "all") return null;
          return (
            <button
              key={key}
              type="button"
              class="chip"
              aria-pressed={filters.chip === key}
              onClick={() => onFilter({ chip: key })}
            >
              {chipName(key)} <span class="number">{formatInteger(number)}</span>
            </button>
          );
        })}
      </fieldset>
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
          label={count("filter.mark")}
          value={filters.mark}
          onChoose={(mark) => onFilter({ mark })}
          options={[
            { value: "", label: count("filter.marks") },
            ...MARKS.map((mark: Mark) => ({ value: mark, label: word(`mark.${mark}`) })),
          ]}
        />
        {(filters.search || filters.zone || filters.mark) && (
          <Button kind="quiet" onClick={() => onFilter({ search: "", zone: "", mark: "" })}>
            {count("filter.clear")}
          </Button>
        )}
      </div>
    </>
  );
}

const KEYS: [string, () => string][] = [
  ["↑ ↓", () => count("keys.move")],
  ["space", () => count("keys.choose")],
  ["A", () => count("act.accept")],
  ["R", () => count("act.recount")],
  ["K", () => count("act.keep")],
  ["?", () => count("keys.help")],
];

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
  if (chosen.length === 0) {
    return (
      <div class="under">
        <span>
          {total > 0 && (
            <>
              {count("lines.sum", { n: total, value: "" })}
              <Amount minor={sum} />
            </>
          )}
        </span>
        <span class="keys" aria-hidden="true">
          {KEYS.map(([key, text]) => (
            <span key={key}>
              <kbd>{key === "space" ? count("keys.space") : key}</kbd> {text()}
            </span>
          ))}
        </span>
      </div>
    );
  }
  const value = chosen.reduce((all, line) => all + (line.value ?? 0), 0);
  return (
    <div class="under under-chosen" role="status">
      <span>
        <strong>{count("select.n", { n: chosen.length })}</strong> · <Amount minor={value} />{" "}
        {chosen.length < total && (
          <Button kind="quiet" onClick={onAll}>
            {count("select.all", { n: Math.min(total, 5000) })}
          </Button>
        )}
        <Button kind="quiet" onClick={onNone}>
          {count("select.clear")}
        </Button>
      </span>
      {decidable && (
        <span class="bar">
          <Button onClick={() => onAsk("recount")}>
            {count("act.recount")} <kbd>R</kbd>
          </Button>
          <Button onClick={() => onAsk("keep_book")}>
            {count("act.keep")} <kbd>K</kbd>
          </Button>
          <Button kind="main" onClick={() => onAsk("accept")}>
            {count("act.accept")} <kbd>A</kbd>
          </Button>
        </span>
      )}
    </div>
  );
}
