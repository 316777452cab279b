// Sites, places, items, people and devices as the server answers them, and what an import says.
import type { Role } from "../../../api/types";

export interface Site {
  id: string;
  code: string;
  name: string;
  time_zone: string;
  currency: string;
  stock_level: "site" | "zone" | "bin";
  self_approval: boolean;
  tolerance_quantity: number | null;
  tolerance_percent_bp: number | null;
  tolerance_value: number | null;
  active?: boolean;
}

export type LocationKind = "site" | "zone" | "bin" | "supplier" | "customer" | "scrap" | "variance" | "opening";

export interface Place {
  id: string;
  site_id: string;
  parent_id: string | null;
  stock_location_id: string;
  kind: LocationKind;
  code: string;
  name: string;
  barcode: string | null;
  walk_order: number;
  active: boolean;
  /** A cart: goods are never sent there to stay. */
  mobile: boolean;
}

export interface Unit {
  id: string;
  code: string;
  name: string;
  scale: number;
}

export interface Category {
  id: string;
  name: string;
}

export interface Barcode {
  code: string;
  normal_form?: string;
  pack_factor: number;
  label: string;
}

export interface Item {
  id: string;
  sku: string;
  name: string;
  category_id: string | null;
  category_name: string | null;
  unit: Unit;
  tracks_lots: boolean;
  tracks_expiry: boolean;
  tracks_serials: boolean;
  /** Days that must be left when goods arrive; null: any. */
  minimum_life_days: number | null;
  active: boolean;
  barcodes: Barcode[];
  unit_cost?: number | null;
}

export interface Grant {
  site_id: string | null;
  role: Role;
}

export interface Person {
  id: string;
  name: string;
  login: string;
  language: "zh" | "en";
  active: boolean;
  has_pin: boolean;
  has_password: boolean;
  grants: Grant[];
}

export interface Device {
  id: string;
  number: number;
  label: string;
  site_id: string;
  enrolled_at: string;
  revoked_at: string | null;
  last_contact_at: string | null;
  app_version: string;
  next_seq: number | null;
  hwm: number | null;
  /** null: it has not been heard since it was enrolled. */
  pending: number | null;
  clock_offset_ms: number | null;
}

export interface Enrolment {
  id: string;
  code: string;
  expires_at: string;
  url: string;
  qr: string;
}

export interface ImportMistake {
  row: number;
  column: string;
  /** F7, and the header as the file has it; empty where the mistake is in no one cell. */
  cell: string;
  head: string;
  value: string;
  code: string;
  message: string;
  /** The figures of the message. */
  data: Record<string, string | number>;
}

export interface ImportReport {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  applied: boolean;
  error_count: number;
  errors: ImportMistake[];
}

/** Whether the installation has a fresh backup; `daily`: one is taken every day by itself. */
export interface BackupState {
  state: "good" | "overdue" | "none";
  taken_at: string | null;
  daily: boolean;
}
