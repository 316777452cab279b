// The engine carries this device's log to the server and the world back: hello → push until empty → pull until
// head → sleep. Whether we are online is the outcome of the last call, never navigator.onLine.
import { signal } from "@preact/signals";
import { Problem, Unreachable } from "../api/problem";
import type { Hello, HelloAnswer, PushAnswer } from "../api/types";
import { uuid7 } from "../domain/uuid";
import { begin, beginAgain, underWay } from "../store/bootstrap";
import { installation, sign } from "../store/device";
import { applyPage } from "../store/masters";
import { type DeviceFacts, getFact, putFact } from "../store/meta";
import * as outbox from "../store/outbox";
import type { OutboxRow, Verdict } from "../store/schema";
import { NotSaved, type Store } from "../store/store";
import { type Loading, loadSnapshots } from "./bootstrap";
import { compareDue } from "./compare";
import type { Transport } from "./transport";

export type Phase = "STARTING" | "HEALTHY" | "OFFLINE" | "AUTH_PAUSED" | "BOOTSTRAP" | "BROKEN_STORE" | "READ_ONLY";

export interface SyncState {
  phase: Phase;
  /** Records not yet on the server, and records a supervisor must look at. */
  waiting: number;
  held: number;
  /** When the server last answered, ms; 0 = never. */
  lastContact: number;
  /** Problem code of the last failure, "unreachable" without an answer. */
  error: string | null;
  revoked: boolean;
  /** The items are not here: there was no space for them. */
  itemsDropped: boolean;
  /** Rows read since the start: whatever shows the world looks again. */
  loaded: number;
  /** How far a world that is being loaded has come; null when none is. */
  loading: Loading | null;
}

export interface Deps {
  store: Store;
  transport: Transport;
  clock: outbox.Clock;
  app: string;
  /** Runs one round at a time over all tabs; without Web Locks duplicates are harmless. */
  lock: <T>(work: () => Promise<T>) => Promise<T>;
  random: () => number;
}

export const BATCH_LIMIT = 500;
const BATCH_BYTES = 1_200_000;
const PAGE_LIMIT = 2000;
const SCHEMA_VERSION = 1;
const HEARTBEAT_WAITING_MS = 4_000;
const HEARTBEAT_IDLE_MS = 30_000;
const BACKOFF_WAITING_MAX_MS = 12_000;
const BACKOFF_IDLE_MAX_MS = 60_000;
const AUTH_PAUSE_MS = 30_000;

export class Engine {
  readonly state = signal<SyncState>({
    phase: "STARTING",
    waiting: 0,
    held: 0,
    lastContact: 0,
    error: null,
    revoked: false,
    itemsDropped: false,
    loaded: 0,
    loading: null,
  });
  private batchLimit = BATCH_LIMIT;
  private failures = 0;
  private lastHello = 0;

  constructor(private readonly deps: Deps) {}

  /** Read the counters anew; the screens call it after each record they wrote. */
  async refresh(): Promise<void> {
    const [waiting, held, lastContact, dropped] = await Promise.all([
      outbox.count(this.deps.store, "PENDING"),
      outbox.count(this.deps.store, "HELD"),
      getFact(this.deps.store, "last_contact"),
      getFact(this.deps.store, "items_dropped"),
    ]);
    this.set({ waiting, held, lastContact: lastContact ?? 0, itemsDropped: Boolean(dropped) });
  }

  /**
   * One round; answers in how many ms the next is due. `quick` leaves out hello and pull when the last hello is
   * fresh: what a scan sets off.
   */
  async round(quick = false): Promise<number> {
    try {
      await this.deps.store.revive();
      const device = await getFact(this.deps.store, "device");
      if (!device) return HEARTBEAT_IDLE_MS;
      await this.refresh();
      const fresh = this.deps.clock.now() - this.lastHello < HEARTBEAT_IDLE_MS && this.state.value.phase === "HEALTHY";
      await this.deps.lock(() => (quick && fresh ? this.push(device) : this.wholeRound(device)));
      this.failures = 0;
      this.set({ phase: "HEALTHY", error: null });
      await this.refresh();
      return this.state.value.waiting > 0 ? HEARTBEAT_WAITING_MS : HEARTBEAT_IDLE_MS;
    } catch (error) {
      return this.failed(error);
    }
  }

  private async wholeRound(device: DeviceFacts): Promise<void> {
    const answer = await this.hello(device);
    await this.push(device);
    if (!answer.revoked) {
      if (this.state.value.itemsDropped) await this.loadItemsAgain();
      await this.pull();
      await this.compare();
    }
    await outbox.prune(this.deps.store, answer.server_ms);
  }

  private async hello(device: DeviceFacts): Promise<HelloAnswer> {
    const { store, clock, transport, app } = this.deps;
    const body: Hello = {
      device_id: device.id,
      installation_id: (await installation(store)).id,
      app,
      schema_v: SCHEMA_VERSION,
      next_seq: (await getFact(store, "next_seq")) ?? 1,
      pending: await outbox.count(store, "PENDING"),
      acked_seq: (await getFact(store, "hwm")) ?? 0,
      epoch: (await getFact(store, "epoch")) ?? null,
      cursor: (await getFact(store, "cursor")) ?? null,
      sent_ms: clock.now(),
      mono_ms: Math.round(clock.mono()),
      boot: clock.boot,
    };
    const answer = await transport.hello(body);
    await this.contact();
    this.lastHello = clock.now();
    this.set({ revoked: answer.revoked });
    await outbox.adoptEpoch(store, answer.server_epoch);
    await outbox.raiseNextSeq(store, answer.max_seq);
    await outbox.pendMissing(store, answer.missing);
    await outbox.noteDecisions(
      store,
      answer.held.map(({ id, seq: _seq, ...verdict }) => ({ id, verdict })),
    );
    return answer;
  }

  private async push(device: DeviceFacts): Promise<void> {
    for (;;) {
      const batch = await outbox.nextPending(this.deps.store, this.batchLimit, BATCH_BYTES);
      if (batch.length === 0) return;
      const answer = await this.pushBatch(device, batch);
      if (!answer) continue;
      await this.settle(batch, answer);
      await this.refresh();
    }
  }

  /** null: the batch was too large and the next try is half of it. */
  private async pushBatch(device: DeviceFacts, batch: OutboxRow[]): Promise<PushAnswer | null> {
    const { store, clock, transport } = this.deps;
    const { keys } = await installation(store);
    const body = {
      device_id: device.id,
      batch_id: uuid7(clock.now()),
      epoch: (await getFact(store, "epoch")) ?? null,
      sent_ms: clock.now(),
      mono_ms: Math.round(clock.mono()),
      boot: clock.boot,
      next_seq: (await getFact(store, "next_seq")) ?? 1,
      pending: await outbox.count(store, "PENDING"),
      records: batch.map((row) => row.text),
    };
    try {
      const answer = await transport.push(body, (bytes) => sign(keys, bytes));
      this.batchLimit = Math.min(BATCH_LIMIT, this.batchLimit * 2);
      return answer;
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 413 || batch.length === 1) throw error;
      this.batchLimit = Math.ceil(batch.length / 2);
      return null;
    }
  }

  private async settle(batch: OutboxRow[], answer: PushAnswer): Promise<void> {
    const held = new Map<number, Verdict>();
    for (const { seq, status, code, detail } of answer.exceptions) {
      if (status === "held") held.set(seq, { code, detail: detail ?? null, state: "open" });
    }
    const answered = { epoch: answer.server_epoch, hwm: answer.hwm, at: answer.server_ms };
    await outbox.settle(this.deps.store, batch, held, answered);
    await this.contact();
  }

  private async pull(): Promise<void> {
    const { store, transport } = this.deps;
    let again = false;
    for (;;) {
      const cursor = await this.whereToGoOn();
      const page = await transport.changes(cursor, PAGE_LIMIT).catch(async (error: unknown) => {
        // Told so twice in one round, it waits for the next: never a loop without a pause.
        if (!(error instanceof Problem) || error.status !== 410 || cursor === "0" || again) throw error;
        again = true;
        await beginAgain(store);
        return null;
      });
      if (!page) continue;
      if (!(await applyPage(store, page, cursor))) continue;
      await this.contact();
      this.set({ loaded: this.state.value.loaded + page.rows.length });
      if (!page.more) break;
    }
    this.set({ loading: null });
  }

  /** There was no space for the items; is there now? */
  private async loadItemsAgain(): Promise<void> {
    const { store, clock } = this.deps;
    const { hasRoom } = await import("../store/room");
    if (!(await hasRoom((await getFact(store, "items_dropped")) ?? 0, clock.now()))) return;
    await putFact(store, "items_dropped", null);
    await beginAgain(store);
  }

  /** A world that differs from the server's is loaded anew at once. */
  private async compare(): Promise<void> {
    const { clock, random } = this.deps;
    if (await compareDue(this.deps, { now: () => clock.now(), random })) await this.pull();
  }

  /** The feed's cursor. A device that knows nothing, or must begin again, loads the snapshots first. */
  private async whereToGoOn(): Promise<string> {
    const { store } = this.deps;
    const cursor = (await getFact(store, "cursor")) ?? "0";
    if (cursor !== "0") {
      if (await underWay(store)) this.set({ phase: "BOOTSTRAP" });
      return cursor;
    }
    this.set({ phase: "BOOTSTRAP" });
    const tell = (loading: Loading) => this.set({ loading, loaded: this.state.value.loaded + 1 });
    if (!(await loadSnapshots(this.deps, tell))) {
      await begin(store, null);
      return cursor;
    }
    this.set({ loaded: this.state.value.loaded + 1 });
    return (await getFact(store, "cursor")) ?? "0";
  }

  private async contact(): Promise<void> {
    const now = this.deps.clock.now();
    await putFact(this.deps.store, "last_contact", now);
    this.set({ lastContact: now });
  }

  /** What a failure means for the state, and when to try again: every state has a way out on a timer. */
  private failed(error: unknown): number {
    this.failures += 1;
    if (error instanceof NotSaved) {
      this.set({
        phase: this.deps.store.state.value === "READ_ONLY" ? "READ_ONLY" : "BROKEN_STORE",
        error: "not_saved",
      });
      return AUTH_PAUSE_MS;
    }
    if (error instanceof Problem && error.code === "snapshot_being_made") {
      this.set({ phase: "BOOTSTRAP", error: error.code });
      return Number(error.data.retry_after_s) * 1000;
    }
    if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
      this.set({ phase: "AUTH_PAUSED", error: error.code });
      return this.jitter(AUTH_PAUSE_MS);
    }
    if (!(error instanceof Problem) && !(error instanceof Unreachable)) console.error("sync failed", error);
    this.set({ phase: "OFFLINE", error: error instanceof Problem ? error.code : "unreachable" });
    const asked = error instanceof Problem ? Number(error.data.retry_after_s) : Number.NaN;
    return asked > 0 ? asked * 1000 * (1 + this.deps.random() / 2) : this.backoff();
  }

  private backoff(): number {
    const waiting = this.state.value.waiting > 0;
    const first = waiting ? HEARTBEAT_WAITING_MS / 2 : HEARTBEAT_IDLE_MS / 4;
    const most = waiting ? BACKOFF_WAITING_MAX_MS : BACKOFF_IDLE_MAX_MS;
    return this.jitter(Math.min(most, first * 2 ** (this.failures - 1)));
  }

  /** Between 75 and 125 %: five hundred devices must not come back in one moment. */
  private jitter(ms: number): number {
    return ms * (0.75 + this.deps.random() / 2);
  }

  private set(change: Partial<SyncState>): void {
    this.state.value = { ...this.state.value, ...change };
  }
}
