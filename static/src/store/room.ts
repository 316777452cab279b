// What the browser says of this site's space: whether it is kept, how much there is, whether it outlives the window.

export interface Room {
  /** The browser promised not to clear this site by itself. */
  kept: boolean;
  /** Bytes; null where the browser does not say. */
  used: number | null;
  most: number | null;
}

const ENOUGH_BYTES = 100_000_000;
const HOUR_MS = 60 * 60 * 1000;

export async function readRoom(): Promise<Room> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  const kept = (await storage?.persisted?.().catch(() => false)) ?? false;
  const { usage, quota } = (await storage?.estimate?.().catch(() => null)) ?? {};
  return { kept, used: usage ?? null, most: quota ?? null };
}

/** Whether the items may be loaded again that were dropped at `dropped`: not at once, and only where there is space. */
export async function hasRoom(dropped: number, now: number): Promise<boolean> {
  if (Math.abs(now - dropped) < HOUR_MS) return false;
  const { used, most } = await readRoom();
  return used === null || most === null || most - used >= ENOUGH_BYTES;
}

/**
 * Whether all of this is gone when the window is closed. Safari and Firefox refuse a private window the file system,
 * older Chromium gives it less space than memory; a newer one hides it on purpose, and there nobody can know.
 */
export async function isPrivate(): Promise<boolean> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  if (!storage?.getDirectory) return false;
  try {
    await storage.getDirectory();
  } catch (error) {
    return error instanceof DOMException && ["SecurityError", "UnknownError"].includes(error.name);
  }
  const memory = (performance as { memory?: { jsHeapSizeLimit: number } }).memory?.jsHeapSizeLimit;
  const { quota } = (await storage.estimate?.().catch(() => null)) ?? {};
  return memory !== undefined && quota !== undefined && quota < memory;
}
