// Everything the receiver's thumb needs. A sheet or a pad takes the keys' place; scans go on arriving above it.
import { type Signal, useSignal } from "@preact/signals";
import { formatQuantity, formatSum } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { goods } from "../../i18n/receive_screens";
import { Button, LinkButton, Notice } from "../components";
import { href } from "../router";
import { CameraKey } from "./Camera";
import { Keypad } from "./Keypad";
import { titleOf } from "./Last";
import { QuantityPad } from "./QuantityPad";
import { LotSheet, SerialSheet } from "./ReceivePanels";
import type { ReceiveLine } from "./receipt_lines";
import { type Panel, type Part, partKey, partWords } from "./receive_parts";
import type { Receiving } from "./receiving";

function Sums({ receiving }: { receiving: Receiving }) {
  const { received, fitting, expected, scale, kindsDone, kindsExpected } = receiving.totals.value;
  if (expected === null) {
    return (
      <p class="sums">
        <span>{goods("sums.pieces", { quantity: formatSum(received, scale) })}</span>
        <span>{phone("count.today", { n: receiving.today.value })}</span>
      </p>
    );
  }
  const words = goods("sums.pieces_of", {
    received: formatSum(fitting, scale),
    expected: formatSum(expected, scale),
  });
  const extra = received - fitting;
  return (
    <p class="sums">
      <span>
        {words}
        {extra > 0 && ` · ${goods("sums.extra", { quantity: formatSum(extra, scale) })}`}
      </span>
      <span>{goods("sums.kinds", { done: kindsDone, all: kindsExpected })}</span>
    </p>
  );
}

/** "It is n in all", of one lot and condition. */
function PartPad({
  receiving,
  line,
  part,
  onDone,
}: {
  receiving: Receiving;
  line: ReceiveLine;
  part: Part;
  onDone: () => void;
}) {
  const keyed = useSignal("");
  const newest = part.looks[part.looks.length - 1];
  const set = async () => {
    if (await receiving.setPart(line, part, keyed.value)) onDone();
  };
  const title = goods("line.set_title", { name: titleOf(line.title), part: partWords(line, part) });
  return (
    <Keypad title={title} sign="=" value={keyed} decimal={line.scale > 0} onClose={onDone}>
      <Button kind="main" size="touch" disabled={keyed.value === ""} onClick={set}>
        {keyed.value === "" ? phone("count.line.set_empty") : phone("count.line.set", { n: keyed.value })}
      </Button>
      {newest && (
        <Button size="touch" onClick={() => receiving.undo(newest.id).then(onDone)}>
          {phone("count.line.undo", { n: formatQuantity(newest.quantity, line.scale) })}
        </Button>
      )}
    </Keypad>
  );
}

/** A line nothing has come of yet: so many of it are here, without a scan. */
function FirstPad({ receiving, line, onDone }: { receiving: Receiving; line: ReceiveLine; onDone: () => void }) {
  const keyed = useSignal("");
  const take = async () => {
    if (!line.item || keyed.value === "") return;
    receiving.multiplier.value = keyed.value;
    await receiving.takeItem(line.item);
    onDone();
  };
  return (
    <Keypad title={titleOf(line.title)} sign="+" value={keyed} decimal={line.scale > 0} onClose={onDone}>
      <Button kind="main" size="touch" disabled={keyed.value === ""} onClick={take}>
        {keyed.value === "" ? goods("line.first_empty") : `${goods("scan.received")} ${keyed.value}`}
      </Button>
      <Button size="touch" onClick={onDone}>
        {phone("count.keypad.close")}
      </Button>
    </Keypad>
  );
}

function Keys({ receiving, panel, camera }: Props) {
  const toggle = (next: "quantity" | "search") => () => {
    panel.value = panel.value === next ? null : next;
  };
  const toggleDamaged = () => {
    receiving.damaged.value = !receiving.damaged.value;
  };
  return (
    <div class="foot-keys receive-keys">
      <Button size="touch" disabled={receiving.undoable().length === 0} onClick={() => receiving.undo()}>
        {phone("count.undo")}
      </Button>
      <Button size="touch" onClick={toggle("quantity")}>
        {phone("count.quantity")}
      </Button>
      <Button size="touch" aria-pressed={panel.value === "search"} onClick={toggle("search")}>
        {phone("count.search")}
      </Button>
      <CameraKey shown={camera} />
      <Button
        size="touch"
        class={`damaged-key${receiving.damaged.value ? " is-on" : ""}`}
        aria-pressed={receiving.damaged.value}
        onClick={toggleDamaged}
      >
        {goods("damaged.key")}
      </Button>
      <LinkButton kind="main" size="touch" href={href("/phone/receive/finish")}>
        {goods("key.finish")}
      </LinkButton>
    </div>
  );
}

interface Props {
  receiving: Receiving;
  panel: Signal<Panel>;
  camera: Signal<boolean>;
}

export function ReceiveFoot({ receiving, panel, camera }: Props) {
  const shown = panel.value;
  const done = () => {
    panel.value = null;
  };
  const lines = receiving.lines.value;
  const fresh = lines.find((line) => shown === `line:${line.key}` && line.parts.length === 0 && line.item);
  const line = lines.find((one) => one.parts.some((part) => partKey(one, part) === shown));
  const part = line?.parts.find((one) => partKey(line, one) === shown);
  const [wanted] = receiving.wanted.value;
  const armed = receiving.multiplier.value;
  return (
    <footer class="foot">
      <Sums receiving={receiving} />
      {armed !== "" && shown !== "quantity" && <Notice outcome="info" title={phone("count.armed", { n: armed })} />}
      {wanted?.kind === "lot" && <LotSheet key={wanted.item.id} receiving={receiving} wanted={wanted} />}
      {wanted?.kind === "serial" && <SerialSheet key={wanted.item.id} receiving={receiving} item={wanted.item} />}
      {!wanted && shown === "quantity" && <QuantityPad work={receiving} onDone={done} />}
      {!wanted && line && part && <PartPad key={shown} receiving={receiving} line={line} part={part} onDone={done} />}
      {!wanted && fresh && <FirstPad key={shown} receiving={receiving} line={fresh} onDone={done} />}
      {(wanted || (shown !== "quantity" && !part && !fresh)) && (
        <Keys receiving={receiving} panel={panel} camera={camera} />
      )}
    </footer>
  );
}
