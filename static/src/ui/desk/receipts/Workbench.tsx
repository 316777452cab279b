// One goods receipt: how much is here, which lines need me, why, and for the chosen line what happened.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api, url } from "../../../api/client";
import { core } from "../../../i18n/core";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { formatInteger } from "../../../i18n/format";
import { language } from "../../../i18n/language";
import { Button, LinkButton, Notice } from "../../components";
import { here, href, type Params } from "../../router";
import { Codes } from "../inbox/Codes";
import { Downloads } from "../kit/Downloads";
import { HealthDialog } from "../kit/Health";
import { Menu } from "../kit/Menu";
import { Page, Tabs } from "../kit/Page";
import { PhotoStrip } from "../kit/Photos";
import { Failed, Nothing, Show, Working } from "../kit/states";
import { useLoad } from "../load";
import { placeName } from "../place_name";
import { siteOf } from "../sites_here";
import type { Photo, Receipt } from "../types";
import { moment } from "../when";
import { CloseDialog, EndDialog } from "./EndDialogs";
import { Facts } from "./Facts";
import { Lines } from "./Lines";
import { PostDialog } from "./PostDialog";
import { ReceiptDialog } from "./ReceiptDialog";
import { ReturnDialog } from "./ReturnDialog";
import { isOpen, supplierName } from "./states";

const LIVE_MS = 2_000;
type Part = "lines" | "codes" | "photos";
type Asked = "edit" | "post" | "close" | "reverse" | "cancel" | "return" | "health" | null;

function partOf(path: string): Part {
  const last = path.split("/").filter(Boolean)[2];
  return last === "codes" || last === "photos" ? last : "lines";
}

export default function Workbench({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<Receipt>(`/receipts/${id}`), LIVE_MS);
  const [asked, setAsked] = useState<Asked>(null);
  const [returned, setReturned] = useState(false);
  if (loaded.starting) return <Working />;
  const receipt = loaded.data;
  if (!receipt) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  return (
    <Page
      title={`${receipt.label} · ${supplierName(receipt)}`}
      about={<About receipt={receipt} />}
      back={{ href: href("/receipts"), label: grn("list.title") }}
      actions={<Actions receipt={receipt} onAsk={setAsked} />}
      fill
      aside={partOf(here.value.path) === "lines"}
    >
      {loaded.error !== undefined && <Notice outcome="look" text={core("state.unreachable")} />}
      {receipt.override_reason && (
        <Notice outcome="look" text={grn("closed.over", { reason: receipt.override_reason })} />
      )}
      {returned && <Notice outcome="ok" text={grn("return.done")} />}
      <Body receipt={receipt} reload={loaded.reload} onHealth={() => setAsked("health")} />
      <Dialogs
        asked={asked}
        receipt={receipt}
        onDone={loaded.reload}
        onReturned={async () => setReturned(true)}
        onAsk={setAsked}
        onClose={() => setAsked(null)}
      />
    </Page>
  );
}

function About({ receipt }: { receipt: Receipt }) {
  const document = receipt.delivery ?? receipt.order;
  const to = receipt.delivery ? "/deliveries" : "/orders";
  const parts = [
    siteOf(receipt.site_id)?.name,
    grn("about.place", { place: placeName(receipt.location) }),
    receipt.delivery_note && grn("about.delivery_note", { number: receipt.delivery_note }),
    grn("about.opened", { person: receipt.opened_by.name, time: moment(receipt.opened_at) }),
    receipt.posted_at && grn("about.posted", { time: moment(receipt.posted_at) }),
    receipt.reversed_at && grn("about.reversed", { time: moment(receipt.reversed_at) }),
    receipt.note,
  ];
  return (
    <>
      {grn(`state.${receipt.state}`)} ·{" "}
      {document ? <a href={href(`${to}/${document.id}`)}>{document.label}</a> : grn("blind")}
      {" · "}
      {parts.filter(Boolean).join(" · ")}
    </>
  );
}

function Actions({ receipt, onAsk }: { receipt: Receipt; onAsk: (asked: Asked) => void }) {
  const { state } = receipt;
  const open = isOpen(receipt);
  const menu = [
    open && { label: grn("act.edit"), run: () => onAsk("edit") },
    state === "posted" && { label: grn("act.return"), run: () => onAsk("return") },
    state === "posted" && { label: grn("act.reverse"), run: () => onAsk("reverse"), danger: true },
    open && { label: grn("act.cancel"), run: () => onAsk("cancel"), danger: true },
  ].filter((one) => one !== false);
  return (
    <>
      {menu.length > 0 && <Menu label={bench("act.more")} items={menu} />}
      <Downloads path={`/receipts/${receipt.id}/lines/export`} />
      <LinkButton
        href={url(`/receipts/${receipt.id}/report.pdf`, { lang: language.value })}
        target="_blank"
        rel="noopener"
      >
        {grn("act.report")}
      </LinkButton>
      {state === "receiving" && (
        <Button kind="main" onClick={() => onAsk("close")}>
          {grn("act.close")}
        </Button>
      )}
      {state === "closed" && (
        <Button kind="main" onClick={() => onAsk("post")}>
          {grn("act.post")}
        </Button>
      )}
    </>
  );
}

function Body({ receipt, reload, onHealth }: { receipt: Receipt; reload: () => Promise<void>; onHealth: () => void }) {
  const part = partOf(here.value.path);
  const photos = useLoad(
    `photos:${receipt.id}`,
    () => api.get<ApiPage<Photo>>("/photos", { document_id: receipt.id, limit: 200 }),
    10_000,
  );
  const { progress } = receipt;
  const at = `/receipts/${receipt.id}`;
  const tab = (key: Part, label: string, number: number, alarm = false) => ({
    href: href(key === "lines" ? at : `${at}/${key}`),
    label,
    count: number > 0 ? formatInteger(number) : undefined,
    current: part === key,
    alarm,
  });
  return (
    <>
      <Facts receipt={receipt} onHealth={onHealth} />
      <Tabs
        label={grn("tab.label")}
        tabs={[
          tab("lines", grn("tab.lines"), progress.lines_by_state.needs_decision ?? 0, true),
          tab("codes", grn("tab.codes"), progress.unknown_codes, true),
          tab("photos", grn("tab.photos"), photos.data?.total ?? 0),
        ]}
      />
      {part === "lines" && <Lines receipt={receipt} reload={reload} />}
      {part === "codes" && (
        <Codes siteId={receipt.site_id} documentId={receipt.id} mark={progress.unknown_codes} onBound={reload} />
      )}
      {part === "photos" && (
        <Show loaded={photos}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Nothing title={grn("photos.none")} text={grn("photos.none.hint")} />
            ) : (
              <div class="photos-all">
                <PhotoStrip photos={rows} told />
              </div>
            )
          }
        </Show>
      )}
    </>
  );
}

function Dialogs({
  asked,
  receipt,
  onDone,
  onReturned,
  onAsk,
  onClose,
}: {
  asked: Asked;
  receipt: Receipt;
  onDone: () => Promise<void>;
  onReturned: () => Promise<void>;
  onAsk: (asked: Asked) => void;
  onClose: () => void;
}) {
  const props = { receipt, onDone, onClose };
  switch (asked) {
    case "edit": {
      const site = siteOf(receipt.site_id);
      return site && <ReceiptDialog site={site} {...props} />;
    }
    case "post":
      return <PostDialog {...props} onEnd={() => onAsk("close")} />;
    case "close":
      return <CloseDialog {...props} />;
    case "cancel":
    case "reverse":
      return <EndDialog {...props} how={asked} />;
    case "return":
      return <ReturnDialog {...props} onDone={onReturned} />;
    case "health":
      return <HealthDialog path={`/receipts/${receipt.id}`} onClose={onClose} />;
  }
  return null;
}
