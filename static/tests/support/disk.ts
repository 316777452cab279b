// Trouble with the storage, at whichever writing transaction the test wants it. Importing this puts the taps in place.
import "fake-indexeddb/auto";

/** refuse: it cannot even begin. abort: it ends half-way and everything is undone. full: there is no space. */
export type DiskFault = "refuse" | "abort" | "full" | null;

/** Taken one after the other by the writing transactions that begin; null lets one through. */
export const disk: { faults: DiskFault[] } = { faults: [] };

type Begin = (this: IDBDatabase, ...how: Parameters<IDBDatabase["transaction"]>) => IDBTransaction;
const begin = IDBDatabase.prototype.transaction as Begin;

IDBDatabase.prototype.transaction = function (this: IDBDatabase, stores, mode, options) {
  const fault = mode === "readwrite" ? disk.faults.shift() : null;
  if (fault === "refuse") throw new DOMException("the backing store is gone", "UnknownError");
  if (fault === "full") throw new DOMException("no space", "QuotaExceededError");
  const tx = begin.call(this, stores as string[], mode, options);
  if (fault === "abort") setImmediate(() => abort(tx));
  return tx;
};

function abort(tx: IDBTransaction): void {
  try {
    tx.abort();
  } catch {
    // It was complete before the trouble came.
  }
}
