// What should arrive today or should have arrived. An order whose goods were announced is told by its delivery. Pure.
import type { ExpectedDelivery, PurchaseOrder } from "../types";

export interface Coming {
  id: string;
  label: string;
  supplier: string;
  reference: string;
  on: string;
  /** The screen. */
  to: string;
}

/** The latest first: who waits longest is asked first. Without a day nobody is late. */
export function coming(
  orders: readonly PurchaseOrder[],
  deliveries: readonly ExpectedDelivery[],
  today: string,
): Coming[] {
  const announced = deliveries.map((row) => told(row, row.expected_on, "/deliveries"));
  const covered = new Set(deliveries.flatMap((row) => row.orders.map((order) => order.id)));
  const ordered = orders.filter((row) => !covered.has(row.id)).map((row) => told(row, row.promised_on, "/orders"));
  return [...announced, ...ordered]
    .filter((one): one is Coming => one.on !== null && one.on <= today)
    .sort((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0));
}

function told(row: PurchaseOrder | ExpectedDelivery, on: string | null, to: string) {
  return {
    id: row.id,
    label: row.label,
    supplier: row.supplier.name,
    reference: row.reference,
    on,
    to: `${to}/${row.id}`,
  };
}
