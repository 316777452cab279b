// The receiving screen: it starts at 0; the last scan is the biggest thing; what is still to come stands on top.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { formatQuantity } from "../../i18n/format";
import { formatDay, receive } from "../../i18n/receive";
import { goods } from "../../i18n/receive_screens";
import { keepAwake } from "../../scan/wake_lock";
import { Button, Empty } from "../components";
import { navigate } from "../router";
import { CameraPanel } from "./Camera";
import type { Feedback } from "./feedback";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { Last } from "./Last";
import { PhotoKey, PhotoNotice } from "./Photo";
import { ReceiveFoot } from "./ReceiveFoot";
import { ReceiveLines } from "./ReceiveLines";
import { PalletPanel } from "./ReceivePanels";
import type { OpenReceipt } from "./receipt_lines";
import type { Panel } from "./receive_parts";
import type { Receiving } from "./receiving";
import { Search } from "./Search";

function subtitle(open: OpenReceipt): string {
  const from = open.supplier?.name ?? (open.label ? "" : receive("screen.blind"));
  return [receive("screen.at", { place: open.location.code }), from].filter(Boolean).join(" · ");
}

function lastWords(last: Feedback): string {
  if (last.kind === "place") return receive("screen.at", { place: last.code });
  return goods(last.damaged ? "scan.damaged" : "scan.received");
}

function lotWords({ lot, expires_on }: Feedback): string {
  const words = [
    lot && goods("line.lot", { lot }),
    expires_on && goods("line.expires", { date: formatDay(expires_on) }),
  ];
  return words.filter(Boolean).join(" · ");
}

/** Under the last scan: how far its item is, its lot, and a photo where one helps. */
function LastMore({ open, receiving, last }: { open: Floor; receiving: Receiving; last: Feedback }) {
  const receipt = receiving.open.value?.receipt;
  const lot = lotWords(last);
  const item = receiving.itemOf(receiving.undoable()[0]?.item ?? null);
  const wantsPhoto = last.record !== null && (last.damaged || last.reason === "unknown_code");
  return (
    <>
      {(last.expected ?? 0) > 0 && (
        <p class="last-progress">
          {goods("scan.of", {
            received: formatQuantity(last.received ?? 0, last.scale),
            expected: formatQuantity(last.expected ?? 0, last.scale),
          })}
        </p>
      )}
      {lot && <p class="last-lot">{lot}</p>}
      {last.kind === "scan" && last.lot && item?.tracks_lots && (
        <Button size="touch" onClick={() => receiving.otherLot()}>
          {goods("key.other_lot")}
        </Button>
      )}
      {wantsPhoto && last.record && receipt && (
        <PhotoKey
          key={last.record}
          open={open}
          purpose={last.damaged ? "damage" : "unknown_code"}
          record={last.record}
          document={receipt}
        />
      )}
    </>
  );
}

function DamagedBanner({ receiving }: { receiving: Receiving }) {
  if (!receiving.damaged.value) return null;
  const off = () => {
    receiving.damaged.value = false;
  };
  return (
    <section class="damaged-banner" role="status">
      <strong>
        <span aria-hidden="true">✂</span> {goods("damaged.on")}
      </strong>
      <Button size="touch" onClick={off}>
        {goods("damaged.off")}
      </Button>
    </section>
  );
}

export function Receive({ open, receiving }: { open: Floor; receiving: Receiving }) {
  const at = receiving.open.value;
  const panel = useSignal<Panel>(null);
  const cameraShown = useSignal(false);
  useEffect(() => keepAwake(), []);
  useLayoutEffect(() => open.bus.listen((scan) => void receiving.take(scan)), [open, receiving]);
  useEffect(() => {
    if (!at) navigate("/phone", { replace: true });
  }, [at]);
  if (!at) return null;
  const last = receiving.last.value;
  const pallet = receiving.pallet.value;
  return (
    <>
      <Head title={at.label ?? goods("start.blind")} subtitle={subtitle(at)} back="/phone" />
      <main class={`screen count${receiving.damaged.value ? " is-damaged" : ""}`}>
        {cameraShown.value && <CameraPanel open={open} />}
        <DamagedBanner receiving={receiving} />
        <PhotoNotice open={open} />
        {pallet && <PalletPanel receiving={receiving} pallet={pallet} />}
        {last && (!pallet || last.kind !== "place") && (
          <Last last={last} words={lastWords(last)}>
            <LastMore open={open} receiving={receiving} last={last} />
          </Last>
        )}
        {!last && receiving.records.value.length === 0 && (
          <Empty title={goods("scan.first")} text={goods("scan.first.hint")} />
        )}
        {panel.value === "search" && <Search open={open} onChoose={(item) => receiving.takeItem(item)} />}
        <ReceiveLines open={open} receiving={receiving} panel={panel} />
      </main>
      <ReceiveFoot receiving={receiving} panel={panel} camera={cameraShown} />
    </>
  );
}
