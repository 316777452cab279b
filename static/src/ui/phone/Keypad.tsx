// Digits for the thumb. It never takes the focus, so that a scan in the middle of it is still a scan.
import { type Signal, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { phone } from "../../i18n/phone";
import { Button } from "../components";

const LENGTH_MAX = 10;

/** How many pads are open: what stands above one makes room for it. */
export const padsOpen = signal(0);

interface Props {
  title: string;
  sign: string;
  value: Signal<string>;
  decimal: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

export function Keypad({ title, sign, value, decimal, onClose, children }: Props) {
  const add = (text: string) => {
    value.value = (value.value + text).slice(0, LENGTH_MAX);
  };
  useEffect(() => {
    padsOpen.value += 1;
    return () => {
      padsOpen.value -= 1;
    };
  }, []);
  return (
    <div class="pad">
      <div class="pad-head">
        <Button kind="quiet" size="touch" class="pad-close" onClick={onClose}>
          <span aria-hidden="true">✕</span>
          <span class="hidden">{phone("count.keypad.close")}</span>
        </Button>
        <span class="pad-title">{title}</span>
        <output class="pad-value" aria-label={phone("count.keypad.title")}>
          {sign}
          {value.value || " "}
        </output>
      </div>
      <div class="keypad">
        {[..."123456789"].map((digit) => (
          <Button key={digit} size="touch" onClick={() => add(digit)}>
            {digit}
          </Button>
        ))}
        <Button
          size="touch"
          disabled={!decimal || value.value.includes(".") || value.value === ""}
          onClick={() => add(".")}
        >
          .
        </Button>
        <Button size="touch" onClick={() => add("0")}>
          0
        </Button>
        <Button
          size="touch"
          onClick={() => {
            value.value = value.value.slice(0, -1);
          }}
        >
          {phone("count.keypad.delete")}
        </Button>
      </div>
      <div class="pad-keys">{children}</div>
    </div>
  );
}
