// One door to the database. A storage error is loud: the database is opened again up to three times, and when that
// does not help nothing is accepted any more (READ_ONLY) until the page is opened anew. It is never deleted.
import { signal } from "@preact/signals";
import type { IDBPTransaction, StoreNames } from "idb";
import { freeSent } from "./photos";
import type { Database, Schema } from "./schema";

export type StoreState = "OPEN" | "BROKEN_STORE" | "READ_ONLY";

export class NotSaved extends Error {
  constructor(cause: unknown) {
    super("not saved");
    this.name = "NotSaved";
    this.cause = cause;
  }
}

const REOPEN_LIMIT = 3;

export class Store {
  readonly state = signal<StoreState>("OPEN");
  /** Whether a record may be written now: false where storage would not outlive the window and nobody answers. */
  mayWrite: () => boolean = () => true;
  private reopening: Promise<void> | null = null;

  private constructor(
    private db: Database,
    private readonly open: () => Promise<Database>,
    private readonly pause: (ms: number) => Promise<void>,
  ) {}

  static async open(
    open: () => Promise<Database>,
    pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ): Promise<Store> {
    return new Store(await open(), open, pause);
  }

  /**
   * Do `work` on the database; it must be safe to repeat. Throws NotSaved when the storage stays broken. Errors of
   * our own (not the storage's) pass through untouched.
   */
  async run<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (this.reopening) await this.reopening;
    if (this.state.value === "READ_ONLY") throw new NotSaved("read only");
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(this.db);
      } catch (error) {
        if (!isStorageError(error)) throw error;
        if ((error as Error).name === "QuotaExceededError" && (await makeRoom(this.db))) continue;
        if (attempt > REOPEN_LIMIT) this.state.value = "READ_ONLY";
        else await this.reopen(attempt);
        if (this.isReadOnly()) throw new NotSaved(error);
      }
    }
  }

  /** Reading still works in READ_ONLY as far as the database lets us: the outbox must be exportable. */
  async read<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (!this.isReadOnly()) return this.run(work);
    try {
      return await work(this.db);
    } catch {
      // The connection may be dead while the data is not.
      const fresh = await this.open();
      return work(fresh).finally(() => fresh.close());
    }
  }

  /** Work that must never stop the scanning (photos): its storage errors are the caller's to tell, and nothing else. */
  async aside<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (this.reopening) await this.reopening;
    return work(this.db);
  }

  /** The way out of READ_ONLY: is the storage back? Throws NotSaved while it is not. */
  async revive(): Promise<void> {
    if (this.reopening) await this.reopening;
    if (!this.isReadOnly()) return;
    try {
      const fresh = await this.open();
      // A database that opens may still refuse to write.
      await atomic(fresh, ["meta"], (tx) => tx.objectStore("meta").put(Date.now(), "revived"));
      this.db.close();
      this.db = fresh;
      this.state.value = "OPEN";
    } catch (error) {
      throw new NotSaved(error);
    }
  }

  close(): void {
    this.db.close();
  }

  private isReadOnly(): boolean {
    return this.state.value === "READ_ONLY";
  }

  private reopen(attempt: number): Promise<void> {
    this.reopening ??= this.openAgain(attempt).finally(() => {
      this.reopening = null;
    });
    return this.reopening;
  }

  private async openAgain(first: number): Promise<void> {
    this.state.value = "BROKEN_STORE";
    for (let attempt = first; attempt <= REOPEN_LIMIT; attempt++) {
      await this.pause(50 * 4 ** (attempt - 1));
      try {
        this.db.close();
        this.db = await this.open();
        this.state.value = "OPEN";
        return;
      } catch (error) {
        console.error("opening the database again failed", error);
      }
    }
    this.state.value = "READ_ONLY";
  }
}

export type Writing = IDBPTransaction<Schema, StoreNames<Schema>[], "readwrite">;

/**
 * One transaction, all or nothing: an error of our own inside `work` aborts it too (IndexedDB by itself would commit
 * what had been written so far). Resolves only when it is complete on disk.
 */
export async function atomic<T>(
  db: Database,
  stores: StoreNames<Schema>[],
  work: (tx: Writing) => Promise<T>,
  durability: "strict" | "default" = "strict",
): Promise<T> {
  const tx = db.transaction(stores, "readwrite", { durability });
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    tx.done.catch(() => undefined);
    try {
      tx.abort();
    } catch {
      // It had ended by itself: the error above is the one that matters.
    }
    throw error;
  }
}

/**
 * No space: photos go that the server has too, then the items; never what was scanned. A code is then kept as it is
 * and known again later. false: there was nothing to drop, or not even that could be done.
 */
async function makeRoom(db: Database): Promise<boolean> {
  try {
    if (await freeSent(db, 0).catch(() => false)) return true;
    let dropped = 0;
    await atomic(db, ["items", "items_2", "meta"], async (tx) => {
      for (const name of ["items", "items_2"] as const) {
        dropped += await tx.objectStore(name).count();
        await tx.objectStore(name).clear();
      }
      if (dropped) await tx.objectStore("meta").put(Date.now(), "items_dropped");
    });
    return dropped > 0;
  } catch {
    return false;
  }
}

const STORAGE_ERRORS = new Set([
  "InvalidStateError",
  "AbortError",
  "UnknownError",
  "QuotaExceededError",
  "TransactionInactiveError",
  "TimeoutError",
  "NotReadableError",
  "VersionError",
]);

function isStorageError(error: unknown): boolean {
  return error instanceof Error && STORAGE_ERRORS.has(error.name);
}
