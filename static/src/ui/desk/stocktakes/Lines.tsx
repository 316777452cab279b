// The variance workbench: filters, the table, what is selected, and the pane of the chosen line.
import { useRef } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { Notice } from "../../components";
import { here, navigate } from "../../router";
import { type Asking as AskingOf, useDeciding } from "../kit/deciding";
import { KeysDialog } from "../kit/KeysDialog";
import { keysOf, SelectionBar } from "../kit/LineTools";
import { usePaged } from "../kit/paged";
import * as choose from "../kit/selection";
import { Failed, Nothing, Working } from "../kit/states";
import { MOST } from "../kit/Under";
import { VirtualTable } from "../kit/VirtualTable";
import { selectionProps, useFresh, useSelection, useTableKeys } from "../kit/workbench";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Decision, Line, LinePage, StocktakeDetail } from "../types";
import { DecisionDialog } from "./DecisionDialog";
import { type ChipKey, changed, countOf, lineQuery, readFilters, writeFilters } from "./filters";
import { LETTERS } from "./keys";
import { LinePane } from "./LinePane";
import { deeds, LineTools } from "./LineTools";
import { lineColumns } from "./line_columns";

export type Asking = AskingOf<Decision, Line>;

export function Lines({ stocktake, reload }: { stocktake: StocktakeDetail; reload: () => Promise<void> }) {
  const waiting = countOf(stocktake.progress, "needs_decision");
  const usual = useRef<ChipKey>(waiting > 0 ? "needs_decision" : "all").current;
  const filters = readFilters(here.value.query, usual);
  const key = `${stocktake.id}?${lineQuery(filters, { limit: 0, after: null })}`;
  const list = usePaged<Line, LinePage>(key, (page) =>
    api.get<LinePage>(`/stocktakes/${stocktake.id}/lines?${lineQuery(filters, page)}`),
  );
  useFresh(JSON.stringify([stocktake.progress, stocktake.state, stocktake.parts_posted]), list.reload);
  useLoad("reasons", loadReasons);
  const choice = useSelection(list.rows, key);
  const { selection, setSelection } = choice;
  const decidable = stocktake.state === "counting" || stocktake.state === "closed";
  const deciding = useDeciding<Decision, Line>(list.rows, choice, decidable, () =>
    Promise.all([list.reload(), reload()]),
  );
  const { ask, chosen, done, refused, showing } = deciding;
  const setFilters = (change: Partial<typeof filters>) =>
    navigate(here.value.path, { query: writeFilters(changed(filters, change), usual), replace: true });

  useTableKeys(LETTERS, (command) => {
    if (deciding.run(command)) return;
    switch (command.do) {
      case "note":
        return ask(showing?.state === "kept_book" ? "keep_book" : "accept", chosen, true);
      case "accept":
      case "keep_book":
      case "recount":
        return ask(command.do);
    }
  });

  const selectAll = async () =>
    setSelection(
      choose.chooseAll(
        selection,
        (await list.all(MOST)).map((one) => one.id),
      ),
    );

  return (
    <div class="workbench">
      <section class="workbench-list">
        <LineTools stocktake={stocktake} filters={filters} onFilter={setFilters} />
        {done !== null && done > 0 && <Notice outcome="ok" text={bench("decide.done", { n: done })} />}
        {list.error !== undefined && <Failed error={list.error} onRetry={list.reload} />}
        {list.starting ? (
          <Working />
        ) : (
          <VirtualTable
            caption={count("lines.caption")}
            columns={lineColumns(refused)}
            rows={list.rows}
            rowKey={(line) => line.id}
            lines={2}
            fill
            sort={{ key: filters.sort, order: filters.order }}
            onSort={(sort) => setFilters({ sort: sort.key, order: sort.order })}
            {...selectionProps(choice)}
            onOpen={() => deciding.setOpen(true)}
            rowClass={(line) => (refused.has(line.id) ? "vtable-refused" : undefined)}
            onMore={list.more}
            more={list.hasMore}
            empty={
              <Empty
                stocktake={stocktake}
                chip={filters.chip}
                filtered={Boolean(filters.search || filters.mark || filters.zone)}
              />
            }
          />
        )}
        <SelectionBar
          chosen={selection.chosen.size > 0 ? chosen : []}
          total={list.total}
          words={count("lines.sum", { n: list.total, value: "" })}
          sum={list.answer?.value ?? 0}
          deeds={deeds()}
          offered={decidable ? deeds() : []}
          onAsk={ask}
          onAll={() => void selectAll()}
          onNone={() => setSelection(choose.chooseNone(selection))}
        />
      </section>
      <LinePane
        stocktake={stocktake}
        line={showing}
        reasons={reasons.value}
        open={deciding.open}
        refusal={showing ? refused.get(showing.id) : undefined}
        onClose={() => deciding.setOpen(false)}
        onAsk={decidable && showing ? (decision, note) => ask(decision, [showing], note) : undefined}
      />
      {deciding.asking && (
        <DecisionDialog
          stocktake={stocktake}
          asking={deciding.asking}
          onRefused={deciding.refuse}
          onDone={(answer) => deciding.settled(answer.decided, answer.refused)}
          onClose={deciding.endAsking}
        />
      )}
      {deciding.helping && <KeysDialog own={keysOf(deeds())} onClose={() => deciding.setHelping(false)} />}
    </div>
  );
}

function Empty({ stocktake, chip, filtered }: { stocktake: StocktakeDetail; chip: ChipKey; filtered: boolean }) {
  if (stocktake.progress.lines_counted === 0 && !filtered) {
    return <Nothing title={count("lines.none.filter")} text={count("lines.none.start")} />;
  }
  if (chip === "needs_decision" && !filtered) {
    return <Nothing title={count("lines.none")} text={count("lines.none.hint")} />;
  }
  return <Nothing title={count("lines.none.filter")} />;
}
