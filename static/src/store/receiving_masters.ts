// What the device was told of orders, deliveries, receipts, suppliers and fixed bins.
import type { DeliveryRow, ItemPlaceRow, OrderRow, ReceiptRow, SupplierRow } from "./schema";
import type { Store } from "./store";
import { ask } from "./world";

export const listOrders = (store: Store): Promise<OrderRow[]> => ask(store, (db, at) => db.getAll(at("orders")));
export const listDeliveries = (store: Store): Promise<DeliveryRow[]> =>
  ask(store, (db, at) => db.getAll(at("deliveries")));
export const listReceipts = (store: Store): Promise<ReceiptRow[]> => ask(store, (db, at) => db.getAll(at("receipts")));
export const listSuppliers = (store: Store): Promise<SupplierRow[]> =>
  ask(store, (db, at) => db.getAll(at("suppliers")));

export function getOrder(store: Store, id: string): Promise<OrderRow | undefined> {
  return ask(store, (db, at) => db.get(at("orders"), id));
}

export function getDelivery(store: Store, id: string): Promise<DeliveryRow | undefined> {
  return ask(store, (db, at) => db.get(at("deliveries"), id));
}

export function getReceipt(store: Store, id: string): Promise<ReceiptRow | undefined> {
  return ask(store, (db, at) => db.get(at("receipts"), id));
}

/** The fixed bin of an item here, null when it has none. */
export async function fixedPlace(store: Store, item: string): Promise<ItemPlaceRow | null> {
  return (await ask(store, (db, at) => db.getFromIndex(at("item_places"), "item", item))) ?? null;
}
