// One purchase order: what was ordered, what came and by which receipts, what to do next.
import { useState } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { buy } from "../../../i18n/desk/purchasing";
import { Button, Notice } from "../../components";
import { href, type Params } from "../../router";
import { dayWords } from "../dates";
import { costText } from "../items/cost";
import { Confirm } from "../kit/form";
import { Menu } from "../kit/Menu";
import { money } from "../kit/numbers";
import { Page } from "../kit/Page";
import { Failed, Working } from "../kit/states";
import { type Column, VirtualTable } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { ReceiptDialog } from "../receipts/ReceiptDialog";
import { currency, siteOf } from "../sites_here";
import type { OrderLine, PurchaseOrderDetail } from "../types";
import { moment } from "../when";
import { HowFar, lineColumns, ReceiptsOf } from "./DocumentParts";
import { EndDialog } from "./end";
import { OrderDialog } from "./OrderDialog";
import { awaits, DocumentPill, stateWord } from "./states";
import { amountOf } from "./value";

type Asked = "edit" | "order" | "close" | "cancel" | "receive" | null;

function priceColumns(): Column<OrderLine>[] {
  return [
    {
      key: "price",
      label: buy("line.price"),
      track: "minmax(5rem, 0.8fr)",
      align: "end",
      from: 48,
      render: (line) => (line.price ? <span class="number">{costText(line.price, currency())}</span> : "—"),
    },
    {
      key: "amount",
      label: buy("line.amount"),
      track: "minmax(5.5rem, 0.9fr)",
      align: "end",
      from: 56,
      render: (line) => (line.price ? <span class="number">{money(amountOf(line, line.quantity))}</span> : "—"),
    },
  ];
}

export default function Order({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<PurchaseOrderDetail>(`/purchase-orders/${id}`), 15_000);
  const [asked, setAsked] = useState<Asked>(null);
  if (loaded.starting) return <Working />;
  const order = loaded.data;
  if (!order) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  return (
    <Page
      title={`${order.label} · ${order.supplier.name}`}
      back={{ href: href("/orders"), label: buy("orders.title") }}
      about={[
        stateWord(order.state),
        order.reference,
        order.ordered_at
          ? buy("doc.ordered.at", { time: moment(order.ordered_at) })
          : buy("doc.created.at", { time: moment(order.created_at) }),
        order.ended_at && buy("doc.ended.at", { time: moment(order.ended_at) }),
        order.note,
      ]
        .filter(Boolean)
        .join(" · ")}
      actions={<Actions order={order} onAsk={setAsked} />}
    >
      {order.end_reason && <Notice outcome="info" text={buy("doc.end_reason", { reason: order.end_reason })} />}
      <HowFar lines={order.lines} on={order.promised_on} state={order.state} dueLabel={buy("doc.promised")}>
        <Worth order={order} />
      </HowFar>
      <VirtualTable
        caption={buy("line.caption")}
        columns={lineColumns(buy("line.ordered"), priceColumns())}
        rows={order.lines}
        rowKey={(line) => line.id}
        lines={2}
      />
      {order.state !== "draft" && (
        <div class="doc-more">
          <ReceiptsOf siteId={order.site_id} query={{ order_id: order.id }} />
          {order.deliveries.length > 0 && <DeliveriesOf order={order} />}
        </div>
      )}
      <Dialogs asked={asked} order={order} reload={loaded.reload} onClose={() => setAsked(null)} />
    </Page>
  );
}

/** Which deliveries were announced of it. */
function DeliveriesOf({ order }: { order: PurchaseOrderDetail }) {
  return (
    <section class="card">
      <header class="card-head">
        <h2>{buy("deliveries.title")}</h2>
      </header>
      <ul class="rows">
        {order.deliveries.map((delivery) => (
          <li key={delivery.id}>
            <div>
              <a href={href(`/deliveries/${delivery.id}`)}>{delivery.label}</a>
              {delivery.expected_on && <small>{dayWords(delivery.expected_on)}</small>}
            </div>
            <DocumentPill state={delivery.state} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Worth({ order }: { order: PurchaseOrderDetail }) {
  if (order.value === 0) return null;
  const open = order.lines.reduce(
    (sum, line) => sum + amountOf(line, Math.max(0, line.quantity - line.quantity_received)),
    0,
  );
  return (
    <div class="fact">
      <dt>
        {buy("fact.amount")}
        {awaits(order.state) && open !== order.value && <> · {buy("fact.amount.open", { value: money(open) })}</>}
      </dt>
      <dd>{money(order.value)}</dd>
    </div>
  );
}

function Actions({ order, onAsk }: { order: PurchaseOrderDetail; onAsk: (asked: Asked) => void }) {
  const { state } = order;
  const waits = awaits(state);
  const menu = [
    waits && { label: buy("act.close"), run: () => onAsk("close") },
    (state === "draft" || state === "ordered") && {
      label: buy("act.cancel"),
      run: () => onAsk("cancel"),
      danger: true,
    },
  ].filter((one) => one !== false);
  return (
    <>
      {menu.length > 0 && <Menu label={bench("act.more")} items={menu} />}
      {(state === "draft" || waits) && <Button onClick={() => onAsk("edit")}>{buy("act.edit")}</Button>}
      {state === "draft" && (
        <Button kind="main" onClick={() => onAsk("order")}>
          {buy("act.order")}
        </Button>
      )}
      {waits && (
        <Button kind="main" onClick={() => onAsk("receive")}>
          {buy("act.receive")}
        </Button>
      )}
    </>
  );
}

function Dialogs({
  asked,
  order,
  reload,
  onClose,
}: {
  asked: Asked;
  order: PurchaseOrderDetail;
  reload: () => Promise<void>;
  onClose: () => void;
}) {
  const path = `/purchase-orders/${order.id}`;
  const site = siteOf(order.site_id);
  if (asked === "edit" && site) return <OrderDialog site={site} order={order} onDone={reload} onClose={onClose} />;
  if (asked === "receive" && site) {
    return <ReceiptDialog site={site} against={{ order: { id: order.id, label: order.label } }} onClose={onClose} />;
  }
  if (asked === "close" || asked === "cancel") {
    return (
      <EndDialog
        path={path}
        label={order.label}
        how={asked}
        optional={order.state === "draft"}
        onDone={reload}
        onClose={onClose}
      />
    );
  }
  if (asked === "order") {
    const place = async () => {
      await api.post(`${path}/order`, { version: order.version });
      await reload();
    };
    return (
      <Confirm
        title={buy("act.order.title")}
        text={buy("act.order.text")}
        submit={buy("act.order")}
        onConfirm={place}
        onClose={onClose}
      />
    );
  }
  return null;
}
