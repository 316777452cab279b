// A server small enough to be obviously right: the verdicts of sync, kept by id and by (device, seq).
import { Problem, Unreachable } from "../../src/api/problem";
import type {
  Changes,
  FeedRow,
  HeldDecision,
  Hello,
  HelloAnswer,
  Push,
  PushAnswer,
  PushException,
} from "../../src/api/types";
import type { Transport } from "../../src/sync/transport";

export type Fault = "lost_request" | "lost_answer" | "busy" | "unavailable" | "unauthorized" | null;

interface Stored {
  text: string;
  state: "accepted" | "held";
}

export function problem(status: number, code: string, data: Record<string, unknown> = {}): Problem {
  return new Problem(status, code, code, "", [], data);
}

export class FakeServer implements Transport {
  epoch = "epoch-1";
  stored = new Map<number, Stored>();
  conflicts: string[] = [];
  feed: FeedRow[] = [];
  decisions: HeldDecision[] = [];
  /** Taken one after the other by the calls that come; null lets a call through. */
  faults: Fault[] = [];
  maxRecords = 500;
  holdCode: (record: { code?: string }) => string | null = () => null;
  revoked = false;
  pageSize = 1000;
  calls: string[] = [];
  pushed: Push[] = [];
  hellos: Hello[] = [];

  get hwm(): number {
    let hwm = 0;
    while (this.stored.has(hwm + 1)) hwm += 1;
    return hwm;
  }

  snapshot(): Map<number, Stored> {
    return new Map([...this.stored].map(([seq, row]) => [seq, { ...row }]));
  }

  /** Yesterday's backup comes back, under a new epoch. */
  restore(backup: Map<number, Stored>): void {
    this.stored = new Map(backup);
    this.epoch = `epoch-${Number(this.epoch.split("-")[1]) + 1}`;
  }

  async hello(body: Hello): Promise<HelloAnswer> {
    return this.answer("hello", () => {
      this.hellos.push(body);
      const seqs = [...this.stored.keys()];
      const max = Math.max(0, ...seqs);
      const missing: [number, number][] = [];
      for (let seq = 1; seq < Math.max(max, body.next_seq); seq++) if (!this.stored.has(seq)) missing.push([seq, seq]);
      return {
        server_epoch: this.epoch,
        hwm: this.hwm,
        max_seq: max,
        missing: missing.filter(([seq]) => seq <= max),
        held: this.decisions,
        min_client: null,
        feed_head: this.feed.length,
        tombstone_floor: 0,
        server_ms: Date.now(),
        revoked: this.revoked,
      };
    });
  }

  async push(body: Push, sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>): Promise<PushAnswer> {
    await sign(new TextEncoder().encode(JSON.stringify(body)));
    return this.answer("push", () => {
      if (body.records.length > this.maxRecords) throw problem(413, "too_large");
      this.pushed.push(body);
      const exceptions = body.records.flatMap((text) => this.take(text));
      return { server_epoch: this.epoch, hwm: this.hwm, n: body.records.length, exceptions, server_ms: Date.now() };
    });
  }

  async changes(cursor: string, _limit: number): Promise<Changes> {
    return this.answer("changes", () => {
      const [epoch, feed] = cursor === "0" ? [this.epoch, "0"] : cursor.split(":");
      if (epoch !== this.epoch) throw problem(410, "bootstrap");
      const from = Number(feed);
      const rows = this.feed.slice(from, from + this.pageSize);
      const at = from + rows.length;
      const more = at < this.feed.length;
      return { epoch: this.epoch, next: `${this.epoch}:${at}`, head: this.feed.length, rows, more };
    });
  }

  private take(text: string): PushException[] {
    const record = JSON.parse(text) as { id: string; seq: number; code?: string };
    const kept = this.stored.get(record.seq);
    if (kept && kept.text !== text) {
      this.conflicts.push(text);
      return [{ id: record.id, seq: record.seq, status: "held", code: "sequence_reused" }];
    }
    const code = this.holdCode(record);
    const state = kept?.state ?? (code ? "held" : "accepted");
    this.stored.set(record.seq, { text, state });
    return state === "held" ? [{ id: record.id, seq: record.seq, status: "held", code: code ?? "held_before" }] : [];
  }

  private async answer<T>(name: string, work: () => T): Promise<T> {
    this.calls.push(name);
    const fault = this.faults.shift() ?? null;
    if (fault === "lost_request") throw new Unreachable();
    if (fault === "busy") throw problem(429, "too_many", { retry_after_s: 7 });
    if (fault === "unavailable") throw problem(503, "unavailable");
    if (fault === "unauthorized") throw problem(401, "device_unknown");
    const done = work();
    await Promise.resolve();
    if (fault === "lost_answer") throw new Unreachable();
    return done;
  }
}
