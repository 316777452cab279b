// Goods carried from the dock to their bins, and from bin to bin.
import { beforeEach, describe, expect, it } from "vitest";
import type { MoveRecord } from "../../src/domain/receiving_record";
import type { NewRecord } from "../../src/domain/record";
import { applyPage } from "../../src/store/masters";
import { append } from "../../src/store/outbox";
import { Moving } from "../../src/ui/phone/moving";
import { localRows } from "../../src/ui/phone/putaway";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";

const WATER = "6921168509256";
const CARTON = "16921168509253";
const MILK = "6907992500010";

const row = (entity: string, id: string, body: object) => ({ entity, id, op: "U" as const, body: { id, ...body } });
const code = (text: string, factor = 1) => ({
  code: text,
  normal_form: text.padStart(14, "0"),
  pack_factor: factor,
  label: null,
});
const item = (id: string, barcodes: object[], more = {}) =>
  row("item", id, {
    sku: id,
    name: id,
    unit: { name: "件", scale: 0 },
    tracks_lots: false,
    active: true,
    barcodes,
    ...more,
  });
const place = (id: string, kind: string, parent: string | null) =>
  row("location", id, {
    site_id: "site",
    parent_id: parent,
    code: id,
    name: "",
    barcode: null,
    kind,
    walk_order: 1,
    active: true,
  });

const WORLD = [
  item("water", [code(WATER), code(CARTON, 12)]),
  item("milk", [code(MILK)], { tracks_lots: true }),
  row("site", "site", { stock_level: "bin" }),
  place("DOCK", "zone", null),
  place("A-01", "bin", "A"),
  place("A-02", "bin", "A"),
  place("A", "zone", null),
  row("item_place", "site:water", { item: "water", location: "A-01" }),
];

let device: Device;
let moving: Moving;
const person = { id: "anna", name: "Anna", auth: "online" as const };

const scan = (text: string): Promise<void> => {
  device.clock.time += 100;
  return moving.take({ text, symbology: null, source: "wedge", time: device.clock.time });
};
const written = async (): Promise<MoveRecord[]> =>
  (await device.outboxTexts()).map((text) => JSON.parse(text)).filter((one) => one.kind.startsWith("move"));

const arrived = (more: object): NewRecord =>
  ({
    kind: "receive",
    receipt: "grn",
    sheet: "sheet",
    location: "DOCK",
    code: WATER,
    symbology: null,
    source: "wedge",
    item: "water",
    lot: "",
    expires_on: null,
    serial: null,
    sscc: null,
    factor: 1,
    quantity: 24,
    ...more,
  }) as NewRecord;

beforeEach(async () => {
  device = await Device.make(new FakeServer());
  await applyPage(device.store, { rows: WORLD, next: "e:1", more: false });
  moving = new Moving(
    device.store,
    device.clock,
    () => person,
    () => undefined,
  );
});

describe("bin to bin", () => {
  beforeEach(() => moving.enter(null));

  it("is the source, the goods, the target: then and only then it is written", async () => {
    await scan("A-01");
    await scan(WATER);
    await scan(CARTON);
    expect(moving.load.value).toMatchObject([{ quantity: 13 }]);
    expect(await written()).toEqual([]);
    await scan("A-02");
    const [record] = await written();
    const { id: _id, at: _at, mono: _mono, boot: _boot, ...rest } = record as never as Record<string, unknown>;
    expect(rest).toEqual({
      v: 1,
      seq: 1,
      kind: "move",
      person: "anna",
      auth: "online",
      item: "water",
      lot: "",
      code: CARTON,
      symbology: null,
      source: "wedge",
      factor: 12,
      quantity: 13,
      from: "A-01",
      to: "A-02",
      receipt: null,
    });
    expect(moving.load.value).toEqual([]);
    expect(moving.from.value?.id).toBe("A-01");
  });

  it("takes several items at once", async () => {
    await scan("A-01");
    await scan(WATER);
    await scan(`]C1010${MILK}10L1`);
    await scan("A-02");
    expect((await written()).map((one) => (one.kind === "move" ? [one.item, one.lot] : null))).toEqual([
      ["water", ""],
      ["milk", "L1"],
    ]);
  });

  it("asks for the source first, refuses unknown codes and the place itself", async () => {
    await scan(WATER);
    expect(moving.last.value?.reason).toBe("no_from");
    await scan("A-01");
    await scan("6970399921238");
    expect(moving.last.value).toMatchObject({ outcome: "alarm", reason: "unknown_item" });
    await scan(WATER);
    await scan("A-01");
    expect(moving.last.value?.reason).toBe("same_place");
    expect(await written()).toEqual([]);
  });

  it("is undone by a record of its own", async () => {
    await scan("A-01");
    await scan(WATER);
    await scan("A-02");
    await moving.undo();
    const [move, undone] = await written();
    expect(undone).toMatchObject({ kind: "move_void", voids: move?.id });
    expect(moving.undoable()).toEqual([]);
  });

  it("can still be undone after a reload", async () => {
    await scan("A-01");
    await scan(WATER);
    await scan("A-02");
    await device.restart();
    moving = new Moving(
      device.store,
      device.clock,
      () => person,
      () => undefined,
    );
    await moving.enter(null);
    expect(moving.undoable()).toHaveLength(1);
  });

  it("names the place whose stock it is, where stock is kept no finer than zones", async () => {
    await applyPage(device.store, { rows: [row("site", "site", { stock_level: "zone" })], next: "e:2", more: false });
    await scan("DOCK");
    await scan(WATER);
    await scan("A-02");
    expect((await written())[0]).toMatchObject({ from: "DOCK", to: "A" });
  });
});

describe("putting away", () => {
  const author = { person: "anna", auth: "online" as const };
  const enter = async () => moving.enter(await localRows(device.store, device.clock.now()));

  beforeEach(async () => {
    const broken = arrived({ kind: "damaged", quantity: 2 });
    await append(
      device.store,
      [arrived({}), arrived({ item: "milk", lot: "L1", quantity: 6 }), broken],
      author,
      device.clock,
    );
    await enter();
  });

  it("offers offline what this device received, good pieces only, with the fixed bins", () => {
    const rows = moving.rows.value.map((one) => [
      one.item.id,
      one.lot,
      one.quantity,
      one.suggested?.location.code ?? null,
    ]);
    expect(rows).toEqual([
      ["water", "", 24, "A-01"],
      ["milk", "L1", 6, null],
    ]);
  });

  it("a scan takes up all of the line, the bin's code puts it down, and the line is gone", async () => {
    await scan(WATER);
    expect(moving.picked.value?.suggested?.location.code).toBe("A-01");
    await scan("A-01");
    expect((await written())[0]).toMatchObject({
      item: "water",
      quantity: 24,
      from: "DOCK",
      to: "A-01",
      receipt: "grn",
    });
    expect(moving.rows.value.map((one) => one.item.id)).toEqual(["milk"]);
    await moving.undo();
    expect(moving.rows.value.map((one) => one.item.id)).toEqual(["water", "milk"]);
  });

  it("a part of it stays on the list", async () => {
    await scan(WATER);
    expect(moving.setLoad("10")).toBe(true);
    await moving.putDownAt({ id: "A-02", code: "A-02", name: "" });
    expect(moving.rows.value[0]).toMatchObject({ quantity: 14 });
    await enter();
    expect(moving.rows.value[0]).toMatchObject({ quantity: 14 });
  });

  it("put back is nothing moved", async () => {
    await scan(MILK);
    moving.drop();
    expect(await written()).toEqual([]);
    expect(moving.rows.value).toHaveLength(2);
  });
});
