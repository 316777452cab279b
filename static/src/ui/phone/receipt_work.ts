// One person's receipt: which it is, what stands on it, what is said of it, and how it is corrected. What a scan means
// is told in receiving.ts.
import { computed, signal } from "@preact/signals";
import { dayHere } from "../../domain/day";
import type { Judgement } from "../../domain/outcome";
import { parseQuantity } from "../../domain/quantity";
import { isDamaged, isReceiptLook, type ReceiptLook, standingLooks } from "../../domain/receipt_tally";
import type { ReceiptPlace, ReceiptRecord, ReceiveRecord } from "../../domain/receiving_record";
import type { NewRecord, Placeless } from "../../domain/record";
import { removedRecords } from "../../domain/tally";
import { uuid7 } from "../../domain/uuid";
import { putFact } from "../../store/meta";
import type { DeliveryLine, ItemRow } from "../../store/schema";
import { listReceiptSheets, recordsOfReceiptSheet } from "../../store/sheets";
import { judgeArrival } from "./arrival";
import { blank, type Marks } from "./feedback";
import { expectedOf, type OpenReceipt, type ReceiveLine, showReceipt, sumReceipt, wantedOf } from "./receipt_lines";
import { factOf, type Plan, planOf, planOfFact, totalsBefore } from "./receipt_plan";
import { ScanWork, type Taken } from "./scan_work";

export type Bare = Placeless<ReceiptRecord, keyof ReceiptPlace>;
export type BareReceive = Placeless<ReceiveRecord, keyof ReceiptPlace>;

/** What a delivery said is on a pallet, put up for one key. */
export interface Pallet {
  sscc: string;
  scan: Taken;
  lines: DeliveryLine[];
}

const UNDO_LIMIT = 10;

export abstract class ReceiptWork extends ScanWork<ReceiptRecord, Bare, ReceiptLook> {
  readonly open = signal<OpenReceipt | null>(null);
  /** The next scans are of damaged pieces. */
  readonly damaged = signal(false);
  readonly pallet = signal<Pallet | null>(null);
  readonly lotsUnknown = signal<string[]>([]);
  private readonly expected = computed(() => expectedOf(this.open.value));
  readonly lines = computed(() =>
    showReceipt(this.records.value, {
      items: this.items.value,
      expected: this.expected.value,
      delivery: this.open.value?.delivery ?? null,
      today: dayHere(this.clock.now()),
    }),
  );
  readonly totals = computed(() => sumReceipt(this.lines.value));
  readonly wanted = computed(() => wantedOf(this.records.value, this.items.value, this.lotsUnknown.value));

  // ---- the receipt

  /** After a reload at the dock: the same sheet, folded from the disk. */
  async resume(): Promise<void> {
    await this.readToday();
    const kept = await planOfFact(this.store);
    if (!kept) return;
    await this.show(kept.plan, kept.sheet);
    this.lotsUnknown.value = kept.lotsUnknown;
  }

  /** Receive by this plan: a receipt of its own, or one that others have begun. */
  begin(plan: Plan): Promise<boolean> {
    return this.inOrder(async () => {
      const person = this.person();
      if (!person) return false;
      const sheets = await listReceiptSheets(this.store);
      const mine = sheets.find(
        (sheet) => sheet.receipt === plan.receipt && sheet.person === person.id && sheet.closed_at === null,
      );
      const sheet = mine?.id ?? uuid7(this.clock.now());
      await this.show({ ...plan, receipt: plan.receipt ?? uuid7(this.clock.now()) }, sheet);
      await putFact(this.store, "dock", plan.location.id);
      await this.remember();
      return true;
    });
  }

  private async show(plan: Plan & { receipt: string }, sheet: string): Promise<void> {
    const records = await recordsOfReceiptSheet(this.store, sheet);
    const lines = plan.delivery?.lines ?? plan.order?.lines ?? [];
    const seen = records.flatMap((record) => ("item" in record && record.item ? [record.item] : []));
    await this.knowItems([...seen, ...lines.map((line) => line.item)]);
    const before = await totalsBefore(this.store, plan.receipt, sheet);
    this.clear();
    this.records.value = records;
    this.open.value = { ...plan, sheet, before };
  }

  private clear(): void {
    this.open.value = null;
    this.records.value = [];
    this.last.value = null;
    this.multiplier.value = "";
    this.damaged.value = false;
    this.pallet.value = null;
    this.lotsUnknown.value = [];
  }

  protected remember(): Promise<void> {
    return putFact(this.store, "receiving", this.open.value ? factOf(this.open.value, this.lotsUnknown.value) : null);
  }

  /** Leave it as it stands: its sheet stays open and can be gone on with. */
  leave(): Promise<void> {
    return this.inOrder(async () => {
      this.clear();
      await this.remember();
    });
  }

  close(): Promise<void> {
    return this.inOrder(async () => {
      await this.write([{ kind: "receive_close" }]);
      this.clear();
      await this.remember();
    });
  }

  /** The order or delivery may have changed with the catalogue. */
  override worldChanged(): void {
    super.worldChanged();
    void this.inOrder(async () => {
      const open = this.open.value;
      const plan = open ? await planOf(this.store, factOf(open, [])) : null;
      if (!open || !plan) return;
      await this.knowItems([
        ...this.items.value.keys(),
        ...((plan.delivery ?? plan.order)?.lines.map((line) => line.item) ?? []),
      ]);
      this.open.value = {
        ...open,
        order: plan.order ?? open.order,
        delivery: plan.delivery ?? open.delivery,
        label: plan.label ?? open.label,
      };
    }).catch(() => undefined);
  }

  /** Another tab may have received on the same sheet: read it anew. */
  catchUp(): Promise<void> {
    return this.inOrder(async () => {
      const open = this.open.value;
      if (open) this.records.value = await recordsOfReceiptSheet(this.store, open.sheet);
    }).catch(() => undefined);
  }

  // ---- what is said

  protected tellArrival(
    record: ReceiptRecord | undefined,
    item: ItemRow | null,
    pack: string | null,
    quantity: number,
    marks: Marks,
    serialTwice = false,
  ): void {
    if (!record || !isReceiptLook(record)) return;
    const line = this.lineOf(record);
    const expires_on = "expires_on" in record ? record.expires_on : null;
    const judged = this.judge(record, item, marks, serialTwice);
    this.tell({
      ...blank("scan", record.code ?? ""),
      ...judged,
      title: item?.name ?? "",
      pack,
      quantity,
      scale: item?.unit.scale ?? 0,
      record: record.id,
      lot: record.lot,
      expires_on,
      damaged: isDamaged(record),
      received: line?.received,
      expected: line?.expected ?? null,
    });
  }

  private lineOf(record: ReceiptLook): ReceiveLine | undefined {
    return this.lines.value.find((line) =>
      record.item === null ? line.parts.some(({ looks }) => looks.includes(record)) : line.itemId === record.item,
    );
  }

  protected judge(record: ReceiptLook, item: ItemRow | null, marks: Marks, serialTwice = false): Judgement {
    const open = this.open.value;
    return judgeArrival({
      item,
      expected: this.expected.value && item ? (this.expected.value.get(item.id) ?? null) : undefined,
      total: this.lineOf(record)?.received ?? record.quantity,
      lot: record.lot,
      expiry: "expires_on" in record ? record.expires_on : null,
      serialTwice,
      lotUnknown: item !== null && this.lotsUnknown.value.includes(item.id),
      today: dayHere(this.clock.now()),
      delivery: open?.delivery ?? null,
      marks,
    });
  }

  // ---- corrections

  undoable(): ReceiptLook[] {
    const { voided } = removedRecords(this.records.value);
    const looks = this.records.value.filter(isReceiptLook).filter(({ id }) => !voided.has(id));
    return looks.slice(-UNDO_LIMIT).reverse();
  }

  /** A pallet came as one and goes as one. */
  protected override together(target: ReceiptLook): ReceiptLook[] {
    const sscc = "sscc" in target ? target.sscc : null;
    if (sscc === null) return [target];
    return standingLooks(this.records.value).filter((look) => "sscc" in look && look.sscc === sscc);
  }

  protected voiding(id: string): Bare {
    return { kind: "receive_void", voids: id };
  }

  protected again(target: ReceiptLook, quantity: number): Bare | null {
    if (!("factor" in target) || this.itemOf(target.item)?.tracks_serials) return null;
    return { ...bareOf(target), source: "keypad", quantity };
  }

  protected judgeAgain(target: ReceiptLook, item: ItemRow | null, marks: Marks): Judgement {
    return this.judge(target, item, marks);
  }

  /** "It is 12 in all", of one lot and condition: replaces every look of it that stands. */
  setPart(line: ReceiveLine, part: { lot: string; damaged: boolean }, keyed: string): Promise<boolean> {
    return this.inOrder(async () => {
      const { quantity } = parseQuantity(keyed, line.scale);
      if (quantity === undefined) return false;
      const kept = line.parts.find((one) => one.lot === part.lot && one.damaged === part.damaged);
      const supersedes = kept?.looks.map((look) => look.id) ?? [];
      const kind = part.damaged ? "damaged_set" : "receive_set";
      const code = line.itemId === null ? (kept?.looks[0]?.code ?? line.code) : null;
      const [record] = await this.write([{ kind, item: line.itemId, code, lot: part.lot, quantity, supersedes }]);
      if (!record || !isReceiptLook(record)) return false;
      const judged = this.judge(record, line.item, {});
      const after = this.lineOf(record);
      this.tell({
        ...blank("set", line.shownCode),
        ...judged,
        title: line.title,
        quantity,
        scale: line.scale,
        record: record.id,
        lot: part.lot,
        damaged: part.damaged,
        received: after?.received,
        expected: after?.expected ?? null,
      });
      return true;
    });
  }

  // ---- writing

  protected placed(records: Bare[]): NewRecord[] | null {
    const open = this.open.value;
    if (!open) return null;
    const place = { receipt: open.receipt, sheet: open.sheet, location: open.location.id };
    const all = records.map((record) => ({ ...record, ...place }) as NewRecord);
    if (this.records.value.length > 0) return all;
    const { order, delivery, supplier } = open;
    const from = { order: order?.id ?? null, delivery: delivery?.id ?? null, supplier: supplier?.id ?? null };
    return [{ kind: "receipt", ...place, ...from, delivery_note: open.deliveryNote }, ...all];
  }
}

export function bareOf(look: ReceiveRecord): BareReceive {
  const { kind, code, symbology, source, item, lot, expires_on, serial, sscc, factor, quantity } = look;
  return { kind, code, symbology, source, item, lot, expires_on, serial, sscc, factor, quantity };
}
