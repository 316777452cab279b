// A counter's day at a shelf, without a screen: what is written, what is shown, what is heard.
import { beforeEach, describe, expect, it } from "vitest";
import type { CountRecord } from "../../src/domain/record";
import type { Scan } from "../../src/scan/bus";
import { applyPage, getLocation } from "../../src/store/masters";
import { Counting } from "../../src/ui/phone/counting";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";

const WATER = "6921168509256";
const CARTON = "16921168509253";
const NOODLES = "6920152400111";
const RICE = "RICE-1";
const MILK = "6907992500010";
const UNKNOWN = "6970399921238";

const code = (text: string, factor = 1, label: string | null = null) => ({
  code: text,
  normal_form: /^\d+$/.test(text) ? text.padStart(14, "0") : text,
  pack_factor: factor,
  label,
});
const item = (id: string, name: string, barcodes: ReturnType<typeof code>[], more = {}) => ({
  entity: "item",
  id,
  op: "U" as const,
  body: { id, sku: id, name, unit: { name: "件", scale: 0 }, tracks_lots: false, active: true, barcodes, ...more },
});
const location = (id: string, name: string) => ({
  entity: "location",
  id,
  op: "U" as const,
  body: { id, code: name, name, barcode: `LOC-${name}`, kind: "bin", walk_order: 1, active: true },
});
const place = (id: string, more = {}) => ({
  entity: "place",
  id: `st:${id}`,
  op: "U" as const,
  body: {
    stocktake_id: "st",
    location_id: id,
    round: 1,
    state: "open",
    expected: [
      ["water", ""],
      ["tea", ""],
    ],
    items_only: null,
    not_by: [],
    ...more,
  },
});

const stocktake = { id: "st", number: "1", name: "全盘", kind: "full", blind: true, state: "counting", generation: 1 };

const SHEET_OF_BO = {
  id: "sheet-of-bo",
  person_id: "bo",
  person: "Bo",
  device_id: "other",
  device: "PDA-02",
  opened_ms: 1,
  heard_ms: null,
};

const WORLD = [
  item("water", "饮用天然水", [code(WATER), code(CARTON, 12, "整箱")]),
  item("noodles", "红烧牛肉面", [code(NOODLES)]),
  item("tea", "茶", []),
  item("rice", "大米", [code(RICE)], { unit: { name: "kg", scale: 3 } }),
  item("milk", "牛奶", [code(MILK)], { tracks_lots: true }),
  location("a", "A-1"),
  location("b", "B-1"),
  location("c", "C-1"),
  location("d", "D-1"),
  { entity: "stocktake", id: "st", op: "U" as const, body: stocktake },
  place("a"),
  place("b", { round: 2, items_only: [["water", ""]], not_by: ["anna"] }),
  place("c", { state: "counting", expected: [], sheets: [SHEET_OF_BO] }),
];

let device: Device;
let counting: Counting;
let person = { id: "anna", name: "Anna", auth: "online" as const };

const newCounting = () =>
  new Counting(
    device.store,
    device.clock,
    () => person,
    () => undefined,
  );

const scan = (text: string, more: Partial<Scan> = {}): Promise<void> => {
  device.clock.time += 100;
  return counting.take({ text, symbology: null, source: "wedge", time: device.clock.time, ...more });
};

const go = async (id: string) => {
  const target = await getLocation(device.store, id);
  return target ? counting.open(stocktake, target) : false;
};

const written = async (): Promise<CountRecord[]> => (await device.outboxTexts()).map((text) => JSON.parse(text));
const shown = () => counting.lines.value.map((line) => [line.itemId ?? line.code, line.quantity, line.outcome]);

beforeEach(async () => {
  device = await Device.make(new FakeServer());
  person = { id: "anna", name: "Anna", auth: "online" };
  await applyPage(device.store, { rows: WORLD, next: "e:1", more: false });
  counting = newCounting();
  await go("a");
});

describe("scanning at a shelf", () => {
  it("opens the sheet with its first record and not before", async () => {
    expect(await written()).toEqual([]);
    await scan(WATER);
    expect((await written()).map((record) => record.kind)).toEqual(["sheet", "scan"]);
  });

  it("writes what the contract says of a scan", async () => {
    await scan(CARTON, { symbology: "ITF" });
    expect((await written())[1]).toMatchObject({
      v: 1,
      kind: "scan",
      seq: 2,
      person: "anna",
      auth: "online",
      stocktake: "st",
      location: "a",
      round: 1,
      code: CARTON,
      symbology: "ITF",
      source: "wedge",
      item: "water",
      lot: "",
      factor: 12,
      quantity: 12,
    });
  });

  it("one beep is one piece, a carton its pack factor, and the line is their sum", async () => {
    await scan(WATER);
    await scan(CARTON);
    expect(shown()).toEqual([["water", 13, "ok"]]);
    expect(counting.last.value).toMatchObject({ outcome: "ok", title: "饮用天然水", pack: "整箱", quantity: 12 });
    expect(counting.totals.value).toEqual({ kinds: 1, quantity: 13, scale: 0 });
  });

  it("an unknown code is kept, an alarm, and counts its pieces", async () => {
    await scan(UNKNOWN);
    await scan(`]E0${UNKNOWN}`);
    expect(shown()).toEqual([["06970399921238", 2, "alarm"]]);
    expect(counting.last.value?.reason).toBe("unknown_code");
    expect((await written())[2]).toMatchObject({ item: null, code: `]E0${UNKNOWN}`, factor: 1, quantity: 1 });
  });

  it("an item the book does not expect here wants a look, and is counted", async () => {
    await scan(NOODLES);
    expect(shown()).toEqual([["noodles", 1, "look"]]);
    expect(counting.last.value?.reason).toBe("not_expected");
  });

  it("where the book expects nothing in particular, nothing is unexpected", async () => {
    await go("c");
    await scan(NOODLES);
    expect(shown()).toEqual([["noodles", 1, "ok"]]);
  });

  it("a burst of twenty codes keeps its order and loses none", async () => {
    const codes = Array.from({ length: 20 }, (_, index) => (index % 2 ? WATER : NOODLES));
    await Promise.all(codes.map((text) => scan(text)));
    const scans = (await written()).filter((record) => record.kind === "scan");
    expect(scans.map((record) => record.code)).toEqual(codes);
    expect(scans.map((record) => record.seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
  });

  it("an item with lots is counted under the unknown lot", async () => {
    await scan(MILK);
    expect((await written())[1]).toMatchObject({ item: "milk", lot: "?" });
  });

  it("says that a scanner sends everything twice, and counts it once", async () => {
    await scan(WATER);
    await scan(WATER, { warning: "two_ways" });
    expect(shown()).toEqual([["water", 1, "ok"]]);
    expect(counting.last.value).toMatchObject({ outcome: "look", reason: "two_ways" });
  });

  it("without a place it says so and writes nothing", async () => {
    await counting.leave();
    await scan(WATER);
    expect(await written()).toEqual([]);
    expect(counting.last.value).toMatchObject({ outcome: "alarm", reason: "no_place" });
  });

  it("a scan that cannot be saved is an alarm and not on the list", async () => {
    await scan(WATER);
    device.store.state.value = "READ_ONLY";
    await scan(WATER);
    expect(counting.last.value).toMatchObject({ outcome: "alarm", reason: "not_saved" });
    expect(shown()).toEqual([["water", 1, "ok"]]);
  });
});

describe("quantities by keypad", () => {
  it("keyed before a scan stand for that scan alone", async () => {
    counting.multiplier.value = "3";
    await scan(CARTON);
    await scan(CARTON);
    expect((await written()).slice(1)).toMatchObject([
      { factor: 12, quantity: 36 },
      { factor: 12, quantity: 12 },
    ]);
  });

  it("keyed after a scan replace that scan, and the evidence keeps both", async () => {
    await scan(CARTON);
    expect(await counting.amendLast("5")).toBe(true);
    expect((await written()).map((record) => record.kind)).toEqual(["sheet", "scan", "void", "scan"]);
    expect(shown()).toEqual([["water", 60, "ok"]]);
  });

  it("of weighed goods are exact or refused, and a refused one never drops the scan", async () => {
    counting.multiplier.value = "1.25";
    await scan(RICE);
    expect((await written())[1]).toMatchObject({ item: "rice", quantity: 1250 });
    counting.multiplier.value = "1.5";
    await scan(WATER);
    expect(counting.last.value).toMatchObject({ outcome: "look", reason: "quantity_refused", quantity: 1 });
  });

  it("that are improbable want a look", async () => {
    counting.multiplier.value = "5000";
    await scan(WATER);
    expect(counting.last.value).toMatchObject({ outcome: "look", reason: "improbable", quantity: 5000 });
  });

  it("set a line to what it is in all, naming what they replace", async () => {
    await scan(WATER);
    await scan(WATER);
    const [line] = counting.lines.value;
    expect(line && (await counting.setLine(line, "12"))).toBe(true);
    const records = await written();
    const names = records.filter((record) => record.kind === "scan").map((record) => record.id);
    expect(records[3]).toMatchObject({ kind: "set", item: "water", quantity: 12, supersedes: names });
    expect(shown()).toEqual([["water", 12, "ok"]]);
  });

  it("that are no numbers change nothing", async () => {
    await scan(WATER);
    const [line] = counting.lines.value;
    expect(line && (await counting.setLine(line, "1.5"))).toBe(false);
    expect(await counting.amendLast("99999999999")).toBe(false);
    expect(shown()).toEqual([["water", 1, "ok"]]);
  });
});

describe("undo", () => {
  it("takes the last scan back and then the one before", async () => {
    await scan(WATER);
    await scan(NOODLES);
    await counting.undo();
    expect(shown()).toEqual([["water", 1, "ok"]]);
    await counting.undo();
    expect(shown()).toEqual([]);
    expect(counting.undoable()).toEqual([]);
  });

  it("of a set revives what it replaced", async () => {
    await scan(WATER);
    const [line] = counting.lines.value;
    if (line) await counting.setLine(line, "12");
    await counting.undo();
    expect(shown()).toEqual([["water", 1, "ok"]]);
  });

  it("reaches the last ten", async () => {
    for (let i = 0; i < 12; i++) await scan(WATER);
    expect(counting.undoable()).toHaveLength(10);
  });
});

describe("places", () => {
  it("a location's code changes the place and says what stays open", async () => {
    await scan(WATER);
    await scan("LOC-C-1");
    expect(counting.place.value?.location.id).toBe("c");
    expect(counting.leftOpen.value).toBe("A-1");
    expect(await written()).toHaveLength(2);
  });

  it("the same location's code changes nothing", async () => {
    await scan(WATER);
    const { sheet } = counting.place.value ?? {};
    await scan("LOC-A-1");
    expect(counting.place.value?.sheet).toBe(sheet);
  });

  it("a location outside the stocktake is refused, and counting goes on where it was", async () => {
    await scan("LOC-D-1");
    expect(counting.last.value).toMatchObject({ outcome: "alarm", reason: "not_in_stocktake" });
    expect(counting.place.value?.location.id).toBe("a");
  });

  it("a recount that needs another counter is refused to the first one, and another may", async () => {
    expect(await go("b")).toBe(false);
    expect(counting.last.value?.reason).toBe("not_you");
    person = { id: "bo", name: "Bo", auth: "online" };
    expect(await go("b")).toBe(true);
    await scan(NOODLES);
    expect(counting.last.value).toMatchObject({ outcome: "look", reason: "not_in_recount" });
    expect((await written())[1]).toMatchObject({ round: 2, person: "bo" });
  });

  it("a place where the server knows another's sheet says so", async () => {
    await go("c");
    expect(counting.place.value?.takenByOthers).toBe(true);
  });

  it("another's sheet is gone on from before the first scan, and not after it", async () => {
    await go("c");
    const [theirs] = counting.place.value?.others ?? [];
    expect(theirs).toMatchObject({ person: "Bo", device: "PDA-02" });
    if (theirs) await counting.takeOver(theirs);
    expect(counting.place.value).toMatchObject({ continues: "sheet-of-bo", takenByOthers: false });
    await scan(WATER);
    expect((await written())[0]).toMatchObject({ kind: "sheet", continues: "sheet-of-bo" });
    if (theirs) await counting.takeOver({ ...theirs, id: "another" });
    expect(counting.place.value?.continues).toBe("sheet-of-bo");
  });

  it("coming back goes on with the same sheet", async () => {
    await scan(WATER);
    await go("c");
    await go("a");
    await scan(WATER);
    expect(shown()).toEqual([["water", 2, "ok"]]);
    expect(new Set((await written()).map((record) => record.sheet)).size).toBe(1);
  });

  it("a reload in the middle of a shelf goes on at that shelf, from the disk", async () => {
    await scan(WATER);
    await device.restart();
    counting = newCounting();
    await counting.resume();
    await scan(WATER);
    expect(shown()).toEqual([["water", 2, "ok"]]);
    expect(counting.today.value).toBe(2);
  });

  it("another person on this device continues with a sheet of their own that names the first", async () => {
    await scan(WATER);
    const first = counting.place.value?.sheet;
    person = { id: "bo", name: "Bo", auth: "online" };
    await counting.leave();
    await go("a");
    await scan(WATER);
    expect((await written())[2]).toMatchObject({ kind: "sheet", continues: first, person: "bo" });
    expect(shown()).toEqual([["water", 1, "ok"]]);
  });
});

describe("the end of a place", () => {
  const nothing = { zeros: [], uncounted: [], empty: false };

  it("asks for what the book expects and nobody scanned, by name", async () => {
    await scan(WATER);
    expect(counting.unanswered()).toMatchObject([{ id: "tea", lot: "", item: { name: "茶" } }]);
  });

  it("asks in a recount for the recount's items only", async () => {
    person = { id: "bo", name: "Bo", auth: "online" };
    await go("b");
    expect(counting.unanswered().map(({ id }) => id)).toEqual(["water"]);
  });

  it("writes the answers and leaves the place", async () => {
    await scan(WATER);
    await counting.close({ ...nothing, zeros: [{ item: "tea", lot: "" }] });
    expect((await written())[2]).toMatchObject({ kind: "close", zeros: [{ item: "tea", lot: "" }], empty: false });
    expect(counting.place.value).toBeNull();
  });

  it("an empty place is a sheet and a close", async () => {
    await counting.close({ zeros: [], uncounted: [], empty: true });
    expect((await written()).map((record) => record.kind)).toEqual(["sheet", "close"]);
  });

  it("counting on afterwards is a new sheet that continues the closed one", async () => {
    await scan(WATER);
    const first = counting.place.value?.sheet;
    await counting.close(nothing);
    await go("a");
    await scan(WATER);
    expect((await written())[3]).toMatchObject({ kind: "sheet", continues: first });
  });
});
