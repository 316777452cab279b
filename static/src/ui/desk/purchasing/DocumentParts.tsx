// What the screens of one order and of one expected delivery share: how far it is, its lines, who received it.
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { formatInteger, formatPercent, formatQuantity } from "../../../i18n/format";
import { href } from "../../router";
import type { Column } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { ReceiptPill } from "../receipts/states";
import type { DeliveryState, ItemRef, OrderState, Receipt } from "../types";
import { moment } from "../when";
import { comeOf } from "./lines";
import { Due } from "./states";

interface LineOf {
  number: number;
  item: ItemRef;
  quantity: number;
  quantity_received: number;
}

export function HowFar({
  lines,
  on,
  state,
  dueLabel,
  children,
}: {
  lines: readonly LineOf[];
  on: string | null;
  state: OrderState | DeliveryState;
  dueLabel: string;
  children?: preact.ComponentChildren;
}) {
  const come = comeOf(lines);
  return (
    <dl class="facts">
      <div class="fact">
        <dt>
          {buy("fact.received")} ·{" "}
          {buy("fact.received.of", { done: formatInteger(come.complete), all: formatInteger(come.lines) })}
        </dt>
        <dd>{formatPercent(come.share)}</dd>
        <div class="meter" aria-hidden="true">
          <i style={{ width: `${come.share / 100}%` }} />
        </div>
      </div>
      <div class="fact">
        <dt>{dueLabel}</dt>
        <dd class="fact-due">{on ? <Due on={on} state={state} /> : buy("fact.when.none")}</dd>
      </div>
      {children}
    </dl>
  );
}

/** Item, ordered, received, open: the columns both have; `more` stand between the item and the numbers. */
export function lineColumns<Line extends LineOf>(orderedLabel: string, more: Column<Line>[]): Column<Line>[] {
  const scale = (line: Line) => line.item.unit.scale;
  return [
    {
      key: "item",
      label: buy("line.item"),
      track: "minmax(9rem, 2.4fr)",
      render: (line) => (
        <>
          <span class="clip">{line.item.name}</span>
          <small class="clip">
            <code>{line.item.sku}</code> · {line.item.unit.name}
          </small>
        </>
      ),
    },
    ...more,
    {
      key: "quantity",
      label: orderedLabel,
      track: "minmax(4.5rem, 0.8fr)",
      align: "end",
      render: (line) => <span class="number">{formatQuantity(line.quantity, scale(line))}</span>,
    },
    {
      key: "received",
      label: buy("line.received"),
      track: "minmax(4.5rem, 0.8fr)",
      align: "end",
      render: (line) =>
        line.quantity_received === 0 ? (
          <span class="soft">—</span>
        ) : (
          <>
            <span class="number">{formatQuantity(line.quantity_received, scale(line))}</span>
            {line.quantity_received > line.quantity && (
              <small class="gain">
                {buy("line.over", { n: formatQuantity(line.quantity_received - line.quantity, scale(line)) })}
              </small>
            )}
          </>
        ),
    },
    {
      key: "open",
      label: buy("line.open"),
      track: "minmax(4.5rem, 0.8fr)",
      align: "end",
      from: 34,
      render: (line) => {
        const open = line.quantity - line.quantity_received;
        return open > 0 ? (
          <span class="number strong">{formatQuantity(open, scale(line))}</span>
        ) : (
          <span class="state-ok">✓</span>
        );
      },
    },
  ];
}

/** Which receipts brought goods of this document. */
export function ReceiptsOf({
  siteId,
  query,
}: {
  siteId: string;
  query: { order_id: string } | { delivery_id: string };
}) {
  const loaded = useLoad(JSON.stringify(query), () =>
    api.get<ApiPage<Receipt>>("/receipts", { site_id: siteId, ...query, limit: 200 }),
  );
  const rows = loaded.data?.rows ?? [];
  return (
    <section class="card">
      <header class="card-head">
        <h2>{buy("receipts.title")}</h2>
      </header>
      {loaded.starting || loaded.error !== undefined ? null : rows.length === 0 ? (
        <p class="soft">{buy("receipts.none")}</p>
      ) : (
        <ul class="rows">
          {rows.map((receipt) => (
            <li key={receipt.id}>
              <div>
                <a href={href(`/receipts/${receipt.id}`)}>{receipt.label}</a>
                <small>
                  {[receipt.delivery_note, receipt.opened_by.name, moment(receipt.opened_at)]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </div>
              <ReceiptPill state={receipt.state} />
            </li>
          ))}
        </ul>
      )}
      {loaded.error !== undefined && <p class="soft">{desk("failed.title")}</p>}
    </section>
  );
}
