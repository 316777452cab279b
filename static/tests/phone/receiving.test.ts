// A receiver's hour at the dock, without a screen: what is written, what is shown, what is heard.
import { beforeEach, describe, expect, it } from "vitest";
import type { ReceiptRecord } from "../../src/domain/receiving_record";
import type { Scan } from "../../src/scan/bus";
import { applyPage, getLocation } from "../../src/store/masters";
import { getDelivery, getOrder } from "../../src/store/receiving_masters";
import type { DeliveryRow, OrderRow } from "../../src/store/schema";
import { listReceiptSheets, rebuildSheets } from "../../src/store/sheets";
import { findingsOf } from "../../src/ui/phone/ReceiveFinish";
import { readDay } from "../../src/ui/phone/ReceivePanels";
import type { Plan } from "../../src/ui/phone/receipt_plan";
import { arrivalOf, runningReceipts, tasksOf } from "../../src/ui/phone/receive_tasks";
import { Receiving } from "../../src/ui/phone/receiving";
import { Device } from "../support/device";
import { FakeServer } from "../support/fake_server";

const WATER = "6921168509256";
const CARTON = "16921168509253";
const NOODLES = "6920152400111";
const MILK = "6907992500010";
const DRILL = "6901234567892";
const UNKNOWN = "6970399921238";
const SSCC = "106141411234567897";

const code = (text: string, factor = 1, label: string | null = null) => {
  const normal_form = /^\d+$/.test(text) ? text.padStart(14, "0") : text;
  return { code: text, normal_form, pack_factor: factor, label };
};
const row = (entity: string, id: string, body: object) => ({ entity, id, op: "U" as const, body: { id, ...body } });
const item = (id: string, name: string, barcodes: ReturnType<typeof code>[], more = {}) =>
  row("item", id, {
    sku: id,
    name,
    unit: { name: "件", scale: 0 },
    tracks_lots: false,
    active: true,
    barcodes,
    ...more,
  });
const place = (id: string, kind = "bin") =>
  row("location", id, { site_id: "site", code: id, name: id, barcode: `LOC-${id}`, kind, walk_order: 1, active: true });

const WORLD = [
  item("water", "饮用天然水", [code(WATER), code(CARTON, 12, "整箱")]),
  item("noodles", "红烧牛肉面", [code(NOODLES)]),
  item("milk", "牛奶", [code(MILK)], { tracks_lots: true, tracks_expiry: true, minimum_life_days: 30 }),
  item("drill", "电钻", [code(DRILL)], { tracks_serials: true }),
  item("rice", "大米", [code("RICE-1")], { unit: { code: "kg", name: "千克", scale: 3 } }),
  place("DOCK", "zone"),
  place("A-01"),
  row("supplier", "sup", { code: "S1", name: "清泉" }),
  row("purchase_order", "po", {
    number: 12,
    label: "PO-12",
    reference: "",
    supplier_id: "sup",
    supplier: "清泉",
    state: "ordered",
    promised_on: "2025-10-09",
    lines: [
      { id: "1", item: "water", quantity: 24, received: 0 },
      { id: "2", item: "milk", quantity: 10, received: 4 },
      { id: "3", item: "drill", quantity: 2, received: 0 },
    ],
  }),
  row("expected_delivery", "asn", {
    number: 3,
    label: "ASN-3",
    reference: "",
    supplier_id: "sup",
    supplier: "清泉",
    state: "expected",
    expected_on: null,
    lines: [
      { item: "water", lot: "", expires_on: null, quantity: 48, received: 0, sscc: SSCC },
      { item: "milk", lot: "L1", expires_on: "2026-06-01", quantity: 20, received: 0, sscc: SSCC },
    ],
  }),
];

let device: Device;
let receiving: Receiving;
let person = { id: "anna", name: "Anna", auth: "online" as const };
let order: OrderRow;
let delivery: DeliveryRow;

const make = () =>
  new Receiving(
    device.store,
    device.clock,
    () => person,
    () => undefined,
  );

const plan = async (more: Partial<Plan> = {}): Promise<Plan> => {
  const location = await getLocation(device.store, "DOCK");
  if (!location) throw new Error("no dock");
  const supplier = { id: "sup", name: "清泉" };
  const nothing = { receipt: null, order: null, delivery: null, supplier, deliveryNote: null, label: null };
  return { ...nothing, location, ...more };
};

const scan = (text: string, more: Partial<Scan> = {}): Promise<void> => {
  device.clock.time += 100;
  return receiving.take({ text, symbology: null, source: "wedge", time: device.clock.time, ...more });
};

const written = async (): Promise<ReceiptRecord[]> => (await device.outboxTexts()).map((text) => JSON.parse(text));
const kinds = async () => (await written()).map((record) => record.kind);
const shown = () => receiving.lines.value.map((line) => [line.itemId ?? line.code, line.received, line.expected]);
const reason = () => receiving.last.value?.reason;
const gs1 = (gtin: string, rest: string) => `]C101${gtin.padStart(14, "0")}${rest}`;

beforeEach(async () => {
  device = await Device.make(new FakeServer());
  person = { id: "anna", name: "Anna", auth: "online" };
  await applyPage(device.store, { rows: WORLD, next: "e:1", more: false });
  order = (await getOrder(device.store, "po")) as OrderRow;
  delivery = (await getDelivery(device.store, "asn")) as DeliveryRow;
  receiving = make();
  await receiving.begin(await plan({ order, label: "PO-12", deliveryNote: "SH-1" }));
});

describe("receiving against an order", () => {
  it("starts at 0 and shows what is still to come", () => {
    expect(shown()).toEqual([
      ["water", 0, 24],
      ["milk", 0, 6],
      ["drill", 0, 2],
    ]);
    expect(receiving.totals.value).toMatchObject({ received: 0, expected: 32, kindsDone: 0, kindsExpected: 3 });
  });

  it("opens the receipt with its first record, exactly as agreed", async () => {
    expect(await written()).toEqual([]);
    await scan(CARTON, { symbology: "ITF" });
    const [opened, received] = await written();
    const at = { receipt: opened && "receipt" in opened ? opened.receipt : "", location: "DOCK" };
    expect(opened).toMatchObject({
      v: 1,
      seq: 1,
      kind: "receipt",
      person: "anna",
      order: "po",
      delivery: null,
      supplier: "sup",
      delivery_note: "SH-1",
      ...at,
    });
    const {
      id: _id,
      at: _at,
      mono: _mono,
      boot: _boot,
      sheet: _sheet,
      ...rest
    } = received as never as Record<string, unknown>;
    expect(rest).toEqual({
      v: 1,
      seq: 2,
      kind: "receive",
      person: "anna",
      auth: "online",
      ...at,
      code: CARTON,
      symbology: "ITF",
      source: "wedge",
      item: "water",
      lot: "",
      expires_on: null,
      serial: null,
      sscc: null,
      factor: 12,
      quantity: 12,
    });
  });

  it("adds pack by pack, and a complete line goes below what is still to come", async () => {
    await scan(CARTON);
    expect(receiving.last.value).toMatchObject({ outcome: "ok", quantity: 12, received: 12, expected: 24 });
    receiving.multiplier.value = "12";
    await scan(WATER);
    expect(shown().map(([id]) => id)).toEqual(["milk", "drill", "water"]);
    expect(receiving.totals.value.kindsDone).toBe(1);
  });

  it("more than expected is taken and wants a look", async () => {
    for (let i = 0; i < 3; i++) await scan(CARTON);
    expect(receiving.last.value).toMatchObject({ outcome: "look", reason: "over", received: 36, expected: 24 });
  });

  it("what is not on the order is taken and is an alarm", async () => {
    await scan(NOODLES);
    expect(receiving.last.value).toMatchObject({ outcome: "alarm", reason: "not_ordered" });
    expect(shown()).toContainEqual(["noodles", 1, 0]);
  });

  it("an unknown code is kept, an alarm, and counts its pieces", async () => {
    await scan(UNKNOWN);
    await scan(UNKNOWN);
    expect(reason()).toBe("unknown_code");
    expect(shown()).toContainEqual(["06970399921238", 2, null]);
    expect((await written())[1]).toMatchObject({ item: null, code: UNKNOWN, factor: 1, quantity: 1, lot: "" });
  });

  it("damaged pieces are counted beside the good ones, until the thumb goes back", async () => {
    await scan(CARTON);
    receiving.damaged.value = true;
    await scan(WATER);
    receiving.damaged.value = false;
    await scan(WATER);
    expect((await kinds()).slice(1)).toEqual(["receive", "damaged", "receive"]);
    expect(receiving.lines.value.find((line) => line.itemId === "water")).toMatchObject({ received: 14, damaged: 1 });
  });

  it("a burst of twenty codes keeps its order and loses none", async () => {
    const codes = Array.from({ length: 20 }, (_, index) => (index % 2 ? WATER : NOODLES));
    await Promise.all(codes.map((text) => scan(text)));
    expect((await written()).slice(1).map((record) => ("code" in record ? record.code : null))).toEqual(codes);
  });

  it("another place's code changes nothing: the goods of a receipt land at one place", async () => {
    await scan("LOC-A-01");
    expect(receiving.last.value).toMatchObject({ outcome: "look", reason: "other_place" });
    expect(await written()).toEqual([]);
  });

  it("a scan that cannot be saved is an alarm and not on the list", async () => {
    await scan(WATER);
    device.store.state.value = "READ_ONLY";
    await scan(WATER);
    expect(receiving.last.value).toMatchObject({ outcome: "alarm", reason: "not_saved" });
    expect(shown()).toContainEqual(["water", 1, 24]);
  });

  it("a weight in the code counts in the unit's smallest parts", async () => {
    await applyPage(device.store, {
      rows: [item("rice", "大米", [code("6937003706032")], { unit: { code: "kg", name: "千克", scale: 3 } })],
      next: "e:2",
      more: false,
    });
    receiving.worldChanged();
    await scan(gs1("6937003706032", "3102000125"));
    expect(receiving.last.value).toMatchObject({ title: "大米", quantity: 1250, scale: 3 });
  });
});

describe("without an order", () => {
  it("nothing is expected, so nothing is unexpected, over or short", async () => {
    await receiving.begin(await plan({ supplier: null }));
    await scan(NOODLES);
    expect(receiving.last.value).toMatchObject({ outcome: "ok", expected: null });
    expect(receiving.totals.value.expected).toBeNull();
    expect((await written())[0]).toMatchObject({ order: null, delivery: null, supplier: null, delivery_note: null });
    expect(findingsOf(receiving.lines.value)).toEqual([]);
  });
});

describe("lots and expiry", () => {
  it("come from the code when it carries them", async () => {
    await scan(gs1(MILK, "1726060110L7"));
    expect((await written())[1]).toMatchObject({ item: "milk", lot: "L7", expires_on: "2026-06-01", factor: 1 });
    expect(receiving.wanted.value).toEqual([]);
    expect(reason()).toBeNull();
  });

  it("are asked for otherwise, and what was scanned meanwhile is on disk and gets them too", async () => {
    await scan(MILK);
    await scan(MILK);
    expect(receiving.last.value).toMatchObject({ outcome: "look", reason: "lot_missing" });
    const [wanted] = receiving.wanted.value;
    expect(wanted?.looks).toHaveLength(2);
    if (wanted) await receiving.enterLot(wanted.item, { lot: "L9", expires_on: "2026-06-01" });
    expect((await kinds()).slice(1)).toEqual([
      "receive",
      "receive",
      "receive_void",
      "receive",
      "receive_void",
      "receive",
    ]);
    expect(receiving.lines.value.find((line) => line.itemId === "milk")?.parts).toMatchObject([
      { lot: "L9", quantity: 2 },
    ]);
  });

  it("stay the item's for the next scans, until somebody says it is another lot", async () => {
    await scan(gs1(MILK, "1726060110L7"));
    await scan(MILK);
    expect(receiving.last.value).toMatchObject({ lot: "L7", expires_on: "2026-06-01" });
    await receiving.otherLot();
    expect(receiving.wanted.value[0]?.looks).toHaveLength(1);
    await scan(MILK);
    expect(receiving.wanted.value[0]?.looks).toHaveLength(2);
  });

  it("unknown to everybody are said once and not asked for again", async () => {
    await scan(MILK);
    const [wanted] = receiving.wanted.value;
    if (wanted) await receiving.lotUnknown(wanted.item);
    await scan(MILK);
    expect(receiving.wanted.value).toEqual([]);
    expect(reason()).toBe("lot_unknown");
    await device.restart();
    receiving = make();
    await receiving.resume();
    expect(receiving.wanted.value).toEqual([]);
  });

  it("too little life left wants a look, past its date is an alarm", async () => {
    await scan(gs1(MILK, "1725102010L1"));
    expect(reason()).toBe("short_life");
    await scan(gs1(MILK, "1725100110L2"));
    expect(receiving.last.value).toMatchObject({ outcome: "alarm", reason: "expired" });
  });

  it("another expiry than the delivery announced wants a look", async () => {
    await receiving.begin(await plan({ delivery, label: "ASN-3" }));
    await scan(gs1(MILK, "1726070110L1"));
    expect(reason()).toBe("expiry_differs");
    expect(receiving.lotsAnnounced("milk")).toEqual([{ lot: "L1", expires_on: "2026-06-01" }]);
  });

  it("are read as people key them", () => {
    expect(["20270531", "2027-05-31", "270531", "2027 05 31"].map(readDay)).toEqual(Array(4).fill("2027-05-31"));
    expect(["20270231", "2027", "", "20271301", "20270500"].map(readDay)).toEqual(Array(5).fill(null));
  });
});

describe("serial numbers", () => {
  it("from the code are one piece each, and the lot repeats them", async () => {
    await scan(gs1(DRILL, "21SN-1"));
    expect((await written())[1]).toMatchObject({ item: "drill", lot: "SN-1", serial: "SN-1", quantity: 1 });
  });

  it("scanned after the article complete it", async () => {
    await scan(DRILL);
    expect(reason()).toBe("serial_missing");
    await scan("SN-2");
    const records = await written();
    expect(records[records.length - 1]).toMatchObject({ kind: "receive", code: DRILL, lot: "SN-2", serial: "SN-2" });
    expect(receiving.wanted.value).toEqual([]);
    expect(shown()).toContainEqual(["drill", 1, 2]);
  });

  it("repeated are an alarm, and the evidence stays", async () => {
    await scan(gs1(DRILL, "21SN-1"));
    await scan(gs1(DRILL, "21SN-1"));
    expect(receiving.last.value).toMatchObject({ outcome: "alarm", reason: "serial_twice" });
    expect(await kinds()).toEqual(["receipt", "receive", "receive"]);
  });

  it("an article's own number is never taken for a serial number", async () => {
    await scan(DRILL);
    await scan(UNKNOWN);
    expect(reason()).toBe("unknown_code");
    expect(receiving.wanted.value).toHaveLength(1);
  });

  it("never multiply", async () => {
    receiving.multiplier.value = "5";
    await scan(gs1(DRILL, "21SN-1"));
    expect((await written())[1]).toMatchObject({ quantity: 1, factor: 1 });
    expect(reason()).toBe("quantity_refused");
  });
});

describe("pallets", () => {
  beforeEach(async () => {
    await receiving.begin(await plan({ delivery, label: "ASN-3" }));
  });

  it("propose what the delivery announced, and one key says that all of it is there", async () => {
    await scan(`]C100${SSCC}`);
    expect(receiving.pallet.value?.lines).toHaveLength(2);
    expect(await written()).toEqual([]);
    await receiving.confirmPallet();
    expect((await written()).slice(1)).toMatchObject([
      { kind: "receive", item: "water", quantity: 48, sscc: SSCC, lot: "" },
      { kind: "receive", item: "milk", quantity: 20, sscc: SSCC, lot: "L1", expires_on: "2026-06-01" },
    ]);
    expect(findingsOf(receiving.lines.value)).toEqual([]);
  });

  it("go as they came: one undo", async () => {
    await scan(SSCC);
    await receiving.confirmPallet();
    await receiving.undo();
    expect(receiving.totals.value.received).toBe(0);
    expect((await kinds()).slice(3)).toEqual(["receive_void", "receive_void"]);
  });

  it("a second time are an alarm, and an unknown one is unpacked", async () => {
    await scan(SSCC);
    await receiving.confirmPallet();
    await scan(SSCC);
    expect(reason()).toBe("pallet_twice");
    await scan("00106141411234567996");
    expect(receiving.last.value?.kind).toBe("refused");
  });

  it("are forgotten when their pieces are scanned instead", async () => {
    await scan(SSCC);
    await scan(WATER);
    expect(receiving.pallet.value).toBeNull();
  });
});

describe("corrections", () => {
  it("the last scan is taken back, then the one before", async () => {
    await scan(WATER);
    await scan(CARTON);
    await receiving.undo();
    expect(shown()).toContainEqual(["water", 1, 24]);
    await receiving.undo();
    expect(receiving.totals.value.received).toBe(0);
    expect(receiving.undoable()).toEqual([]);
  });

  it("a number keyed after a scan replaces it, with everything else it said", async () => {
    await scan(gs1(MILK, "1726060110L7"));
    expect(await receiving.amendLast("5")).toBe(true);
    const records = await written();
    expect(records[records.length - 1]).toMatchObject({
      source: "keypad",
      quantity: 5,
      lot: "L7",
      expires_on: "2026-06-01",
    });
  });

  it("'it is n in all' replaces one lot and condition and leaves the others", async () => {
    await scan(CARTON);
    receiving.damaged.value = true;
    await scan(WATER);
    const line = receiving.lines.value.find((one) => one.itemId === "water");
    const good = line?.parts.find((part) => !part.damaged);
    expect(line && good && (await receiving.setPart(line, good, "20"))).toBe(true);
    const records = await written();
    expect(records[3]).toMatchObject({
      kind: "receive_set",
      item: "water",
      code: null,
      lot: "",
      quantity: 20,
      supersedes: [records[1]?.id],
    });
    expect(receiving.lines.value.find((one) => one.itemId === "water")).toMatchObject({ received: 21, damaged: 1 });
    await receiving.undo();
    expect(receiving.lines.value.find((one) => one.itemId === "water")).toMatchObject({ received: 13 });
  });

  it("of an unknown code name the code", async () => {
    await scan(UNKNOWN);
    const line = receiving.lines.value.find((one) => one.itemId === null);
    const part = line?.parts[0];
    if (line && part) await receiving.setPart(line, part, "3");
    expect((await written())[2]).toMatchObject({ kind: "receive_set", item: null, code: UNKNOWN, quantity: 3 });
    expect(shown()).toContainEqual(["06970399921238", 3, null]);
  });
});

describe("the end and the next morning", () => {
  it("says what is short, over, damaged, unexpected and unknown", async () => {
    for (let i = 0; i < 3; i++) await scan(CARTON);
    await scan(NOODLES);
    await scan(UNKNOWN);
    receiving.damaged.value = true;
    await scan(WATER);
    const found = findingsOf(receiving.lines.value).map(({ key, rows }) => [key, rows.map((one) => one.quantity)]);
    expect(found).toEqual([
      ["short", [6, 2]],
      ["over", [13]],
      ["unexpected", [1]],
      ["damaged", [1]],
      ["unknown", [1]],
    ]);
  });

  it("closing is one record, and the sheet is closed on this device", async () => {
    await scan(WATER);
    await receiving.close();
    expect(await kinds()).toEqual(["receipt", "receive", "receive_close"]);
    expect(receiving.open.value).toBeNull();
    expect((await listReceiptSheets(device.store))[0]).toMatchObject({ order: "po", closed_at: device.clock.time });
  });

  it("a reload at the dock goes on with the same sheet, from the disk", async () => {
    await scan(CARTON);
    const before = receiving.open.value?.sheet;
    await device.restart();
    receiving = make();
    await receiving.resume();
    await scan(CARTON);
    expect(receiving.open.value).toMatchObject({ sheet: before, label: "PO-12", deliveryNote: "SH-1" });
    expect(shown()).toContainEqual(["water", 24, 24]);
    expect((await kinds()).filter((kind) => kind === "receipt")).toHaveLength(1);
  });

  it("what another person received here before is no longer expected of me", async () => {
    await scan(CARTON);
    const receipt = receiving.open.value?.receipt ?? null;
    await receiving.leave();
    person = { id: "bo", name: "Bo", auth: "online" };
    await receiving.begin(await plan({ receipt, order, label: "PO-12" }));
    expect(shown()).toContainEqual(["water", 0, 12]);
    await scan(WATER);
    const sheets = await listReceiptSheets(device.store);
    expect(sheets.map((sheet) => [sheet.receipt, sheet.person])).toEqual([
      [receipt, "anna"],
      [receipt, "bo"],
    ]);
  });

  it("the sheets can be made anew from the log", async () => {
    await scan(CARTON);
    await receiving.close();
    const before = await listReceiptSheets(device.store);
    await rebuildSheets(device.store);
    expect(await listReceiptSheets(device.store)).toEqual(before);
  });
});

describe("the list of what is to be received", () => {
  const receipt = (id: string, more = {}) => ({
    id,
    number: 4,
    label: "GRN-4",
    state: "receiving" as const,
    supplier_id: "sup",
    supplier: "清泉",
    order_id: "po",
    delivery_id: null,
    location_id: "DOCK",
    delivery_note: "",
    generation: 1,
    ...more,
  });
  const world = async (receipts: ReturnType<typeof receipt>[], lastContact = 0) => {
    const sheets = await listReceiptSheets(device.store);
    return tasksOf(
      { orders: [order], deliveries: [delivery], receipts: runningReceipts(receipts, sheets, lastContact), sheets },
      person.id,
      "2025-10-12",
    ).map(({ label, state, daysLate }) => [label, state, daysLate]);
  };

  it("has what is late first, undated last", async () => {
    expect(await world([])).toEqual([
      ["PO-12", "new", 3],
      ["ASN-3", "new", 0],
    ]);
  });

  it("knows what I have begun, before the server does", async () => {
    await scan(WATER);
    expect((await world([]))[0]).toEqual(["PO-12", "mine", 3]);
    await receiving.close();
    expect((await world([]))[0]).toEqual(["PO-12", "others", 3]);
  });

  it("forgets what the server tells of no more: it was posted or cancelled", async () => {
    await scan(WATER);
    const id = receiving.open.value?.receipt ?? "";
    expect((await world([receipt(id)], device.clock.time + 60_000))[0]).toEqual(["PO-12", "mine", 3]);
    expect((await world([], device.clock.time + 60_000))[0]).toEqual(["PO-12", "new", 3]);
  });

  it("finds a task by its number or by a pallet of it", () => {
    const all = tasksOf({ orders: [order], deliveries: [delivery], receipts: [], sheets: [] }, "anna", "2025-10-12");
    const find = (text: string) => arrivalOf({ text, symbology: null }, all)?.label;
    expect([find("po-12"), find(`]C100${SSCC}`), find(WATER)]).toEqual(["PO-12", "ASN-3", undefined]);
  });
});
