import { beforeEach, describe, expect, it, vi } from "vitest";
import { uuid7 } from "../../src/domain/uuid";
import { getFact, putFact } from "../../src/store/meta";
import { judgedRows, RETENTION_MS } from "../../src/store/outbox";
import { ask } from "../../src/store/world";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";
import { problem } from "../support/problem";

let server: FakeServer;
let device: Device;

const onServer = () => server.texts();

beforeEach(async () => {
  server = new FakeServer();
  device = await Device.make(server);
});

describe("a device that syncs", () => {
  it("sends what was scanned, byte for byte, in the order of scanning", async () => {
    for (let i = 0; i < 5; i++) await device.scan();
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
    expect(await device.statuses()).toEqual(Array(5).fill("ACKED"));
    expect(device.engine.state.value).toMatchObject({ phase: "HEALTHY", waiting: 0, error: null });
  });

  it("says hello before it pushes and pulls last", async () => {
    await device.scan();
    await device.engine.round();
    expect(server.calls).toEqual(["hello", "push", "changes"]);
  });

  it("only pushes right after a scan while the last hello is fresh", async () => {
    await device.engine.round();
    server.calls = [];
    await device.scan();
    await device.engine.round(true);
    expect(server.calls).toEqual(["push"]);
  });

  it("does nothing at all before it is enrolled, and keeps what was scanned", async () => {
    const stranger = await Device.make(server, false);
    await stranger.scan();
    await stranger.engine.round();
    expect(server.calls).toEqual([]);
    expect(await stranger.statuses()).toEqual(["PENDING"]);
  });

  it("an answer lost after the server's commit makes duplicates, and they are harmless", async () => {
    await device.scan();
    server.faults = [null, "lost_answer"];
    await device.engine.round();
    expect(device.engine.state.value).toMatchObject({ phase: "OFFLINE", error: "unreachable", waiting: 1 });
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
    expect(server.conflicts).toEqual([]);
    expect(await device.statuses()).toEqual(["ACKED"]);
  });

  it("killed between the server's commit and the verdict, it sends again what it has", async () => {
    await device.scan();
    server.faults = [null, "lost_answer"];
    await device.engine.round();
    await device.restart();
    await device.scan();
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
    expect(server.conflicts).toEqual([]);
  });

  it("a held record shows its reason and stops nobody behind it", async () => {
    server.holdCode = (record) => (record.code === "bad" ? "stocktake_closed" : null);
    await device.scan("bad");
    await device.scan("good");
    await device.engine.round();
    expect(await device.statuses()).toEqual(["HELD", "ACKED"]);
    expect((await judgedRows(device.store))[0]?.verdict).toEqual({
      code: "stocktake_closed",
      detail: "",
      state: "open",
    });
    expect(device.engine.state.value).toMatchObject({ waiting: 0, held: 1 });
  });

  it("a released record counts as accepted, a dismissed one stays with its decision", async () => {
    server.holdCode = () => "stocktake_closed";
    await device.scan("a");
    await device.scan("b");
    await device.engine.round();
    const [first, second] = await judgedRows(device.store);
    server.model.decide(first?.id ?? "", "released");
    server.model.decide(second?.id ?? "", "dismissed");
    await device.engine.round();
    expect(await device.statuses()).toEqual(["ACKED", "HELD"]);
    expect((await judgedRows(device.store)).map((row) => row.verdict?.state)).toEqual(["released", "dismissed"]);
  });

  it("halves a batch that is too large until it fits, and loses nothing", async () => {
    server.maxRecords = 3;
    for (let i = 0; i < 20; i++) await device.scan();
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
    expect(Math.max(...server.pushed.map((push) => push.records.length))).toBeLessThanOrEqual(3);
  });

  it("sends at most five hundred records in a batch", async () => {
    for (let i = 0; i < 501; i++) await device.scan();
    await device.engine.round();
    expect(server.pushed.map((push) => push.records.length)).toEqual([500, 1]);
  });

  it("waits as long as a busy server asks, and a little more", async () => {
    await device.scan();
    server.faults = ["busy"];
    const due = await device.engine.round();
    expect(due).toBeGreaterThanOrEqual(7_000);
    expect(due).toBeLessThanOrEqual(10_500);
    expect(device.engine.state.value.waiting).toBe(1);
  });

  it("pauses when the device is not known any more, keeps everything, and goes on after the next enrolment", async () => {
    await device.scan();
    server.faults = ["unauthorized"];
    await device.engine.round();
    expect(device.engine.state.value).toMatchObject({ phase: "AUTH_PAUSED", error: "device_unknown" });
    expect(await device.statuses()).toEqual(["PENDING"]);
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
  });

  it("a revoked device still pushes and pulls nothing", async () => {
    server.revoked = true;
    await device.scan();
    await device.engine.round();
    expect(server.calls).toEqual(["hello", "push"]);
    expect(device.engine.state.value.revoked).toBe(true);
  });

  it("comes back within twelve seconds while records wait, however often it failed", async () => {
    await device.scan();
    let due = 0;
    for (let i = 0; i < 12; i++) {
      server.faults = ["lost_request"];
      due = await device.engine.round();
      expect(due).toBeLessThanOrEqual(15_000);
    }
    expect(due).toBeGreaterThan(5_000);
  });

  it("beats every four seconds while records wait and every thirty otherwise", async () => {
    expect(await device.engine.round()).toBe(30_000);
  });
});

describe("a server restored from a backup", () => {
  it("gets everything again that the device still has, held records included", async () => {
    server.holdCode = (record) => (record.code === "bad" ? "no_right" : null);
    await device.scan("a");
    await device.engine.round();
    const backup = server.model.backup();
    await device.scan("bad");
    await device.scan("b");
    await device.engine.round();
    server.restore(backup);
    await device.engine.round();
    expect(onServer()).toEqual(device.beeped);
    expect(server.conflicts).toEqual([]);
    expect(await getFact(device.store, "epoch")).toBe(server.model.epoch);
  });

  it("is noticed in the answer to a push as well", async () => {
    await device.scan("a");
    await device.engine.round();
    await device.scan("b");
    server.restore();
    await device.engine.round(true);
    await device.engine.round();
    expect(onServer().sort()).toEqual([...device.beeped].sort());
  });

  it("that names a gap below its newest record gets the gap filled, even without a new epoch", async () => {
    for (let i = 0; i < 3; i++) await device.scan();
    await device.engine.round();
    server.log.kept = server.log.kept.filter(({ seq }) => seq !== 2);
    server.log.hwm = 1;
    await device.engine.round();
    expect(server.log.hwm).toBe(3);
  });

  it("makes the device read the world anew, while the old one goes on answering scans", async () => {
    const item = (id: string) => ({ entity: "item", id, op: "U" as const, body: { id, name: id, barcodes: [] } });
    server.tell([item("old"), item("kept")]);
    await device.engine.round();
    server.restore();
    server.tell([item("kept"), item("new")]);
    await device.engine.round();
    const ids = await ask(device.store, (db, at) => db.getAllKeys(at("items")));
    expect(ids).toEqual(["kept", "new"]);
    expect(await device.store.read((db) => db.count("items")), "the former world takes no room").toBe(0);
  });
});

describe("the number of records", () => {
  it("tells the server the hwm it was told, so that a restore without a new epoch is noticed", async () => {
    for (let i = 0; i < 3; i++) await device.scan();
    await device.engine.round();
    await device.engine.round();
    expect(server.hellos.map((hello) => hello.acked_seq)).toEqual([0, 3]);
  });

  it("begins above the server's highest when an old profile of this device came back", async () => {
    server.model.push(
      "device",
      [1, 2, 3, 4, 5].map((seq) => JSON.stringify({ v: 1, id: uuid7(), seq })),
    );
    await device.engine.round();
    await device.scan();
    expect(JSON.parse(device.beeped[0] ?? "").seq).toBe(6);
    await device.engine.round();
    expect(server.conflicts).toEqual([]);
  });
});

describe("the outbox", () => {
  it("is not touched when another person takes the device, and each record keeps who scanned it", async () => {
    await device.scan();
    await putFact(device.store, "person", null);
    device.person = "bo";
    await device.scan();
    await device.engine.round();
    expect(onServer().map((text) => JSON.parse(text).person)).toEqual(["anna", "bo"]);
  });

  it("forgets acknowledged records after fourteen days, pending and held ones never", async () => {
    server.holdCode = (record) => (record.code === "bad" ? "no_right" : null);
    await device.scan("a");
    await device.scan("bad");
    await device.engine.round();
    server.model.now += RETENTION_MS - 1000;
    await device.engine.round();
    expect(await device.statuses()).toEqual(["ACKED", "HELD"]);
    server.model.now += 2000;
    await device.engine.round();
    expect(await device.statuses()).toEqual(["HELD"]);
    await device.scan("after");
    await device.engine.round();
    expect(server.texts().length).toBe(3);
  });

  it("two tabs on one device never give one number twice and send everything once", async () => {
    const other = device.newEngine();
    await Promise.all([
      ...Array.from({ length: 10 }, () => device.scan()),
      device.engine.round(),
      other.round(),
      ...Array.from({ length: 10 }, () => device.scan()),
    ]);
    await Promise.all([device.engine.round(), other.round()]);
    expect(server.log.hwm).toBe(20);
    expect(server.conflicts).toEqual([]);
    expect(onServer().sort()).toEqual([...device.beeped].sort());
  });
});

describe("the feed", () => {
  const row = (id: string) => ({ entity: "item", id, op: "U" as const, body: { id, name: id, barcodes: [] } });

  it("is read page by page, and a killed pull goes on where it was", async () => {
    server.tell(Array.from({ length: 7 }, (_, index) => row(`item-${index}`)));
    server.pageSize = 3;
    server.faults = [null, null, "lost_request"];
    await device.engine.round();
    expect(await getFact(device.store, "cursor")).toBe(`${server.model.epoch}:3`);
    await device.restart();
    server.calls = [];
    await device.engine.round();
    expect(server.calls).toEqual(["hello", "changes", "changes"]);
    expect(await device.store.read((db) => db.count("items"))).toBe(7);
  });

  it("that tells the device to begin again, and again, is asked no more until the next round", async () => {
    server.tell([row("a"), row("b"), row("c")]);
    server.pageSize = 1;
    vi.spyOn(server.model, "changes").mockImplementation((_device, cursor) => {
      if (cursor !== "0") throw problem(410, "begin_again");
      return { epoch: server.model.epoch, next: `${server.model.epoch}:1`, head: 3, rows: [], more: true };
    });
    const due = await device.engine.round();
    expect(server.calls.filter((call) => call === "changes")).toHaveLength(4);
    expect(device.engine.state.value).toMatchObject({ phase: "OFFLINE", error: "begin_again" });
    expect(due).toBeGreaterThan(3_000);
  });

  it("takes deletions and ignores entities it does not know", async () => {
    server.tell([row("a")]);
    await device.engine.round();
    server.tell([
      { entity: "unheard_of", id: "x", op: "U", body: {} },
      { ...row("a"), op: "D", body: null },
    ]);
    await device.engine.round();
    expect(await device.store.read((db) => db.count("items"))).toBe(0);
  });
});
