// The receipt's workbench: filters, the table, what is chosen, and the pane of the chosen line.
import { useMemo, useRef } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { Notice } from "../../components";
import { here, navigate } from "../../router";
import { type Asking as AskingOf, useDeciding } from "../kit/deciding";
import { KeysDialog } from "../kit/KeysDialog";
import { keysOf, SelectionBar } from "../kit/LineTools";
import { fetchRows } from "../kit/paged";
import * as choose from "../kit/selection";
import { Failed, Nothing, Working } from "../kit/states";
import { MOST } from "../kit/Under";
import { VirtualTable } from "../kit/VirtualTable";
import { selectionProps, useFresh, useSelection, useTableKeys } from "../kit/workbench";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Receipt, ReceiptDecision, ReceiptLine, ReceiptLinePage } from "../types";
import { DecisionDialog } from "./DecisionDialog";
import {
  arranged,
  countOf,
  lineQuery,
  type ReceiptChip,
  type ReceiptFilters,
  readFilters,
  SORTS,
  writeFilters,
} from "./filters";
import { LETTERS } from "./keys";
import { LinePane } from "./LinePane";
import { deeds, LineTools } from "./LineTools";
import { lineColumns } from "./line_columns";
import { isBlind, isOpen } from "./states";

export type Asking = AskingOf<ReceiptDecision, ReceiptLine>;

/** The lines of the chip, all of them: a receipt has at most a few thousand, and their order is ours. */
function useLines(receipt: Receipt, filters: ReceiptFilters) {
  const asked = lineQuery(filters, { limit: 0, after: null });
  const key = `${receipt.id}?${asked}`;
  const loaded = useLoad(key, () =>
    fetchRows<ReceiptLine, ReceiptLinePage>(
      (page) => api.get<ReceiptLinePage>(`/receipts/${receipt.id}/lines?${lineQuery(filters, page)}`),
      MOST,
    ),
  );
  const rows = useMemo(
    () => arranged(loaded.data?.rows ?? [], filters),
    [loaded.data, filters.mark, filters.sort, filters.order],
  );
  useFresh(JSON.stringify([receipt.progress, receipt.state]), loaded.reload);
  return { ...loaded, rows, key: `${key}&mark=${filters.mark}` };
}

export function Lines({ receipt, reload }: { receipt: Receipt; reload: () => Promise<void> }) {
  const waiting = countOf(receipt.progress, "needs_decision");
  const usual = useRef<ReceiptChip>(waiting > 0 ? "needs_decision" : "all").current;
  const filters = readFilters(here.value.query, usual);
  const list = useLines(receipt, filters);
  useLoad("reasons", loadReasons);
  const choice = useSelection(list.rows, list.key);
  const { selection, setSelection } = choice;
  const decidable = isOpen(receipt);
  const blind = isBlind(receipt);
  const deciding = useDeciding<ReceiptDecision, ReceiptLine>(list.rows, choice, decidable, () =>
    Promise.all([list.reload(), reload()]),
  );
  const { ask, chosen, done, refused, showing } = deciding;
  const setFilters = (change: Partial<ReceiptFilters>) =>
    navigate(here.value.path, { query: writeFilters({ ...filters, ...change }, usual), replace: true });

  useTableKeys(LETTERS, (command) => {
    if (deciding.run(command)) return;
    switch (command.do) {
      case "note":
        return ask(decisionOf(showing), chosen, true);
      case "accept":
      case "accept_expected":
      case "refuse":
        return ask(command.do);
    }
  });

  const filtered = Boolean(filters.search || filters.mark);
  return (
    <div class="workbench">
      <section class="workbench-list">
        <LineTools receipt={receipt} filters={filters} onFilter={setFilters} />
        {done !== null && done > 0 && <Notice outcome="ok" text={bench("decide.done", { n: done })} />}
        {list.error !== undefined && <Failed error={list.error} onRetry={list.reload} />}
        {list.starting ? (
          <Working />
        ) : (
          <VirtualTable
            caption={grn("lines.caption")}
            columns={lineColumns(blind, refused)}
            rows={list.rows}
            rowKey={(line) => line.id}
            lines={2}
            fill
            sort={{ key: filters.sort, order: filters.order }}
            onSort={({ key, order }) => setFilters({ sort: SORTS.find((one) => one === key) ?? "worth", order })}
            {...selectionProps<ReceiptLine>(choice)}
            onOpen={() => deciding.setOpen(true)}
            rowClass={(line) => (refused.has(line.id) ? "vtable-refused" : undefined)}
            empty={<Empty receipt={receipt} chip={filters.chip} filtered={filtered} />}
          />
        )}
        <SelectionBar
          chosen={selection.chosen.size > 0 ? chosen : []}
          total={list.rows.length}
          words={grn("lines.sum", { n: list.rows.length, value: "" })}
          sum={list.rows.reduce((all, line) => all + line.value, 0)}
          deeds={deeds()}
          offered={decidable ? deeds().filter(({ decision }) => !blind || decision !== "accept_expected") : []}
          onAsk={ask}
          onAll={() => setSelection(choose.chooseAll(selection, choice.ids))}
          onNone={() => setSelection(choose.chooseNone(selection))}
        />
      </section>
      <LinePane
        receipt={receipt}
        line={showing}
        reasons={reasons.value}
        open={deciding.open}
        refusal={showing ? refused.get(showing.id) : undefined}
        onClose={() => deciding.setOpen(false)}
        onAsk={decidable && showing ? (decision, note) => ask(decision, [showing], note) : undefined}
      />
      {deciding.asking && (
        <DecisionDialog
          receipt={receipt}
          asking={deciding.asking}
          onRefused={deciding.refuse}
          onDone={(decided) => deciding.settled(decided)}
          onClose={deciding.endAsking}
        />
      )}
      {deciding.helping && <KeysDialog own={keysOf(deeds())} onClose={() => deciding.setHelping(false)} />}
    </div>
  );
}

/** A note goes with the decision there is; without one it goes with accepting. */
function decisionOf(line: ReceiptLine | null): ReceiptDecision {
  if (line?.state === "refused") return "refuse";
  return line?.state === "accepted_expected" ? "accept_expected" : "accept";
}

function Empty({ receipt, chip, filtered }: { receipt: Receipt; chip: ReceiptChip; filtered: boolean }) {
  if (receipt.progress.lines_received === 0 && !filtered) {
    return <Nothing title={grn("line.none.filter")} text={grn("line.none.start")} />;
  }
  if (chip === "needs_decision" && !filtered) {
    return (
      <Nothing
        title={grn("line.none")}
        text={grn(receipt.state === "receiving" ? "line.short.later" : "line.none.hint")}
      />
    );
  }
  return <Nothing title={grn("line.none.filter")} />;
}
