// What goods say of themselves at the dock: lots, expiry dates, serial numbers, pallets.
import { beforeEach, describe, expect, it } from "vitest";
import { findingsOf } from "../../src/ui/phone/ReceiveFinish";
import { readDay } from "../../src/ui/phone/ReceivePanels";
import {
  begin,
  DRILL,
  delivery,
  device,
  gs1,
  kinds,
  MILK,
  openReceipt,
  plan,
  reason,
  receiving,
  SSCC,
  scan,
  shown,
  UNKNOWN,
  WATER,
  written,
} from "../support/dock";

beforeEach(openReceipt);

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
    begin();
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
