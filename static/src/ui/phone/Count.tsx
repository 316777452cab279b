// The counting screen: the last scan is the biggest thing, the thumb's keys stand at the bottom, nothing is modal.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { showCode } from "../../domain/code";
import { formatAgo, formatInteger, formatQuantity, formatSum } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { reasonText } from "../../i18n/reasons";
import { keepAwake } from "../../scan/wake_lock";
import type { OpenSheet } from "../../store/schema";
import { Button, Empty, LinkButton, Notice, outcomeSign } from "../components";
import { href, navigate } from "../router";
import { CameraKey, CameraPanel } from "./Camera";
import type { Counting } from "./counting";
import type { Feedback, OpenPlace } from "./feedback";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { Keypad } from "./Keypad";
import { Last, titleOf } from "./Last";
import type { ShownLine } from "./lines";
import { PhotoKey, PhotoNotice, Thumbs } from "./Photo";
import { QuantityPad } from "./QuantityPad";
import { Search } from "./Search";

function subtitle(open: OpenPlace): string {
  const blind = phone(open.stocktake.blind ? "tasks.blind" : "tasks.open");
  return [phone("tasks.round", { n: open.round }), blind, open.stocktake.name].join(" · ");
}

function lastWords(last: Feedback): string {
  return last.kind === "place" ? phone("place.here", { place: last.code }) : phone("count.counted");
}

function LinePad({ counting, line, onDone }: { counting: Counting; line: ShownLine; onDone: () => void }) {
  const keyed = useSignal("");
  const newest = line.looks[line.looks.length - 1];
  const set = async () => {
    if (await counting.setLine(line, keyed.value)) onDone();
  };
  return (
    <Keypad title={titleOf(line.title)} sign="=" value={keyed} decimal={line.scale > 0} onClose={onDone}>
      <Button kind="main" size="touch" disabled={keyed.value === ""} onClick={set}>
        {keyed.value === "" ? phone("count.line.set_empty") : phone("count.line.set", { n: keyed.value })}
      </Button>
      {newest && (
        <Button size="touch" onClick={() => counting.undo(newest.id).then(onDone)}>
          {phone("count.line.undo", { n: formatQuantity(newest.quantity, line.scale) })}
        </Button>
      )}
    </Keypad>
  );
}

interface LineProps {
  open: Floor;
  line: ShownLine;
  opened: boolean;
  onToggle: () => void;
}

function Line({ open, line, opened, onToggle }: LineProps) {
  return (
    <li class={`line line-${line.outcome}`}>
      <button type="button" class="line-head" aria-expanded={opened} onClick={onToggle}>
        <span class="line-mark" aria-hidden="true">
          {outcomeSign(line.outcome)}
        </span>
        <span class="line-text">
          <span class="line-title">{titleOf(line.title)}</span>
          <small>
            {line.reason && <b>{line.reason === "unknown_code" ? phone("count.kept") : reasonText(line.reason)} · </b>}
            <code>{showCode(line.shownCode)}</code>
          </small>
          <Thumbs open={open} records={line.looks.map((look) => look.id)} name={titleOf(line.title)} />
        </span>
        <span class="line-quantity">
          {formatQuantity(line.quantity, line.scale)}
          {line.scale > 0 && <small> {line.item?.unit.name}</small>}
        </span>
      </button>
    </li>
  );
}

function Sums({ counting }: { counting: Counting }) {
  const { kinds, quantity, scale } = counting.totals.value;
  return (
    <p class="sums">
      <span>{phone("count.sum", { kinds, quantity: formatSum(quantity, scale) })}</span>
      <span>{phone("count.today", { n: counting.today.value })}</span>
    </p>
  );
}

interface FootProps {
  counting: Counting;
  panel: Signal<Panel>;
  camera: Signal<boolean>;
}

function FootKeys({ counting, panel, camera }: FootProps) {
  const toggle = (next: "quantity" | "search") => () => {
    panel.value = panel.value === next ? null : next;
  };
  return (
    <div class="foot-keys">
      <Button size="touch" disabled={counting.undoable().length === 0} onClick={() => counting.undo()}>
        {phone("count.undo")}
      </Button>
      <Button size="touch" onClick={toggle("quantity")}>
        {phone("count.quantity")}
      </Button>
      <Button size="touch" aria-pressed={panel.value === "search"} onClick={toggle("search")}>
        {phone("count.search")}
      </Button>
      <CameraKey shown={camera} />
      <LinkButton kind="main" size="touch" wide href={href("/phone/finish")}>
        {phone("count.finish")}
      </LinkButton>
    </div>
  );
}

/** Everything the thumb needs. A pad takes the keys' place; scans go on arriving above it. */
function Foot({ counting, panel, camera }: FootProps) {
  const armed = counting.multiplier.value;
  const shown = panel.value;
  const line = counting.lines.value.find(({ key }) => shown === `line:${key}`);
  const done = () => {
    panel.value = null;
  };
  return (
    <footer class="foot">
      <Sums counting={counting} />
      {armed !== "" && shown !== "quantity" && <Notice outcome="info" title={phone("count.armed", { n: armed })} />}
      {shown === "quantity" && <QuantityPad work={counting} onDone={done} />}
      {line && <LinePad key={line.key} counting={counting} line={line} onDone={done} />}
      {shown !== "quantity" && !line && <FootKeys counting={counting} panel={panel} camera={camera} />}
    </footer>
  );
}

type Panel = "quantity" | "search" | `line:${string}` | null;

/** Somebody else's open sheet: gone on from, or left alone. */
function TakeOver({ counting, sheet }: { counting: Counting; sheet: OpenSheet }) {
  const { person: name, device } = sheet;
  const time = formatAgo(sheet.heard_ms ?? sheet.opened_ms);
  return (
    <Notice outcome="info" text={phone("place.take_over.hint", { name, device, time })}>
      <Button size="touch" wide onClick={() => void counting.takeOver(sheet)}>
        {phone("place.take_over", { name })}
      </Button>
    </Notice>
  );
}

function Notes({ counting, place, left }: { counting: Counting; place: OpenPlace; left: string | null }) {
  const begun = counting.records.value.length > 0;
  return (
    <>
      {left && <Notice outcome="info" text={phone("place.switched", { place: place.location.code, before: left })} />}
      {place.continues && <Notice outcome="info" text={phone("place.goes_on")} />}
      {place.takenByOthers && <Notice outcome="look" text={phone("place.taken")} />}
      {!begun && place.others.map((sheet) => <TakeOver key={sheet.id} counting={counting} sheet={sheet} />)}
    </>
  );
}

export function Count({ open }: { open: Floor }) {
  const { counting } = open;
  const place = counting.place.value;
  const panel = useSignal<Panel>(null);
  const camera = useSignal(false);
  useEffect(() => keepAwake(), []);
  useLayoutEffect(() => open.bus.listen((scan) => void counting.take(scan)), [open, counting]);
  useEffect(() => {
    if (!place) navigate("/phone", { replace: true });
  }, [place]);
  if (!place) return null;
  const lines = counting.lines.value;
  // With the picture on, nothing may push the last scan out of sight.
  const notes = <Notes counting={counting} place={place} left={counting.leftOpen.value} />;
  return (
    <>
      <Head title={place.location.code} subtitle={subtitle(place)} back="/phone" />
      <main class="screen count">
        <PhotoNotice open={open} />
        {camera.value ? <CameraPanel open={open} /> : notes}
        {counting.last.value ? (
          <Last last={counting.last.value} words={lastWords(counting.last.value)}>
            {counting.last.value.reason === "unknown_code" && counting.last.value.record && (
              <PhotoKey
                key={counting.last.value.record}
                open={open}
                purpose="unknown_code"
                record={counting.last.value.record}
                document={place.stocktake.id}
              />
            )}
          </Last>
        ) : (
          lines.length === 0 && <Empty title={phone("count.scan_first")} text={phone("count.scan_first.hint")} />
        )}
        {camera.value && notes}
        {panel.value === "search" && <Search open={open} onChoose={(item) => counting.takeItem(item)} />}
        <ul class="lines" aria-label={phone("count.sum", { kinds: formatInteger(lines.length), quantity: "" })}>
          {lines.map((line) => (
            <Line
              key={line.key}
              open={open}
              line={line}
              opened={panel.value === `line:${line.key}`}
              onToggle={() => {
                panel.value = panel.value === `line:${line.key}` ? null : `line:${line.key}`;
              }}
            />
          ))}
        </ul>
      </main>
      <Foot counting={counting} panel={panel} camera={camera} />
    </>
  );
}
