// A database as a file: its stores, their keys and indexes, and every row. What was landed once is never written again.
import { type IDBPDatabase, openDB } from "idb";

interface FrozenStore {
  name: string;
  keyPath: string | null;
  indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[];
  /** Key and value; the key is null where the value holds it. */
  rows: [IDBValidKey | null, unknown][];
}

export interface FrozenDatabase {
  version: number;
  stores: FrozenStore[];
}

/** The stores and indexes of a database, without rows. */
export function shapeOf(db: IDBPDatabase): FrozenStore[] {
  const names = Array.from(db.objectStoreNames);
  const tx = db.transaction(names, "readonly");
  return names.map((name) => {
    const store = tx.objectStore(name);
    const indexes = Array.from(store.indexNames).map((index) => {
      const { keyPath, unique, multiEntry } = store.index(index);
      return { name: index, keyPath, unique, multiEntry };
    });
    return { name, keyPath: store.keyPath as string | null, indexes, rows: [] };
  });
}

/** Make the database under this name as it was. */
export async function thaw(name: string, frozen: FrozenDatabase): Promise<void> {
  const db = await openDB(name, frozen.version, {
    upgrade(fresh) {
      for (const { name: store, keyPath, indexes } of frozen.stores) {
        const made = fresh.createObjectStore(store, keyPath === null ? {} : { keyPath });
        for (const { name: index, keyPath: path, ...how } of indexes) made.createIndex(index, path, how);
      }
    },
  });
  for (const { name: store, rows } of frozen.stores) {
    for (const [key, value] of rows) await db.put(store, value, key ?? undefined);
  }
  db.close();
}
