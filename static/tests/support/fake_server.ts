// The model of the server at the other end of a device's calls, with the faults a test asks for, one call after the other.
import { Unreachable } from "../../src/api/problem";
import type { Changes, FeedRow, Hello, HelloAnswer, Manifest, Push, PushAnswer } from "../../src/api/types";
import type { Transport } from "../../src/sync/transport";
import { problem } from "./problem";
import { type Backup, ServerModel } from "./server_model";

export type Fault = "lost_request" | "lost_answer" | "busy" | "unavailable" | "unauthorized" | null;

const REUSED = ["id_reuse", "seq_reuse"];

export class FakeServer implements Transport {
  readonly model = new ServerModel();
  /** Taken one after the other by the calls that come; null lets a call through. */
  faults: Fault[] = [];
  maxRecords = 500;
  calls: string[] = [];
  pushed: Push[] = [];
  hellos: Hello[] = [];
  private device = "device";

  set holdCode(why: (record: { code?: string }) => string | null) {
    this.model.holdCode = why;
  }

  set pageSize(size: number) {
    this.model.pageSize = size;
  }

  set revoked(revoked: boolean) {
    this.log.revoked = revoked;
  }

  get log() {
    return this.model.log(this.device);
  }

  /** What it has of the device, in the order of its numbers. */
  texts(): string[] {
    return [...this.log.kept].sort((a, b) => a.seq - b.seq).map(({ text }) => text);
  }

  /** Texts that came with an id or a number which others had. */
  get conflicts(): string[] {
    return this.log.kept.filter(({ hold }) => REUSED.includes(hold ?? "")).map(({ text }) => text);
  }

  tell(rows: FeedRow[]): void {
    for (const { entity, id, body } of rows) this.model.tell(entity, id, body);
  }

  /** Yesterday's backup comes back, under a new epoch. */
  restore(backup: Backup = new ServerModel().backup()): void {
    this.model.restore(backup);
  }

  hello(body: Hello): Promise<HelloAnswer> {
    return this.answer("hello", () => {
      this.hellos.push(body);
      return this.model.hello(body);
    });
  }

  async push(body: Push, sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>): Promise<PushAnswer> {
    await sign(new TextEncoder().encode(JSON.stringify(body)));
    return this.answer("push", () => {
      if (body.records.length > this.maxRecords) throw problem(413, "batch_too_large");
      this.pushed.push(body);
      return this.model.push(body.device_id, body.records);
    });
  }

  changes(cursor: string, limit: number): Promise<Changes> {
    return this.answer("changes", () => this.model.changes(this.device, cursor, limit));
  }

  async manifest(dataset: string): Promise<Manifest> {
    if (this.model.snapshotPage === 0) throw problem(404, "not_found");
    return this.answer(`manifest ${dataset}`, () => this.model.manifest(this.device, dataset));
  }

  page(dataset: string, id: string, page: number): Promise<FeedRow[]> {
    return this.answer(`${dataset} ${page}`, () => this.model.page(this.device, id, page));
  }

  private async answer<T>(name: string, work: () => T): Promise<T> {
    this.calls.push(name);
    const fault = this.faults.shift() ?? null;
    if (fault === "lost_request") throw new Unreachable();
    if (fault === "busy") throw problem(429, "too_many", { retry_after_s: 7 });
    if (fault === "unavailable") throw problem(503, "database_busy");
    if (fault === "unauthorized") throw problem(401, "device_unknown");
    const done = work();
    await Promise.resolve();
    if (fault === "lost_answer") throw new Unreachable();
    return done;
  }
}
