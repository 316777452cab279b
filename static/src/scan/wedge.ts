// Puts the burst reader to work on a page: keydown for desktops, a sink for Android, a hook for shell apps.
import { type Burst, BurstReader, GAP_MS } from "./burst";
import { cleanHookText, type ScanBus, symbologyOf } from "./bus";

interface Field extends HTMLElement {
  value: string;
}

declare global {
  interface Window {
    pandian?: { scan: (text: string, options?: { symbology?: string | null; source?: "wedge" | "camera" }) => void };
  }
}

function editable(target: EventTarget | null, sink: HTMLElement): Field | null {
  if (!(target instanceof HTMLElement) || target === sink) return null;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return target as unknown as Field;
  if (!(target instanceof HTMLInputElement)) return null;
  return ["checkbox", "radio", "button", "submit", "range", "file", "color"].includes(target.type) ? null : target;
}

/**
 * The sink fills the whole page and lies behind everything: a 1 px field gets committed chunks in reverse order.
 * `inputmode=none` keeps the soft keyboard down; it is not a password field, which would invite autofill.
 */
function makeSink(): HTMLTextAreaElement {
  const sink = document.createElement("textarea");
  sink.className = "scan-sink";
  sink.setAttribute("inputmode", "none");
  sink.setAttribute("autocomplete", "off");
  sink.setAttribute("autocapitalize", "off");
  sink.setAttribute("spellcheck", "false");
  sink.setAttribute("aria-hidden", "true");
  sink.tabIndex = -1;
  return sink;
}

export class Wedge {
  private readonly sink = makeSink();
  private readonly reader = new BurstReader((burst) => this.scanned(burst));
  private field: { element: Field; before: string } | null = null;
  private lastKey = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private way: "keys" | "sink" = "keys";

  constructor(private readonly bus: ScanBus) {}

  attach(): () => void {
    document.body.appendChild(this.sink);
    window.addEventListener("keydown", this.onKey, true);
    window.addEventListener("focusout", this.keepFocus);
    window.addEventListener("pointerup", this.afterTouch);
    window.addEventListener("pandian:scan", this.onEvent as EventListener);
    this.sink.addEventListener("input", this.onInput as EventListener);
    this.sink.addEventListener("compositionend", this.onComposed);
    window.pandian = {
      scan: (text, options) => this.hook({ text, ...options }),
    };
    this.keepFocus();
    return () => this.detach();
  }

  detach(): void {
    window.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("focusout", this.keepFocus);
    window.removeEventListener("pointerup", this.afterTouch);
    window.removeEventListener("pandian:scan", this.onEvent as EventListener);
    if (this.timer) clearTimeout(this.timer);
    this.sink.remove();
    delete window.pandian;
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const field = editable(event.target, this.sink);
    // A field that wants codes for itself (an item's barcode) reads like any other keyboard.
    if (field?.dataset.scan === "field") return;
    this.reader.tick(event.timeStamp);
    this.remember(field, event.timeStamp);
    this.way = "keys";
    const taken = this.reader.key({
      key: event.key === "Process" || event.isComposing || event.keyCode === 229 ? processed(event) : event.key,
      code: event.code,
      ctrl: event.ctrlKey,
      shift: event.shiftKey,
      alt: event.altKey,
      meta: event.metaKey,
      time: event.timeStamp,
      inField: field !== null,
    });
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
    }
    this.wake();
  };

  /** What the field held before this burst began, so that a scan typed into it can be taken out again. */
  private remember(field: Field | null, time: number): void {
    const begins = time - this.lastKey > GAP_MS || this.field?.element !== field;
    this.lastKey = time;
    if (!field) this.field = null;
    else if (begins) this.field = { element: field, before: field.value };
  }

  private readonly onInput = (event: InputEvent) => {
    this.way = "sink";
    if (event.isComposing || event.inputType === "insertCompositionText") {
      this.reader.compose(this.sink.value, event.timeStamp);
    } else {
      const text = this.sink.value;
      this.sink.value = "";
      if (text !== "") this.reader.input(text, event.timeStamp);
    }
    this.wake();
  };

  private readonly onComposed = (event: Event) => {
    const text = this.sink.value;
    this.sink.value = "";
    if (text !== "") this.reader.input(text, event.timeStamp);
    this.wake();
  };

  private readonly onEvent = (event: CustomEvent) => this.hook(event.detail ?? {});

  private hook(detail: { text?: unknown; symbology?: string | null; source?: string }): void {
    const text = cleanHookText(detail.text);
    if (text === null) return;
    const source = detail.source === "camera" ? "camera" : "wedge";
    this.bus.publish(
      { text, symbology: detail.symbology ?? symbologyOf(text), source, time: performance.now() },
      "hook",
    );
  }

  /** Look again when it may be quiet. Events queued behind a busy page come first: the timer asks twice. */
  private wake(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = setTimeout(() => {
        if (!this.reader.tick(performance.now())) this.wake();
      }, 0);
    }, this.reader.quiet());
  }

  private scanned(burst: Burst): void {
    if (burst.inField && this.field) {
      // The machine wins over the focused field: what it typed there is taken out again.
      this.field.element.value = this.field.before;
      this.field.element.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const { text } = burst;
    this.bus.publish({ text, symbology: symbologyOf(text), source: "wedge", time: performance.now() }, this.way);
  }

  /** A touched button keeps the focus, and on Android the scanner would type into it: give it back to the sink. */
  private readonly afterTouch = (event: PointerEvent) => {
    if (event.pointerType === "mouse") return;
    setTimeout(() => {
      if (!editable(document.activeElement, this.sink)) this.sink.focus({ preventScroll: true });
    }, 0);
  };

  /** The sink keeps the focus while no field wants it, so that Android has somewhere to type. */
  private readonly keepFocus = () => {
    setTimeout(() => {
      const active = document.activeElement;
      if (!active || active === document.body) this.sink.focus({ preventScroll: true });
    }, 0);
  };
}

/** While an input method holds the keys, `key` lies; Enter and Tab are the exception worth keeping. */
function processed(event: KeyboardEvent): string {
  if (event.code === "Enter" || event.code === "NumpadEnter") return "Enter";
  return event.code === "Tab" ? "Tab" : "Process";
}
