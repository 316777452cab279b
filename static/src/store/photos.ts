// Photos wait in a lane of their own beside the log. What goes wrong here never stops a scan: every call is `aside`.
import type { PhotoRow } from "./schema";
import type { Store } from "./store";

export const PHOTO_RETENTION_MS = 14 * 24 * 60 * 60 * 1000;

/** On disk when it resolves; throws the storage's own error (no space left, for one). */
export function savePhoto(store: Store, row: PhotoRow): Promise<void> {
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

/** What the server said of one: taken (its bytes go, the small picture stays) or refused (all of it stays). */
export async function settlePhoto(store: Store, id: string, refused: string | null, now: number): Promise<void> {
  await store.aside(async (db) => {
    const row = await db.get("photos", id);
    if (!row) return;
    if (refused === null) await db.put("photos", { ...row, bytes: null, status: "SENT", code: null, sent_at: now });
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

/** Forget what the server has had for 14 days. */
export async function prunePhotos(store: Store, now: number): Promise<void> {
  await store.aside(async (db) => {
    const tx = db.transaction("photos", "readwrite");
    for (const row of await tx.store.index("status").getAll("SENT")) {
      if ((row.sent_at ?? now) <= now - PHOTO_RETENTION_MS) await tx.store.delete(row.id);
    }
    await tx.done;
  });
}
