// Before the first scan: by what is received, and where the goods land. Asked once per receipt.
import { useEffect, useState } from "preact/hooks";
import { showCode } from "../../domain/code";
import { reasonText } from "../../i18n/reasons";
import { goods } from "../../i18n/receive_screens";
import { play } from "../../scan/sound";
import { depthOf, getLocation, listLocations, locationByForm, stockDepth, stockPlace } from "../../store/masters";
import { getFact } from "../../store/meta";
import { getDelivery, getOrder, listReceipts, listSuppliers } from "../../store/receiving_masters";
import type { DeliveryRow, LocationRow, OrderRow, ReceiptRow, SupplierRow } from "../../store/schema";
import { listReceiptSheets } from "../../store/sheets";
import { Button, Field, Loading, Notice, Select } from "../components";
import { here, navigate } from "../router";
import { formOf } from "./feedback";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { runningReceipts } from "./receive_tasks";
import type { Receiving } from "./receiving";
import { useScans } from "./use_scans";

const PLACES_SHOWN = 30;

interface Asked {
  order: OrderRow | null;
  delivery: DeliveryRow | null;
  /** Running receipts of the same order or delivery, or the one that was named. */
  running: ReceiptRow[];
  suppliers: SupplierRow[];
  places: LocationRow[];
}

async function ask(open: Floor): Promise<Asked> {
  const { query } = here.value;
  const [orderId, deliveryId, receiptId] = ["order", "delivery", "receipt"].map((name) => query.get(name));
  const [order, delivery, receipts, sheets, suppliers, places, depth] = await Promise.all([
    orderId ? getOrder(open.store, orderId) : undefined,
    deliveryId ? getDelivery(open.store, deliveryId) : undefined,
    listReceipts(open.store),
    listReceiptSheets(open.store),
    listSuppliers(open.store),
    listLocations(open.store),
    stockDepth(open.store, open.device.value?.site_id ?? ""),
  ]);
  const same = (one: ReceiptRow) =>
    one.id === receiptId ||
    (deliveryId ? one.delivery_id === deliveryId : orderId !== null && one.order_id === orderId);
  return {
    order: order ?? null,
    delivery: delivery ?? null,
    running: runningReceipts(receipts, sheets, open.engine.state.value.lastContact).filter(
      (one) => one.state === "receiving" && same(one),
    ),
    suppliers: [...suppliers].sort((a, b) => a.name.localeCompare(b.name)),
    places: places
      .filter((place) => place.active !== false && depthOf(place) === depth)
      .sort((a, b) => a.walk_order - b.walk_order || a.code.localeCompare(b.code, "en", { numeric: true })),
  };
}

function DockChoice({
  places,
  dock,
  onChoose,
}: {
  places: LocationRow[];
  dock: LocationRow | null;
  onChoose: (place: LocationRow) => void;
}) {
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState(false);
  const wanted = words.trim().toLowerCase();
  const found = places
    .filter(({ code, name }) => `${code} ${name}`.toLowerCase().includes(wanted))
    .slice(0, PLACES_SHOWN);
  if (dock && !asked) {
    return (
      <button type="button" class="dock" onClick={() => setAsked(true)}>
        <span>
          <b>{dock.code}</b>
          {dock.name && dock.name !== dock.code && <small>{dock.name}</small>}
        </span>
        <span class="dock-change">{goods("move.other")}</span>
      </button>
    );
  }
  return (
    <>
      <Field label={goods("start.dock.search")} size="touch" type="search" value={words} onText={setWords} />
      <ul class="dock-list">
        {found.map((place) => (
          <li key={place.id}>
            <button
              type="button"
              class="place-row"
              onClick={() => {
                setAsked(false);
                onChoose(place);
              }}
            >
              <span class="place-name">
                <b>{place.code}</b>
                {place.name && place.name !== place.code && <small>{place.name}</small>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The dock: the one used last, or the one that is scanned. */
function useDock(open: Floor) {
  const [dock, setDock] = useState<LocationRow | null>(null);
  const [wrong, setWrong] = useState<{ text: string; reason: "above_stock" | "unknown_place" } | null>(null);
  useEffect(() => {
    void getFact(open.store, "dock").then(async (id) => {
      const last = id ? await getLocation(open.store, id) : undefined;
      if (last && last.active !== false) setDock((chosen) => chosen ?? last);
    });
  }, [open]);
  const { stop } = useScans(open.bus, (scan) => {
    void locationByForm(open.store, formOf(scan)).then(async (scanned) => {
      const place = scanned ? await stockPlace(open.store, scanned) : null;
      play(place ? "ok" : "alarm");
      setWrong(place ? null : { text: scan.text, reason: scanned ? "above_stock" : "unknown_place" });
      if (place) setDock(place);
    });
  });
  return { dock, setDock, wrong, stop };
}

export function ReceiveStart({ open, receiving }: { open: Floor; receiving: Receiving }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const { dock, setDock, wrong, stop } = useDock(open);
  const [supplierId, setSupplierId] = useState("");
  const [note, setNote] = useState("");
  useEffect(() => {
    void ask(open).then((found) => {
      setAsked(found);
      setNote(found.delivery?.reference ?? "");
    });
  }, [open]);
  if (!asked) return <Loading />;
  const { order, delivery, running, suppliers, places } = asked;
  const document = delivery ?? order;
  const begin = async (joined: ReceiptRow | null) => {
    const named = joined ? await getLocation(open.store, joined.location_id) : undefined;
    const location = named ?? dock;
    if (!location) return;
    stop(); // from here on codes are goods: they wait for the next screen
    const supplier = document
      ? { id: document.supplier_id, name: document.supplier }
      : (suppliers.find(({ id }) => id === (joined?.supplier_id ?? supplierId)) ?? null);
    const label = joined?.label || document?.label || null;
    const deliveryNote = joined?.delivery_note || note.trim() || null;
    const receipt = joined?.id ?? null;
    await receiving.begin({ receipt, order, delivery, supplier, location, deliveryNote, label });
    navigate("/phone/receive", { replace: true });
  };
  const labelOf = (receipt: ReceiptRow) => receipt.label || document?.label || goods("start.blind");
  const title = document?.label ?? (running[0]?.label || goods("start.blind"));
  return (
    <>
      <Head title={title} subtitle={document?.supplier ?? running[0]?.supplier ?? goods("start.title")} back="/phone" />
      <main class="screen">
        {running.map((receipt) => (
          <Notice key={receipt.id} outcome="info" text={goods("start.join", { label: labelOf(receipt) })}>
            <Button kind="main" size="touch" wide onClick={() => begin(receipt)}>
              {goods("start.joined", { label: labelOf(receipt) })}
            </Button>
          </Notice>
        ))}
        <section class="card">
          <h2>{goods("start.dock")}</h2>
          <p class="soft">{goods("start.dock.hint")}</p>
          {wrong && <Notice outcome="alarm" title={showCode(wrong.text)} text={reasonText(wrong.reason)} />}
          <DockChoice places={places} dock={dock} onChoose={setDock} />
        </section>
        <section class="card">
          {!document && (
            <Select
              label={goods("start.supplier")}
              size="touch"
              value={supplierId}
              options={[
                { value: "", label: goods("start.supplier.none") },
                ...suppliers.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onText={setSupplierId}
            />
          )}
          <Field
            label={goods("start.note")}
            hint={goods("start.note.hint")}
            size="touch"
            maxLength={100}
            value={note}
            onText={setNote}
          />
        </section>
      </main>
      <footer class="foot">
        <Button
          kind={running.length > 0 ? "plain" : "main"}
          size="touch"
          wide
          disabled={!dock}
          onClick={() => begin(null)}
        >
          {goods(!dock ? "start.no_dock" : running.length > 0 ? "start.new" : "start.go")}
        </Button>
      </footer>
    </>
  );
}
