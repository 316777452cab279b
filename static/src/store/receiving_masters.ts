// What the device was told of orders, deliveries, receipts, suppliers and fixed bins.
import type { DeliveryRow, ItemPlaceRow, OrderRow, ReceiptRow, SupplierRow } from "./schema";
import type { Store } from "./store";

export const listOrders = (store: Store): Promise<OrderRow[]> => store.read((db) => db.getAll("orders"));
export const listDeliveries = (store: Store): Promise<DeliveryRow[]> => store.read((db) => db.getAll("deliveries"));
export const listReceipts = (store: Store): Promise<ReceiptRow[]> => store.read((db) => db.getAll("receipts"));
export const listSuppliers = (store: Store): Promise<SupplierRow[]> => store.read((db) => db.getAll("suppliers"));

export function getOrder(store: Store, id: string): Promise<OrderRow | undefined> {
  return store.read((db) => db.get("orders", id));
}

export function getDelivery(store: Store, id: string): Promise<DeliveryRow | undefined> {
  return store.read((db) => db.get("deliveries", id));
}

export function getReceipt(store: Store, id: string): Promise<ReceiptRow | undefined> {
  return store.read((db) => db.get("receipts", id));
}

/** The fixed bin of an item here, null when it has none. */
export async function fixedPlace(store: Store, item: string): Promise<ItemPlaceRow | null> {
  return (await store.read((db) => db.getFromIndex("item_places", "item", item))) ?? null;
}
