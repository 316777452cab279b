// One expected delivery: what was announced, with lots and pallets, and what came of it.
import { useState } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { buy } from "../../../i18n/desk/purchasing";
import { Button, Notice } from "../../components";
import { href, type Params } from "../../router";
import { dateWords } from "../dates";
import { Menu } from "../kit/Menu";
import { Page } from "../kit/Page";
import { Failed, Working } from "../kit/states";
import { type Column, VirtualTable } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { ReceiptDialog } from "../receipts/ReceiptDialog";
import { siteOf } from "../sites_here";
import type { DeliveryLine, ExpectedDeliveryDetail } from "../types";
import { moment } from "../when";
import { DeliveryDialog } from "./DeliveryDialog";
import { HowFar, lineColumns, ReceiptsOf } from "./DocumentParts";
import { EndDialog } from "./end";
import { awaits, stateWord } from "./states";

type Asked = "edit" | "close" | "cancel" | "receive" | null;

/** Lot, expiry and pallet, each where at least one line has it. */
function lotColumns(lines: readonly DeliveryLine[]): Column<DeliveryLine>[] {
  const columns: (Column<DeliveryLine> | false)[] = [
    lines.some((line) => line.lot || line.expires_on) && {
      key: "lot",
      label: buy("line.lot"),
      track: "minmax(6rem, 1fr)",
      from: 44,
      render: (line) => (
        <>
          {line.lot ? <code class="clip">{line.lot}</code> : <span class="soft">—</span>}
          {line.expires_on && <small class="clip">{`${buy("line.expires")} ${dateWords(line.expires_on)}`}</small>}
        </>
      ),
    },
    lines.some((line) => line.sscc) && {
      key: "sscc",
      label: buy("line.sscc"),
      track: "minmax(10rem, 1.2fr)",
      from: 60,
      render: (line) => (line.sscc ? <code class="clip">{line.sscc}</code> : <span class="soft">—</span>),
    },
  ];
  return columns.filter((column) => column !== false);
}

export default function Delivery({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<ExpectedDeliveryDetail>(`/expected-deliveries/${id}`), 15_000);
  const [asked, setAsked] = useState<Asked>(null);
  if (loaded.starting) return <Working />;
  const delivery = loaded.data;
  if (!delivery) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  return (
    <Page
      title={`${delivery.label} · ${delivery.supplier.name}`}
      back={{ href: href("/deliveries"), label: buy("deliveries.title") }}
      about={[
        stateWord(delivery.state),
        delivery.reference,
        buy("doc.created.at", { time: moment(delivery.created_at) }),
        delivery.ended_at && buy("doc.ended.at", { time: moment(delivery.ended_at) }),
        delivery.note,
      ]
        .filter(Boolean)
        .join(" · ")}
      actions={<Actions delivery={delivery} onAsk={setAsked} />}
    >
      {delivery.end_reason && <Notice outcome="info" text={buy("doc.end_reason", { reason: delivery.end_reason })} />}
      <HowFar lines={delivery.lines} on={delivery.expected_on} state={delivery.state} dueLabel={buy("doc.expected")}>
        {delivery.orders.length > 0 && (
          <div class="fact">
            <dt>{buy("line.from_order")}</dt>
            <dd>
              {delivery.orders.map((order) => (
                <a key={order.id} href={href(`/orders/${order.id}`)}>
                  {order.label}
                </a>
              ))}
            </dd>
          </div>
        )}
      </HowFar>
      <VirtualTable
        caption={buy("line.caption")}
        columns={lineColumns(buy("line.announced"), lotColumns(delivery.lines))}
        rows={delivery.lines}
        rowKey={(line) => line.id}
        lines={2}
      />
      <div class="doc-more">
        <ReceiptsOf siteId={delivery.site_id} query={{ delivery_id: delivery.id }} />
      </div>
      <Dialogs asked={asked} delivery={delivery} reload={loaded.reload} onClose={() => setAsked(null)} />
    </Page>
  );
}

function Actions({ delivery, onAsk }: { delivery: ExpectedDeliveryDetail; onAsk: (asked: Asked) => void }) {
  if (!awaits(delivery.state)) return null;
  const untouched = delivery.state === "expected";
  const menu = [
    { label: buy("act.close"), run: () => onAsk("close") },
    untouched && { label: buy("act.cancel"), run: () => onAsk("cancel"), danger: true },
  ].filter((one) => one !== false);
  return (
    <>
      <Menu label={bench("act.more")} items={menu} />
      {untouched && <Button onClick={() => onAsk("edit")}>{buy("act.edit")}</Button>}
      <Button kind="main" onClick={() => onAsk("receive")}>
        {buy("act.receive")}
      </Button>
    </>
  );
}

function Dialogs({
  asked,
  delivery,
  reload,
  onClose,
}: {
  asked: Asked;
  delivery: ExpectedDeliveryDetail;
  reload: () => Promise<void>;
  onClose: () => void;
}) {
  const site = siteOf(delivery.site_id);
  if (asked === "edit" && site) {
    return <DeliveryDialog site={site} delivery={delivery} onDone={reload} onClose={onClose} />;
  }
  if (asked === "receive" && site) {
    return (
      <ReceiptDialog site={site} against={{ delivery: { id: delivery.id, label: delivery.label } }} onClose={onClose} />
    );
  }
  if (asked === "close" || asked === "cancel") {
    const path = `/expected-deliveries/${delivery.id}`;
    return <EndDialog path={path} label={delivery.label} how={asked} onDone={reload} onClose={onClose} />;
  }
  return null;
}
