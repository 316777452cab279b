// The counting of one person at one place: takes codes in their order, writes records, says what happened.
// No screen and no network in here; a scan is shown and heard when it is on disk, not before.
import { computed, signal } from "@preact/signals";
import type { Judgement } from "../../domain/outcome";
import { parseQuantity } from "../../domain/quantity";
import type { CountRecord, ItemLot, NewRecord, Placeless } from "../../domain/record";
import { uuid7 } from "../../domain/uuid";
import type { Scan } from "../../scan/bus";
import { getLocation, getPlace } from "../../store/masters";
import { getFact, putFact } from "../../store/meta";
import type { ItemRow, LocationRow, OpenSheet, SheetRow, StocktakeRow } from "../../store/schema";
import { listSheets, recordsOfSheet } from "../../store/sheets";
import { blank, judgeScan, lotOf, type Marks, type OpenPlace } from "./feedback";
import { type Look, type ShownLine, showLines, sumLines, undoableLooks } from "./lines";
import { type Found, ScanWork, type Taken } from "./scan_work";

type Bare = Placeless<CountRecord, "stocktake" | "sheet" | "location" | "round">;

export class Counting extends ScanWork<CountRecord, Bare, Look> {
  readonly place = signal<OpenPlace | null>(null);
  /** The place that was left open when a location's code was scanned. */
  readonly leftOpen = signal<string | null>(null);
  readonly lines = computed(() => showLines(this.records.value, this.items.value, this.place.value?.place ?? null));
  readonly totals = computed(() => sumLines(this.lines.value));

  /** After a reload in the middle of a shelf: the same sheet, folded from the disk. */
  async resume(): Promise<void> {
    const kept = await getFact(this.store, "place");
    await this.readToday();
    if (!kept) return;
    const stocktake = await this.store.read((db) => db.get("stocktakes", kept.stocktake));
    const location = await getLocation(this.store, kept.location);
    if (!stocktake || !location) return;
    const place = (await getPlace(this.store, kept.stocktake, kept.location)) ?? null;
    const open = { stocktake, location, place, round: kept.round, sheet: kept.sheet };
    await this.show({ ...open, continues: null, takenByOthers: false, others: [] });
    if (this.records.value.length === 0) await this.openNow(stocktake, location, true);
  }

  /** Another tab of this device may have counted at the same sheet: read it anew. Unreadable, it stays as it was. */
  catchUp(): Promise<void> {
    return this.inOrder(async () => {
      const open = this.place.value;
      if (open) await this.readSheet(open);
    }).catch(() => undefined);
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

  /** Go on with another's sheet: only before the first record, which says so for good. */
  takeOver(sheet: OpenSheet): Promise<void> {
    return this.inOrder(async () => {
      const open = this.place.value;
      if (!open || this.records.value.length > 0) return;
      this.place.value = { ...open, continues: sheet.id, takenByOthers: false, others: [] };
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
    const others = takenByOthers ? (place.sheets ?? []) : [];
    await this.show({ stocktake, location, place, round: place.round, sheet, continues, takenByOthers, others });
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
    await this.knowItems(ids);
    this.records.value = records;
  }

  // ---- scans

  protected async handle(scan: Scan): Promise<void> {
    if (scan.warning === "two_ways") {
      this.refuse("two_ways", scan.text);
      return;
    }
    const found = await this.look(scan);
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

  protected async count(scan: Taken, found: Found): Promise<void> {
    const { item, barcode, gs1 } = found;
    const { factor, quantity, scale, marks } = this.measure(found);
    const judged = this.judge(item, { ...marks, doubled: scan.warning === "doubled" });
    const { text: code, symbology, source } = scan;
    const lot = lotOf(item, gs1);
    const [record] = await this.write([
      { kind: "scan", code, symbology, source, item: item?.id ?? null, lot, factor, quantity },
    ]);
    const shown = { ...blank("scan", code), ...judged, title: item?.name ?? "", pack: barcode?.label ?? null };
    this.tell({ ...shown, quantity, scale, record: record?.id ?? null });
  }

  private judge(item: ItemRow | null, marks: Marks): Judgement {
    return judgeScan(item, this.place.value?.place ?? null, marks);
  }

  // ---- corrections

  undoable(): Look[] {
    return undoableLooks(this.records.value);
  }

  protected voiding(id: string): Bare {
    return { kind: "void", voids: id };
  }

  protected again(target: Look, quantity: number): Bare | null {
    if (target.kind !== "scan") return null;
    const { code, symbology, item, lot, factor } = target;
    return { kind: "scan", code, symbology, source: "keypad", item, lot, factor, quantity };
  }

  protected judgeAgain(_target: Look, item: ItemRow | null, marks: Marks): Judgement {
    return this.judge(item, marks);
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

  /** Records at the open place; the sheet is opened with its first record. */
  protected placed(records: Bare[]): NewRecord[] | null {
    const open = this.place.value;
    if (!open) return null;
    const place = { stocktake: open.stocktake.id, sheet: open.sheet, location: open.location.id, round: open.round };
    const all = records.map((record) => ({ ...record, ...place }) as NewRecord);
    if (this.records.value.length > 0) return all;
    return [{ kind: "sheet", continues: open.continues, ...place }, ...all];
  }
}
