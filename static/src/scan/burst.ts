// What makes a scan out of keystrokes. Pure: events in, scans out, no DOM and no clock of its own.
//
// A scanner types faster than any hand: at most 60 ms between two characters, at least 3 of them, then Enter, Tab or
// nothing. Two roads lead here: `key` (keydown on desktops, rebuilt from `code` while a Chinese input method holds
// the keys) and `text` (input events of the sink on Android, where keydown says nothing).
import { GS } from "../domain/code";

export interface Key {
  key: string;
  code: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  meta: boolean;
  /** When the key went down, ms on a monotonic clock: the event's own time, not when we got round to it. */
  time: number;
  /** A field of the page has the focus and shows what is typed. */
  inField: boolean;
}

export interface Burst {
  text: string;
  /** Characters of it that went into a focused field and have to be taken out again. */
  inField: boolean;
}

export const GAP_MS = 60;
export const LENGTH_MIN = 3;
/** Into a focused field only what no hand can type counts as a scan. */
const FIELD_GAP_MS = 30;
/** Quiet time after which a scanner without suffix has finished; longer where this scanner is known to send one. */
const QUIET_MS = 100;
const QUIET_WITH_SUFFIX_MS = 500;

const SHIFTED: Record<string, string> = {
  "1": "!",
  "2": "@",
  "3": "#",
  "4": "$",
  "5": "%",
  "6": "^",
  "7": "&",
  "8": "*",
  "9": "(",
  "0": ")",
};
const SIGNS: Record<string, [string, string]> = {
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Backquote: ["`", "~"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Space: [" ", " "],
  NumpadDecimal: [".", "."],
  NumpadSubtract: ["-", "-"],
  NumpadAdd: ["+", "+"],
  NumpadMultiply: ["*", "*"],
  NumpadDivide: ["/", "/"],
};

/** The character behind a physical key on the US layout that scanners speak; "" when it makes none. */
export function characterOfCode(code: string, shift: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (digit) return shift ? (SHIFTED[digit] ?? "") : digit;
  const pad = /^Numpad([0-9])$/.exec(code)?.[1];
  if (pad) return pad;
  const sign = SIGNS[code];
  return sign ? sign[shift ? 1 : 0] : "";
}

function isGroupSeparator(key: Key): boolean {
  return (
    key.key === GS ||
    key.key === "␝" ||
    key.key === "F8" ||
    (key.ctrl && (key.key === "]" || key.code === "BracketRight"))
  );
}

function characterOf(key: Key): string {
  if (isGroupSeparator(key)) return GS;
  if (key.ctrl || key.alt || key.meta) return "";
  if (key.key === "Process" || key.key === "Unidentified" || key.key === "Dead")
    return characterOfCode(key.code, key.shift);
  return Array.from(key.key).length === 1 ? key.key : "";
}

/** Keys that come along with characters and mean nothing themselves. */
const SILENT = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock"]);

export class BurstReader {
  private settled = "";
  /** Text an input method is still composing; it replaces itself until it is settled. */
  private composing = "";
  private first = 0;
  private last = 0;
  private inField = false;
  private byKeys = false;
  private suffixSeen = false;

  constructor(private readonly emit: (burst: Burst) => void) {}

  /** True: the key belongs to a scan and the page must not act on it. */
  key(key: Key): boolean {
    if (SILENT.has(key.key)) return false;
    if ((key.key === "Enter" || key.key === "Tab") && !key.ctrl && !key.alt && !key.meta)
      return this.terminate(key.time);
    const character = characterOf(key);
    if (character === "") {
      // Without a code (Android) the character comes as text in a moment; anything else breaks a burst.
      if (key.code !== "" || (key.key !== "Unidentified" && key.key !== "Process")) this.flush(key.time);
      return false;
    }
    // Alone, F8 is the page's key and a space presses the focused button; no code begins with either.
    if ((character === GS || character === " ") && this.text() === "") return false;
    this.add(character, key.time, key.inField, true);
    return !key.inField;
  }

  /** Text that came through the sink: one character or a whole chunk, perhaps with its terminator inside. */
  input(text: string, time: number): void {
    if (this.byKeys && this.text() !== "" && time - this.last <= GAP_MS) return;
    const parts = text.split(/\r\n|[\r\n\t]/);
    parts.forEach((part, index) => {
      if (part !== "") this.add(part, time, false, false);
      if (index < parts.length - 1) this.terminate(time);
    });
  }

  /** Text the input method shows but has not settled yet, whole each time. */
  compose(text: string, time: number): void {
    if (this.byKeys && this.text() !== "" && time - this.last <= GAP_MS) return;
    this.begin(time, false, false);
    this.composing = text;
  }

  /** Called when it may be quiet; true when nothing is pending any more. */
  tick(time: number): boolean {
    if (this.text() === "") return true;
    if (time - this.last < this.quiet()) return false;
    this.flush(time);
    return true;
  }

  quiet(): number {
    return this.suffixSeen ? QUIET_WITH_SUFFIX_MS : QUIET_MS;
  }

  private text(): string {
    return this.settled + this.composing;
  }

  private begin(time: number, inField: boolean, byKeys: boolean): void {
    if (this.text() !== "" && time - this.last > GAP_MS) this.flush(time);
    if (this.text() === "") {
      this.first = time;
      this.inField = inField;
      this.byKeys = byKeys;
    }
    this.last = time;
  }

  private add(text: string, time: number, inField: boolean, byKeys: boolean): void {
    this.begin(time, inField, byKeys);
    this.settled += text.split("␝").join(GS);
    this.composing = "";
  }

  private terminate(time: number): boolean {
    if (time - this.last > GAP_MS && this.text() !== "" && !this.suffixSeen) {
      this.flush(time);
      return false;
    }
    const taken = this.flush(time);
    if (taken) this.suffixSeen = true;
    return taken;
  }

  /** End the burst; true when it was a scan. */
  private flush(_time: number): boolean {
    const text = this.text();
    const length = Array.from(text).length;
    const gap = length > 1 ? (this.last - this.first) / (length - 1) : 0;
    const { inField } = this;
    this.settled = "";
    this.composing = "";
    this.byKeys = false;
    if (length < LENGTH_MIN || (inField && gap > FIELD_GAP_MS)) return false;
    this.emit({ text, inField });
    return true;
  }
}
