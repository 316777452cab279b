// The server's sync, small enough to be obviously right. tests/vectors/sync.json holds it to what the real one answers.
import { createHash } from "node:crypto";
import type {
  Changes,
  FeedRow,
  HeldDecision,
  Hello,
  HelloAnswer,
  Manifest,
  PushAnswer,
  PushException,
} from "../../src/api/types";
import { rowHash } from "../../src/domain/row_hash";
import { problem } from "./problem";

export interface Kept {
  id: string;
  seq: number;
  text: string;
  /** Why it is held; null: accepted. */
  hold: string | null;
  state: "open" | "released" | "dismissed";
  received: number;
}

interface Log {
  kept: Kept[];
  hwm: number;
  maxSeq: number;
  revoked: boolean;
}

interface Change {
  entity: string;
  id: string;
}

/** What a backup holds: everything but the epoch. */
export interface Backup {
  logs: Map<string, Log>;
  world: Map<string, Record<string, unknown>>;
  feed: Change[];
  floor: number;
}

interface ReadText {
  id: string;
  seq: number;
  body: Record<string, unknown> | null;
  hold: string | null;
}

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const isUuid = (value: unknown) =>
  typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

function parsed(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function readText(text: string): ReadText {
  const body = parsed(text);
  const digest = `sha256-${sha256(text).slice(0, 32)}`;
  if (!body) {
    const seq = Number(/"seq"\s*:\s*([0-9]{1,15})\s*[,}]/.exec(text)?.[1] ?? 0);
    return { id: digest, seq, body: null, hold: "invalid" };
  }
  const seq = Number.isInteger(body.seq) && (body.seq as number) > 0 ? (body.seq as number) : 0;
  const id = isUuid(body.id) ? (body.id as string) : digest;
  const whole = id !== digest && seq > 0;
  return { id, seq, body, hold: !whole ? "invalid" : body.v === 1 ? null : "schema_unknown" };
}

export class ServerModel {
  private readonly logs = new Map<string, Log>();
  private world = new Map<string, Record<string, unknown>>();
  private feed: Change[] = [];
  private floor = 0;
  private epochs = 1;
  /** The server's clock, ms. */
  now = 1_760_000_000_000;
  pageSize = 2000;
  /** Rows a page of a snapshot; 0: this server has no snapshots. */
  snapshotPage = 0;
  private snapshots = new Map<string, FeedRow[]>();
  kinds: ReadonlySet<string> | null = null;
  /** Why the business holds a record that can be read; null: it is accepted. */
  holdCode: (record: Record<string, unknown>) => string | null = () => null;

  get epoch(): string {
    return `00000000000000e${this.epochs}`;
  }

  log(device: string): Log {
    let log = this.logs.get(device);
    if (!log) {
      log = { kept: [], hwm: 0, maxSeq: 0, revoked: false };
      this.logs.set(device, log);
    }
    return log;
  }

  /** Everything of all devices, accepted and held. */
  all(): Kept[] {
    return [...this.logs.values()].flatMap((log) => log.kept);
  }

  push(device: string, texts: string[]): PushAnswer {
    const log = this.log(device);
    const exceptions: PushException[] = [];
    for (const text of texts) {
      const kept = this.take(log, text);
      if (kept.hold) exceptions.push({ id: kept.id, seq: kept.seq, status: "held", code: kept.hold, detail: "" });
    }
    while (log.kept.some(({ seq }) => seq === log.hwm + 1)) log.hwm += 1;
    return { server_epoch: this.epoch, hwm: log.hwm, n: texts.length, exceptions, server_ms: this.now };
  }

  /** The record as it is kept; what came before with the same number and bytes has the verdict it got then. */
  private take(log: Log, text: string): Kept {
    const read = readText(text);
    const known = log.kept.find((kept) => kept.seq === read.seq && kept.text === text);
    if (known) return known;
    const { id, seq } = read;
    const hold = read.hold ?? this.reuse(log, id, seq) ?? this.judge(log, read.body ?? {});
    const kept: Kept = { id, seq, text, hold, state: "open", received: this.now };
    log.kept.push(kept);
    log.maxSeq = Math.max(log.maxSeq, seq);
    return kept;
  }

  private reuse(log: Log, id: string, seq: number): string | null {
    if (this.all().some((kept) => kept.id === id)) return "id_reuse";
    return log.kept.some((kept) => kept.seq === seq) ? "seq_reuse" : null;
  }

  private judge(log: Log, body: Record<string, unknown>): string | null {
    if (this.kinds && !this.kinds.has(String(body.kind))) return "kind_unknown";
    if (!Number.isInteger(body.quantity ?? 0)) return "invalid";
    return log.revoked ? "device_revoked" : this.holdCode(body);
  }

  hello(body: Pick<Hello, "device_id" | "acked_seq" | "epoch" | "cursor">): HelloAnswer {
    const log = this.log(body.device_id);
    if (body.epoch === this.epoch && body.acked_seq > log.hwm) this.epochs += 1;
    if (body.cursor) this.noticeFuture(body.cursor);
    const held: HeldDecision[] = log.kept
      .filter(({ hold }) => hold !== null)
      .map(({ id, seq, hold, state }) => ({ id, seq, code: hold ?? "", state, detail: "" }));
    return {
      server_epoch: this.epoch,
      hwm: log.hwm,
      max_seq: log.maxSeq,
      missing: missingOf(log),
      held,
      min_client: null,
      feed_head: this.feed.length,
      tombstone_floor: this.floor,
      server_ms: this.now,
      revoked: log.revoked,
    };
  }

  changes(device: string, cursor: string, limit: number): Changes {
    if (this.log(device).revoked) throw problem(403, "device_revoked");
    this.noticeFuture(cursor);
    const [epoch, number] = cursor === "0" ? [this.epoch, 0] : [cursor.split(":")[0], Number(cursor.split(":")[1])];
    if (epoch !== this.epoch || (number < this.floor && cursor !== "0")) throw problem(410, "begin_again");
    // From the beginning the first page reaches over what the feed has forgotten.
    const first = cursor === "0" ? this.floor : 0;
    const upto = Math.min(Math.max(first, number + Math.min(limit, this.pageSize)), this.feed.length);
    const changed = this.feed.slice(number, upto);
    const newest = changed.filter((change, index) => !changed.slice(index + 1).some((later) => same(later, change)));
    const rows = newest.map(({ entity, id }): FeedRow => {
      const body = this.world.get(`${entity} ${id}`) ?? null;
      return { entity, id, op: body ? "U" : "D", body };
    });
    return { epoch, next: `${epoch}:${upto}`, head: this.feed.length, rows, more: upto < this.feed.length };
  }

  /** A snapshot as of now. The items are every site's, the rest is the site's. */
  manifest(device: string, dataset: string): Manifest {
    if (this.log(device).revoked) throw problem(403, "device_revoked");
    if (this.snapshotPage === 0) throw problem(404, "not_found");
    const rows = [...this.world].flatMap(([key, body]): FeedRow[] => {
      const [entity = "", id = ""] = key.split(" ");
      return (entity === "item") === (dataset === "company") ? [{ entity, id, op: "U", body }] : [];
    });
    const head = this.feed.length;
    const id = `${this.epoch}-${dataset}-${head}`;
    this.snapshots.set(id, structuredClone(rows));
    const pages = Array.from({ length: Math.ceil(rows.length / this.snapshotPage) }, (_, page) => ({
      page: page + 1,
      rows: Math.min(this.snapshotPage, rows.length - page * this.snapshotPage),
      bytes: 0,
      sha256: "",
    }));
    const contents = [...new Set(rows.map(({ entity }) => entity))].map((entity) => {
      const hashes = rows.filter((row) => row.entity === entity).map((row) => rowHash(entity, row.id, row.body ?? {}));
      const sum = hashes.reduce((one, two) => (one + two) % 2 ** 32, 0);
      return { entity, rows: hashes.length, sum: sum.toString(16).padStart(8, "0"), passing: [] };
    });
    const at = { feed_number: head, made_at_number: head, cursor: `${this.epoch}:${head}`, is_current: true };
    return { id, dataset, ...at, contents, pages };
  }

  page(device: string, id: string, page: number): FeedRow[] {
    if (this.log(device).revoked) throw problem(403, "device_revoked");
    const rows = this.snapshots.get(id)?.slice((page - 1) * this.snapshotPage, page * this.snapshotPage);
    if (!rows?.length) throw problem(404, "not_found");
    return rows;
  }

  /** No snapshot is kept any longer. */
  dropSnapshots(): void {
    this.snapshots.clear();
  }

  private noticeFuture(cursor: string): void {
    const [epoch, number] = cursor.split(":");
    if (epoch === this.epoch && Number(number) > this.feed.length) this.epochs += 1;
  }

  /** Something of the world is made, changed (`body`) or gone (null). */
  tell(entity: string, id: string, body: Record<string, unknown> | null): void {
    if (body) this.world.set(`${entity} ${id}`, body);
    else this.world.delete(`${entity} ${id}`);
    this.feed.push({ entity, id });
  }

  ids(entity: string): string[] {
    return [...this.world.keys()]
      .filter((key) => key.startsWith(`${entity} `))
      .map((key) => key.slice(entity.length + 1));
  }

  bodyOf(entity: string, id: string): Record<string, unknown> | undefined {
    return this.world.get(`${entity} ${id}`);
  }

  get head(): number {
    return this.feed.length;
  }

  /** The feed forgets what is older: who is not beyond `floor` begins again. */
  forgetFeed(): void {
    this.floor = this.feed.length;
  }

  decide(id: string, state: "released" | "dismissed"): void {
    for (const kept of this.all()) if (kept.id === id && kept.hold) kept.state = state;
  }

  backup(): Backup {
    return structuredClone({ logs: this.logs, world: this.world, feed: this.feed, floor: this.floor });
  }

  /** A backup comes back: under a new epoch, or (`silently`) with nobody having said so. */
  restore(backup: Backup, silently = false): void {
    const { logs, world, feed, floor } = structuredClone(backup);
    this.logs.clear();
    for (const [device, log] of logs) this.logs.set(device, log);
    Object.assign(this, { world, feed, floor });
    if (!silently) this.epochs += 1;
  }
}

const same = (one: Change, other: Change) => one.entity === other.entity && one.id === other.id;

function missingOf(log: Log): [number, number][] {
  const ranges: [number, number][] = [];
  for (let seq = log.hwm + 1; seq < log.maxSeq; seq++) {
    if (log.kept.some((kept) => kept.seq === seq)) continue;
    const last = ranges.at(-1);
    if (last && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
