// When the engine runs: on a timer, soon after a scan, when the page wakes up, and when somebody presses the button.
import type { Engine } from "./engine";

const AFTER_SCAN_MS = 400;

export class Loop {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = true;

  constructor(private readonly engine: Engine) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    window.addEventListener("online", this.now);
    window.addEventListener("pageshow", this.now);
    document.addEventListener("visibilitychange", this.woke);
    void this.now();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    window.removeEventListener("online", this.now);
    window.removeEventListener("pageshow", this.now);
    document.removeEventListener("visibilitychange", this.woke);
  }

  /** Run now, or once more when a round is under way. */
  readonly now = (): Promise<void> => {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.rounds(false).finally(() => {
      this.running = null;
    });
    return this.running;
  };

  /** A record was written. While the server does not answer, the back-off decides, not the trigger finger. */
  afterScan(): void {
    if (this.stopped || this.engine.state.value.phase !== "HEALTHY") return;
    if (this.running) this.again = true;
    else this.schedule(AFTER_SCAN_MS, true);
  }

  private readonly woke = () => {
    if (document.visibilityState === "visible") void this.now();
  };

  private async rounds(quick: boolean): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    let due: number;
    let light = quick;
    do {
      this.again = false;
      due = await this.engine.round(light);
      light = true;
    } while (this.again && this.engine.state.value.phase === "HEALTHY");
    if (!this.stopped) this.schedule(due, false);
  }

  private schedule(ms: number, quick: boolean): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.running ??= this.rounds(quick).finally(() => {
        this.running = null;
      });
    }, ms);
  }
}

/** Web Locks where they exist (not before Safari 15.4). */
export function webLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request("pandian-sync", work) as Promise<T>) : work();
}
