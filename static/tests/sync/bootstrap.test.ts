// A new device loads the world from snapshots: killed at any page it goes on there, and what it knew answers meanwhile.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeedRow } from "../../src/api/types";
import { itemByForm, listLocations } from "../../src/store/masters";
import { getFact, putFact } from "../../src/store/meta";
import { on, sideOf } from "../../src/store/world";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";

let server: FakeServer;
let device: Device;

const form = (n: number) => String(n).padStart(14, "0");
const item = (n: number, name = `item ${n}`): FeedRow => ({
  entity: "item",
  id: `item-${n}`,
  op: "U",
  body: { id: `item-${n}`, name, barcodes: [{ code: form(n), normal_form: form(n), pack_factor: 1, label: "" }] },
});
const place: FeedRow = {
  entity: "location",
  id: "place",
  op: "U",
  body: { id: "place", code: "A-01", barcode: "LOC-A-01" },
};
const nameOf = async (n: number) => (await itemByForm(device.store, form(n)))?.name;
const side = () => device.store.read(sideOf);
const forget = () => putFact(device.store, "cursor", "0");

beforeEach(async () => {
  server = new FakeServer();
  server.model.snapshotPage = 3;
  server.tell([place, ...Array.from({ length: 8 }, (_, n) => item(n))]);
  device = await Device.make(server);
});

describe("a new device", () => {
  it("loads the site first, then the items, then what changed since", async () => {
    await device.engine.round();
    expect(server.calls).toEqual([
      "hello",
      "manifest site",
      "manifest company",
      "site 1",
      "company 1",
      "company 2",
      "company 3",
      "changes",
    ]);
    expect(await nameOf(7)).toBe("item 7");
    expect(await getFact(device.store, "cursor")).toBe(`${server.model.epoch}:9`);
    expect(device.engine.state.value).toMatchObject({ phase: "HEALTHY", loading: null });
  });

  it("says how far it is, by what is loaded", async () => {
    const told: unknown[] = [];
    device.engine.state.subscribe(({ loading }) => loading && told.push(loading.done.item ?? 0, loading.total.item));
    await device.engine.round();
    expect([...new Set(told)]).toEqual([0, 8, 3, 6]);
  });

  it("knows places before the last item has come, because nothing older could answer", async () => {
    server.faults = [null, null, null, null, "lost_request"];
    await device.engine.round();
    expect((await listLocations(device.store)).map(({ id }) => id)).toEqual(["place"]);
    expect(device.engine.state.value.phase).toBe("OFFLINE");
  });

  it.each([1, 2, 3, 4])(
    "killed before page %i is written, it goes on there and ends with the same world",
    async (n) => {
      server.faults = [null, null, null, ...Array(n - 1).fill(null), "lost_request"];
      await device.engine.round();
      await device.restart();
      server.calls = [];
      await device.engine.round();
      const pages = ["site 1", "company 1", "company 2", "company 3"];
      expect(server.calls).toEqual(["hello", ...pages.slice(n - 1), "changes"]);
      expect(await device.store.read((db) => db.count("items"))).toBe(8);
      expect(await getFact(device.store, "bootstrapping")).toBe(false);
    },
  );

  it("takes what changed while it was loading", async () => {
    server.faults = [null, null, null, null, null, "lost_request"];
    await device.engine.round();
    server.tell([item(2, "renamed"), { ...item(3), body: null }]);
    await device.engine.round();
    expect([await nameOf(2), await nameOf(3), await nameOf(4)]).toEqual(["renamed", undefined, "item 4"]);
  });

  it("asks for the newest snapshot when the one it was reading is gone", async () => {
    server.faults = [null, null, null, null, null, "lost_request"];
    await device.engine.round();
    server.model.dropSnapshots();
    server.tell([{ ...item(0), body: null }]);
    await device.engine.round();
    expect(await nameOf(0)).toBeUndefined();
    expect(await device.store.read((db) => db.count("items"))).toBe(7);
  });

  it("begins anew when the server was restored meanwhile", async () => {
    server.faults = [null, null, null, null, null, "lost_request"];
    await device.engine.round();
    server.restore();
    server.tell([item(99)]);
    await device.engine.round();
    expect(await device.store.read((db) => db.getAllKeys("items"))).toEqual(["item-99"]);
  });

  it("reads the feed where the server has no snapshots", async () => {
    server.model.snapshotPage = 0;
    server.pageSize = 4;
    await device.engine.round();
    expect(server.calls).toEqual(["hello", "changes", "changes", "changes"]);
    expect(await device.store.read((db) => db.count("items"))).toBe(8);
  });

  it("two tabs without locks load it together and end with one world", async () => {
    const other = device.newEngine();
    await Promise.all([device.engine.round(), other.round()]);
    await Promise.all([device.engine.round(), other.round()]);
    expect(await device.store.read((db) => db.count("items"))).toBe(8);
    expect(await getFact(device.store, "cursor")).toBe(`${server.model.epoch}:9`);
  });
});

describe("a device that begins again", () => {
  beforeEach(async () => {
    await device.engine.round();
    server.tell([item(1, "renamed"), { ...item(2), body: null }]);
    await forget();
  });

  it("answers scans from what it knew until the new world is whole", async () => {
    server.faults = [null, null, null, null, null, null, "lost_request"];
    await device.engine.round();
    expect([await nameOf(1), await nameOf(2), await side()]).toEqual(["item 1", "item 2", 1]);
    await device.engine.round();
    expect([await nameOf(1), await nameOf(2), await side()]).toEqual(["renamed", undefined, 2]);
  });

  it("clears the former world, and what a kill left of it before it loads the next", async () => {
    await device.engine.round();
    expect(await device.store.read((db) => db.count("items"))).toBe(0);
    await device.store.run((db) => db.put("items", { id: "left over", forms: [form(55)] } as never));
    await forget();
    await device.engine.round();
    expect([await side(), await nameOf(55), await nameOf(1)]).toEqual([1, undefined, "renamed"]);
    expect(await device.store.read((db) => db.count(on(2, "items")))).toBe(0);
  });

  it("never lets a scan wait for a page: what is scanned is written while pages come", async () => {
    const round = device.engine.round();
    await Promise.all(Array.from({ length: 20 }, () => device.scan()));
    await round;
    await device.engine.round();
    expect(server.texts()).toEqual(device.beeped);
  });
});

describe("a world that differs from the server's", () => {
  const due = () => putFact(device.store, "compare_at", { site: 0, company: 0 });
  const spoil = () =>
    device.store.run(async (db) => {
      const row = await db.get("items", "item-5");
      if (row) await db.put("items", { ...row, name: "not what the server said" });
    });

  beforeEach(async () => {
    await device.engine.round();
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => vi.restoreAllMocks());

  it("is found when it is next compared, and is loaded anew at once", async () => {
    await spoil();
    await device.engine.round();
    expect(await nameOf(5)).toBe("not what the server said");
    await due();
    await device.engine.round();
    expect(await nameOf(5)).toBe("item 5");
    expect(console.error).toHaveBeenCalledOnce();
  });

  it("is also one that has a row too few", async () => {
    await device.store.run((db) => db.delete("items", "item-0"));
    await due();
    await device.engine.round();
    expect(await nameOf(0)).toBe("item 0");
  });

  it("is not one that adds up: then nothing is read but two manifests, once a day", async () => {
    await due();
    server.calls = [];
    await device.engine.round();
    await device.engine.round();
    expect(server.calls).toEqual(["hello", "changes", "manifest site", "manifest company", "hello", "changes"]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it("is not looked for while it changes: soon again", async () => {
    vi.spyOn(server.model, "manifest").mockImplementation((_device, dataset) => ({
      ...Object.getPrototypeOf(server.model).manifest.call(server.model, "device", dataset),
      is_current: false,
    }));
    await spoil();
    await due();
    await device.engine.round();
    expect(await nameOf(5)).toBe("not what the server said");
    expect((await getFact(device.store, "compare_at"))?.company).toBe(device.clock.now() + 3_600_000);
  });
});
