// A device in a test: a database of its own, an engine, a counter who scans.
import "fake-indexeddb/auto";
import type { NewRecord } from "../../src/domain/record";
import { installation } from "../../src/store/device";
import { putFact } from "../../src/store/meta";
import { append, type Clock } from "../../src/store/outbox";
import { openDatabase } from "../../src/store/schema";
import { Store } from "../../src/store/store";
import { Engine } from "../../src/sync/engine";
import type { Transport } from "../../src/sync/transport";

let made = 0;

export class TestClock implements Clock {
  time = 1_760_000_000_000;
  boot = "boot";
  now = () => this.time;
  mono = () => this.time - 1_760_000_000_000;
}

export const scanOf = (
  code = "6921168509256",
  more: Partial<Extract<NewRecord, { kind: "scan" }>> = {},
): NewRecord => ({
  kind: "scan",
  stocktake: "stocktake",
  sheet: "sheet",
  location: "place",
  round: 1,
  code,
  symbology: null,
  source: "wedge",
  item: "water",
  lot: "",
  factor: 1,
  quantity: 1,
  ...more,
});

export class Device {
  clock = new TestClock();
  /** Texts of everything that beeped, in order. */
  beeped: string[] = [];
  person = "anna";

  private constructor(
    public name: string,
    public store: Store,
    public engine: Engine,
    private readonly transport: Transport,
  ) {}

  static async make(transport: Transport, enrolled = true): Promise<Device> {
    made += 1;
    const name = `device-${made}`;
    const store = await Store.open(
      () => openDatabase(name),
      async () => undefined,
    );
    const device = new Device(name, store, undefined as unknown as Engine, transport);
    device.engine = device.newEngine();
    if (enrolled) {
      await installation(store);
      await putFact(store, "device", { id: "device", number: 1, label: "PDA 1", site_id: "site" });
    }
    return device;
  }

  newEngine(): Engine {
    const { store, transport, clock } = this;
    return new Engine({ store, transport, clock, app: "test", lock: (work) => work(), random: () => 0.5 });
  }

  async scan(code?: string, more?: Partial<Extract<NewRecord, { kind: "scan" }>>): Promise<void> {
    this.clock.time += 50;
    const rows = await append(this.store, [scanOf(code, more)], { person: this.person, auth: "online" }, this.clock);
    for (const row of rows) this.beeped.push(row.text);
  }

  /** The browser is killed and started again: only what is on disk remains. */
  async restart(): Promise<void> {
    this.store.close();
    this.store = await Store.open(
      () => openDatabase(this.name),
      async () => undefined,
    );
    this.engine = this.newEngine();
  }

  /** From here on its database is the one that `make` makes under this name. */
  async moveInto(name: string, make: (name: string) => Promise<void>): Promise<void> {
    await make(name);
    this.name = name;
    await this.restart();
  }

  async outboxTexts(): Promise<string[]> {
    return this.store.read(async (db) => (await db.getAll("outbox")).map((row) => row.text));
  }

  async statuses(): Promise<string[]> {
    return this.store.read(async (db) => (await db.getAll("outbox")).map((row) => row.status));
  }
}
