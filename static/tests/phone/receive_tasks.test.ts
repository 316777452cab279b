// The list of what is to be received.
import { beforeEach, describe, expect, it } from "vitest";
import { listReceiptSheets } from "../../src/store/sheets";
import { arrivalOf, runningReceipts, tasksOf } from "../../src/ui/phone/receive_tasks";
import { delivery, device, openReceipt, order, person, receiving, SSCC, scan, WATER } from "../support/dock";

beforeEach(openReceipt);

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

  it("says what is still to come in whole units, whatever the items are counted in", () => {
    const line = (item: string, quantity: number) => ({ id: item, item, quantity, received: 0 });
    const mixed = { ...order, lines: [line("apple", 20_000), line("water", 24)] };
    const scales = new Map([["apple", 3]]);
    const [task] = tasksOf({ orders: [mixed], deliveries: [], receipts: [], sheets: [], scales }, "anna", "2025-10-12");
    expect([task?.open, task?.scale]).toEqual([44_000, 3]);
  });

  it("finds a task by its number or by a pallet of it", () => {
    const all = tasksOf({ orders: [order], deliveries: [delivery], receipts: [], sheets: [] }, "anna", "2025-10-12");
    const find = (text: string) => arrivalOf({ text, symbology: null }, all)?.label;
    expect([find("po-12"), find(`]C100${SSCC}`), find(WATER)]).toEqual(["PO-12", "ASN-3", undefined]);
  });
});
