// What there is to receive here: what is expected, what is being received, and what this person has begun.
import { useEffect, useState } from "preact/hooks";
import { dayHere } from "../../domain/day";
import { readGs1 } from "../../domain/gs1";
import { getItems } from "../../store/masters";
import { listDeliveries, listOrders, listReceipts } from "../../store/receiving_masters";
import type { DeliveryRow, OrderRow, ReceiptRow, ReceiptSheetRow } from "../../store/schema";
import { listReceiptSheets } from "../../store/sheets";
import type { Floor } from "./floor";

export interface ReceiveTask {
  key: string;
  label: string;
  supplier: string;
  /** "2026-11-23"; null when nobody said. */
  due: string | null;
  daysLate: number;
  kinds: number;
  /** Still to come, in all: smallest units of `scale`, the finest of its items' scales. */
  open: number;
  scale: number;
  state: "new" | "part" | "mine" | "others" | "closed";
  order: OrderRow | null;
  delivery: DeliveryRow | null;
  receipts: ReceiptRow[];
  /** This person's open sheet. */
  sheet: ReceiptSheetRow | null;
}

export interface ReceiveWorld {
  orders: OrderRow[];
  deliveries: DeliveryRow[];
  receipts: ReceiptRow[];
  sheets: ReceiptSheetRow[];
  /** Decimals of the items' units; 0 where an item is not told of. */
  scales?: ReadonlyMap<string, number>;
}

/** Between a record's upload and the next reading of the feed. */
const UNTOLD_MS = 40_000;

/**
 * Receipts that can be received on: those the server tells of, and those begun here that it cannot have told of yet.
 * A receipt that it told of and tells of no more is posted or cancelled.
 */
export function runningReceipts(receipts: ReceiptRow[], sheets: ReceiptSheetRow[], lastContact: number): ReceiptRow[] {
  const told = new Set(receipts.map(({ id }) => id));
  const own = new Map<string, ReceiptRow>();
  for (const sheet of sheets) {
    if (told.has(sheet.receipt) || own.has(sheet.receipt) || sheet.opened_at < lastContact - UNTOLD_MS) continue;
    own.set(sheet.receipt, {
      id: sheet.receipt,
      number: 0,
      label: "",
      state: "receiving",
      supplier_id: sheet.supplier,
      supplier: null,
      order_id: sheet.order,
      delivery_id: sheet.delivery,
      location_id: sheet.location,
      delivery_note: sheet.delivery_note ?? "",
    });
  }
  return [...receipts, ...own.values()];
}

const DAY_MS = 86_400_000;

function daysLate(due: string | null, today: string): number {
  return due === null ? 0 : Math.round((Date.parse(today) - Date.parse(due)) / DAY_MS);
}

interface Source {
  order: OrderRow | null;
  delivery: DeliveryRow | null;
  receipts: ReceiptRow[];
  sheet: ReceiptSheetRow | null;
}

type ToCome = (OrderRow | DeliveryRow)["lines"][number];

/** What is still to come of lines, brought to the finest scale among them. */
function stillToCome(lines: ToCome[], scales: ReadonlyMap<string, number>) {
  const scaleOf = (item: string) => scales.get(item) ?? 0;
  const scale = lines.reduce((finest, line) => Math.max(finest, scaleOf(line.item)), 0);
  const open = lines.reduce(
    (sum, line) => sum + (line.quantity - line.received) * 10 ** (scale - scaleOf(line.item)),
    0,
  );
  return { open, scale };
}

function makeTask(source: Source, today: string, scales: ReadonlyMap<string, number>): ReceiveTask {
  const { order, delivery, receipts, sheet } = source;
  const document = delivery ?? order;
  const due = delivery?.expected_on ?? order?.promised_on ?? null;
  const lines = (document?.lines ?? []).filter((line) => line.quantity > line.received);
  const running = receipts.find((receipt) => receipt.state === "receiving");
  const quiet = document?.state === "part_received" ? "part" : "new";
  const known = running ? "others" : receipts.length > 0 && !document ? "closed" : quiet;
  return {
    key: document?.id ?? receipts[0]?.id ?? sheet?.receipt ?? "",
    label: document?.label ?? receipts[0]?.label ?? "",
    supplier: document?.supplier ?? receipts[0]?.supplier ?? "",
    due,
    daysLate: daysLate(due, today),
    kinds: new Set(lines.map((line) => line.item)).size,
    ...stillToCome(lines, scales),
    state: sheet ? "mine" : known,
    ...source,
  };
}

const STATES = ["mine", "others", "part", "new", "closed"];
const FAR = "9999";

/** Mine first, then what is being received; then by the day it is due, the latest first, undated at the end. */
function byUrgency(a: ReceiveTask, b: ReceiveTask): number {
  const rank = (task: ReceiveTask) => Math.min(STATES.indexOf(task.state), 2) + (task.state === "closed" ? 9 : 0);
  const [due, other] = [a.due ?? FAR, b.due ?? FAR];
  return rank(a) - rank(b) || (due < other ? -1 : due > other ? 1 : 0) || a.label.localeCompare(b.label, "en");
}

export function tasksOf(
  { orders, deliveries, receipts, sheets, scales = new Map() }: ReceiveWorld,
  person: string,
  today: string,
) {
  const running = new Set(receipts.filter(({ state }) => state === "receiving").map(({ id }) => id));
  const mine = sheets.filter(
    (sheet) => sheet.person === person && sheet.closed_at === null && running.has(sheet.receipt),
  );
  const of = (
    match: (one: { order: string | null; delivery: string | null }) => boolean,
  ): Omit<Source, "order" | "delivery"> => ({
    receipts: receipts.filter((one) => match({ order: one.order_id, delivery: one.delivery_id })),
    sheet: mine.find(match) ?? null,
  });
  const known = new Set([...orders, ...deliveries].map(({ id }) => id));
  const named = (one: { order: string | null; delivery: string | null }) =>
    known.has(one.order ?? "") || known.has(one.delivery ?? "");
  const blind = new Map<string, Source>();
  for (const receipt of receipts) {
    if (named({ order: receipt.order_id, delivery: receipt.delivery_id })) continue;
    blind.set(receipt.id, { order: null, delivery: null, receipts: [receipt], sheet: null });
  }
  for (const sheet of mine) {
    if (named(sheet)) continue;
    const kept = blind.get(sheet.receipt) ?? { order: null, delivery: null, receipts: [], sheet: null };
    blind.set(sheet.receipt, { ...kept, sheet });
  }
  const sources: Source[] = [
    ...deliveries.map((delivery) => ({ order: null, delivery, ...of((one) => one.delivery === delivery.id) })),
    ...orders.map((order) => ({ order, delivery: null, ...of((one) => one.order === order.id && !one.delivery) })),
    ...blind.values(),
  ];
  return sources.map((source) => makeTask(source, today, scales)).sort(byUrgency);
}

/** The task an order's or delivery's number, or a pallet that a delivery announces, belongs to. */
export function arrivalOf(scan: { text: string; symbology: string | null }, tasks: ReceiveTask[]): ReceiveTask | null {
  const sscc = readGs1(scan.text, scan.symbology)?.sscc ?? null;
  const text = scan.text.trim().toLowerCase();
  const named = (task: ReceiveTask) =>
    [task.label, (task.delivery ?? task.order)?.reference ?? "", ...task.receipts.map((one) => one.label)].some(
      (label) => label !== "" && label.toLowerCase() === text,
    );
  const holds = (task: ReceiveTask) => sscc !== null && task.delivery?.lines.some((line) => line.sscc === sscc);
  return tasks.find((task) => task.state !== "closed" && (named(task) || holds(task))) ?? null;
}

export async function loadReceiveTasks(open: Floor): Promise<ReceiveTask[]> {
  const [orders, deliveries, receipts, sheets] = await Promise.all([
    listOrders(open.store),
    listDeliveries(open.store),
    listReceipts(open.store),
    listReceiptSheets(open.store),
  ]);
  const running = runningReceipts(receipts, sheets, open.engine.state.value.lastContact);
  const ids = [...orders, ...deliveries].flatMap(({ lines }) => lines.map((line) => line.item));
  const items = await getItems(open.store, ids);
  const scales = new Map([...items].map(([id, item]) => [id, item.unit.scale]));
  const world = { orders, deliveries, receipts: running, sheets, scales };
  return tasksOf(world, open.person.value?.id ?? "", dayHere(open.clock.now()));
}

/** The tasks, read again when the server told something new or a receipt was begun or finished here. */
export function useReceiveTasks(open: Floor): ReceiveTask[] | null {
  const [tasks, setTasks] = useState<ReceiveTask[] | null>(null);
  const { loaded } = open.engine.state.value;
  const sheet = open.handling.value?.receiving.open.value?.sheet;
  const person = open.person.value?.id;
  useEffect(() => {
    let wanted = true;
    void loadReceiveTasks(open).then((found) => {
      if (wanted) setTasks(found);
    });
    return () => {
      wanted = false;
    };
  }, [open, loaded, sheet, person]);
  return tasks;
}
