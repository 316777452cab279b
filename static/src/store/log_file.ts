// The device's log as a file, for the day when no network comes: the exact batches that a push would send, each signed
// with the device's key. A line is one batch, so that a phone never holds the whole log in memory as one text.
import { FILE_KIND, type FileBatch, type FileHead, sha256Hex } from "../domain/log_file";
import { uuid7 } from "../domain/uuid";
import { installation, sign } from "./device";
import { type DeviceFacts, getFact } from "./meta";
import { type Clock, count } from "./outbox";
import type { OutboxRow } from "./schema";
import type { Store } from "./store";

const BATCH_RECORDS = 500;
const BATCH_BYTES = 1_200_000;

/** Parts of the file, line by line: everything that is still on this device, in order; the server knows what it has. */
export async function logFile(store: Store, device: DeviceFacts, clock: Clock): Promise<string[]> {
  const { keys } = await installation(store);
  const facts = {
    device_id: device.id,
    epoch: (await getFact(store, "epoch")) ?? null,
    next_seq: (await getFact(store, "next_seq")) ?? 1,
    pending: await count(store, "PENDING"),
    sent_ms: clock.now(),
    mono_ms: Math.round(clock.mono()),
    boot: clock.boot,
  };
  const lines: string[] = [];
  let records = 0;
  for (let above = 0; ; ) {
    const rows = await stretch(store, above);
    const last = rows.at(-1);
    if (!last) break;
    above = last.seq;
    records += rows.length;
    const body = JSON.stringify({ ...facts, batch_id: uuid7(clock.now()), records: rows.map(({ text }) => text) });
    const signature = await sign(keys, new TextEncoder().encode(body));
    lines.push(JSON.stringify({ body, sha256: await sha256Hex(body), signature } satisfies FileBatch));
  }
  const head: FileHead = { kind: FILE_KIND, v: 1, device, records, written_ms: clock.now() };
  return [JSON.stringify(head), ...lines];
}

/** The next records above a number, as many as one batch may carry. */
function stretch(store: Store, above: number): Promise<OutboxRow[]> {
  return store.read(async (db) => {
    const rows = await db.getAll("outbox", IDBKeyRange.lowerBound(above, true), BATCH_RECORDS);
    let bytes = 0;
    const fitting = rows.findIndex((row, index) => {
      bytes += row.text.length * 3;
      return index > 0 && bytes > BATCH_BYTES;
    });
    return fitting < 0 ? rows : rows.slice(0, fitting);
  });
}
