// Put away and move: what is in hand is the biggest thing, and under it where it belongs.
import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { formatQuantity } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { goods } from "../../i18n/receive_screens";
import { keepAwake } from "../../scan/wake_lock";
import { Button, Empty, Loading, Notice } from "../components";
import { CameraKey, CameraPanel } from "./Camera";
import type { Feedback } from "./feedback";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { Keypad } from "./Keypad";
import { Last } from "./Last";
import type { Moving } from "./moving";
import { localRows, type PutawayRow, type ServedPutaway, servedRows } from "./putaway";
import { Search } from "./Search";

interface Props {
  open: Floor;
  moving: Moving;
}

type Panel = "quantity" | "search" | null;

const rowKey = (row: PutawayRow) => `${row.item.id}|${row.lot}|${row.location.id}`;

function lastWords(moving: Moving, last: Feedback): string {
  if (last.kind === "place") return goods("move.from_here", { place: last.code });
  if (moving.load.value.length > 0) return goods("putaway.from", { place: moving.from.value?.code ?? "" });
  return goods("move.done", { place: moving.wentTo.value });
}

/** Where what is in hand belongs: the bin's code as large as a sign. */
function Target({ moving }: { moving: Moving }) {
  const picked = moving.picked.value;
  if (moving.load.value.length === 0) return null;
  const suggested = picked?.suggested ?? null;
  return (
    <section class="target">
      {picked && (
        <p class="target-place">
          {suggested ? (
            <>
              <small>{goods("putaway.to")}</small> <b>{suggested.location.code}</b>{" "}
              <small>{goods(`putaway.${suggested.why}`)}</small>
            </>
          ) : (
            <small>{goods("putaway.no_place")}</small>
          )}
        </p>
      )}
      <p>{goods(picked ? "putaway.scan_bin" : "move.to")}</p>
    </section>
  );
}

function Rows({ moving }: { moving: Moving }) {
  const rows = moving.rows.value;
  if (rows.length === 0) return <Empty title={goods("putaway.none")} text={goods("putaway.none.hint")} />;
  return (
    <ul class="lines" aria-label={goods("putaway.title")}>
      {rows.map((row) => (
        <li key={rowKey(row)} class={`line${moving.picked.value === row ? " line-picked" : ""}`}>
          <button type="button" class="line-head" onClick={() => moving.pick(row, null)}>
            <span class="line-text">
              <span class="line-title">{row.item.name}</span>
              <small>
                {[row.lot && goods("line.lot", { lot: row.lot }), goods("putaway.from", { place: row.location.code })]
                  .filter(Boolean)
                  .join(" · ")}
                {row.suggested && (
                  <>
                    {" → "}
                    <b>{row.suggested.location.code}</b>
                  </>
                )}
              </small>
            </span>
            <span class="line-quantity">{formatQuantity(row.quantity, row.item.unit.scale)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function InHand({ moving }: { moving: Moving }) {
  const load = moving.load.value;
  if (load.length < 2) return null;
  return (
    <ul class="lines" aria-label={goods("move.load", { kinds: load.length })}>
      {load.map((one) => (
        <li key={`${one.item.id}|${one.lot}`} class="line pallet-line">
          <span>
            {one.item.name}
            {one.lot && <small> {goods("line.lot", { lot: one.lot })}</small>}
          </span>
          <b>{formatQuantity(one.quantity, one.item.unit.scale)}</b>
        </li>
      ))}
    </ul>
  );
}

function LoadPad({ moving, onDone }: { moving: Moving; onDone: () => void }) {
  const value = moving.multiplier;
  const inHand = moving.load.value[0];
  const set = () => {
    if (!moving.setLoad(value.value)) return;
    value.value = "";
    onDone();
  };
  const close = () => {
    value.value = "";
    onDone();
  };
  return (
    <Keypad title={inHand?.item.name ?? phone("count.keypad.title")} sign="=" value={value} decimal onClose={close}>
      <Button kind="main" size="touch" disabled={value.value === "" || !inHand} onClick={set}>
        {value.value === "" ? phone("count.line.set_empty") : phone("count.line.set", { n: value.value })}
      </Button>
      <Button size="touch" disabled={value.value === ""} onClick={onDone}>
        {value.value === "" ? phone("count.keypad.next_empty") : phone("count.keypad.next", { n: value.value })}
      </Button>
    </Keypad>
  );
}

interface FootProps {
  moving: Moving;
  panel: Signal<Panel>;
  camera: Signal<boolean>;
}

function Keys({ moving, panel, camera }: FootProps) {
  const suggested = moving.picked.value?.suggested;
  const inHand = moving.load.value.length > 0;
  const toggle = (next: Panel) => () => {
    panel.value = panel.value === next ? null : next;
  };
  return (
    <div class="foot-keys move-keys">
      <Button size="touch" disabled={moving.undoable().length === 0} onClick={() => moving.undo()}>
        {phone("count.undo")}
      </Button>
      <Button size="touch" onClick={toggle("quantity")}>
        {phone("count.quantity")}
      </Button>
      <Button size="touch" aria-pressed={panel.value === "search"} onClick={toggle("search")}>
        {phone("count.search")}
      </Button>
      <CameraKey shown={camera} />
      {(inHand || moving.from.value) && (
        <Button size="touch" class="key-rest" onClick={() => (inHand ? moving.drop() : moving.otherFrom())}>
          {goods(inHand ? "putaway.drop" : "move.other")}
        </Button>
      )}
      {suggested && (
        <Button kind="main" size="touch" wide onClick={() => moving.putDownAt(suggested.location)}>
          {goods("putaway.to")} {suggested.location.code}
        </Button>
      )}
    </div>
  );
}

function Work({ open, moving, waits }: Props & { waits: boolean }) {
  const panel = useSignal<Panel>(null);
  const camera = useSignal(false);
  useLayoutEffect(() => open.bus.listen((scan) => void moving.take(scan)), [open, moving]);
  const last = moving.last.value;
  const choose = (item: Parameters<Moving["takeItem"]>[0]) => {
    panel.value = null;
    void moving.takeItem(item);
  };
  return (
    <>
      <main class="screen count">
        {camera.value && <CameraPanel open={open} />}
        {last && <Last last={last} words={lastWords(moving, last)} />}
        <Target moving={moving} />
        <InHand moving={moving} />
        {panel.value === "search" && <Search open={open} onChoose={choose} />}
        {!waits && !last && <Empty title={goods("move.from")} text={goods("move.items.hint")} />}
        {!waits && moving.from.value && moving.load.value.length === 0 && (
          <p class="big center">{goods("move.items")}</p>
        )}
        {waits && moving.rows.value.length > 0 && moving.load.value.length === 0 && (
          <p class="soft center">{goods("putaway.scan")}</p>
        )}
        {waits && moving.load.value.length === 0 && <Rows moving={moving} />}
      </main>
      <footer class="foot">
        {panel.value === "quantity" ? (
          <LoadPad
            moving={moving}
            onDone={() => {
              panel.value = null;
            }}
          />
        ) : (
          <Keys moving={moving} panel={panel} camera={camera} />
        )}
      </footer>
    </>
  );
}

/** The server's list when it answers; else what this device received. */
async function waitingRows(open: Floor): Promise<{ rows: PutawayRow[]; offline: boolean }> {
  await open.loop.now();
  try {
    const site_id = open.device.value?.site_id;
    const answer = await api.get<{ rows: ServedPutaway[] }>("/putaway", { site_id, limit: 500 });
    return { rows: await servedRows(open.store, answer.rows), offline: false };
  } catch {
    return { rows: await localRows(open.store, open.clock.now()), offline: true };
  }
}

export function PutAway({ open, moving }: Props) {
  const [state, setState] = useState<{ offline: boolean } | null>(null);
  useEffect(() => keepAwake(), []);
  const load = useCallback(async () => {
    const { rows, offline } = await waitingRows(open);
    await moving.enter(rows);
    setState({ offline });
  }, [open, moving]);
  useEffect(() => void load(), [load]);
  return (
    <>
      <Head title={goods("putaway.title")} subtitle={open.person.value?.name} back="/phone" />
      {state?.offline && <Notice outcome="look" text={goods("putaway.offline")} />}
      {state ? <Work open={open} moving={moving} waits /> : <Loading />}
    </>
  );
}

export function Move({ open, moving }: Props) {
  const [ready, setReady] = useState(false);
  useEffect(() => keepAwake(), []);
  useEffect(() => {
    void moving.enter(null).then(() => setReady(true));
  }, [moving]);
  const from = moving.from.value;
  return (
    <>
      <Head
        title={goods("move.title")}
        subtitle={from ? goods("move.from_here", { place: from.code }) : open.person.value?.name}
        back="/phone"
      />
      {ready ? <Work open={open} moving={moving} waits={false} /> : <Loading />}
    </>
  );
}
