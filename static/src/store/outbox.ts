// The device's log. A record gets its sequence number and is written in one strict transaction; only when that is
// complete may anything beep. Nothing here ever shortens the log but `prune`, after 14 days of being acknowledged.
import type { DeviceRecord, NewRecord } from "../domain/record";
import { uuid7 } from "../domain/uuid";
import type { Facts } from "./meta";
import type { Database, OutboxRow, RecordStatus, Verdict } from "./schema";
import { MOVES, noteOnSheet } from "./sheets";
import { atomic, NotSaved, type Store, type Writing } from "./store";

export interface Clock {
  now(): number;
  mono(): number;
  /** The page load that `mono` counts from. */
  boot: string;
}

export interface Author {
  person: string;
  auth: "online" | "offline";
}

export interface Today {
  day: string;
  scans: number;
}

/** The records that are pulls of the trigger. */
export const SCAN_KINDS: ReadonlySet<string> = new Set(["scan", "receive", "damaged", "move"]);

export const RETENTION_MS = 14 * 24 * 60 * 60 * 1000;

export function dayOf(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

type Ready = { id: string; record: NewRecord }[];

function write(db: Database, ready: Ready, author: Author, clock: Clock): Promise<OutboxRow[]> {
  return atomic(db, ["outbox", "sheets", "receipt_sheets", "meta"], (tx) => writeIn(tx, ready, author, clock));
}

async function writeIn(tx: Writing, ready: Ready, author: Author, clock: Clock): Promise<OutboxRow[]> {
  const [outbox, meta] = [tx.objectStore("outbox"), tx.objectStore("meta")];
  let seq = ((await meta.get("next_seq")) as number | undefined) ?? 1;
  const rows: OutboxRow[] = [];
  let scans = 0;
  for (const { id, record } of ready) {
    const kept = await outbox.index("id").get(id);
    if (kept) {
      // The transaction before this attempt had been completed after all.
      rows.push(kept);
      continue;
    }
    const times = { at: clock.now(), mono: Math.round(clock.mono()), boot: clock.boot };
    const whole = { v: 1, id, seq, ...author, ...times, ...record } as DeviceRecord;
    const row: OutboxRow = {
      seq,
      id,
      sheet: "sheet" in record ? record.sheet : MOVES,
      kind: record.kind,
      at: whole.at,
      text: JSON.stringify(whole),
      status: "PENDING",
      verdict: null,
      acked_at: null,
    };
    await outbox.add(row);
    await noteOnSheet(tx, whole);
    rows.push(row);
    seq += 1;
    if (SCAN_KINDS.has(record.kind)) scans += 1;
  }
  const today = ((await meta.get("today")) as Today | undefined) ?? { day: "", scans: 0 };
  const day = dayOf(clock.now());
  await meta.put({ day, scans: (today.day === day ? today.scans : 0) + scans }, "today");
  await meta.put(seq, "next_seq");
  return rows;
}

/** Write records, all or none; resolves when they are on disk. Throws NotSaved when they are not. */
export async function append(store: Store, records: NewRecord[], author: Author, clock: Clock): Promise<OutboxRow[]> {
  if (!store.mayWrite()) throw new NotSaved("private window");
  const ready = records.map((record) => ({ id: uuid7(clock.now()), record }));
  return store.run((db) => write(db, ready, author, clock));
}

const ofStatus = (status: RecordStatus) => IDBKeyRange.bound([status, 0], [status, Number.MAX_SAFE_INTEGER]);

export function count(store: Store, status: RecordStatus): Promise<number> {
  return store.read((db) => db.countFromIndex("outbox", "status_seq", ofStatus(status)));
}

/** The next records to send, in order: at most `limit` of them and `bytes` of text (but always one). */
export function nextPending(store: Store, limit: number, bytes: number): Promise<OutboxRow[]> {
  return store.read(async (db) => {
    const rows = await db.getAllFromIndex("outbox", "status_seq", ofStatus("PENDING"), limit);
    let total = 0;
    const fitting = rows.findIndex((row, index) => {
      total += row.text.length * 3;
      return index > 0 && total > bytes;
    });
    return fitting < 0 ? rows : rows.slice(0, fitting);
  });
}

/** The server knows higher numbers of this device than the device does (an old profile came back): begin above them. */
export function raiseNextSeq(store: Store, maxSeq: number): Promise<void> {
  return store.run((db) =>
    atomic(db, ["meta"], async (tx) => {
      const meta = tx.objectStore("meta");
      const next = ((await meta.get("next_seq")) as number | undefined) ?? 1;
      if (next <= maxSeq) await meta.put(maxSeq + 1, "next_seq");
    }),
  );
}

/** What the server said of a batch, and when by its own clock: nobody on the floor can set that one. */
export interface Answered {
  epoch: string;
  hwm: number;
  at: number;
}

/** Note the server's verdicts on a batch, in one transaction. */
export function settle(store: Store, batch: OutboxRow[], held: Map<number, Verdict>, answer: Answered): Promise<void> {
  return store.run((db) =>
    atomic(db, ["outbox", "meta"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      await meetEpoch(tx, answer.epoch);
      for (const { seq } of batch) {
        const row = await outbox.get(seq);
        if (!row) continue;
        const verdict = held.get(seq) ?? null;
        await outbox.put({ ...row, status: verdict ? "HELD" : "ACKED", verdict, acked_at: answer.at });
      }
      // Answers may overtake each other; within an epoch what the server has only grows.
      const meta = tx.objectStore("meta");
      const told = ((await meta.get("hwm")) as number | undefined) ?? 0;
      await meta.put(Math.max(told, answer.hwm), "hwm");
    }),
  );
}

/** Under another epoch than ours nothing counts as acknowledged any more, and the feed starts at 0. */
async function meetEpoch(tx: Writing, epoch: string): Promise<void> {
  const meta = tx.objectStore("meta");
  const known = await meta.get("epoch");
  if (known === epoch) return;
  const outbox = tx.objectStore("outbox");
  for (const status of ["ACKED", "HELD"] as const) {
    for (const row of await outbox.index("status_seq").getAll(ofStatus(status))) {
      await outbox.put({ ...row, status: "PENDING", verdict: null, acked_at: null });
    }
  }
  await meta.put(epoch, "epoch");
  await meta.put("0", "cursor");
  await meta.put(0, "hwm");
}

/** A new epoch (the server was restored): everything kept is sent again, and the world is read anew. */
export function adoptEpoch(store: Store, epoch: string): Promise<void> {
  return store.run((db) => atomic(db, ["outbox", "meta"], (tx) => meetEpoch(tx, epoch)));
}

/** Stretches the server says it lacks: what we took for acknowledged there is sent again. */
export function pendMissing(store: Store, missing: [number, number][]): Promise<number> {
  if (missing.length === 0) return Promise.resolve(0);
  return store.run((db) =>
    atomic(db, ["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      let again = 0;
      for (const [from, to] of missing) {
        for (const row of await outbox.getAll(IDBKeyRange.bound(from, to))) {
          if (row.status === "PENDING") continue;
          await outbox.put({ ...row, status: "PENDING", verdict: null, acked_at: null });
          again += 1;
        }
      }
      return again;
    }),
  );
}

/** What supervisors decided about held records since; a released one is accepted. */
export function noteDecisions(store: Store, decisions: { id: string; verdict: Verdict }[]): Promise<void> {
  if (decisions.length === 0) return Promise.resolve();
  return store.run((db) =>
    atomic(db, ["outbox", "meta"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      await tx.objectStore("meta").put(decisions, "decisions");
      for (const { id, verdict } of decisions) {
        const row = await outbox.index("id").get(id);
        if (!row || row.status === "PENDING") continue;
        await outbox.put({ ...row, status: verdict.state === "released" ? "ACKED" : "HELD", verdict });
      }
    }),
  );
}

/**
 * Forget what has been acknowledged for 14 days; pending and held records stay for ever. `now` is the server's clock,
 * as `acked_at` is: a device whose clock jumps must not forget what a restored server would ask for.
 */
export function prune(store: Store, now: number): Promise<number> {
  return store.run(async (db) => {
    const tx = db.transaction("outbox", "readwrite");
    let cursor = await tx.store.index("status_seq").openCursor(ofStatus("ACKED"));
    let gone = 0;
    while (cursor) {
      if ((cursor.value.acked_at ?? now) > now - RETENTION_MS) break;
      await cursor.delete();
      gone += 1;
      cursor = await cursor.continue();
    }
    await tx.done;
    return gone;
  });
}

/** What was held and what became of it, as it was scanned: released ones as long as the server tells of them. */
export function judgedRows(store: Store): Promise<OutboxRow[]> {
  return store.read(async (db) => {
    const rows = await db.getAllFromIndex("outbox", "status_seq", ofStatus("HELD"));
    const decisions = ((await db.get("meta", "decisions")) as Facts["decisions"] | undefined) ?? [];
    for (const { id, verdict } of decisions) {
      const row = verdict.state === "released" ? await db.getFromIndex("outbox", "id", id) : undefined;
      if (row?.status === "ACKED") rows.push(row);
    }
    return rows.sort((a, b) => a.seq - b.seq);
  });
}

/** Whose records wait here, and how many: not what they say. */
export async function waitingByPerson(store: Store): Promise<{ person: string; n: number }[]> {
  const rows = await store.read((db) => db.getAllFromIndex("outbox", "status_seq", ofStatus("PENDING")));
  const found = new Map<string, number>();
  for (const { text } of rows) {
    const { person } = JSON.parse(text) as DeviceRecord;
    found.set(person, (found.get(person) ?? 0) + 1);
  }
  return [...found].map(([person, n]) => ({ person, n })).sort((a, b) => b.n - a.n);
}
