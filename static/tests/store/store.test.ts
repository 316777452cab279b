import { describe, expect, it, vi } from "vitest";
import { foldTally } from "../../src/domain/tally";
import { installation, offlineUnlock, rememberUnlock } from "../../src/store/device";
import { applyPage, itemByForm, locationByForm, searchItems } from "../../src/store/masters";
import { getFact } from "../../src/store/meta";
import { append } from "../../src/store/outbox";
import { type Database, openDatabase } from "../../src/store/schema";
import { listSheets, rebuildSheets, recordsOfSheet } from "../../src/store/sheets";
import { NotSaved, Store } from "../../src/store/store";
import { Device, scanOf, TestClock } from "../support/device";
import { disk } from "../support/disk";
import { FakeServer } from "../support/fake_server";

const author = { person: "anna", auth: "online" as const };
const noPause = async () => undefined;

describe("a record", () => {
  it("gets the next number of this device, without a gap, whoever writes at the same time", async () => {
    const device = await Device.make(new FakeServer());
    await Promise.all(Array.from({ length: 40 }, () => device.scan()));
    const seqs = (await device.outboxTexts()).map((text) => JSON.parse(text).seq);
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it("is stored with its sheet: all of an append or none of it", async () => {
    const device = await Device.make(new FakeServer());
    const poison = { ...scanOf(), code: 1n as unknown as string };
    await expect(append(device.store, [scanOf(), poison], author, device.clock)).rejects.toThrow();
    expect(await device.outboxTexts()).toEqual([]);
    expect(await getFact(device.store, "next_seq")).toBeUndefined();
    await device.scan();
    expect(JSON.parse((await device.outboxTexts())[0] ?? "").seq).toBe(1);
  });

  it("counts the scans of the day and starts anew the next morning", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan();
    await device.scan();
    expect((await getFact(device.store, "today"))?.scans).toBe(2);
    device.clock.time += 24 * 60 * 60 * 1000;
    await device.scan();
    expect((await getFact(device.store, "today"))?.scans).toBe(1);
  });
});

describe("sheets", () => {
  it("are what the log says, also when they are made anew from it", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan();
    await device.scan("x", { sheet: "other", location: "b" });
    const place = { stocktake: "stocktake", sheet: "sheet", location: "place", round: 1 };
    const close = { kind: "close" as const, ...place, zeros: [], uncounted: [], empty: false };
    await append(device.store, [close], author, device.clock);
    const written = await listSheets(device.store);
    expect(written.find((sheet) => sheet.id === "sheet")).toMatchObject({ records: 2, closed_at: device.clock.time });
    await rebuildSheets(device.store);
    expect(await listSheets(device.store)).toEqual(written);
  });

  it("fold to a tally from the disk alone", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan();
    await device.scan();
    await device.restart();
    const { lines } = foldTally(await recordsOfSheet(device.store, "sheet"));
    expect(lines).toMatchObject([{ item: "water", quantity: 2 }]);
  });
});

describe("broken storage", () => {
  it("is opened again, and the record is written once", async () => {
    const device = await Device.make(new FakeServer());
    await device.scan();
    device.store.close();
    await device.scan();
    expect(device.store.state.value).toBe("OPEN");
    expect(await device.outboxTexts()).toEqual(device.beeped);
  });

  it("that cannot be opened three times refuses every further scan, loudly, and deletes nothing", async () => {
    const name = "breaking";
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const first = await openDatabase(name);
    let opened = 0;
    const open = (): Promise<Database> => {
      opened += 1;
      return opened === 1 ? Promise.resolve(first) : Promise.reject(new DOMException("gone", "UnknownError"));
    };
    const store = await Store.open(open, noPause);
    const clock = new TestClock();
    await append(store, [scanOf()], author, clock);
    first.close();
    await expect(append(store, [scanOf()], author, clock)).rejects.toBeInstanceOf(NotSaved);
    expect(opened).toBe(4);
    expect(said).toHaveBeenCalledTimes(3);
    said.mockRestore();
    expect(store.state.value).toBe("READ_ONLY");
    await expect(append(store, [scanOf()], author, clock)).rejects.toBeInstanceOf(NotSaved);
    const again = await openDatabase(name);
    expect(await again.count("outbox")).toBe(1);
  });

  it("that comes back is written to again, without anybody opening the page anew", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const device = await Device.make(new FakeServer());
    await device.scan();
    disk.faults = Array(4).fill("refuse");
    await expect(device.scan()).rejects.toBeInstanceOf(NotSaved);
    expect(device.store.state.value).toBe("READ_ONLY");
    disk.faults = ["refuse"];
    await device.engine.round();
    expect(device.engine.state.value).toMatchObject({ phase: "READ_ONLY", error: "not_saved" });
    await device.engine.round();
    vi.restoreAllMocks();
    expect([device.store.state.value, device.engine.state.value.phase]).toEqual(["OPEN", "HEALTHY"]);
    await device.scan();
    expect(await device.outboxTexts()).toEqual(device.beeped);
  });
});

describe("the world on the device", () => {
  const item = {
    id: "water",
    sku: "W-550",
    name: "饮用天然水 550 ml",
    unit: { name: "瓶", scale: 0 },
    active: true,
    barcodes: [{ code: "6921168509256", normal_form: "06921168509256", pack_factor: 1, label: null }],
  };

  it("finds an item by any of its codes, and a location by its barcode or its code", async () => {
    const { store } = await Device.make(new FakeServer());
    const location = { id: "loc", code: "A-03-2", barcode: "LOC-A032", name: "", kind: "bin" };
    const rows = [
      { entity: "item", id: "water", op: "U" as const, body: item },
      { entity: "location", id: "loc", op: "U" as const, body: location },
    ];
    await applyPage(store, { rows, next: "e:2", more: false });
    expect((await itemByForm(store, "06921168509256"))?.id).toBe("water");
    expect((await locationByForm(store, "LOC-A032"))?.id).toBe("loc");
    expect((await locationByForm(store, "A-03-2"))?.id).toBe("loc");
  });

  it("forgets a code that the item does not carry any more", async () => {
    const { store } = await Device.make(new FakeServer());
    const row = { entity: "item", id: "water", op: "U" as const };
    await applyPage(store, { rows: [{ ...row, body: item }], next: "e:1", more: false });
    await applyPage(store, { rows: [{ ...row, body: { ...item, barcodes: [] } }], next: "e:2", more: false });
    expect(await itemByForm(store, "06921168509256")).toBeUndefined();
  });

  it("is searched by name, SKU and code for labels nobody can read", async () => {
    const { store } = await Device.make(new FakeServer());
    await applyPage(store, { rows: [{ entity: "item", id: "water", op: "U", body: item }], next: "e:1", more: false });
    for (const words of ["天然水", "w-550", "850925"]) expect(await searchItems(store, words)).toHaveLength(1);
    expect(await searchItems(store, "tea")).toEqual([]);
  });
});

describe("the device itself", () => {
  it("keeps its id and its key over a restart, and the private key cannot be taken out", async () => {
    const device = await Device.make(new FakeServer());
    const before = await installation(device.store);
    await device.restart();
    const after = await installation(device.store);
    expect([after.id, after.publicKey]).toEqual([before.id, before.publicKey]);
    await expect(crypto.subtle.exportKey("pkcs8", after.keys.signing.privateKey)).rejects.toThrow();
  });

  it("recognises offline who signed in here before, and nobody else", async () => {
    const { store } = await Device.make(new FakeServer());
    await rememberUnlock(store, "anna", "123456");
    expect(await offlineUnlock(store, "anna", "123456", 0)).toBe("known");
    expect(await offlineUnlock(store, "anna", "654321", 0)).toBe("wrong");
    expect(await offlineUnlock(store, "bo", "123456", 0)).toBe("never");
  });

  it("takes five wrong PINs quickly, then makes one wait, and after ten only the server can help", async () => {
    const device = await Device.make(new FakeServer());
    await rememberUnlock(device.store, "anna", "123456");
    const wrong = (now: number) => offlineUnlock(device.store, "anna", "000000", now);
    const quick = [];
    for (let n = 0; n < 6; n += 1) quick.push(await wrong(1000));
    expect(quick).toEqual([...Array(5).fill("wrong"), "later"]);
    await device.restart();
    expect(await offlineUnlock(device.store, "anna", "123456", 2000)).toBe("later");
    let now = 1000;
    for (let n = 0; n < 5; n += 1) {
      now += 300_001;
      expect(await wrong(now)).toBe("wrong");
    }
    expect(await offlineUnlock(device.store, "anna", "123456", now + 300_001)).toBe("server");
    await rememberUnlock(device.store, "anna", "123456");
    expect(await offlineUnlock(device.store, "anna", "123456", now)).toBe("known");
  });

  it("forgets earlier mistakes with the right PIN", async () => {
    const { store } = await Device.make(new FakeServer());
    await rememberUnlock(store, "anna", "123456");
    for (const pin of ["1", "2", "3", "4", "123456", "5", "6", "7", "8"]) await offlineUnlock(store, "anna", pin, 0);
    expect(await offlineUnlock(store, "anna", "123456", 0)).toBe("known");
  });
});
