// The receiver's scans: every one adds, starting at 0; lots, serials and pallets are told by their codes or asked for.
import { isReceiptLook, standingLooks } from "../../domain/receipt_tally";
import type { ReceiveRecord } from "../../domain/receiving_record";
import type { Scan } from "../../scan/bus";
import { listDeliveries } from "../../store/receiving_masters";
import type { ItemRow } from "../../store/schema";
import { blank, formOf } from "./feedback";
import { lacks } from "./receipt_lines";
import { type Bare, type BareReceive, bareOf, ReceiptWork } from "./receipt_work";
import type { Found, Taken } from "./scan_work";

export interface LotEntry {
  lot: string;
  expires_on: string | null;
}

const WORST = ["alarm", "look", "ok"];

export class Receiving extends ReceiptWork {
  // ---- scans

  protected async handle(scan: Scan): Promise<void> {
    const open = this.open.value;
    if (scan.warning === "two_ways") {
      this.refuse("two_ways", scan.text);
      return;
    }
    const found = await this.look(scan);
    if (!open) this.refuse("no_place", scan.text);
    else if (found.location && !found.item) {
      const { code, name } = found.location;
      if (found.location.id === open.location.id) this.tell({ ...blank("place", code), title: name || code });
      else this.refuse("other_place", scan.text, "look");
    } else if (found.gs1?.sscc && !found.item) await this.scanPallet(scan, found.gs1.sscc);
    else if (!found.item && this.isSerial(scan)) await this.writeSerial(scan.text.trim());
    else await this.count(scan, found);
  }

  protected async count(scan: Taken, found: Found): Promise<void> {
    const { item, barcode, gs1 } = found;
    const measured = this.measure(found);
    const piece = item?.tracks_serials ? 10 ** measured.scale : null;
    const quantity = piece ?? measured.quantity;
    const serial = item?.tracks_serials ? (gs1?.serial ?? null) : null;
    const { lot, expires_on } = this.lotOf(found);
    const marks = { ...measured.marks, doubled: scan.warning === "doubled" };
    if (piece !== null) marks.refused = measured.quantity !== piece;
    const twice = serial !== null && this.holds(item, serial);
    this.pallet.value = null;
    const [record] = await this.write([
      {
        kind: this.damaged.value ? "damaged" : "receive",
        code: scan.text,
        symbology: scan.symbology,
        source: scan.source,
        item: item?.id ?? null,
        lot,
        expires_on,
        serial,
        sscc: gs1?.sscc ?? null,
        factor: piece === null ? measured.factor : 1,
        quantity,
      },
    ]);
    this.tellArrival(record, item, barcode?.label ?? null, quantity, marks, twice);
  }

  // ---- lots and serials

  /** From the code itself; else the lot this item had last, unless its lot is unknown or being asked for. */
  private lotOf({ item, gs1 }: Found): LotEntry {
    if (!item) return { lot: "", expires_on: null };
    if (item.tracks_serials) return { lot: gs1?.serial ?? "", expires_on: gs1?.expiry ?? null };
    const said = item.tracks_lots ? (gs1?.lot ?? "") : "";
    const looks = standingLooks(this.records.value).filter((look): look is ReceiveRecord => "expires_on" in look);
    const mine = looks.filter((look) => look.item === item.id && !lacks(item, look));
    if (said !== "") {
      const known = mine.find((look) => look.lot === said)?.expires_on ?? this.announced(item.id, said);
      return { lot: said, expires_on: gs1?.expiry ?? known };
    }
    const asked = this.lotsUnknown.value.includes(item.id) || this.wanted.value.some((one) => one.item.id === item.id);
    const last = asked ? undefined : mine[mine.length - 1];
    return { lot: item.tracks_lots ? (last?.lot ?? "") : "", expires_on: gs1?.expiry ?? last?.expires_on ?? null };
  }

  private announced(item: string, lot: string): string | null {
    return this.open.value?.delivery?.lines.find((line) => line.item === item && line.lot === lot)?.expires_on ?? null;
  }

  /** Lots the delivery announces for an item. */
  lotsAnnounced(item: string): LotEntry[] {
    const lines = this.open.value?.delivery?.lines ?? [];
    return lines
      .filter((line) => line.item === item && line.lot !== "")
      .map(({ lot, expires_on }) => ({ lot, expires_on }));
  }

  /** The lot of everything of this item that waits for one. */
  enterLot(item: ItemRow, entry: LotEntry): Promise<void> {
    return this.guarded(async () => {
      const looks = this.wanted.value.find((one) => one.item.id === item.id)?.looks ?? [];
      await this.rewrite(looks, item, entry);
    });
  }

  /** The newest scan was of another lot than the ones before: it is asked for anew. */
  otherLot(): Promise<void> {
    return this.guarded(async () => {
      const last = this.undoable().find((look): look is ReceiveRecord => "expires_on" in look);
      const item = this.itemOf(last?.item ?? null);
      if (!last || !item) return;
      this.lotsUnknown.value = this.lotsUnknown.value.filter((id) => id !== item.id);
      await this.rewrite([last], item, { lot: "", expires_on: null });
      await this.remember();
    });
  }

  private async rewrite(looks: ReceiveRecord[], item: ItemRow, entry: LotEntry & { serial?: string }): Promise<void> {
    if (looks.length === 0) return;
    const records = looks.flatMap((look): Bare[] => [
      this.voiding(look.id),
      { ...bareOf(look), ...entry, lot: item.tracks_lots || item.tracks_serials ? entry.lot : "" },
    ]);
    const twice = entry.serial !== undefined && this.holds(item, entry.serial);
    const written = await this.write(records);
    const quantity = looks.reduce((sum, look) => sum + look.quantity, 0);
    this.tellArrival(written[written.length - 1], item, null, quantity, {}, twice);
  }

  /** Nobody can tell it: not asked again on this receipt; the supervisor sees it. */
  lotUnknown(item: ItemRow): Promise<void> {
    return this.inOrder(async () => {
      this.lotsUnknown.value = [...this.lotsUnknown.value, item.id];
      await this.remember();
    });
  }

  enterSerial(serial: string): Promise<void> {
    return this.guarded(() => this.writeSerial(serial));
  }

  private async writeSerial(serial: string): Promise<void> {
    const wanted = this.wanted.value.find((one) => one.kind === "serial");
    const look = wanted?.looks[0];
    if (wanted && look) await this.rewrite([look], wanted.item, { lot: serial, serial, expires_on: look.expires_on });
  }

  /** A code nobody knows, while a serial number is asked for, is that number; an article's number never is. */
  private isSerial(scan: Scan): boolean {
    return this.wanted.value.some((one) => one.kind === "serial") && !/^[0-9]{14}$/.test(formOf(scan));
  }

  private holds(item: ItemRow | null, serial: string): boolean {
    return standingLooks(this.records.value).some((look) => look.item === item?.id && look.lot === serial);
  }

  // ---- pallets

  private async scanPallet(scan: Taken, sscc: string): Promise<void> {
    if (standingLooks(this.records.value).some((look) => "sscc" in look && look.sscc === sscc)) {
      this.refuse("pallet_twice", sscc);
      return;
    }
    const open = this.open.value?.delivery;
    const deliveries = open ? [open] : await listDeliveries(this.store);
    const lines = deliveries.flatMap((delivery) => delivery.lines.filter((line) => line.sscc === sscc));
    await this.knowItems(lines.map((line) => line.item));
    if (lines.length === 0) this.refuse("pallet_unknown", sscc, "look");
    else {
      this.pallet.value = { sscc, scan, lines };
      this.tell({ ...blank("place", sscc), title: this.open.value?.label ?? sscc });
    }
  }

  /** "All of it is there." */
  confirmPallet(): Promise<void> {
    return this.guarded(async () => {
      const pallet = this.pallet.value;
      if (!pallet) return;
      const { text: code, symbology, source } = pallet.scan;
      const kind = this.damaged.value ? "damaged" : "receive";
      const records = pallet.lines.map(({ item, lot, expires_on, quantity }): BareReceive => {
        const serial = this.itemOf(item)?.tracks_serials && lot !== "" ? lot : null;
        return { kind, code, symbology, source, item, lot, expires_on, serial, sscc: pallet.sscc, factor: 1, quantity };
      });
      this.pallet.value = null;
      const written = await this.write(records);
      const judged = written
        .filter(isReceiptLook)
        .map((record) => this.judge(record, this.itemOf(record.item), {}))
        .sort((a, b) => WORST.indexOf(a.outcome) - WORST.indexOf(b.outcome))[0];
      const scale = Math.max(0, ...pallet.lines.map((line) => this.itemOf(line.item)?.unit.scale ?? 0));
      const quantity = pallet.lines.reduce(
        (sum, line) => sum + line.quantity * 10 ** (scale - (this.itemOf(line.item)?.unit.scale ?? 0)),
        0,
      );
      const title = pallet.lines.map((line) => this.itemOf(line.item)?.name ?? "").join("、");
      const record = written[written.length - 1]?.id ?? null;
      this.tell({ ...blank("scan", pallet.sscc), ...judged, title, pack: "SSCC", quantity, scale, record });
    });
  }

  refusePallet(): void {
    this.pallet.value = null;
  }
}
