// The variance workbench: filters, the table, what is selected, and the pane of the chosen line.
import { useMemo, useRef, useState } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { Notice } from "../../components";
import { here, navigate } from "../../router";
import { KeysDialog } from "../kit/KeysDialog";
import { usePaged } from "../kit/paged";
import * as choose from "../kit/selection";
import { Failed, Nothing, Working } from "../kit/states";
import { MOST } from "../kit/Under";
import { VirtualTable } from "../kit/VirtualTable";
import { moveSelection, selectionProps, useFresh, usePassing, useSelection, useTableKeys } from "../kit/workbench";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Decision, Line, LinePage, Refusal, StocktakeDetail } from "../types";
import { DecisionDialog } from "./DecisionDialog";
import { type ChipKey, changed, countOf, lineQuery, readFilters, writeFilters } from "./filters";
import { LETTERS } from "./keys";
import { LinePane } from "./LinePane";
import { LineTools, ownKeys, SelectionBar } from "./LineTools";
import { lineColumns } from "./line_columns";

export interface Asking {
  decision: Decision;
  lines: Line[];
  note?: boolean;
}

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
  const [asking, setAsking] = useState<Asking | null>(null);
  const [helping, setHelping] = useState(false);
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<ReadonlyMap<number, Refusal>>(new Map());
  const [done, setDone] = usePassing();
  const chosen = useMemo(() => {
    const wanted = new Set(choose.targets(selection));
    return list.rows.filter((line) => wanted.has(line.id));
  }, [selection, list.rows]);
  const decidable = stocktake.state === "counting" || stocktake.state === "closed";
  const ask = (decision: Decision, lines = chosen, note = false) => {
    if (decidable && lines.length > 0) setAsking({ decision, lines, note });
  };
  const showing = list.rows.find((line) => line.id === selection.cursor) ?? null;
  const setFilters = (change: Partial<typeof filters>) =>
    navigate(here.value.path, { query: writeFilters(changed(filters, change), usual), replace: true });

  useTableKeys(LETTERS, (command) => {
    if (moveSelection(command, choice)) return;
    switch (command.do) {
      case "note":
        return ask(showing?.state === "kept_book" ? "keep_book" : "accept", chosen, true);
      case "accept":
      case "keep_book":
      case "recount":
        return ask(command.do);
      case "search":
        return document.getElementById("line-search")?.focus();
      case "help":
        return setHelping(true);
      case "open":
        return setOpen(true);
      case "escape":
        return open ? setOpen(false) : setSelection(choose.chooseNone(selection));
    }
  });

  const settled = async (answer: { decided: number; refused: Refusal[] }) => {
    setRefused(new Map(answer.refused.map((one) => [one.id, one])));
    setDone(answer.decided);
    setSelection(choose.chooseNone(selection));
    await Promise.all([list.reload(), reload()]);
  };
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
            onOpen={() => setOpen(true)}
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
          sum={list.answer?.value ?? 0}
          decidable={decidable}
          onAsk={ask}
          onAll={() => void selectAll()}
          onNone={() => setSelection(choose.chooseNone(selection))}
        />
      </section>
      <LinePane
        stocktake={stocktake}
        line={showing}
        reasons={reasons.value}
        open={open}
        refusal={showing ? refused.get(showing.id) : undefined}
        onClose={() => setOpen(false)}
        onAsk={decidable && showing ? (decision, note) => ask(decision, [showing], note) : undefined}
      />
      {asking && (
        <DecisionDialog
          stocktake={stocktake}
          asking={asking}
          onRefused={(refusals) => setRefused(new Map(refusals.map((one) => [one.id, one])))}
          onDone={settled}
          onClose={() => setAsking(null)}
        />
      )}
      {helping && <KeysDialog own={ownKeys()} onClose={() => setHelping(false)} />}
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
