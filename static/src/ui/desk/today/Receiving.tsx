// Of receiving, what waits: lines to decide, what is being received now, what should come today and what is late.
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { grn } from "../../../i18n/desk/receiving";
import { formatInteger } from "../../../i18n/format";
import { Pill } from "../../components";
import { href } from "../../router";
import { daysBetween, todayOn } from "../dates";
import { Show } from "../kit/states";
import { useLoad } from "../load";
import { isBlind, ReceiptPill, supplierName } from "../receipts/states";
import type { ExpectedDelivery, InboxCode, PurchaseOrder, Receipt } from "../types";
import { type Coming, coming } from "./coming";

const LIVE_MS = 5_000;
const SHOWN = 6;

interface Now {
  receipts: Receipt[];
  codes: number;
  coming: Coming[];
}

async function load(siteId: string): Promise<Now> {
  const at = `site_id=${siteId}`;
  const [receipts, codes, orders, deliveries] = await Promise.all([
    api.get<ApiPage<Receipt>>(`/receipts?${at}&state=receiving&state=closed&limit=20`),
    api.get<ApiPage<InboxCode>>(`/unknown-codes?${at}&limit=1`),
    api.get<ApiPage<PurchaseOrder>>(`/purchase-orders?${at}&state=ordered&state=part_received&limit=1000`),
    api.get<ApiPage<ExpectedDelivery>>(`/expected-deliveries?${at}&state=expected&state=part_received&limit=1000`),
  ]);
  return {
    receipts: receipts.rows,
    codes: codes.total,
    coming: coming(orders.rows, deliveries.rows, todayOn()),
  };
}

export function Receiving({ siteId }: { siteId: string }) {
  const loaded = useLoad(siteId, () => load(siteId), LIVE_MS);
  return (
    <section class="card">
      <header class="card-head">
        <h2>{grn("today.title")}</h2>
        <a class="small-link" href={href("/receipts")}>
          {desk("action.all")}
        </a>
      </header>
      <Show loaded={loaded}>
        {(now) => (
          <>
            <Waiting now={now} />
            {now.receipts.length === 0 ? (
              <p class="soft">{grn("today.running.none")}</p>
            ) : (
              now.receipts.slice(0, SHOWN).map((receipt) => <One key={receipt.id} receipt={receipt} />)
            )}
            <Expected coming={now.coming} />
          </>
        )}
      </Show>
    </section>
  );
}

function Waiting({ now }: { now: Now }) {
  if (now.codes === 0) return null;
  return (
    <p class="bar">
      <a class="chip chip-look" href={href("/inbox")}>
        {grn("today.codes", { n: now.codes })}
      </a>
    </p>
  );
}

function One({ receipt }: { receipt: Receipt }) {
  const { progress } = receipt;
  const waits = progress.lines_by_state.needs_decision ?? 0;
  const { lines_received: done, lines_total: all } = progress;
  const blind = isBlind(receipt);
  return (
    <div class="running">
      <a class="running-link" href={href(`/receipts/${receipt.id}`)}>
        <span class="running-head">
          <strong>
            {receipt.label} · {supplierName(receipt)}
          </strong>
          <ReceiptPill state={receipt.state} />
        </span>
        {!blind && (
          <span class="meter" aria-hidden="true">
            <i style={{ width: `${all ? (done / all) * 100 : 0}%` }} />
          </span>
        )}
        <small>
          {[
            receipt.delivery?.label ?? receipt.order?.label ?? grn("blind"),
            blind ? grn("today.received", { n: done }) : grn("today.progress", { done, all }),
            receipt.location.code,
          ].join(" · ")}
        </small>
      </a>
      {waits > 0 && (
        <p class="bar">
          <a class="chip chip-look" href={href(`/receipts/${receipt.id}`)}>
            {grn("col.waits")} <span class="number">{formatInteger(waits)}</span>
          </a>
        </p>
      )}
    </div>
  );
}

/** What should come today, and what should have come. */
function Expected({ coming: all }: { coming: Coming[] }) {
  const today = todayOn();
  return (
    <>
      <h3 class="card-part">{grn("today.expected")}</h3>
      {all.length === 0 ? (
        <p class="soft">{grn("today.none")}</p>
      ) : (
        <ul class="rows">
          {all.slice(0, SHOWN).map((one) => {
            const late = daysBetween(one.on, today);
            return (
              <li key={one.id}>
                <div>
                  <a href={href(one.to)}>{one.label}</a> {one.supplier}
                  <small>{one.reference}</small>
                </div>
                {late > 0 && <Pill outcome="look">{grn("today.late.n", { n: late })}</Pill>}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
