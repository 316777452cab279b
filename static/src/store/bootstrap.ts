// Loading a whole new world: it is written on the side that does not answer, page by page, each with the progress in
// one transaction; at the end the sides change in one more. Only a device that knows nothing yet sees it grow.
import type { FeedRow } from "../api/types";
import { putRows, STORES, withRoom } from "./rows";
import { type Boot, type BootPart, MASTERS, type Side } from "./schema";
import { atomic, type Store, type Writing } from "./store";
import { on, sideOf } from "./world";

const other = (side: Side): Side => (side === 1 ? 2 : 1);
const allOn = (side: Side) => MASTERS.map((name) => on(side, name));

/** The bootstrap under way, if it is of this epoch. */
export function underWay(store: Store): Promise<Boot | undefined> {
  return store.run(async (db) => {
    const [boot, epoch] = await Promise.all([db.get("bootstrap", "boot"), db.get("meta", "epoch")]);
    return boot && boot.epoch === (epoch ?? null) ? boot : undefined;
  });
}

type Source = { cursor: string; parts: BootPart[] } | null;

/** Begin one: from snapshots, after which the feed goes on at `cursor`, or (null) from the feed's beginning. */
export function begin(store: Store, from: Source): Promise<Boot> {
  return store.run((db) =>
    atomic(
      db,
      [...allOn(1), ...allOn(2), "meta", "bootstrap", "world"],
      async (tx) => {
        const epoch = ((await tx.objectStore("meta").get("epoch")) as string | undefined) ?? null;
        const begun = await tx.objectStore("bootstrap").get("boot");
        // Another tab was quicker, or nothing of it has come yet.
        if (begun?.epoch === epoch && (begun.snapshot === null) === (from === null)) return begun;
        return beginIn(tx, epoch, from);
      },
      "default",
    ),
  );
}

async function beginIn(tx: Writing, epoch: string | null, from: Source): Promise<Boot> {
  const answers = await tx.objectStore("world").get("side");
  const side = answers ? other(answers) : 1;
  const boot: Boot = { epoch, side, snapshot: from && { ...from, part: 0, page: 0, done: {} } };
  for (const name of allOn(side)) await tx.objectStore(name).clear();
  await tx.objectStore("bootstrap").put(boot, "boot");
  await tx.objectStore("meta").put(true, "bootstrapping");
  await tx.objectStore("meta").put("0", "cursor");
  return boot;
}

/** Write this page if it is the next one, and move on; the bootstrap as it stands then: another tab may write too. */
export function writePage(
  store: Store,
  boot: Boot,
  step: { id: string; part: number; page: number },
  rows: FeedRow[],
): Promise<Boot | undefined> {
  const masters = new Set(rows.flatMap(({ entity }) => STORES[entity] ?? []));
  return store.run((db) =>
    atomic(
      db,
      [...[...masters].map((name) => on(boot.side, name)), "bootstrap", "meta"],
      async (tx) => {
        const now = await tx.objectStore("bootstrap").get("boot");
        const at = now?.snapshot;
        const isNext = at?.part === step.part && at.page === step.page && at.parts[at.part]?.id === step.id;
        if (!now || !at || !isNext || now.side !== boot.side) return now;
        await putRows(tx, boot.side, await withRoom(tx, rows));
        const moved = { ...now, snapshot: movedOn(at, rows) };
        await tx.objectStore("bootstrap").put(moved, "boot");
        return moved;
      },
      "default",
    ),
  );
}

function movedOn(at: NonNullable<Boot["snapshot"]>, rows: FeedRow[]): NonNullable<Boot["snapshot"]> {
  const done = { ...at.done };
  for (const { entity } of rows) done[entity] = (done[entity] ?? 0) + 1;
  const last = at.page + 1 >= (at.parts[at.part]?.pages ?? 0);
  return { ...at, done, part: last ? at.part + 1 : at.part, page: last ? 0 : at.page + 1 };
}

/** All pages are here: the new world answers from now on, and the feed goes on at its cursor. */
export async function finish(store: Store): Promise<void> {
  await store.run((db) =>
    atomic(
      db,
      ["meta", "bootstrap", "world"],
      async (tx) => {
        const boot = await tx.objectStore("bootstrap").get("boot");
        const at = boot?.snapshot;
        if (boot && at && at.part >= at.parts.length) await finishIn(tx, boot, at.cursor);
      },
      "default",
    ),
  );
  await clearFormer(store);
}

/** In the caller's transaction: change sides. */
export async function finishIn(tx: Writing, boot: Boot, cursor: string): Promise<void> {
  await tx.objectStore("world").put(boot.side, "side");
  await tx.objectStore("bootstrap").delete("boot");
  await tx.objectStore("meta").put(cursor, "cursor");
  await tx.objectStore("meta").put(false, "bootstrapping");
}

/** Forget a bootstrap that cannot be ended, and begin at 0; what answers goes on answering. */
export function beginAgain(store: Store): Promise<void> {
  return store.run((db) =>
    atomic(
      db,
      ["meta", "bootstrap"],
      async (tx) => {
        await tx.objectStore("bootstrap").delete("boot");
        await tx.objectStore("meta").put("0", "cursor");
      },
      "default",
    ),
  );
}

/** The former world takes room and answers nobody. Were it left by a kill, the next bootstrap would clear it. */
export function clearFormer(store: Store): Promise<void> {
  return store.run(async (db) => {
    const side = await sideOf(db);
    if (side === undefined) return;
    await atomic(
      db,
      [...allOn(other(side)), "bootstrap"],
      async (tx) => {
        if (await tx.objectStore("bootstrap").get("boot")) return;
        for (const name of allOn(other(side))) await tx.objectStore(name).clear();
      },
      "default",
    );
  });
}
