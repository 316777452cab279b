// The counting of one person at one place: takes codes in their order, writes records, says what happened.
// No screen and no network in here; a scan is shown and heard when it is on disk, not before.
import { computed, signal } from "@preact/signals";
import type { Outcome, Reason } from "../../domain/outcome";
import { parseQuantity } from "../../domain/quantity";
import type { CountRecord, ItemLot, NewRecord, ScanRecord } from "../../domain/record";
import { uuid7 } from "../../domain/uuid";
import type { Scan } from "../../scan/bus";
import { play } from "../../scan/sound";
import { getItems, getLocation, getPlace, itemByForm, locationByForm } from "../../store/masters";
import { type CurrentPerson, getFact, putFact } from "../../store/meta";
import { append, type Clock, listSheets, recordsOfSheet } from "../../store/outbox";
import type { Barcode, ItemRow, LocationRow, SheetRow, StocktakeRow } from "../../store/schema";
import { NotSaved, type Store } from "../../store/store";
import {
  blank,
  type Feedback,
  formOf,
  isImprobable,
  judgeScan,
  keyedQuantity,
  lotOf,
  type OpenPlace,
} from "./feedback";
import { type Look, type ShownLine, showLines, sumLines, undoableLooks } from "./lines";

/** What a code means here, looked up once. */
interface Found {
  location: LocationRow | null;
  item: ItemRow | null;
  barcode: Barcode | null;
}

export class Counting {
  readonly place = signal<OpenPlace | null>(null);
  readonly records = signal<CountRecord[]>([]);
  readonly last = signal<Feedback | null>(null);
  /** Keyed before a scan: ×n for the next code. */
  readonly multiplier = signal<string>("");
  /** The place that was left open when a location's code was scanned. */
  readonly leftOpen = signal<string | null>(null);
  readonly today = signal(0);
  readonly items = signal<Map<string, ItemRow>>(new Map());
  readonly lines = computed(() => showLines(this.records.value, this.items.value, this.place.value?.place ?? null));
  readonly totals = computed(() => sumLines(this.lines.value));
  private queue: Promise<unknown> = Promise.resolve();
  private found = new Map<string, Found>();
  private events = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly person: () => CurrentPerson | null,
    private readonly recorded: () => void,
  ) {}

  /** After a reload in the middle of a shelf: the same sheet, folded from the disk. */
  async resume(): Promise<void> {
    const kept = await getFact(this.store, "place");
    this.today.value = (await getFact(this.store, "today"))?.scans ?? 0;
    if (!kept) return;
    const stocktake = await this.store.read((db) => db.get("stocktakes", kept.stocktake));
    const location = await getLocation(this.store, kept.location);
    if (!stocktake || !location) return;
    const place = (await getPlace(this.store, kept.stocktake, kept.location)) ?? null;
    const open = { stocktake, location, place, round: kept.round, sheet: kept.sheet };
    await this.show({ ...open, continues: null, takenByOthers: false });
    if (this.records.value.length === 0) await this.openNow(stocktake, location, true);
  }

  /** Forget looked-up codes: the catalogue has changed. */
  worldChanged(): void {
    this.found.clear();
  }

  /** Another tab of this device may have counted at the same sheet: read it anew. Unreadable, it stays as it was. */
  catchUp(): Promise<void> {
    return this.inOrder(async () => {
      const open = this.place.value;
      if (open) await this.readSheet(open);
    }).catch(() => undefined);
  }

  /** Everything runs one after the other, so that nothing scanned meanwhile is dropped or overtakes. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }

  take(scan: Scan): Promise<void> {
    return this.inOrder(() => this.handle(scan)).catch((error: unknown) => this.refused(error));
  }

  open(stocktake: StocktakeRow, location: LocationRow, quietly = false): Promise<boolean> {
    return this.inOrder(() => this.openNow(stocktake, location, quietly));
  }

  leave(): Promise<void> {
    return this.inOrder(async () => {
      this.place.value = null;
      this.records.value = [];
      this.last.value = null;
      this.multiplier.value = "";
      await putFact(this.store, "place", null);
    });
  }

  // ---- places

  private async openNow(stocktake: StocktakeRow, location: LocationRow, quietly: boolean): Promise<boolean> {
    const person = this.person();
    const place = (await getPlace(this.store, stocktake.id, location.id)) ?? null;
    if (!person) return false;
    if (!place) return this.refuse("not_in_stocktake", location.code);
    if (place.not_by.includes(person.id)) return this.refuse("not_you", location.code);
    const sheets = await listSheets(this.store);
    const here = sheets.filter(
      (sheet) => sheet.stocktake === stocktake.id && sheet.location === location.id && sheet.round === place.round,
    );
    here.sort((a, b) => b.last_at - a.last_at);
    const mine = here.find((sheet) => sheet.person === person.id && sheet.closed_at === null);
    const before: SheetRow | undefined = here[0];
    const sheet = mine?.id ?? uuid7(this.clock.now());
    const left = this.place.value;
    const takenByOthers = place.state === "counting" && here.length === 0;
    const continues = mine ? null : (before?.id ?? null);
    await this.show({ stocktake, location, place, round: place.round, sheet, continues, takenByOthers });
    const wentFromOpen = left && left.location.id !== location.id && !quietly;
    this.leftOpen.value = wentFromOpen ? left.location.code : null;
    await putFact(this.store, "place", { stocktake: stocktake.id, location: location.id, round: place.round, sheet });
    if (!quietly) this.tell({ ...blank("place", location.code), title: location.name || location.code });
    return true;
  }

  private async show(open: OpenPlace): Promise<void> {
    await this.readSheet(open);
    this.place.value = open;
    this.last.value = null;
    this.multiplier.value = "";
  }

  private async readSheet(open: OpenPlace): Promise<void> {
    const records = await recordsOfSheet(this.store, open.sheet);
    const ids = [
      ...records.flatMap((record) => ("item" in record && record.item ? [record.item] : [])),
      ...(open.place?.expected ?? []).map(([id]) => id),
      ...(open.place?.items_only ?? []).map(([id]) => id),
    ];
    this.items.value = await getItems(this.store, ids);
    this.records.value = records;
  }

  // ---- scans

  private async handle(scan: Scan): Promise<void> {
    if (scan.warning === "two_ways") {
      this.refuse("two_ways", scan.text);
      return;
    }
    const found = await this.look(formOf(scan));
    if (found.location && (await this.switchTo(found.location))) return;
    if (this.place.value) await this.count(scan, found);
    else this.refuse("no_place", scan.text);
  }

  /** true when the code was a place's; without an open stocktake a place means nothing here. */
  private async switchTo(location: LocationRow): Promise<boolean> {
    const open = this.place.value;
    if (!open) return false;
    if (open.location.id === location.id) {
      this.tell({ ...blank("place", location.code), title: location.name || location.code });
      return true;
    }
    await this.openNow(open.stocktake, location, false);
    return true;
  }

  private async look(form: string): Promise<Found> {
    const cached = this.found.get(form);
    if (cached) return cached;
    const [place, item = null] = await Promise.all([locationByForm(this.store, form), itemByForm(this.store, form)]);
    const barcode = item?.barcodes.find((one) => one.normal_form === form) ?? null;
    const found = { location: place ?? null, item, barcode };
    if (item) this.items.value = new Map(this.items.value).set(item.id, item);
    this.found.set(form, found);
    return found;
  }

  private async count(scan: Pick<Scan, "text" | "symbology" | "source" | "warning">, found: Found): Promise<void> {
    const { item, barcode } = found;
    const factor = item ? (barcode?.pack_factor ?? 1) : 1;
    const scale = item?.unit.scale ?? 0;
    const keyed = this.multiplier.value;
    const times = keyedQuantity(keyed, factor, scale);
    this.multiplier.value = "";
    const quantity = times ?? factor * 10 ** scale;
    const improbable = isImprobable(keyed, quantity, scale);
    const judged = judgeScan(item, this.place.value?.place ?? null, {
      refused: times === null,
      improbable,
      doubled: scan.warning === "doubled",
    });
    const [record] = await this.write([
      {
        kind: "scan",
        code: scan.text,
        symbology: scan.symbology,
        source: scan.source,
        item: item?.id ?? null,
        lot: lotOf(item),
        factor,
        quantity,
      },
    ]);
    this.tell({
      kind: "scan",
      ...judged,
      title: item?.name ?? "",
      code: scan.text,
      pack: barcode?.label ?? null,
      quantity,
      scale,
      record: record?.id ?? null,
      number: 0,
    });
  }

  /** Count an item that was found by name: its label cannot be read. */
  countItem(item: ItemRow): Promise<void> {
    const barcode = item.barcodes.find((one) => one.pack_factor === 1) ?? null;
    this.items.value = new Map(this.items.value).set(item.id, item);
    const scan = { text: barcode?.code ?? item.sku, symbology: null, source: "keypad" as const };
    const found = { location: null, item, barcode };
    return this.inOrder(() => this.count(scan, found)).catch((error: unknown) => this.refused(error));
  }

  // ---- corrections

  undoable(): Look[] {
    return undoableLooks(this.records.value);
  }

  undo(id?: string): Promise<void> {
    return this.inOrder(async () => {
      const target = this.undoable().find((record) => id === undefined || record.id === id);
      if (!target) return;
      await this.write([{ kind: "void", voids: target.id }]);
      const item = target.item ? (this.items.value.get(target.item) ?? null) : null;
      this.tell({
        ...blank("undo", target.code ?? ""),
        title: item?.name ?? "",
        quantity: target.quantity,
        scale: item?.unit.scale ?? 0,
      });
    }).catch((error: unknown) => this.refused(error));
  }

  /** "The last scan stood for n": the scan is voided and written again with the number. */
  amendLast(keyed: string): Promise<boolean> {
    return this.inOrder(async () => {
      const target = this.undoable().find((record) => record.kind === "scan") as ScanRecord | undefined;
      if (!target) return false;
      const item = target.item ? (this.items.value.get(target.item) ?? null) : null;
      const scale = item?.unit.scale ?? 0;
      const quantity = keyedQuantity(keyed, target.factor, scale);
      if (keyed === "" || quantity === null) return false;
      const { code, symbology, lot, factor } = target;
      const [, record] = await this.write([
        { kind: "void", voids: target.id },
        { kind: "scan", code, symbology, source: "keypad", item: target.item, lot, factor, quantity },
      ]);
      const barcode = item?.barcodes.find((one) => one.code === code) ?? null;
      const judged = judgeScan(item, this.place.value?.place ?? null, {
        improbable: isImprobable(keyed, quantity, scale),
      });
      const pack = barcode?.label ?? null;
      this.tell({
        kind: "scan",
        ...judged,
        title: item?.name ?? "",
        code,
        pack,
        quantity,
        scale,
        record: record?.id ?? null,
        number: 0,
      });
      return true;
    });
  }

  /** "It is 12 in all": replaces every look of the line that stands. */
  setLine(line: ShownLine, keyed: string): Promise<boolean> {
    return this.inOrder(async () => {
      const parsed = parseQuantity(keyed, line.scale);
      if (parsed.quantity === undefined) return false;
      const supersedes = line.looks.map((record) => record.id);
      const [record] = await this.write([
        { kind: "set", item: line.itemId, code: line.code, lot: line.lot, quantity: parsed.quantity, supersedes },
      ]);
      this.tell({
        ...blank("set", line.shownCode),
        outcome: line.outcome,
        reason: line.reason,
        title: line.title,
        quantity: parsed.quantity,
        scale: line.scale,
        record: record?.id ?? null,
      });
      return true;
    });
  }

  // ---- the end of a place

  /** What the book expects here and nobody has scanned. Names only: quantities are the book's secret. */
  unanswered(): { item: ItemRow | null; id: string; lot: string }[] {
    const open = this.place.value;
    const wanted = open?.place?.items_only ?? open?.place?.expected ?? [];
    const counted = new Set(this.lines.value.map((line) => line.itemId));
    return wanted
      .filter(([id]) => !counted.has(id))
      .map(([id, lot]) => ({ item: this.items.value.get(id) ?? null, id, lot }));
  }

  close(answer: { zeros: ItemLot[]; uncounted: ItemLot[]; empty: boolean }): Promise<void> {
    return this.inOrder(async () => {
      await this.write([{ kind: "close", ...answer }]);
      this.place.value = null;
      this.records.value = [];
      this.last.value = null;
      await putFact(this.store, "place", null);
    });
  }

  // ---- writing and telling

  /** Records at the open place; the sheet is opened with its first record. Answers the given ones as written. */
  private async write(records: Bare[]): Promise<CountRecord[]> {
    const open = this.place.value;
    const person = this.person();
    if (!open || !person) throw new NotSaved("no place or person");
    const place = { stocktake: open.stocktake.id, sheet: open.sheet, location: open.location.id, round: open.round };
    const all: NewRecord[] = records.map((record) => ({ ...record, ...place }) as NewRecord);
    const fresh = this.records.value.length === 0;
    if (fresh) all.unshift({ kind: "sheet", continues: open.continues, ...place });
    const rows = await append(this.store, all, { person: person.id, auth: person.auth }, this.clock);
    const written = rows.map((row) => JSON.parse(row.text) as CountRecord);
    this.records.value = [...this.records.value, ...written];
    this.today.value += records.filter((record) => record.kind === "scan").length;
    this.recorded();
    return fresh ? written.slice(1) : written;
  }

  private tell(feedback: Feedback): void {
    this.events += 1;
    this.last.value = { ...feedback, number: this.events };
    if (typeof window !== "undefined") play(feedback.outcome);
  }

  private refuse(reason: Reason, code: string): boolean {
    const outcome: Outcome = reason === "two_ways" ? "look" : "alarm";
    this.tell({ ...blank("refused", code), outcome, reason });
    return false;
  }

  /** Not on disk, so not counted: nothing is louder than this. */
  private refused(error: unknown): void {
    if (!(error instanceof NotSaved)) console.error(error);
    this.refuse("not_saved", "");
  }
}

type Bare = NewRecord extends infer R
  ? R extends NewRecord
    ? Omit<R, "stocktake" | "sheet" | "location" | "round">
    : never
  : never;
