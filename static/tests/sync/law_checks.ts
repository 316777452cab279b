// The laws of sync as they can be looked at between any two steps, and once everything has healed.
import { expect } from "vitest";
import { getFact } from "../../src/store/meta";
import { RETENTION_MS } from "../../src/store/outbox";
import type { OutboxRow } from "../../src/store/schema";
import { ask } from "../../src/store/world";
import { BATCH_LIMIT } from "../../src/sync/engine";
import type { FloorModel, Phone, Tab } from "../support/floor_model";
import { DEVICE } from "../support/floor_model";
import type { Kept } from "../support/server_model";

interface Seen {
  rows: Map<number, OutboxRow>;
  epoch: string | undefined;
  hwm: number;
}

export class Laws {
  private readonly seen = new Map<Phone, Seen>();

  constructor(private readonly floor: FloorModel) {}

  async look(): Promise<void> {
    const kept = this.floor.server.log(DEVICE).kept;
    const onServer = new Map(kept.map((one) => [one.text, one]));
    const onDisk = new Set<string>();
    for (const phone of this.floor.phones) {
      const tab = phone.tabs[0];
      if (!tab) continue;
      const rows = await phone.rows();
      for (const row of rows) onDisk.add(row.text);
      await this.lookAt(phone, tab, rows, onServer);
    }
    for (const { code, text } of this.floor.beeps) {
      const somewhere = onDisk.has(text) || onServer.has(text) || this.floor.forgiven.has(text);
      expect(somewhere, `law 1: ${code} beeped and is nowhere`).toBe(true);
    }
    this.nothingInvented(kept);
  }

  /** Laws 3 and 16: what the server has was scanned, with these bytes, by this person. Law 2: once. */
  private nothingInvented(kept: Kept[]): void {
    const beeped = new Map(this.floor.beeps.map((beep) => [beep.code, beep]));
    for (const { text } of kept) {
      const { code, person } = JSON.parse(text) as { code: string; person: string };
      const beep = beeped.get(code);
      expect(this.floor.attempted.has(code), `law 3: nobody scanned ${code}`).toBe(true);
      if (beep) expect([text, person], "laws 3 and 16").toEqual([beep.text, beep.person]);
    }
    const accepted = kept.filter(({ hold }) => hold === null);
    for (const key of ["id", "seq"] as const) {
      expect(new Set(accepted.map((one) => one[key])).size, `law 2: ${key}`).toBe(accepted.length);
    }
  }

  private async lookAt(phone: Phone, tab: Tab, rows: OutboxRow[], onServer: Map<string, Kept>): Promise<void> {
    const [epoch, hwm] = [await getFact(tab.store, "epoch"), (await getFact(tab.store, "hwm")) ?? 0];
    const before = this.seen.get(phone);
    const now: Seen = { rows: new Map(rows.map((row) => [row.seq, row])), epoch, hwm };
    if (before) this.nothingShrank(before, now);
    this.seen.set(phone, now);
    if (before?.epoch === epoch) expect(hwm, "law 5: the hwm fell").toBeGreaterThanOrEqual(before?.hwm ?? 0);
    if (epoch !== this.floor.server.epoch || this.floor.unnoticed) return;
    for (const row of rows) {
      const kept = onServer.get(row.text);
      const told = kept && (kept.hold === null || kept.state === "released") ? "ACKED" : kept ? "HELD" : "PENDING";
      // What was decided since the last hello, the device cannot know yet.
      const known = row.status === "HELD" && kept?.hold ? "HELD" : told;
      if (row.status !== "PENDING") expect(row.status, `law 4: ${row.seq} of ${phone.name}`).toBe(known);
    }
    await this.replica(tab);
  }

  /** Law 15, and law 1's other half: only what the server has had for 14 days by its own clock may go. */
  private nothingShrank(before: Seen, now: Seen): void {
    for (const [seq, row] of before.rows) {
      const still = now.rows.get(seq);
      if (still) {
        expect(still.text, "the bytes of a record changed").toBe(row.text);
        continue;
      }
      const received = this.floor.everReceived.get(row.text) ?? Number.POSITIVE_INFINITY;
      const due = this.floor.server.now - RETENTION_MS;
      expect(received, `law 13 or 15: ${seq} (${row.status}) left the outbox`).toBeLessThanOrEqual(due);
    }
  }

  /** Law 12: at the head of the feed the device knows the world as it is. */
  private async replica(tab: Tab): Promise<void> {
    const { server } = this.floor;
    const cursor = await getFact(tab.store, "cursor");
    if (cursor !== `${server.epoch}:${server.head}` || (await getFact(tab.store, "bootstrapping"))) return;
    if (await getFact(tab.store, "items_dropped")) return;
    const items = await ask(tab.store, (db, at) => db.getAll(at("items")));
    const known = items.map(({ id, name }) => [id, name]);
    const real = server.ids("item").map((id) => [id, server.bodyOf("item", id)?.name]);
    expect(known.sort(), "law 12: the replica").toEqual(real.sort());
  }

  /** With the network healed every queue drains in its number of rounds, and both sides agree on everything. */
  async heal(): Promise<void> {
    const { floor } = this;
    floor.network = [];
    floor.deliverLate();
    floor.deliverSlow();
    floor.server.log(DEVICE).revoked = false;
    for (const phone of floor.phones) {
      await phone.restart(1);
      const pending = (await phone.rows()).filter(({ status }) => status === "PENDING").length;
      for (let round = 0; round < Math.ceil(pending / BATCH_LIMIT) + 5; round++) await phone.tabs[0]?.sync();
    }
    // What one device brought may be what another must hear of: a new epoch, for one.
    for (const phone of floor.phones) for (let round = 0; round < 5; round++) await phone.tabs[0]?.sync();
    await this.look();
    const log = floor.server.log(DEVICE);
    const texts = new Set(log.kept.map(({ text }) => text));
    for (const phone of floor.phones) {
      const rows = await phone.rows();
      expect(
        rows.filter(({ status }) => status === "PENDING"),
        "law 14: the queue is empty",
      ).toEqual([]);
      for (const row of rows) expect(texts.has(row.text), `law 13: ${row.seq} is on the server`).toBe(true);
      const { phase, waiting } = phone.tabs[0]?.engine.state.value ?? {};
      expect([phase, waiting]).toEqual(["HEALTHY", 0]);
    }
    for (const { code, text } of floor.beeps) {
      if (!floor.forgiven.has(text)) expect(texts.has(text), `${code} beeped and is not on the server`).toBe(true);
    }
    if (floor.forgiven.size === 0) expect(log.hwm, "law 2: a number is missing for ever").toBe(log.maxSeq);
  }
}
