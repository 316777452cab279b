// Every version of the device's database that ever was landed, with a full queue: this version opens it and drains it.
import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { getFact } from "../../src/store/meta";
import { openDatabase } from "../../src/store/schema";
import { Store } from "../../src/store/store";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";
import { type FrozenDatabase, shapeOf, thaw } from "../support/frozen";

const LANDED = [1, 2, 3];
const NEWEST = LANDED.at(-1) ?? 0;

function frozenOf(version: number): FrozenDatabase {
  const file = new URL(`./frozen/database-${version}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as FrozenDatabase;
}

interface Row {
  seq: number;
  text: string;
  status: string;
}

function queueOf(frozen: FrozenDatabase): Row[] {
  return (frozen.stores.find(({ name }) => name === "outbox")?.rows ?? []).map(([, row]) => row as Row);
}

describe.each(LANDED)("a device that comes with its database of version %i and a full queue", (version) => {
  const frozen = frozenOf(version);
  const before = queueOf(frozen);

  it("keeps every record as it was: its bytes, its number, what the server said of it", async () => {
    const name = `frozen-kept-${version}`;
    await thaw(name, frozen);
    const store = await Store.open(() => openDatabase(name));
    expect(await store.read((db) => db.getAll("outbox"))).toEqual(before);
    expect(before.filter(({ status }) => status === "PENDING").length).toBeGreaterThanOrEqual(40);
    expect(await getFact(store, "next_seq")).toBe(before.length + 1);
    const photos = frozen.stores.find((one) => one.name === "photos")?.rows.length ?? 0;
    expect(await store.read((db) => db.count("photos"))).toBe(photos);
    store.close();
  });

  it("sends what waits byte for byte, and counts on", async () => {
    const server = new FakeServer();
    const device = await Device.make(server);
    const settled = before.filter(({ status }) => status !== "PENDING").map(({ text }) => text);
    server.model.push("device", settled);
    await device.moveInto(`frozen-sent-${version}`, (name) => thaw(name, frozen));
    await device.scan();
    await device.engine.round();
    expect(server.texts()).toEqual([...before.map(({ text }) => text), ...device.beeped]);
    expect(server.conflicts).toEqual([]);
    expect(device.engine.state.value).toMatchObject({ phase: "HEALTHY", waiting: 0 });
  });
});

describe("the newest database", () => {
  it("is the one that is frozen: whoever changes it makes a new version and freezes that", async () => {
    const db = await openDatabase("frozen-newest");
    const shapes = (stores: FrozenDatabase["stores"]) => stores.map((store) => ({ ...store, rows: [] }));
    expect(db.version).toBe(NEWEST);
    expect(shapeOf(db as never)).toEqual(shapes(frozenOf(NEWEST).stores));
    db.close();
  });
});
