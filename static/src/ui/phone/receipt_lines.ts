// What the receiver sees of a receipt: what is expected, what came, what is still to be said about it.
import type { Judgement } from "../../domain/outcome";
import { foldReceipt, type ReceiptPart, standingLooks } from "../../domain/receipt_tally";
import type { ReceiptRecord, ReceiveRecord } from "../../domain/receiving_record";
import type { DeliveryRow, ItemRow, LocationRow, OrderRow } from "../../store/schema";
import { judgeArrival } from "./arrival";

export interface OpenReceipt {
  receipt: string;
  sheet: string;
  location: LocationRow;
  order: OrderRow | null;
  delivery: DeliveryRow | null;
  supplier: { id: string; name: string } | null;
  deliveryNote: string | null;
  /** GRN-4, PO-12 or ASN-3; null for a blind one that the server has not numbered yet. */
  label: string | null;
  /** Pieces of each item that this device's earlier sheets of the same receipt hold. */
  before: Map<string, number>;
}

/** Smallest units of each item that are still to come; null where nothing in particular is expected. */
export function expectedOf(open: OpenReceipt | null): Map<string, number> | null {
  const lines = open?.delivery?.lines ?? open?.order?.lines;
  if (!open || !lines) return null;
  const expected = new Map<string, number>();
  for (const { item, quantity, received } of lines) {
    expected.set(item, (expected.get(item) ?? 0) + Math.max(0, quantity - received));
  }
  for (const [item, quantity] of open.before) {
    if (expected.has(item)) expected.set(item, Math.max(0, (expected.get(item) ?? 0) - quantity));
  }
  return expected;
}

export interface ReceiveLine extends Judgement {
  key: string;
  item: ItemRow | null;
  itemId: string | null;
  code: string | null;
  title: string;
  shownCode: string;
  scale: number;
  /** null: nothing in particular is expected (blind). An item that is not on the order is expected 0 times. */
  expected: number | null;
  received: number;
  damaged: number;
  parts: ReceiptPart[];
  /** Something of it is still to come. */
  isOpen: boolean;
  newest: number;
}

function makeLine(itemId: string | null, code: string | null, parts: ReceiptPart[], world: World): ReceiveLine {
  const item = itemId === null ? null : (world.items.get(itemId) ?? null);
  const sum = (some: ReceiptPart[]) => some.reduce((total, part) => total + part.quantity, 0);
  const looks = parts.flatMap((part) => part.looks);
  const newest = looks.reduce((seq, look) => Math.max(seq, look.seq), 0);
  const received = sum(parts);
  const expected = world.expected && itemId !== null ? (world.expected.get(itemId) ?? 0) : null;
  const latest = looks.find((look) => look.seq === newest);
  return {
    key: itemId ?? `code:${code}`,
    item,
    itemId,
    code,
    title: item?.name ?? "",
    shownCode: latest?.code ?? item?.sku ?? code ?? "",
    scale: item?.unit.scale ?? 0,
    expected,
    received,
    damaged: sum(parts.filter((part) => part.damaged)),
    parts,
    isOpen: expected !== null && received < expected,
    newest,
    ...judgeLine(itemId, item, parts, received, world),
  };
}

const FINE: Judgement = { outcome: "ok", reason: null };

function judgeLine(
  itemId: string | null,
  item: ItemRow | null,
  parts: ReceiptPart[],
  total: number,
  world: World,
): Judgement {
  const known = itemId === null ? null : (item ?? { id: itemId, active: true });
  const { today, delivery } = world;
  const expected = world.expected && itemId !== null ? (world.expected.get(itemId) ?? null) : undefined;
  const each = parts.map((part) => {
    const expiry = part.looks.map((look) => ("expires_on" in look ? look.expires_on : null)).find(Boolean) ?? null;
    const serialTwice = item?.tracks_serials === true && part.lot !== "" && part.looks.length > 1;
    return judgeArrival({ item: known, expected, total, lot: part.lot, expiry, serialTwice, today, delivery });
  });
  return each.find(({ outcome }) => outcome === "alarm") ?? each.find(({ outcome }) => outcome === "look") ?? FINE;
}

export interface World {
  items: Map<string, ItemRow>;
  expected: Map<string, number> | null;
  delivery: DeliveryRow | null;
  /** "2026-11-23" where the device is. */
  today: string;
}

/** Lines with something still to come first, the last touched on top; what is complete after them. */
export function showReceipt(records: ReceiptRecord[], world: World): ReceiveLine[] {
  const byKey = new Map<string, { item: string | null; code: string | null; parts: ReceiptPart[] }>();
  for (const item of world.expected?.keys() ?? []) byKey.set(item, { item, code: null, parts: [] });
  for (const part of foldReceipt(records)) {
    const key = part.item ?? `code:${part.code}`;
    const entry = byKey.get(key) ?? { item: part.item, code: part.code, parts: [] };
    entry.parts.push(part);
    byKey.set(key, entry);
  }
  return [...byKey.values()]
    .map(({ item, code, parts }) => makeLine(item, code, parts, world))
    .filter((line) => line.parts.length > 0 || (line.expected ?? 0) > 0)
    .sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.newest - a.newest);
}

export interface ReceiptTotals {
  received: number;
  /** Of what came, the part that was expected. */
  fitting: number;
  expected: number | null;
  scale: number;
  kinds: number;
  kindsDone: number;
  kindsExpected: number;
}

export function sumReceipt(lines: ReceiveLine[]): ReceiptTotals {
  const scale = Math.max(0, ...lines.map((line) => line.scale));
  const total = (of: (line: ReceiveLine) => number) =>
    lines.reduce((sum, line) => sum + of(line) * 10 ** (scale - line.scale), 0);
  const isBlind = lines.every((line) => line.expected === null);
  const expected = lines.filter((line) => (line.expected ?? 0) > 0);
  return {
    received: total((line) => line.received),
    fitting: total((line) => Math.min(line.received, line.expected ?? 0)),
    expected: isBlind ? null : total((line) => line.expected ?? 0),
    scale,
    kinds: lines.filter((line) => line.received > 0).length,
    kindsDone: expected.filter((line) => !line.isOpen).length,
    kindsExpected: expected.length,
  };
}

/** An item whose lot, expiry or serial number is still to be told, and the records that wait for it. */
export interface Wanted {
  item: ItemRow;
  kind: "lot" | "serial";
  looks: ReceiveRecord[];
}

export function lacks(item: ItemRow, look: { lot: string; expires_on: string | null }): boolean {
  if (item.tracks_serials) return look.lot === "";
  return (item.tracks_lots && look.lot === "") || (item.tracks_expiry === true && look.expires_on === null);
}

/** Asked in the order of scanning; items whose lot nobody can tell are not asked for again. */
export function wantedOf(records: ReceiptRecord[], items: Map<string, ItemRow>, unknown: string[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const look of standingLooks(records)) {
    const item = look.item === null ? undefined : items.get(look.item);
    if (!item || !("expires_on" in look) || unknown.includes(item.id) || !lacks(item, look)) continue;
    const entry = wanted.get(item.id) ?? { item, kind: item.tracks_serials ? "serial" : "lot", looks: [] };
    entry.looks.push(look);
    wanted.set(item.id, entry);
  }
  return [...wanted.values()];
}
