// A receiver's hour at the dock, without a screen: what is written, what is shown, what is heard.
import { beforeEach, describe, expect, it } from "vitest";
import { applyPage } from "../../src/store/masters";
import { listReceiptSheets, rebuildSheets } from "../../src/store/sheets";
import { findingsOf } from "../../src/ui/phone/ReceiveFinish";
import {
  begin,
  CARTON,
  code,
  device,
  gs1,
  item,
  kinds,
  MILK,
  NOODLES,
  openReceipt,
  order,
  plan,
  reason,
  receiving,
  scan,
  shown,
  take,
  UNKNOWN,
  WATER,
  written,
} from "../support/dock";

beforeEach(openReceipt);

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
    begin();
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
    take("Bo");
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
