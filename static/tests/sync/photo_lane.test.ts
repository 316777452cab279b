// Photos go after the records, one at a time, survive a reload, and are never silently lost.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Unreachable } from "../../src/api/problem";
import { putFact } from "../../src/store/meta";
import { countPhotos, listPhotos, PHOTO_RETENTION_MS, SENT_BYTES_KEPT } from "../../src/store/photos";
import type { PhotoRow } from "../../src/store/schema";
import { PhotoLane } from "../../src/sync/photo_lane";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";
import { problem } from "../support/problem";

let device: Device;
let sent: string[];
let fail: unknown;
let recordsWait: boolean;
let under: number;
let scanAfterPhoto: boolean;
let size: number;

const put = async (row: PhotoRow): Promise<void> => {
  under += 1;
  expect(under, "one at a time").toBe(1);
  await Promise.resolve();
  under -= 1;
  if (fail) throw fail;
  expect(row.bytes?.byteLength).toBe(size);
  sent.push(row.id);
  recordsWait ||= scanAfterPhoto;
};

const make = () =>
  new PhotoLane(
    device.store,
    device.clock,
    put,
    () => !recordsWait,
    () => 0.5,
  );

const photo = (record = "r1") => ({
  purpose: "damage" as const,
  record_id: record,
  document_id: "grn",
  bytes: new Uint8Array([1, 2, 3]).buffer,
  thumb: `data:image/jpeg;base64,${record}`,
});

let lane: PhotoLane;

beforeEach(async () => {
  device = await Device.make(new FakeServer());
  sent = [];
  fail = null;
  under = 0;
  size = 3;
  scanAfterPhoto = false;
  recordsWait = true;
  lane = make();
});

describe("photos", () => {
  it("wait while any record does, and survive a reload", async () => {
    await lane.add(photo());
    await lane.add(photo("r2"));
    expect(lane.state.value.waiting).toBe(2);
    expect(sent).toEqual([]);
    await device.restart();
    lane = make();
    await lane.begin();
    expect(lane.thumbs.value.get("r2")).toEqual(["data:image/jpeg;base64,r2"]);
    recordsWait = false;
    await lane.run();
    expect(sent).toHaveLength(2);
    expect(lane.state.value).toMatchObject({ waiting: 0, refused: 0, unsaved: 0 });
  });

  it("stop when a record comes in between", async () => {
    await lane.add(photo());
    await lane.add(photo("r2"));
    recordsWait = false;
    scanAfterPhoto = true;
    await lane.run();
    expect(sent).toHaveLength(1);
    expect(lane.state.value.waiting).toBe(1);
  });

  const kept = async () => (await device.store.read((db) => db.getAll("photos"))).map(({ bytes }) => bytes !== null);
  const sendOne = async (record: string, bytes = 3) => {
    device.clock.time += 1_000;
    const before = await countPhotos(device.store, "SENT");
    await lane.add({ ...photo(record), bytes: new ArrayBuffer(bytes) });
    await vi.waitFor(async () => expect(await countPhotos(device.store, "SENT")).toBe(before + 1));
    await lane.run();
  };

  it("are sent again to a server that was restored, once", async () => {
    recordsWait = false;
    await putFact(device.store, "epoch", "first");
    await sendOne("r1");
    await sendOne("r2");
    await lane.run();
    expect(sent).toHaveLength(2);
    await putFact(device.store, "epoch", "second");
    await lane.run();
    await lane.run();
    expect(sent).toEqual([...sent.slice(0, 2), ...sent.slice(0, 2)]);
    expect(await countPhotos(device.store, "SENT")).toBe(2);
  });

  it("once sent are kept whole as far as there is room, the newest first", async () => {
    recordsWait = false;
    size = SENT_BYTES_KEPT / 2;
    for (const record of ["r1", "r2", "r3"]) await sendOne(record, size);
    await vi.waitFor(async () => expect(await kept()).toEqual([false, true, true]));
  });

  it("once sent give way to a new one when the device is full", async () => {
    recordsWait = false;
    await sendOne("r1");
    device.clock.time += 1_000;
    recordsWait = true;
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await lane.add(photo("r2"));
    full.mockRestore();
    expect(await kept()).toEqual([false, true]);
    expect(lane.state.value).toMatchObject({ waiting: 1, unsaved: 0 });
  });

  it("once taken are kept for 14 days", async () => {
    recordsWait = false;
    await lane.add(photo());
    await vi.waitFor(async () => expect(await countPhotos(device.store, "SENT")).toBe(1));
    const row = await device.store.read((db) => db.getAll("photos"));
    expect(row[0]).toMatchObject({ thumb: "data:image/jpeg;base64,r1" });
    expect(row[0]?.bytes?.byteLength).toBe(3);
    device.clock.time += PHOTO_RETENTION_MS + 1;
    await lane.run();
    expect(await listPhotos(device.store)).toEqual([]);
  });

  it("come back later when the server does not answer, with the same id", async () => {
    recordsWait = false;
    fail = new Unreachable();
    await lane.add(photo());
    await lane.run();
    fail = null;
    await lane.run();
    expect(sent, "not before the back-off is over").toEqual([]);
    device.clock.time += 6_000;
    await lane.run();
    expect(sent).toEqual((await listPhotos(device.store)).map(({ id }) => id));
  });

  it("that the server refuses for good are said, kept, and can be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    recordsWait = false;
    fail = problem(422, "picture_damaged");
    await lane.add(photo());
    await vi.waitFor(() => expect(lane.state.value).toMatchObject({ waiting: 0, refused: 1, code: "picture_damaged" }));
    fail = null;
    await lane.retry();
    expect(sent).toHaveLength(1);
    expect(lane.state.value.refused).toBe(0);
  });

  it("without space stay in memory, say so, and are stored or sent as soon as that works", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await lane.add(photo());
    full.mockRestore();
    expect(lane.state.value).toMatchObject({ waiting: 1, unsaved: 1 });
    expect(device.store.state.value, "scanning goes on").toBe("OPEN");
    recordsWait = false;
    await lane.run();
    expect(sent).toHaveLength(1);
    expect(lane.state.value).toMatchObject({ waiting: 0, unsaved: 0 });
  });
});
