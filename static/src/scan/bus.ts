// Everything scanned, by whatever means, comes through here, in order; screens listen.
import { checkDigit, GS } from "../domain/code";

export interface Scan {
  /** As it came, AIM identifier included; GS as U+001D. */
  text: string;
  symbology: string | null;
  source: "wedge" | "keypad" | "camera";
  /** Monotonic ms of the moment of scanning. */
  time: number;
  /** The scanner's set-up is wrong: one trigger pull arrives twice. The scan counts once and the screen says so. */
  warning?: "doubled" | "two_ways";
}

type Listener = (scan: Scan) => void;

const AIM: Record<string, string> = {
  "]E0": "EAN-13",
  "]E4": "EAN-8",
  "]C0": "Code 128",
  "]C1": "Code 128",
  "]A0": "Code 39",
  "]I0": "ITF",
  "]I1": "ITF",
  "]e0": "DataBar",
  "]d1": "Data Matrix",
  "]d2": "Data Matrix",
  "]Q1": "QR Code",
  "]Q3": "QR Code",
};

/** The symbology an AIM identifier names, null without one. */
export function symbologyOf(text: string): string | null {
  return AIM[text.slice(0, 3)] ?? null;
}

/** "43542104354210": intent and keystroke output both switched on, in one burst. Only a full code twice counts. */
export function isDoubled(text: string): boolean {
  const half = text.slice(0, text.length / 2);
  if (text.length % 2 !== 0 || half + half !== text || !/^([0-9]{8}|[0-9]{12,14})$/.test(half)) return false;
  return checkDigit(half.slice(0, -1)) === Number(half.slice(-1));
}

const TWO_WAYS_MS = 30;
/** How long a scan waits for the next screen. An older one belongs to a screen that takes no codes. */
const KEPT_MS = 3_000;
/** How long it waits for a screen that is known to take codes and is still being loaded. */
const LOADED_MS = 30_000;

export class ScanBus {
  private readonly listeners: Listener[] = [];
  /** Scanned while one screen gave way to the next: the next one gets them, in their order. */
  private unheard: Scan[] = [];
  private expecting = false;
  private last: { text: string; time: number; way: string } | null = null;

  /** The newest listener gets the scans (a screen above another); the answer ends it. */
  listen(listener: Listener): () => void {
    this.listeners.push(listener);
    const kept = this.unheard;
    this.unheard = [];
    const oldest = performance.now() - (this.expecting ? LOADED_MS : KEPT_MS);
    this.expecting = false;
    for (const scan of kept) if (scan.time >= oldest) this.tell(scan);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  /** The next screen takes codes and is not there yet: what is scanned meanwhile waits for it. */
  expect(): void {
    this.expecting = true;
  }

  /** A scan that a screen took when it had already given way: it is the next one's. */
  pass(scan: Scan): void {
    this.expect();
    this.tell(scan);
  }

  /** `way`: keys, sink or hook. The same text by two ways within 30 ms is one pull of the trigger. */
  publish(scan: Omit<Scan, "warning">, way: string): void {
    const before = this.last;
    this.last = { text: scan.text, time: scan.time, way };
    const twoWays =
      before !== null && before.text === scan.text && before.way !== way && scan.time - before.time <= TWO_WAYS_MS;
    if (twoWays) {
      this.last = null;
      this.tell({ ...scan, warning: "two_ways" });
      return;
    }
    if (isDoubled(scan.text)) {
      this.tell({ ...scan, text: scan.text.slice(0, scan.text.length / 2), warning: "doubled" });
      return;
    }
    this.tell(scan);
  }

  private tell(scan: Scan): void {
    const listener = this.listeners[this.listeners.length - 1];
    if (listener) listener(scan);
    else this.unheard.push(scan);
  }
}

export function cleanHookText(text: unknown): string | null {
  return typeof text === "string" && text.trim() !== "" ? text.split("␝").join(GS) : null;
}
