import { describe, expect, it } from "vitest";
import { daysBetween, isLate } from "../../src/ui/desk/dates";
import { pointsFrom, pointsText } from "../../src/ui/desk/kit/percent";
import {
  blankLine,
  changedQuantities,
  comeOf,
  deliveryLines,
  fromOrderLine,
  type LineValues,
  lineHint,
  lineMistakes,
  openOf,
  orderLines,
  refOption,
} from "../../src/ui/desk/purchasing/lines";
import { coming } from "../../src/ui/desk/today/coming";
import type { ExpectedDelivery, ItemRef, OrderLine, PurchaseOrder, SupplierTerms } from "../../src/ui/desk/types";

const water: ItemRef = { id: "w", sku: "WATER", name: "Water", unit: { code: "pcs", name: "件", scale: 0 } };
const apple: ItemRef = { id: "a", sku: "APPLE", name: "Apple", unit: { code: "kg", name: "千克", scale: 3 } };

const keyed = (key: number, item: ItemRef | null, quantity: string, more: Partial<LineValues> = {}): LineValues => ({
  ...blankLine(key),
  item: item && refOption(item),
  quantity,
  ...more,
});
const ordered = (id: string, item: ItemRef, quantity: number, received = 0): OrderLine => ({
  id,
  number: 1,
  item,
  quantity,
  quantity_received: received,
  price: 1_500_000,
  promised_on: null,
});

describe("the lines of an order as keyed", () => {
  it("say every mistake beside its field", () => {
    const wrong = lineMistakes(
      [keyed(1, null, "5"), keyed(2, water, "1.5"), keyed(3, water, "0"), keyed(4, apple, "1", { price: "x" })],
      "CNY",
    );
    expect(Object.keys(wrong).sort()).toEqual(["item1", "price4", "quantity2", "quantity3"]);
  });

  it("forget rows nobody touched, but want at least one", () => {
    expect(lineMistakes([keyed(1, water, "3"), blankLine(2)], "CNY")).toEqual({});
    expect(Object.keys(lineMistakes([blankLine(1)], "CNY"))).toContain("item1");
  });

  it("know a pallet's number with and without its (00)", () => {
    const sscc = (text: string) => lineMistakes([keyed(1, water, "3", { sscc: text })], "CNY").sscc1;
    expect(sscc("369012345600000018")).toBeUndefined();
    expect(sscc("(00)369012345600000018")).toBeUndefined();
    expect(sscc("1234")).toBeDefined();
  });

  it("are sent in smallest units; a price nobody keyed is the server's to find", () => {
    const [line] = orderLines([keyed(1, apple, "1.25", { price: "8.90" }), blankLine(2)], "CNY");
    expect(line).toEqual({ item_id: "a", quantity: 1250, price: 8_900_000 });
    expect(orderLines([keyed(1, water, "3")], "CNY")[0]?.price).toBeUndefined();
  });

  it("of a placed order are sent only where the quantity changed", () => {
    const before = [ordered("l1", water, 10), ordered("l2", apple, 2000)];
    const now = before.map((line, index) => fromOrderLine(line, index + 1, "CNY"));
    expect(changedQuantities(now, before)).toEqual([]);
    const changed = now.map((line) => (line.id === "l2" ? { ...line, quantity: "3" } : line));
    expect(changedQuantities(changed, before)).toEqual([{ id: "l2", quantity: 3000 }]);
  });
});

describe("hints at a line", () => {
  const terms = new Map([["w", { item: water, moq: 24, order_multiple: 12 } as SupplierTerms]]);
  const hint = (line: LineValues, lines = [line]) => lineHint(line, lines, terms);

  it("name the minimum, the multiple and an item that stands there already", () => {
    expect(hint(keyed(1, water, "12"))).toContain("24");
    expect(hint(keyed(1, water, "30"))).toContain("12");
    expect(hint(keyed(1, water, "36"))).toBeUndefined();
    expect(hint(keyed(1, apple, "36"))).toBeUndefined();
    const twice = [keyed(1, water, "36"), keyed(2, water, "36")];
    expect(lineHint(twice[1] as LineValues, twice, terms)).toContain("1");
    expect(lineHint(twice[0] as LineValues, twice, terms)).toBeUndefined();
  });
});

describe("a delivery", () => {
  it("is filled with what is open on an order, each line naming its own", () => {
    const open = openOf([ordered("l1", water, 10, 4), ordered("l2", apple, 2000, 2000)]);
    expect(deliveryLines(open)).toEqual([
      { item_id: "w", quantity: 6, lot: "", expires_on: null, sscc: "", order_line_id: "l1" },
    ]);
  });

  it("has come by lines, since units do not sum; what came too much is not more than all", () => {
    const come = comeOf([ordered("l1", water, 10, 20), ordered("l2", apple, 2000, 1000)]);
    expect(come).toEqual({ complete: 1, lines: 2, share: 7500 });
    expect(comeOf([])).toEqual({ complete: 0, lines: 0, share: 0 });
  });
});

describe("what should come today", () => {
  const order = (id: string, promised_on: string | null) =>
    ({ id, label: id, promised_on, supplier: { name: "N" }, reference: "" }) as PurchaseOrder;
  const delivery = (id: string, expected_on: string | null, of: string[] = []) =>
    ({
      id,
      label: id,
      expected_on,
      supplier: { name: "N" },
      reference: "",
      orders: of.map((label) => ({ id: label, label })),
    }) as ExpectedDelivery;

  it("is what is promised for today or before, the latest first, announced orders only by their delivery", () => {
    const found = coming(
      [order("PO-1", "2026-11-20"), order("PO-2", "2026-11-23"), order("PO-3", null), order("PO-4", "2026-11-24")],
      [delivery("ASN-1", "2026-11-22", ["PO-1"]), delivery("ASN-2", null)],
      "2026-11-23",
    );
    expect(found.map((one) => one.label)).toEqual(["ASN-1", "PO-2"]);
  });
});

describe("days and percents", () => {
  it("count days between dates and know what is late", () => {
    expect(daysBetween("2026-02-28", "2026-03-01")).toBe(1);
    expect(isLate("2026-11-22", "2026-11-23")).toBe(true);
    expect(isLate("2026-11-23", "2026-11-23")).toBe(false);
    expect(isLate(null, "2026-11-23")).toBe(false);
  });

  it("read a percentage as basis points and back", () => {
    expect(pointsFrom("5")).toBe(500);
    expect(pointsFrom("2.5%")).toBe(250);
    expect(pointsFrom("")).toBeNull();
    expect(pointsFrom("1001")).toBeUndefined();
    expect(pointsFrom("0.123")).toBeUndefined();
    expect(pointsText(250)).toBe("2.5");
    expect(pointsText(1000)).toBe("10");
    expect(pointsText(null)).toBe("");
  });
});
