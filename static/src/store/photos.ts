// Photos wait in a lane of their own beside the log. What goes wrong here never stops a scan: every call is `aside`.
import type { Database, PhotoRow } from "./schema";
import type { Store } from "./store";

export const PHOTO_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;
/** Of photos that were sent, the newest are kept whole, for a server that is restored from a backup. */
export const SENT_BYTES_KEPT = 20_000_000;

/** On disk when it resolves, if need be in the place of sent ones; throws the storage's own error (no space left). */
export async function savePhoto(store: Store, row: PhotoRow): Promise<void> {
  try {
    await put(store, row);
  } catch (error) {
    if (!(await store.aside((db) => freeSent(db, 0)))) throw error;
    await put(store, row);
  }
}

function put(store: Store, row: PhotoRow): Promise<void> {
  return store.aside(async (db) => {
    const tx = db.transaction("photos", "readwrite", { durability: "strict" });
    await tx.store.put(row);
    await tx.done;
  });
}

/** The oldest photo that waits, null when none does. */
export function nextPhoto(store: Store): Promise<PhotoRow | null> {
  return store.aside(async (db) => {
    const waiting = await db.getAllFromIndex("photos", "status", "WAITING", 50);
    return waiting.sort((a, b) => a.taken_at - b.taken_at)[0] ?? null;
  });
}

export function countPhotos(store: Store, status: PhotoRow["status"]): Promise<number> {
  return store.aside((db) => db.countFromIndex("photos", "status", status));
}

/** All of them without their bytes: what is shown beside the lines. */
export function listPhotos(store: Store): Promise<PhotoRow[]> {
  return store.aside(async (db) => (await db.getAll("photos")).map((row) => ({ ...row, bytes: null })));
}

/** What the server said of one. Taken or refused, it stays: the server may be restored, or the reason may go. */
export async function settlePhoto(store: Store, id: string, refused: string | null, now: number): Promise<void> {
  await store.aside(async (db) => {
    const row = await db.get("photos", id);
    if (!row) return;
    if (refused === null) await db.put("photos", { ...row, status: "SENT", code: null, sent_at: now });
    else await db.put("photos", { ...row, status: "REFUSED", code: refused });
  });
}

/** Try again what the server refused: somebody says that the reason is gone. */
export async function retryPhotos(store: Store): Promise<void> {
  await store.aside(async (db) => {
    const tx = db.transaction("photos", "readwrite");
    for (const row of await tx.store.index("status").getAll("REFUSED")) {
      await tx.store.put({ ...row, status: "WAITING", code: null });
    }
    await tx.done;
  });
}

/** Under another epoch than the one they were sent under (the server was restored) they wait again, if kept whole. */
export async function meetEpoch(store: Store): Promise<void> {
  await store.aside(async (db) => {
    const tx = db.transaction(["photos", "meta"], "readwrite");
    const [photos, meta] = [tx.objectStore("photos"), tx.objectStore("meta")];
    const epoch = await meta.get("epoch");
    if (epoch !== undefined && epoch !== (await meta.get("photo_epoch"))) {
      for (const row of await photos.index("status").getAll("SENT")) {
        if (row.bytes !== null) await photos.put({ ...row, status: "WAITING", sent_at: null });
      }
      await meta.put(epoch, "photo_epoch");
    }
    await tx.done;
  });
}

/** Forget what the server has had for 14 days; of younger ones keep what fits. */
export async function prunePhotos(store: Store, now: number): Promise<void> {
  await store.aside(async (db) => {
    const tx = db.transaction("photos", "readwrite");
    for (const row of await tx.store.index("status").getAll("SENT")) {
      if ((row.sent_at ?? now) <= now - PHOTO_RETENTION_MS) await tx.store.delete(row.id);
    }
    await tx.done;
  });
  await store.aside((db) => freeSent(db, SENT_BYTES_KEPT));
}

/** Let go the bytes of sent photos, the oldest first, until no more than `most` are left; whether any went. */
export async function freeSent(db: Database, most: number): Promise<boolean> {
  const tx = db.transaction("photos", "readwrite");
  let [total, freed] = [0, false];
  let cursor = await tx.store.index("status").openCursor("SENT", "prev");
  while (cursor) {
    const row = cursor.value;
    total += row.bytes?.byteLength ?? 0;
    if (row.bytes !== null && total > most) {
      await cursor.update({ ...row, bytes: null });
      freed = true;
    }
    cursor = await cursor.continue();
  }
  await tx.done;
  return freed;
}
