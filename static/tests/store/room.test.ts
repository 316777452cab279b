// Space runs short: what the server has too goes first, and nothing that was scanned ever does.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { savePhoto } from "../../src/store/photos";
import { isPrivate, readRoom } from "../../src/store/room";
import { NotSaved } from "../../src/store/store";
import { ask } from "../../src/store/world";
import { Device } from "../support/device";
import { disk } from "../support/disk";
import { FakeServer } from "../support/fake_server";

const HOUR_MS = 60 * 60 * 1000;
let server: FakeServer;
let device: Device;

const items = () => ask(device.store, (db, at) => db.count(at("items")));

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  server = new FakeServer();
  device = await Device.make(server);
  server.tell(["a", "b"].map((id) => ({ entity: "item", id, op: "U" as const, body: { name: id, barcodes: [] } })));
  device.clock.time = Date.now();
  await device.engine.round();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a device without space", () => {
  it("drops the items, saves the record, and keeps its outbox and its photos", async () => {
    await device.scan();
    const photo = { id: "p", purpose: "damage", record_id: null, document_id: null, taken_at: 1 } as const;
    const bytes = new ArrayBuffer(3);
    await savePhoto(device.store, { ...photo, bytes, thumb: "", status: "WAITING", code: null, sent_at: null });
    disk.faults = ["full"];
    await device.scan();
    expect(device.store.state.value).toBe("OPEN");
    expect(await device.outboxTexts()).toEqual(device.beeped);
    expect([await items(), await device.store.read((db) => db.count("photos"))]).toEqual([0, 1]);
    await device.engine.refresh();
    expect(device.engine.state.value.itemsDropped).toBe(true);
  });

  it("lets photos go before the items, when the server has them already", async () => {
    const photo = {
      purpose: "damage",
      record_id: null,
      document_id: null,
      taken_at: 1,
      thumb: "",
      code: null,
    } as const;
    const bytes = new ArrayBuffer(3);
    await savePhoto(device.store, { ...photo, id: "p1", bytes, status: "SENT", sent_at: 1 });
    await savePhoto(device.store, { ...photo, id: "p2", bytes, status: "WAITING", sent_at: null });
    disk.faults = ["full"];
    await device.scan();
    const kept = await device.store.read((db) => db.getAll("photos"));
    expect([await items(), kept.map((row) => row.bytes?.byteLength ?? null)]).toEqual([2, [null, 3]]);
  });

  it("takes no items again while it is full, and follows everything else", async () => {
    disk.faults = ["full"];
    await device.scan();
    const place = { entity: "location", id: "bin", op: "U" as const, body: { code: "A-01", kind: "bin" } };
    server.tell([{ entity: "item", id: "c", op: "U", body: { name: "c", barcodes: [] } }, place]);
    await device.engine.round();
    expect([await items(), await ask(device.store, (db, at) => db.count(at("locations")))]).toEqual([0, 1]);
  });

  it("loads all items again later, when there is space", async () => {
    disk.faults = ["full"];
    await device.scan();
    const storage = { estimate: async () => ({ usage: 990, quota: 1000 }) };
    vi.stubGlobal("navigator", { storage });
    device.clock.time += 2 * HOUR_MS;
    await device.engine.round();
    expect(await items(), "there is no space yet").toBe(0);
    storage.estimate = async () => ({ usage: 990, quota: 10_000_000_000 });
    await device.engine.round();
    expect([await items(), device.engine.state.value.itemsDropped]).toEqual([2, false]);
  });

  it("that has nothing left to drop says loudly that nothing is saved", async () => {
    disk.faults = Array(20).fill("full"); // more than it ever tries
    await expect(device.scan()).rejects.toBeInstanceOf(NotSaved);
    disk.faults = [];
    expect(device.store.state.value).toBe("READ_ONLY");
    expect(await device.outboxTexts()).toEqual(device.beeped);
  });
});

describe("what the browser says of its storage", () => {
  const dir = (name: string) => ({ getDirectory: () => Promise.reject(new DOMException("", name)) });

  it("is a private window where it refuses the file system, or gives less than memory", async () => {
    vi.stubGlobal("navigator", { storage: dir("SecurityError") });
    expect(await isPrivate()).toBe(true);
    vi.stubGlobal("performance", { memory: { jsHeapSizeLimit: 4e9 } });
    const given = (quota: number) => ({
      storage: { getDirectory: async () => ({}), estimate: async () => ({ quota }) },
    });
    vi.stubGlobal("navigator", given(1e9));
    expect(await isPrivate()).toBe(true);
    vi.stubGlobal("navigator", given(1e10));
    expect(await isPrivate()).toBe(false);
  });

  it("is not held against it where it cannot say: an old WebView counts on", async () => {
    vi.stubGlobal("navigator", {});
    expect(await isPrivate()).toBe(false);
    expect(await readRoom()).toEqual({ kept: false, used: null, most: null });
  });

  it("refuses to write what would be lost, while nobody answers", async () => {
    device.store.mayWrite = () => device.engine.state.value.phase === "HEALTHY";
    await device.scan();
    server.faults = ["lost_request"];
    await device.engine.round();
    await expect(device.scan()).rejects.toBeInstanceOf(NotSaved);
    await device.engine.round();
    await device.scan();
    expect(await device.outboxTexts()).toHaveLength(2);
  });
});
