// An older version's database, with records that wait, is opened by this version: nothing of the log may be lost.
import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { begin } from "../../src/store/bootstrap";
import { applyPage, itemByForm } from "../../src/store/masters";
import { getFact } from "../../src/store/meta";
import { append, nextPending } from "../../src/store/outbox";
import { MASTERS, openDatabase } from "../../src/store/schema";
import { Store } from "../../src/store/store";
import { scanOf, TestClock } from "../support/device";

const TEXTS = [1, 2, 3].map((seq) => JSON.stringify({ v: 1, id: `r${seq}`, seq, kind: "scan", sheet: "s", code: "x" }));

/** As version 1 of the application made it. */
async function oldDatabase(name: string): Promise<void> {
  const db = await openDB(name, 1, {
    upgrade(old) {
      const outbox = old.createObjectStore("outbox", { keyPath: "seq" });
      outbox.createIndex("id", "id", { unique: true });
      outbox.createIndex("sheet", "sheet");
      outbox.createIndex("status_seq", ["status", "seq"]);
      old.createObjectStore("sheets", { keyPath: "id" }).createIndex("stocktake", "stocktake");
      old.createObjectStore("meta");
      old.createObjectStore("items", { keyPath: "id" }).createIndex("forms", "forms", { multiEntry: true });
      old.createObjectStore("locations", { keyPath: "id" }).createIndex("forms", "forms", { multiEntry: true });
      old.createObjectStore("stocktakes", { keyPath: "id" });
      old.createObjectStore("places", { keyPath: "id" }).createIndex("stocktake", "stocktake_id");
      old.createObjectStore("persons", { keyPath: "id" });
    },
  });
  for (const [index, text] of TEXTS.entries()) {
    const row = { seq: index + 1, id: `r${index + 1}`, sheet: "s", kind: "scan", at: index, text };
    const status = index === 0 ? "ACKED" : "PENDING";
    await db.put("outbox", { ...row, status, verdict: null, acked_at: index === 0 ? 1 : null });
  }
  await db.put("meta", 4, "next_seq");
  await db.put("meta", "epoch-1:77", "cursor");
  await db.put("meta", "epoch-1", "epoch");
  await db.put("items", { id: "water", name: "水", barcodes: [], forms: ["06921168509256"], generation: 1 });
  db.close();
}

const open = (name: string) =>
  Store.open(
    () => openDatabase(name),
    async () => undefined,
  );

describe("a database of version 1", () => {
  afterEach(() => vi.restoreAllMocks());

  it("keeps its outbox byte for byte, numbers on where it was, and still knows its items", async () => {
    await oldDatabase("old-kept");
    const store = await open("old-kept");
    expect((await nextPending(store, 10, 1e6)).map((row) => row.text)).toEqual(TEXTS.slice(1));
    const author = { person: "anna", auth: "online" as const };
    const [row] = await append(store, [scanOf()], author, new TestClock());
    expect(row?.seq).toBe(4);
    expect(await store.read((db) => db.getAllKeys("items"))).toEqual(["water"]);
  });

  it("reads the world once more, because the old version read past receipts and orders", async () => {
    await oldDatabase("old-cursor");
    const store = await open("old-cursor");
    expect(await getFact(store, "cursor")).toBe("0");
    expect(await getFact(store, "epoch")).toBe("epoch-1");
    for (const name of MASTERS) expect(await store.read((db) => db.count(name))).toBeGreaterThanOrEqual(0);
  });

  it("goes on answering scans from what it knew, and the next world comes beside it", async () => {
    await oldDatabase("old-answers");
    const store = await open("old-answers");
    expect((await itemByForm(store, "06921168509256"))?.id).toBe("water");
    await begin(store, null);
    expect((await itemByForm(store, "06921168509256"))?.id).toBe("water");
    await applyPage(store, { rows: [], next: "epoch-1:1", more: false });
    expect(await itemByForm(store, "06921168509256")).toBeUndefined();
  });

  it("that had loaded half a world loads it anew", async () => {
    await oldDatabase("old-half");
    const half = await openDB("old-half", 1);
    await half.put("meta", true, "bootstrapping");
    half.close();
    const store = await open("old-half");
    expect(await getFact(store, "cursor")).toBe("0");
  });

  it("is as it was when the upgrade fails half-way, and can be upgraded later", async () => {
    await oldDatabase("old-fails");
    const create = IDBDatabase.prototype.createObjectStore;
    vi.spyOn(IDBDatabase.prototype, "createObjectStore").mockImplementation(function (this: IDBDatabase, name, more) {
      if (name === "photos") throw new DOMException("full", "QuotaExceededError");
      return create.call(this, name, more);
    });
    await expect(openDatabase("old-fails")).rejects.toThrow();
    vi.restoreAllMocks();
    const old = await openDB("old-fails", 1);
    expect(await old.count("outbox")).toBe(3);
    old.close();
    const store = await open("old-fails");
    expect(await store.read((db) => db.count("outbox"))).toBe(3);
  });

  it("that another tab of the old version holds open is let go by it", async () => {
    await oldDatabase("old-tab");
    const tab = await openDB("old-tab", 1, {
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    const store = await open("old-tab");
    expect(await store.read((db) => db.count("outbox"))).toBe(3);
    await expect(tab.count("outbox")).rejects.toThrow();
  });
});
