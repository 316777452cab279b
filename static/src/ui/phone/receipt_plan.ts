// By what a receipt is received: an order, a delivery, nothing; a new receipt or one that others have begun.
import { foldReceipt } from "../../domain/receipt_tally";
import { getLocation } from "../../store/masters";
import { type CurrentReceipt, getFact } from "../../store/meta";
import { getDelivery, getOrder, getReceipt, listSuppliers } from "../../store/receiving_masters";
import type { DeliveryRow, LocationRow, OrderRow } from "../../store/schema";
import { listReceiptSheets, recordsOfReceiptSheet } from "../../store/sheets";
import type { Store } from "../../store/store";
import type { OpenReceipt } from "./receipt_lines";

export interface Plan {
  /** null: a receipt of its own. */
  receipt: string | null;
  order: OrderRow | null;
  delivery: DeliveryRow | null;
  supplier: { id: string; name: string } | null;
  location: LocationRow;
  deliveryNote: string | null;
  label: string | null;
}

export function factOf(open: OpenReceipt, lotsUnknown: string[]): CurrentReceipt {
  return {
    receipt: open.receipt,
    sheet: open.sheet,
    location: open.location.id,
    order: open.order?.id ?? null,
    delivery: open.delivery?.id ?? null,
    supplier: open.supplier?.id ?? null,
    delivery_note: open.deliveryNote,
    lots_unknown: lotsUnknown,
  };
}

type Named = Pick<CurrentReceipt, "receipt" | "location" | "order" | "delivery" | "supplier" | "delivery_note">;

/** A plan from ids that were written down; null when the place is not known here any more. */
export async function planOf(store: Store, named: Named): Promise<(Plan & { receipt: string }) | null> {
  const location = await getLocation(store, named.location);
  if (!location) return null;
  const [order, delivery, receipt, suppliers] = await Promise.all([
    named.order ? getOrder(store, named.order) : undefined,
    named.delivery ? getDelivery(store, named.delivery) : undefined,
    getReceipt(store, named.receipt),
    listSuppliers(store),
  ]);
  const supplier = suppliers.find(({ id }) => id === named.supplier);
  return {
    receipt: named.receipt,
    order: order ?? null,
    delivery: delivery ?? null,
    supplier: supplier ? { id: supplier.id, name: supplier.name } : null,
    location,
    deliveryNote: named.delivery_note,
    label: receipt?.label ?? order?.label ?? delivery?.label ?? null,
  };
}

/** What the device was at when the page was closed. */
export async function planOfFact(
  store: Store,
): Promise<{ plan: Plan & { receipt: string }; sheet: string; lotsUnknown: string[] } | null> {
  const kept = await getFact(store, "receiving");
  const plan = kept ? await planOf(store, kept) : null;
  return kept && plan ? { plan, sheet: kept.sheet, lotsUnknown: kept.lots_unknown } : null;
}

/** What this device's other sheets of the receipt hold, per item. */
export async function totalsBefore(store: Store, receipt: string, sheet: string): Promise<Map<string, number>> {
  const sheets = (await listReceiptSheets(store)).filter((one) => one.receipt === receipt && one.id !== sheet);
  const totals = new Map<string, number>();
  for (const { id } of sheets) {
    for (const { item, quantity } of foldReceipt(await recordsOfReceiptSheet(store, id))) {
      if (item !== null) totals.set(item, (totals.get(item) ?? 0) + quantity);
    }
  }
  return totals;
}
