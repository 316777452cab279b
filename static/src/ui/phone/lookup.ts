// Look anything up: the server's answer, or what the device itself knows of it.
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { readGs1 } from "../../domain/gs1";
import { getLocation, itemByForm, locationByForm, searchItems } from "../../store/masters";
import { fixedPlace, listDeliveries, listOrders } from "../../store/receiving_masters";
import type { ItemRow, LocationRow } from "../../store/schema";
import type { Store } from "../../store/store";
import { formOf } from "./feedback";

interface Named {
  id: string;
  code: string;
  name: string;
}

interface Item {
  id: string;
  sku: string;
  name: string;
  unit: { name: string; scale: number };
}

interface Coming {
  kind: "order" | "delivery" | "receipt";
  id: string;
  label: string;
  item: Item;
  lot: string;
  quantity: number;
  on: string | null;
}

/** GET /lookup: what of it a phone shows. */
export interface Served {
  kind: "item" | "location" | "lot" | "order" | "delivery" | "receipt" | "unknown";
  item: Item | null;
  location: Named | null;
  document: {
    label: string;
    supplier: string;
    on: string | null;
    lines: { item: Item; lot: string; quantity: number; quantity_received: number }[];
  } | null;
  fixed: Named | null;
  quantity: number | null;
  stock: { item: Item; location: Named; lot: string; expires_on: string | null; quantity: number }[];
  hidden_places: string[];
  movements: {
    number: number;
    document: string;
    occurred_at: string;
    item_name: string;
    unit_scale: number;
    from_location_code: string;
    to_location_code: string;
    quantity: number;
  }[];
  expected: Coming[];
  arriving: Coming[];
  elsewhere: { site: Named; quantity: number }[];
}

/** What the device knows by itself. */
export interface Known {
  item: ItemRow | null;
  location: LocationRow | null;
  fixed: LocationRow | null;
  /** Orders and deliveries that name the item, or whose number was asked for. */
  open: { id: string; label: string; supplier: string; on: string | null; quantity: number | null }[];
  /** Items a typed text may mean, when it is no code. */
  candidates: ItemRow[];
}

export interface Answer {
  text: string;
  known: Known;
  served: Served | null;
  offline: boolean;
}

interface Expecting {
  id: string;
  label: string;
  reference: string | null;
  supplier: string;
  on: string | null;
  lines: { item: string; quantity: number; received: number }[];
}

async function expecting(store: Store): Promise<Expecting[]> {
  const [orders, deliveries] = await Promise.all([listOrders(store), listDeliveries(store)]);
  return [
    ...deliveries.map((one) => ({ ...one, on: one.expected_on })),
    ...orders.map((one) => ({ ...one, on: one.promised_on })),
  ];
}

export async function lookHere(store: Store, text: string, symbology: string | null): Promise<Known> {
  const scan = { text, symbology };
  const form = formOf(scan);
  const gtin = readGs1(text, symbology)?.gtin ?? form;
  const [byForm, byGtin, location] = await Promise.all([
    itemByForm(store, form),
    itemByForm(store, gtin),
    locationByForm(store, form),
  ]);
  const found = byForm ?? byGtin ?? null;
  const candidates = found || location ? [] : await searchItems(store, text, 12);
  const item = found ?? (candidates.length === 1 ? (candidates[0] ?? null) : null);
  const fixed = item ? await fixedPlace(store, item.id) : null;
  const wanted = text.trim().toLowerCase();
  const all = await expecting(store);
  const open = all.flatMap(({ id, label, reference, supplier, on, lines }): Known["open"] => {
    if ([label, reference ?? ""].some((one) => one.toLowerCase() === wanted)) {
      return [{ id, label, supplier, on, quantity: null }];
    }
    const mine = item ? lines.filter((line) => line.item === item.id) : [];
    const quantity = mine.reduce((sum, line) => sum + Math.max(0, line.quantity - line.received), 0);
    return quantity > 0 ? [{ id, label, supplier, on, quantity }] : [];
  });
  return {
    item,
    location: location ?? null,
    fixed: fixed ? ((await getLocation(store, fixed.location)) ?? null) : null,
    open,
    candidates: item ? [] : candidates,
  };
}

export async function lookUp(
  store: Store,
  site: string | undefined,
  scan: { text: string; symbology: string | null },
): Promise<Answer> {
  const known = await lookHere(store, scan.text, scan.symbology);
  const code = known.item && known.item.forms.length === 0 ? known.item.sku : scan.text;
  try {
    const served = await api.get<Served>("/lookup", { site_id: site, code });
    return { text: scan.text, known, served, offline: false };
  } catch (error) {
    // 404: the server knows it no better; anything else is as good as no network.
    return { text: scan.text, known, served: null, offline: !(error instanceof Problem && error.status === 404) };
  }
}
