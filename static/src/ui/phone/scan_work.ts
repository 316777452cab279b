// What every work with the scanner has in common: codes are taken in their order, looked up once, written through the
// outbox, and only then told; the last ones can be undone. No screen and no network in here.
import { signal } from "@preact/signals";
import { type Gs1, readGs1 } from "../../domain/gs1";
import type { Judgement, Outcome, Reason } from "../../domain/outcome";
import type { DeviceRecord, NewRecord } from "../../domain/record";
import type { Scan } from "../../scan/bus";
import { play } from "../../scan/sound";
import { getItems, itemByForm, locationByForm } from "../../store/masters";
import { type CurrentPerson, getFact } from "../../store/meta";
import { append, type Clock, SCAN_KINDS } from "../../store/outbox";
import type { Barcode, ItemRow, LocationRow } from "../../store/schema";
import { NotSaved, type Store } from "../../store/store";
import { blank, type Feedback, formOf, isImprobable, keyedQuantity, type Marks } from "./feedback";

/** What a code means here, looked up once. */
export interface Found {
  location: LocationRow | null;
  item: ItemRow | null;
  barcode: Barcode | null;
  gs1: Gs1 | null;
}

/** The part of a scan that a record keeps. */
export type Taken = Pick<Scan, "text" | "symbology" | "source" | "warning">;

/** What a work is made of: disk, clock, who is at it, and whom to tell that a record was written. */
export type WorkParts = [store: Store, clock: Clock, person: () => CurrentPerson | null, recorded: () => void];

/** A record that can be taken back. */
export interface Undoable {
  id: string;
  item: string | null;
  code: string | null;
  quantity: number;
}

/** `R`: the records of this work. `B`: one of them as the work writes it. `L`: those that can be undone. */
export abstract class ScanWork<R extends DeviceRecord, B extends { kind: string }, L extends R & Undoable> {
  readonly records = signal<R[]>([]);
  readonly last = signal<Feedback | null>(null);
  /** Keyed before a scan: ×n for the next code. */
  readonly multiplier = signal<string>("");
  readonly today = signal(0);
  readonly items = signal<Map<string, ItemRow>>(new Map());
  private queue: Promise<unknown> = Promise.resolve();
  private found = new Map<string, Found>();
  private events = 0;

  constructor(
    protected readonly store: Store,
    protected readonly clock: Clock,
    protected readonly person: () => CurrentPerson | null,
    private readonly recorded: () => void,
  ) {}

  protected abstract handle(scan: Scan): Promise<void>;
  /** Count a scan whose meaning is known. */
  protected abstract count(scan: Taken, found: Found): Promise<void>;
  /** The records with where they belong, what opens the work first where it is due; null without a place. */
  protected abstract placed(records: B[]): NewRecord[] | null;
  /** Records that can still be undone, newest first. */
  abstract undoable(): L[];
  protected abstract voiding(id: string): B;
  /** What is undone with it, itself included. */
  protected together(target: L): L[] {
    return [target];
  }
  /** The same scan with another quantity; null for what was no scan. */
  protected abstract again(target: L, quantity: number): B | null;
  protected abstract judgeAgain(target: L, item: ItemRow | null, marks: Marks): Judgement;

  /** Forget looked-up codes: the catalogue has changed. */
  worldChanged(): void {
    this.found.clear();
  }

  take(scan: Scan): Promise<void> {
    return this.guarded(() => this.handle(scan));
  }

  /** Take an item that was found by name: its label cannot be read. */
  takeItem(item: ItemRow): Promise<void> {
    const barcode = item.barcodes.find((one) => one.pack_factor === 1) ?? null;
    this.items.value = new Map(this.items.value).set(item.id, item);
    const scan = { text: barcode?.code ?? item.sku, symbology: null, source: "keypad" as const };
    return this.guarded(() => this.count(scan, { location: null, item, barcode, gs1: null }));
  }

  // ---- order

  /** Everything runs one after the other, so that nothing scanned meanwhile is dropped or overtakes. */
  protected inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }

  protected guarded(work: () => Promise<void>): Promise<void> {
    return this.inOrder(work).catch((error: unknown) => this.refused(error));
  }

  // ---- codes

  protected async look(scan: Pick<Scan, "text" | "symbology">): Promise<Found> {
    const form = formOf(scan);
    const cached = this.found.get(form);
    if (cached) return cached;
    const gs1 = readGs1(scan.text, scan.symbology);
    const wanted = gs1?.gtin ?? form;
    const [place, item = null] = await Promise.all([
      locationByForm(this.store, form),
      itemByForm(this.store, form).then((found) => found ?? itemByForm(this.store, wanted)),
    ]);
    const barcode = item?.barcodes.find((one) => one.normal_form === form || one.normal_form === wanted) ?? null;
    const found = { location: place ?? null, item, barcode, gs1 };
    if (item) this.items.value = new Map(this.items.value).set(item.id, item);
    this.found.set(form, found);
    return found;
  }

  protected async knowItems(ids: string[]): Promise<void> {
    this.items.value = new Map([...this.items.value, ...(await getItems(this.store, ids))]);
  }

  itemOf(id: string | null): ItemRow | null {
    return id === null ? null : (this.items.value.get(id) ?? null);
  }

  /** How much a scan stands for, with what was keyed before it, which is used up by that. */
  protected measure({ item, barcode, gs1 }: Found): { factor: number; quantity: number; scale: number; marks: Marks } {
    const factor = item ? (barcode?.pack_factor ?? 1) : 1;
    const scale = item?.unit.scale ?? 0;
    const keyed = this.multiplier.value;
    this.multiplier.value = "";
    const one = weighed(item, gs1) ?? keyedQuantity("", factor * (item ? (gs1?.count ?? 1) : 1), scale);
    const times = keyed === "" ? one : keyedQuantity(keyed, factor, scale);
    const quantity = times ?? factor * 10 ** scale;
    return {
      factor,
      quantity,
      scale,
      marks: { refused: times === null, improbable: isImprobable(keyed, quantity, scale) },
    };
  }

  // ---- corrections

  undo(id?: string): Promise<void> {
    return this.guarded(async () => {
      const target = this.undoable().find((record) => id === undefined || record.id === id);
      if (!target) return;
      await this.write(this.together(target).map((record) => this.voiding(record.id)));
      const item = this.itemOf(target.item);
      const scale = item?.unit.scale ?? 0;
      this.tell({ ...blank("undo", target.code ?? ""), title: item?.name ?? "", quantity: target.quantity, scale });
    });
  }

  /** "The last scan stood for n": the scan is voided and written again with the number. */
  amendLast(keyed: string): Promise<boolean> {
    return this.inOrder(async () => {
      const target = this.undoable().find((record) => "factor" in record) as (L & { factor: number }) | undefined;
      const item = this.itemOf(target?.item ?? null);
      const scale = item?.unit.scale ?? 0;
      const quantity = target && keyed !== "" ? keyedQuantity(keyed, target.factor, scale) : null;
      const again = target && quantity !== null ? this.again(target, quantity) : null;
      if (!target || quantity === null || !again) return false;
      const [, record] = await this.write([this.voiding(target.id), again]);
      const judged = this.judgeAgain(target, item, { improbable: isImprobable(keyed, quantity, scale) });
      const pack = item?.barcodes.find((one) => one.code === target.code)?.label ?? null;
      const shown = { ...blank("scan", target.code ?? ""), ...judged, title: item?.name ?? "", pack };
      this.tell({ ...shown, quantity, scale, record: record?.id ?? null });
      return true;
    });
  }

  // ---- writing and telling

  protected async write(records: B[]): Promise<R[]> {
    const person = this.person();
    const all = this.placed(records);
    if (!all || !person) throw new NotSaved("no place or person");
    const rows = await append(this.store, all, { person: person.id, auth: person.auth }, this.clock);
    const written = rows.map((row) => JSON.parse(row.text) as R);
    this.records.value = [...this.records.value, ...written];
    this.today.value += records.filter(({ kind }) => SCAN_KINDS.has(kind)).length;
    this.recorded();
    return written.slice(all.length - records.length);
  }

  protected async readToday(): Promise<void> {
    this.today.value = (await getFact(this.store, "today"))?.scans ?? 0;
  }

  protected tell(feedback: Feedback): void {
    this.events += 1;
    this.last.value = { ...feedback, number: this.events };
    if (typeof window !== "undefined") play(feedback.outcome);
  }

  protected refuse(reason: Reason, code: string, outcome: Outcome = reason === "two_ways" ? "look" : "alarm"): false {
    this.tell({ ...blank("refused", code), outcome, reason });
    return false;
  }

  /** Not on disk, so not counted: nothing is louder than this. */
  private refused(error: unknown): void {
    if (!(error instanceof NotSaved)) console.error(error);
    this.refuse("not_saved", "");
  }
}

const KILOGRAMS = ["kg", "千克", "公斤"];

/** Smallest units of a weight that the code itself says; null where it says none or it does not come out exactly. */
function weighed(item: ItemRow | null, gs1: Gs1 | null): number | null {
  if (!item || !gs1?.weight_kg) return null;
  if (!KILOGRAMS.includes((item.unit.code ?? item.unit.name).toLowerCase())) return null;
  const decimals = gs1.weight_kg.split(".")[1] ?? "";
  if (decimals.length > item.unit.scale && Number(decimals.slice(item.unit.scale)) !== 0) return null;
  const [whole = "0"] = gs1.weight_kg.split(".");
  return Number(whole + decimals.slice(0, item.unit.scale).padEnd(item.unit.scale, "0")) || null;
}
