// The variance workbench: filters, the table, what is selected, and the pane of the chosen line.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "../../../api/client";
import { count } from "../../../i18n/desk/count";
import { Notice } from "../../components";
import { here, navigate } from "../../router";
import { usePaged } from "../kit/paged";
import * as choose from "../kit/selection";
import { Failed, Nothing, Working } from "../kit/states";
import { VirtualTable } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Decision, Line, LinePage, Refusal, StocktakeDetail } from "../types";
import { DecisionDialog } from "./DecisionDialog";
import { type ChipKey, countOf, lineQuery, readFilters, writeFilters } from "./filters";
import { KeysDialog } from "./KeysDialog";
import { commandOf, isTyping } from "./keys";
import { LinePane } from "./LinePane";
import { LineTools, SelectionBar } from "./LineTools";
import { lineColumns } from "./line_columns";

const MOST = 5_000;
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
  useFresh(stocktake, list.reload);
  useLoad("reasons", loadReasons);
  const { selection, setSelection, ids } = useSelection(list.rows, key);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [helping, setHelping] = useState(false);
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<ReadonlyMap<number, Refusal>>(new Map());
  const [done, setDone] = useState<number | null>(null);

  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), 6_000);
    return () => clearTimeout(timer);
  }, [done]);
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
    navigate(here.value.path, { query: writeFilters({ ...filters, ...change }, usual), replace: true });

  useKeys((command) => {
    switch (command.do) {
      case "move":
        return setSelection(choose.move(selection, ids, command.by, command.extend));
      case "choose":
        return selection.cursor !== null && setSelection(choose.toggle(selection, selection.cursor));
      case "all":
        return setSelection(choose.chooseAll(selection, ids));
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
        if (open) return setOpen(false);
        return setSelection(choose.chooseNone(selection));
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
        {done !== null && done > 0 && <Notice outcome="ok" text={count("decide.done", { n: done })} />}
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
            cursor={selection.cursor}
            chosen={selection.chosen}
            onTick={(line, range) =>
              setSelection(
                range ? choose.goTo(selection, ids, ids.indexOf(line.id), true) : choose.toggle(selection, line.id),
              )
            }
            onTickAll={(all) => setSelection(all ? choose.chooseAll(selection, ids) : choose.chooseNone(selection))}
            onCursor={(line, how) =>
              setSelection(
                how.toggle
                  ? choose.toggle(selection, line.id)
                  : choose.goTo(selection, ids, ids.indexOf(line.id), how.extend),
              )
            }
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
      {helping && <KeysDialog onClose={() => setHelping(false)} />}
    </div>
  );
}

/** Reload the table when the header tells that something changed, and now and then in any case. */
function useFresh(stocktake: StocktakeDetail, reload: () => Promise<void>): void {
  const mark = JSON.stringify([stocktake.progress, stocktake.state, stocktake.parts_posted]);
  const before = useRef(mark);
  useEffect(() => {
    if (before.current === mark) return;
    before.current = mark;
    void reload();
  }, [mark, reload]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && void reload(), 20_000);
    return () => clearInterval(timer);
  }, [reload]);
}

/** The choice follows the rows: what is gone is dropped, and a new list begins at its first row. */
function useSelection(rows: readonly Line[], key: string) {
  const [selection, setSelection] = useState<choose.Selection<number>>(choose.emptySelection());
  const ids = useMemo(() => rows.map((line) => line.id), [rows]);
  const before = useRef({ ids, key });
  useEffect(() => {
    const { ids: old, key: oldKey } = before.current;
    before.current = { ids, key };
    setSelection((now): choose.Selection<number> => {
      const kept = oldKey === key ? choose.keep(now, old, ids) : choose.keep(choose.emptySelection<number>(), [], ids);
      return kept.cursor === null && ids.length > 0 ? choose.goTo(kept, ids, 0) : kept;
    });
  }, [ids, key]);
  return { selection, setSelection, ids };
}

function useKeys(run: (command: NonNullable<ReturnType<typeof commandOf>>) => unknown): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (isTyping(event.target)) {
        if (event.key === "Escape") target?.blur();
        return;
      }
      const command = commandOf(event);
      if (!command) return;
      // Space and Enter on a button or link are the button's; the box before a row is the table's.
      const control = target?.closest?.("a, button, summary");
      if (control && (command.do === "choose" || command.do === "open")) return;
      event.preventDefault();
      latest.current(command);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
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
