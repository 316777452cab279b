// Goods from one place to another: what is picked up, from where, and where it is put down. Bin to bin, or from the
// dock to its bin. A move is written when the target is scanned; until then nothing has happened.
import { computed, signal } from "@preact/signals";
import type { Judgement } from "../../domain/outcome";
import type { MoveLookRecord, MoveRecord } from "../../domain/receiving_record";
import type { NewRecord, ScanSource } from "../../domain/record";
import { removedRecords } from "../../domain/tally";
import type { Scan } from "../../scan/bus";
import { stockPlace } from "../../store/masters";
import type { ItemRow, LocationRow } from "../../store/schema";
import { MOVES, recordsOf } from "../../store/sheets";
import { blank, keyedQuantity, type Marks } from "./feedback";
import type { PutawayRow } from "./putaway";
import { type Found, ScanWork, type Taken } from "./scan_work";

type BareMove = Extract<NewRecord, { kind: "move" | "move_void" }>;

/** Where goods are or go: as much of a place as a screen needs. */
export type Spot = Pick<LocationRow, "id" | "code" | "name">;

/** In hand. */
export interface Load {
  item: ItemRow;
  lot: string;
  quantity: number;
  code: string | null;
  symbology: string | null;
  source: ScanSource;
  factor: number;
  receipt: string | null;
}

const UNDO_LIMIT = 10;
const UNDO_MS = 12 * 60 * 60 * 1000;

export class Moving extends ScanWork<MoveRecord, BareMove, MoveLookRecord> {
  readonly from = signal<Spot | null>(null);
  readonly load = signal<Load[]>([]);
  /** What waits at the dock, while goods are put away; null in moves from bin to bin. */
  readonly waiting = signal<PutawayRow[] | null>(null);
  /** The line that is being put away. */
  readonly picked = signal<PutawayRow | null>(null);
  readonly rows = computed(() => (this.waiting.value ?? []).filter((row) => row.quantity > 0));
  /** Where the last load went, for the words on the screen. */
  readonly wentTo = signal<string>("");

  /** A screen of moves opens: bin to bin, or (with lines) from the dock. */
  enter(waiting: PutawayRow[] | null): Promise<void> {
    return this.inOrder(async () => {
      await this.readToday();
      const person = this.person()?.id;
      const since = this.clock.now() - UNDO_MS;
      const records = (await recordsOf(this.store, MOVES)) as MoveRecord[];
      this.records.value = records.filter((record) => record.person === person && record.at >= since);
      await this.knowItems(this.records.value.flatMap((record) => (record.kind === "move" ? [record.item] : [])));
      this.drop();
      this.from.value = null;
      this.last.value = null;
      this.waiting.value = waiting;
    });
  }

  /** What waits has been asked for again. */
  refresh(waiting: PutawayRow[]): void {
    if (this.waiting.value) this.waiting.value = waiting;
  }

  /** Nothing is in hand any more; nothing was moved. */
  drop(): void {
    this.load.value = [];
    this.picked.value = null;
    this.multiplier.value = "";
    if (this.waiting.value) this.from.value = null;
  }

  /** Another source: what is in hand is put back. */
  otherFrom(): void {
    this.drop();
    this.from.value = null;
    this.last.value = null;
  }

  protected async handle(scan: Scan): Promise<void> {
    if (scan.warning === "two_ways") {
      this.refuse("two_ways", scan.text);
      return;
    }
    const found = await this.look(scan);
    const place = found.location && !found.item ? await stockPlace(this.store, found.location) : null;
    if (place) await this.scanPlace(place);
    else if (found.location && !found.item) this.refuse("above_stock", scan.text);
    else await this.count(scan, found);
  }

  private async scanPlace(location: LocationRow): Promise<void> {
    const { code, name } = location;
    if (this.load.value.length > 0) {
      if (location.id === this.from.value?.id) this.refuse("same_place", code, "look");
      else await this.putDown(location);
      return;
    }
    this.from.value = location;
    this.tell({ ...blank("place", code), title: name || code });
  }

  protected async count(scan: Taken, found: Found): Promise<void> {
    const { item, gs1, barcode } = found;
    const keyed = this.multiplier.value;
    const { factor, quantity, scale, marks } = this.measure(found);
    if (!item) {
      this.refuse("unknown_item", scan.text);
      return;
    }
    const row = this.rows.value.find((one) => one.item.id === item.id && (!gs1?.lot || one.lot === gs1.lot));
    const inHand = this.load.value.length > 0;
    if (this.waiting.value && row && !inHand) {
      this.pick(row, scan, keyed === "" ? row.quantity : quantity);
      return;
    }
    if (!this.from.value) {
      this.refuse("no_from", scan.text, "look");
      return;
    }
    const lot = item.tracks_serials ? (gs1?.serial ?? "") : item.tracks_lots ? (gs1?.lot ?? this.lotInHand(item)) : "";
    this.add({ item, lot, quantity, code: scan.text, symbology: scan.symbology, source: scan.source, factor });
    const judged = this.judge(item, lot, { ...marks, doubled: scan.warning === "doubled" });
    const shown = { ...blank("scan", scan.text), ...judged, title: item.name, pack: barcode?.label ?? null };
    this.tell({ ...shown, quantity: this.inHand(item, lot), scale, lot });
  }

  private lotInHand(item: ItemRow): string {
    return this.load.value.find((one) => one.item.id === item.id)?.lot ?? "";
  }

  private inHand(item: ItemRow, lot: string): number {
    return this.load.value.find((one) => one.item.id === item.id && one.lot === lot)?.quantity ?? 0;
  }

  private add(more: Omit<Load, "receipt">): void {
    const same = (one: Load) => one.item.id === more.item.id && one.lot === more.lot;
    const kept = this.load.value.find(same);
    const receipt = kept?.receipt ?? this.picked.value?.receipt ?? null;
    const load = { ...more, receipt, quantity: (kept?.quantity ?? 0) + more.quantity };
    this.load.value = [load, ...this.load.value.filter((one) => !same(one))];
  }

  /** Take up a line at the dock, all of it unless a number was keyed. */
  pick(row: PutawayRow, scan: Taken | null, quantity = row.quantity): void {
    const { item, lot, receipt } = row;
    const { text: code, symbology, source } = scan ?? { text: null, symbology: null, source: "keypad" as const };
    this.from.value = row.location;
    this.picked.value = row;
    this.load.value = [{ item, lot, quantity, code, symbology, source, factor: 1, receipt }];
    this.tell({
      ...blank("scan", code ?? item.sku),
      ...this.judge(item, lot, {}),
      title: item.name,
      quantity,
      scale: item.unit.scale,
      lot,
    });
  }

  /** The number in hand is another. */
  setLoad(keyed: string): boolean {
    const [first, ...rest] = this.load.value;
    const quantity = first && keyed !== "" ? keyedQuantity(keyed, 1, first.item.unit.scale) : null;
    if (!first || quantity === null) return false;
    this.load.value = [{ ...first, quantity }, ...rest];
    const { item, lot, code } = first;
    const shown = { ...blank("set", code ?? item.sku), title: item.name, quantity, scale: item.unit.scale, lot };
    this.tell({ ...shown, ...this.judge(item, lot, {}) });
    return true;
  }

  /** A target that was chosen instead of scanned. */
  putDownAt(target: Spot): Promise<void> {
    return this.guarded(() => this.putDown(target));
  }

  private async putDown(target: Spot): Promise<void> {
    const from = this.from.value;
    const load = this.load.value;
    if (!from || load.length === 0) {
      this.refuse("nothing_picked", target.code, "look");
      return;
    }
    const written = await this.write(
      [...load]
        .reverse()
        .map(({ item, ...one }) => ({ kind: "move", ...one, item: item.id, from: from.id, to: target.id })),
    );
    this.shift(written, -1);
    const first = load[0];
    const scale = Math.max(0, ...load.map((one) => one.item.unit.scale));
    const quantity = load.reduce((sum, one) => sum + one.quantity * 10 ** (scale - one.item.unit.scale), 0);
    const title = load.length === 1 ? (first?.item.name ?? "") : load.map((one) => one.item.name).join("、");
    this.load.value = [];
    this.picked.value = null;
    if (this.waiting.value) this.from.value = null;
    this.wentTo.value = target.code;
    this.tell({ ...blank("scan", ""), title, quantity, scale, record: written[0]?.id ?? null, lot: first?.lot });
  }

  /** The lines at the dock after these moves (sign −1), or after they were undone (+1). */
  private shift(records: MoveRecord[], sign: 1 | -1): void {
    if (!this.waiting.value) return;
    this.waiting.value = this.waiting.value.map((row) => {
      const moved = records.filter(
        (one) => one.kind === "move" && one.item === row.item.id && one.lot === row.lot && one.from === row.location.id,
      ) as MoveLookRecord[];
      return { ...row, quantity: row.quantity + sign * moved.reduce((sum, one) => sum + one.quantity, 0) };
    });
  }

  private judge(item: ItemRow, lot: string, marks: Marks): Judgement {
    if (marks.refused) return { outcome: "look", reason: "quantity_refused" };
    if (marks.doubled) return { outcome: "look", reason: "doubled" };
    if ((item.tracks_lots || item.tracks_serials) && lot === "") return { outcome: "look", reason: "lot_unknown" };
    return marks.improbable ? { outcome: "look", reason: "improbable" } : { outcome: "ok", reason: null };
  }

  // ---- corrections

  undoable(): MoveLookRecord[] {
    const { voided } = removedRecords(this.records.value);
    const moves = this.records.value.filter((record) => record.kind === "move" && !voided.has(record.id));
    return (moves as MoveLookRecord[]).slice(-UNDO_LIMIT).reverse();
  }

  protected voiding(id: string): BareMove {
    const target = this.undoable().filter((record) => record.id === id);
    this.shift(target, 1);
    return { kind: "move_void", voids: id };
  }

  protected again(): BareMove | null {
    return null;
  }

  protected judgeAgain(target: MoveLookRecord, item: ItemRow | null, marks: Marks): Judgement {
    return item ? this.judge(item, target.lot, marks) : { outcome: "ok", reason: null };
  }

  protected placed(records: BareMove[]): NewRecord[] {
    return records;
  }
}
