// A dock in a test: what is ordered and announced, a receiver who scans, and what is written and shown of it.
import type { ReceiptRecord } from "../../src/domain/receiving_record";
import type { Scan } from "../../src/scan/bus";
import { applyPage, getLocation } from "../../src/store/masters";
import { getDelivery, getOrder } from "../../src/store/receiving_masters";
import type { DeliveryRow, OrderRow } from "../../src/store/schema";
import type { Plan } from "../../src/ui/phone/receipt_plan";
import { Receiving } from "../../src/ui/phone/receiving";
import { Device } from "./device";
import { FakeServer } from "./fake_server";

export const WATER = "6921168509256";
export const CARTON = "16921168509253";
export const NOODLES = "6920152400111";
export const MILK = "6907992500010";
export const DRILL = "6901234567892";
export const UNKNOWN = "6970399921238";
export const SSCC = "106141411234567897";

export const code = (text: string, factor = 1, label: string | null = null) => {
  const normal_form = /^\d+$/.test(text) ? text.padStart(14, "0") : text;
  return { code: text, normal_form, pack_factor: factor, label };
};
const row = (entity: string, id: string, body: object) => ({ entity, id, op: "U" as const, body: { id, ...body } });
export const item = (id: string, name: string, barcodes: ReturnType<typeof code>[], more = {}) =>
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

export let device: Device;
export let receiving: Receiving;
export let person = { id: "anna", name: "Anna", auth: "online" as const };
export let order: OrderRow;
export let delivery: DeliveryRow;

/** Receiving as the page begins it: nothing in memory. */
export function begin(): void {
  receiving = new Receiving(
    device.store,
    device.clock,
    () => person,
    () => undefined,
  );
}

/** Another counter takes the device. */
export function take(name: string): void {
  person = { id: name.toLowerCase(), name, auth: "online" };
}

export const plan = async (more: Partial<Plan> = {}): Promise<Plan> => {
  const location = await getLocation(device.store, "DOCK");
  if (!location) throw new Error("no dock");
  const supplier = { id: "sup", name: "清泉" };
  const nothing = { receipt: null, order: null, delivery: null, supplier, deliveryNote: null, label: null };
  return { ...nothing, location, ...more };
};

export const scan = (text: string, more: Partial<Scan> = {}): Promise<void> => {
  device.clock.time += 100;
  return receiving.take({ text, symbology: null, source: "wedge", time: device.clock.time, ...more });
};

export const written = async (): Promise<ReceiptRecord[]> =>
  (await device.outboxTexts()).map((text) => JSON.parse(text));
export const kinds = async () => (await written()).map((record) => record.kind);
export const shown = () =>
  receiving.lines.value.map((line) => [line.itemId ?? line.code, line.received, line.expected]);
export const reason = () => receiving.last.value?.reason;
export const gs1 = (gtin: string, rest: string) => `]C101${gtin.padStart(14, "0")}${rest}`;

/** A device that knows the world, with Anna at the dock and PO-12 begun. */
export async function openReceipt(): Promise<void> {
  device = await Device.make(new FakeServer());
  take("Anna");
  await applyPage(device.store, { rows: WORLD, next: "e:1", more: false });
  order = (await getOrder(device.store, "po")) as OrderRow;
  delivery = (await getDelivery(device.store, "asn")) as DeliveryRow;
  begin();
  await receiving.begin(await plan({ order, label: "PO-12", deliveryNote: "SH-1" }));
}
