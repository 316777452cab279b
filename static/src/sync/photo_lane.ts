// Photos on their way to the server: after the records, one at a time, with a back-off of their own. A photo that the
// device has no space for stays in memory, is said loudly, and is sent from there.
import { signal } from "@preact/signals";
import { Problem, problemOf, Unreachable } from "../api/problem";
import { uuid7 } from "../domain/uuid";
import type { Clock } from "../store/outbox";
import * as photos from "../store/photos";
import type { PhotoRow } from "../store/schema";
import type { Store } from "../store/store";

export type PutPhoto = (row: PhotoRow) => Promise<void>;
export type NewPhoto = Pick<PhotoRow, "purpose" | "record_id" | "document_id" | "thumb"> & { bytes: ArrayBuffer };

export interface LaneState {
  waiting: number;
  refused: number;
  /** Why the last one was refused. */
  code: string | null;
  /** In memory only: there was no space for them. */
  unsaved: number;
}

const FIRST_WAIT_MS = 4_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** What will not change by sending it again. */
const FINAL = [400, 404, 409, 413, 415, 422];

export class PhotoLane {
  readonly state = signal<LaneState>({ waiting: 0, refused: 0, code: null, unsaved: 0 });
  /** Small pictures by the record they belong to. */
  readonly thumbs = signal<Map<string, string[]>>(new Map());
  private unsaved: PhotoRow[] = [];
  private running: Promise<void> | null = null;
  private failures = 0;
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly store: Store,
    private readonly clock: Pick<Clock, "now">,
    private readonly put: PutPhoto,
    /** Records go first: while any waits no photo is begun. */
    private readonly mayRun: () => boolean,
    private readonly random: () => number = Math.random,
  ) {}

  /** What the disk holds from before. */
  async begin(): Promise<void> {
    for (const row of await photos.listPhotos(this.store)) this.show(row);
    await this.refresh();
  }

  /** Keep a photo; it is on disk when this resolves, or in memory and said so. */
  async add(photo: NewPhoto): Promise<void> {
    const id = uuid7(this.clock.now());
    const times = { taken_at: this.clock.now(), sent_at: null };
    const row: PhotoRow = { ...photo, id, ...times, status: "WAITING", code: null };
    this.show(row);
    try {
      await photos.savePhoto(this.store, row);
    } catch (error) {
      console.error("a photo could not be stored", error);
      this.unsaved.push(row);
    }
    await this.refresh();
    void this.run();
  }

  /** Send what waits, unless records wait, a run is under way or the last failure is too fresh. */
  run(force = false): Promise<void> {
    if (force) this.notBefore = 0;
    if (this.running) return this.running;
    if (!this.mayRun() || this.clock.now() < this.notBefore) return Promise.resolve();
    this.running = this.sendAll()
      .catch((error: unknown) => this.failed(error))
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  async retry(): Promise<void> {
    await photos.retryPhotos(this.store);
    await this.refresh();
    await this.run(true);
  }

  private async sendAll(): Promise<void> {
    await photos.meetEpoch(this.store);
    await this.saveUnsaved();
    for (;;) {
      if (!this.mayRun()) return;
      const row = this.unsaved[0] ?? (await photos.nextPhoto(this.store));
      if (!row) break;
      await this.sendOne(row);
      await this.refresh();
    }
    await photos.prunePhotos(this.store, this.clock.now());
  }

  private async sendOne(row: PhotoRow): Promise<void> {
    let refused: string | null = null;
    try {
      await this.put(row);
    } catch (error) {
      if (!(error instanceof Problem) || !FINAL.includes(error.status)) throw error;
      refused = error.code;
    }
    this.failures = 0;
    this.unsaved = this.unsaved.filter((one) => one.id !== row.id);
    await photos.settlePhoto(this.store, row.id, refused, this.clock.now());
    if (refused !== null) this.state.value = { ...this.state.value, code: refused };
  }

  /** Space may have come free since. */
  private async saveUnsaved(): Promise<void> {
    for (const row of [...this.unsaved]) {
      try {
        await photos.savePhoto(this.store, row);
        this.unsaved = this.unsaved.filter((one) => one !== row);
      } catch {
        break;
      }
    }
    await this.refresh();
  }

  private failed(error: unknown): void {
    this.failures += 1;
    if (!(error instanceof Problem) && !(error instanceof Unreachable)) console.error("a photo was not sent", error);
    const asked = error instanceof Problem ? Number(error.data.retry_after_s) * 1000 : 0;
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1));
    const wait = Math.max(asked || 0, backoff) * (0.75 + this.random() / 2);
    this.notBefore = this.clock.now() + wait;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), wait + 50);
  }

  private async refresh(): Promise<void> {
    const [waiting, refused] = await Promise.all([
      photos.countPhotos(this.store, "WAITING"),
      photos.countPhotos(this.store, "REFUSED"),
    ]);
    const unsaved = this.unsaved.length;
    this.state.value = { ...this.state.value, waiting: waiting + unsaved, refused, unsaved };
  }

  private show(row: PhotoRow): void {
    if (row.record_id === null) return;
    const known = this.thumbs.value.get(row.record_id) ?? [];
    this.thumbs.value = new Map(this.thumbs.value).set(row.record_id, [...known, row.thumb]);
  }
}

const TIMEOUT_MS = 60_000;

/** PUT /photos/{id}: the same bytes again change nothing. */
export async function putPhoto(row: PhotoRow): Promise<void> {
  const query = new URLSearchParams({ purpose: row.purpose, taken_at_ms: String(row.taken_at) });
  if (row.record_id) query.set("record_id", row.record_id);
  if (row.document_id) query.set("document_id", row.document_id);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(`/api/v1/photos/${row.id}?${query}`, {
      method: "PUT",
      credentials: "same-origin",
      headers: { "Content-Type": "image/jpeg" },
      body: row.bytes,
      signal: stop.signal,
    });
  } catch (cause) {
    throw new Unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw await problemOf(response);
}
