// Now and then the world here is added up and compared with the server's sums. Where they differ, something was lost
// on the way, and the device begins again by itself; what it has goes on answering meanwhile.
import type { Manifest } from "../api/types";
import { rowHash } from "../domain/row_hash";
import { beginAgain } from "../store/bootstrap";
import { getFact, putFact } from "../store/meta";
import { STORES } from "../store/rows";
import type { Master } from "../store/schema";
import type { Store } from "../store/store";
import { ask } from "../store/world";
import type { Source } from "./bootstrap";
import { breath } from "./breath";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROWS_AT_ONCE = 250;

type Clock = { now: () => number; random: () => number };

/** At the head of the feed: compare what is due. true: it differs, and the world is to be loaded anew. */
export async function compareDue(source: Source, { now, random }: Clock): Promise<boolean> {
  const { store, transport } = source;
  const due = (await getFact(store, "compare_at")) ?? {};
  let differs = false;
  for (const dataset of ["site", "company"]) {
    const at = due[dataset];
    if (at !== undefined && at <= now()) {
      const same = await compare(source, await transport.manifest(dataset));
      differs ||= same === false;
      // While it changes it cannot be compared: soon again. However it ends, never more than daily a new beginning.
      due[dataset] = now() + (same === null ? HOUR_MS : DAY_MS);
    } else if (at === undefined) due[dataset] = now() + random() * DAY_MS;
    else continue;
    await putFact(store, "compare_at", due);
  }
  if (differs) await beginAgain(store);
  return differs;
}

/** Whether the world here adds up to the snapshot; null where the two cannot be compared now. */
export async function compare({ store }: Source, manifest: Manifest): Promise<boolean | null> {
  const cursor = await getFact(store, "cursor");
  if (await getFact(store, "items_dropped")) return null;
  if (!manifest.is_current || numberOf(cursor) < manifest.made_at_number) return null;
  for (const { entity, rows, sum, passing } of manifest.contents) {
    const name = STORES[entity];
    if (!name) continue;
    const here = await addUp(store, name, entity, passing);
    if ((await getFact(store, "cursor")) !== cursor) return null;
    if (here.rows !== rows || here.sum !== Number.parseInt(sum, 16)) {
      console.error("the world here differs from the server's", entity, here, { rows, sum });
      return false;
    }
  }
  return true;
}

const numberOf = (cursor = "0") => Number(cursor.split(":")[1] ?? 0);

async function addUp(store: Store, name: Master, entity: string, passing: string[]) {
  const ours = new Set(["forms", "generation", ...passing]);
  let [rows, sum] = [0, 0];
  for (let after: IDBKeyRange | undefined; ; ) {
    const batch = await ask(store, (db, at) => db.getAll(at(name), after, ROWS_AT_ONCE));
    for (const row of batch) {
      const body = Object.fromEntries(Object.entries(row).filter(([field]) => !ours.has(field)));
      sum = (sum + rowHash(entity, row.id, body)) % 2 ** 32;
    }
    rows += batch.length;
    const last = batch.at(-1);
    if (!last || batch.length < ROWS_AT_ONCE) return { rows, sum };
    after = IDBKeyRange.lowerBound(last.id, true);
    await breath();
  }
}
