// One row of facts: how much is here, what waits for a decision, what it is worth, who is missing.
import { api, type Page } from "../../../api/client";
import { grn } from "../../../i18n/desk/receiving";
import { formatInteger, formatPercent } from "../../../i18n/format";
import { MissingFact } from "../kit/Health";
import { Amount } from "../kit/numbers";
import { fetchRows } from "../kit/paged";
import { MOST } from "../kit/Under";
import { useLoad } from "../load";
import type { Receipt, ReceiptLine } from "../types";
import { isBlind } from "./states";

export function Facts({ receipt, onHealth }: { receipt: Receipt; onHealth: () => void }) {
  const { progress } = receipt;
  const waits = progress.lines_by_state.needs_decision ?? 0;
  return (
    <dl class="facts">
      <Here receipt={receipt} />
      <div class="fact">
        <dt>{grn(waits > 0 ? "fact.waits" : "fact.waits.none")}</dt>
        <dd class={waits > 0 ? "state-look" : undefined}>{formatInteger(waits)}</dd>
      </div>
      <Worth receipt={receipt} waits={waits} />
      <MissingFact devices={progress.devices_outstanding} held={progress.held} onOpen={onHealth} />
    </dl>
  );
}

function Here({ receipt }: { receipt: Receipt }) {
  const { lines_received: done, lines_total: all } = receipt.progress;
  if (isBlind(receipt)) {
    return (
      <div class="fact">
        <dt>{grn("fact.lines.blind")}</dt>
        <dd>{formatInteger(done)}</dd>
      </div>
    );
  }
  const share = all ? done / all : 0;
  return (
    <div class="fact">
      <dt>{grn("fact.lines", { done, all })}</dt>
      <dd>{formatPercent(Math.floor(share * 100) * 100)}</dd>
      <div class="meter" aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

/** The value of what is still to decide; when nothing is, of all that differs from what was expected. */
function Worth({ receipt, waits }: { receipt: Receipt; waits: number }) {
  const state = waits > 0 ? "state=needs_decision&" : "";
  const key = `${receipt.id}:${JSON.stringify(receipt.progress)}`;
  const lines = useLoad(key, () =>
    fetchRows<ReceiptLine, Page<ReceiptLine>>(({ limit, after }) => {
      const page = `limit=${limit}${after ? `&after=${after}` : ""}`;
      return api.get<Page<ReceiptLine>>(`/receipts/${receipt.id}/lines?${state}${page}`);
    }, MOST),
  );
  const sum = lines.data?.rows.reduce((all, line) => all + line.value, 0);
  return (
    <div class="fact">
      <dt>{grn(waits > 0 ? "fact.value" : "fact.value.all")}</dt>
      <dd>{sum === undefined ? "…" : <Amount minor={sum} />}</dd>
    </div>
  );
}
