// Devices on a floor: each a database that lasts, with one or two tabs that come and go, and a network between them
// and the model of the server that loses, delays and doubles whatever the test wants.
import { Problem, Unreachable } from "../../src/api/problem";
import { installation } from "../../src/store/device";
import { putFact } from "../../src/store/meta";
import { append } from "../../src/store/outbox";
import { type Database, type OutboxRow, openDatabase } from "../../src/store/schema";
import { NotSaved, Store } from "../../src/store/store";
import { Engine } from "../../src/sync/engine";
import type { Transport } from "../../src/sync/transport";
import { scanOf, TestClock } from "./device";
import { type DiskFault, disk } from "./disk";
import { problem } from "./problem";
import { type Backup, ServerModel } from "./server_model";

export const NETWORK_FAULTS = [
  "lost_request",
  "lost_answer",
  "late_request",
  "slow_answer",
  "twice",
  "busy",
  "unavailable",
  "unauthorized",
  "too_large",
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number] | null;

/** A mistake built in on purpose: what a tab does differently. */
export interface Planted {
  transport?: (inner: Transport, tab: Tab) => Transport;
  afterRound?: (tab: Tab) => Promise<unknown>;
  afterLostScan?: (tab: Tab) => Promise<unknown>;
}

export interface Beep {
  code: string;
  text: string;
  person: string;
}

const REFUSALS: Record<string, () => Problem> = {
  busy: () => problem(429, "too_many_requests", { retry_after_s: 7 }),
  unavailable: () => problem(503, "database_busy"),
  unauthorized: () => problem(401, "device_unknown"),
  too_large: () => problem(413, "batch_too_large"),
};

const never = <T>() => new Promise<T>(() => undefined);
export const DEVICE = "device";
let floors = 0;

export class FloorModel {
  readonly server = new ServerModel();
  readonly phones: Phone[] = [];
  readonly beeps: Beep[] = [];
  readonly attempted = new Set<string>();
  /** Beeps whose loss nobody can be blamed for: older than the retention when the server was restored. */
  readonly forgiven = new Set<string>();
  network: NetworkFault[] = [];
  backup: Backup | null = null;
  /** The epoch in which the server was restored without anybody saying so. */
  silentEpoch: string | null = null;
  /** When the server last took each text in: of what it has now, and of what a restore took from it. */
  readonly everReceived = new Map<string, number>();
  private holding = false;
  /** Requests on their way although the device has given them up, and answers that have not arrived yet. */
  private late: (() => void)[] = [];
  private slow: (() => void)[] = [];
  readonly name = `floor-${++floors}`;

  constructor(
    readonly planted: Planted = {},
    readonly locks = true,
  ) {
    this.server.pageSize = 2;
    this.server.snapshotPage = 2;
  }

  async addPhone(): Promise<Phone> {
    const phone = new Phone(this, `${this.name}-${this.phones.length + 1}`);
    this.phones.push(phone);
    await phone.openTab();
    return phone;
  }

  /** A restore nobody told of has not been noticed yet. */
  get unnoticed(): boolean {
    return this.silentEpoch === this.server.epoch;
  }

  /** Every third code belongs to a stocktake that is closed, and then open again. */
  toggleHold(): void {
    this.holding = !this.holding;
    this.server.holdCode = ({ code }) =>
      this.holding && Number(String(code).slice(5)) % 3 === 0 ? "stocktake_closed" : null;
  }

  noteReceived(): void {
    for (const { text, received } of this.server.all()) this.everReceived.set(text, received);
  }

  deliverLate(): void {
    for (const deliver of this.late.splice(0)) deliver();
  }

  deliverSlow(): void {
    for (const deliver of this.slow.splice(0)) deliver();
  }

  /** One call over the network, as far as its fault lets it come. */
  call<T>(tab: Tab, work: () => T): Promise<T> {
    if (tab.dead) return never();
    const fault = this.network.shift() ?? null;
    if (fault === "lost_request") return Promise.reject(new Unreachable());
    const refusal = fault && REFUSALS[fault];
    if (refusal) return Promise.reject(refusal());
    if (fault === "late_request") {
      this.late.push(() => quietly(work));
      return Promise.reject(new Unreachable());
    }
    if (fault === "twice") quietly(work);
    const answer = attempt(work);
    if (fault === "lost_answer") return Promise.reject(new Unreachable());
    if (fault !== "slow_answer") return answer;
    answer.catch(() => undefined); // a refusal is heard only when it arrives
    tab.stuck();
    return new Promise((resolve) => this.slow.push(() => resolve(tab.dead ? never() : answer)));
  }
}

async function attempt<T>(work: () => T): Promise<T> {
  return work();
}

function quietly(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

export class Phone {
  readonly clock = new TestClock();
  readonly tabs: Tab[] = [];
  person = "anna";
  /** Ends when the tab that has the Web Lock lets it go. */
  private lock: Promise<unknown> = Promise.resolve();

  constructor(
    readonly floor: FloorModel,
    readonly name: string,
  ) {}

  async openTab(): Promise<Tab> {
    const tab = new Tab(this);
    await tab.open();
    this.tabs.push(tab);
    return tab;
  }

  /** The browser is killed: whatever its pages were about to do does not happen. */
  async restart(tabs: number): Promise<void> {
    for (const tab of this.tabs.splice(0)) tab.kill();
    this.lock = Promise.resolve();
    for (let i = 0; i < tabs; i++) await this.openTab();
  }

  request<T>(tab: Tab, work: () => Promise<T>): Promise<T> {
    if (!this.floor.locks) return work();
    const run = this.lock.then(() => (tab.dead ? never<T>() : work()));
    this.lock = Promise.race([run.catch(() => undefined), tab.died]);
    return run;
  }

  /** Wait until nobody of this device holds an answer back. */
  get busy(): boolean {
    return this.tabs.some((tab) => tab.waiting);
  }

  async rows(): Promise<OutboxRow[]> {
    const db = await openDatabase(this.name);
    const rows = await db.getAll("outbox");
    db.close();
    return rows;
  }

  /** The profile is copied to another device: same identity, same keys, same numbers. */
  async clone(): Promise<Phone> {
    const copy = new Phone(this.floor, `${this.floor.name}-${this.floor.phones.length + 1}`);
    copy.clock.time = this.clock.time;
    const [from, to] = [await openDatabase(this.name), await openDatabase(copy.name)];
    for (const store of Array.from(from.objectStoreNames)) {
      const [keys, values] = await Promise.all([from.getAllKeys(store), from.getAll(store)]);
      const tx = to.transaction(store, "readwrite");
      for (const [index, value] of values.entries()) {
        await tx.store.put(value as never, tx.store.keyPath ? undefined : (keys[index] as never));
      }
      await tx.done;
    }
    from.close();
    to.close();
    this.floor.phones.push(copy);
    await copy.openTab();
    return copy;
  }
}

export class Tab {
  store!: Store;
  engine!: Engine;
  dead = false;
  private die: () => void = () => undefined;
  readonly died = new Promise<void>((resolve) => {
    this.die = resolve;
  });
  private round: Promise<unknown> | null = null;
  private onStuck: () => void = () => undefined;

  constructor(readonly phone: Phone) {}

  async open(): Promise<void> {
    const opened = (): Promise<Database> => (this.dead ? never() : openDatabase(this.phone.name));
    this.store = await Store.open(opened, async () => undefined);
    await installation(this.store);
    await putFact(this.store, "device", { id: DEVICE, number: 1, label: "PDA 1", site_id: "site" });
    const { planted } = this.phone.floor;
    const transport = this.transport();
    this.engine = new Engine({
      store: this.store,
      transport: planted.transport?.(transport, this) ?? transport,
      clock: this.phone.clock,
      app: "test",
      lock: (work) => this.phone.request(this, work),
      random: () => 0.5,
    });
  }

  kill(): void {
    this.dead = true;
    this.die();
    this.store.close();
  }

  /** A round of this tab is under way and waits for an answer. */
  get waiting(): boolean {
    return this.round !== null;
  }

  stuck(): void {
    this.onStuck();
  }

  async scan(faults: DiskFault[]): Promise<void> {
    const { floor, clock, person } = this.phone;
    clock.time += 50;
    const code = `code-${floor.attempted.size + 1}`;
    floor.attempted.add(code);
    disk.faults = [...faults];
    try {
      const [row] = await append(this.store, [scanOf(code)], { person, auth: "online" }, clock);
      if (row) floor.beeps.push({ code, text: row.text, person });
    } catch (error) {
      disk.faults = [];
      if (!(error instanceof NotSaved)) throw error;
      await floor.planted.afterLostScan?.(this);
    }
    disk.faults = [];
  }

  /** One round, until it is over or hangs on an answer that is slow to come. */
  async sync(faults: DiskFault[] = [], quick = false): Promise<void> {
    if (this.waiting || (this.phone.floor.locks && this.phone.busy)) return;
    disk.faults = [...faults];
    const stuck = new Promise<void>((resolve) => {
      this.onStuck = resolve;
    });
    const after = () => this.phone.floor.planted.afterRound?.(this);
    this.round = this.engine
      .round(quick)
      .then(after)
      .finally(() => {
        this.round = null;
      });
    await Promise.race([this.round, stuck]).finally(() => {
      disk.faults = [];
    });
  }

  /** What hung goes on to its end. */
  async finish(): Promise<void> {
    await this.round;
  }

  /** Begin a round and do not wait for it. */
  begin(): void {
    if (!this.waiting) void this.engine.round();
  }

  private transport(): Transport {
    const { floor } = this.phone;
    const tab: Tab = this;
    return {
      hello: (body) => floor.call(tab, () => floor.server.hello(body)),
      async push(body, sign) {
        await sign(new TextEncoder().encode(JSON.stringify(body)));
        return floor.call(tab, () => floor.server.push(body.device_id, body.records));
      },
      changes: (cursor, limit) => floor.call(tab, () => floor.server.changes(DEVICE, cursor, limit)),
      manifest: (dataset) => floor.call(tab, () => floor.server.manifest(DEVICE, dataset)),
      page: (_dataset, id, page) => floor.call(tab, () => floor.server.page(DEVICE, id, page)),
    };
  }
}
