// ×n: for the scan before, or for the one to come.
import type { Signal } from "@preact/signals";
import { phone } from "../../i18n/phone";
import { Button } from "../components";
import { Keypad } from "./Keypad";

/** What the pad needs of a work with the scanner. */
interface Work {
  multiplier: Signal<string>;
  undoable(): object[];
  amendLast(keyed: string): Promise<boolean>;
}

export function QuantityPad({ work, onDone }: { work: Work; onDone: () => void }) {
  const value = work.multiplier;
  const last = work.undoable()[0];
  const isScan = last !== undefined && "factor" in last;
  const amend = async () => {
    const keyed = value.value;
    if (!(await work.amendLast(keyed))) return;
    value.value = "";
    onDone();
  };
  const close = () => {
    value.value = "";
    onDone();
  };
  return (
    <Keypad title={phone("count.keypad.title")} sign="×" value={value} decimal onClose={close}>
      <Button kind="main" size="touch" disabled={value.value === "" || !isScan} onClick={amend}>
        {value.value === "" ? phone("count.keypad.last_empty") : phone("count.keypad.last", { n: value.value })}
      </Button>
      <Button size="touch" disabled={value.value === ""} onClick={onDone}>
        {value.value === "" ? phone("count.keypad.next_empty") : phone("count.keypad.next", { n: value.value })}
      </Button>
    </Keypad>
  );
}
