// Suppliers, purchase orders and expected deliveries as the server answers them. Quantities in smallest units.

export interface ItemRef {
  id: string;
  sku: string;
  name: string;
  unit: { code: string; name: string; scale: number };
}

export interface SupplierRef {
  id: string;
  code: string;
  name: string;
}

export interface Supplier extends SupplierRef {
  lead_time_days: number | null;
  /** Hundredths of a percent beyond the expected quantity that pass. */
  over_receipt_bp: number;
  note: string;
  active: boolean;
}

export interface SupplierTerms {
  item: ItemRef;
  supplier_sku: string;
  /** 1/10000 minor unit per base unit. */
  price: number;
  moq: number;
  order_multiple: number;
  /** null: the supplier's. */
  lead_time_days: number | null;
  over_receipt_bp: number | null;
}

export type OrderState = "draft" | "ordered" | "part_received" | "received" | "closed" | "cancelled";
export type DeliveryState = "expected" | "part_received" | "received" | "closed" | "cancelled";

interface Expected {
  id: string;
  site_id: string;
  number: number;
  label: string;
  reference: string;
  supplier: SupplierRef;
  note: string;
  created_at: string;
  ended_at: string | null;
  end_reason: string;
  /** Sent back with a change. */
  version: number;
  lines_total: number;
  lines_open: number;
}

export interface PurchaseOrder extends Expected {
  state: OrderState;
  promised_on: string | null;
  ordered_at: string | null;
  /** Minor units. */
  value: number;
}

export interface OrderLine {
  id: string;
  number: number;
  item: ItemRef;
  quantity: number;
  quantity_received: number;
  price: number;
  promised_on: string | null;
}

export interface PurchaseOrderDetail extends PurchaseOrder {
  lines: OrderLine[];
  deliveries: { id: string; label: string; state: DeliveryState; expected_on: string | null }[];
}

export interface ExpectedDelivery extends Expected {
  state: DeliveryState;
  expected_on: string | null;
  /** Whose lines it announces. */
  orders: { id: string; label: string }[];
}

export interface DeliveryLine {
  id: string;
  number: number;
  item: ItemRef;
  lot: string;
  expires_on: string | null;
  quantity: number;
  quantity_received: number;
  order_line_id: string | null;
  sscc: string;
}

export interface ExpectedDeliveryDetail extends ExpectedDelivery {
  lines: DeliveryLine[];
}
