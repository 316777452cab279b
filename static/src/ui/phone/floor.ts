// The device's machinery, put together once: database, engine, scanner. Screens come and go, this stays.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { api } from "../../api/client";
import type { DevicePerson } from "../../api/types";
import { uuid7 } from "../../domain/uuid";
import { ScanBus } from "../../scan/bus";
import { unlockSound } from "../../scan/sound";
import { Wedge } from "../../scan/wedge";
import { installation, offlineUnlock, rememberDevice, rememberUnlock, type Unlocked } from "../../store/device";
import { listPersons } from "../../store/masters";
import { type CurrentPerson, type DeviceFacts, getFact, putFact } from "../../store/meta";
import type { Clock } from "../../store/outbox";
import { openDatabase } from "../../store/schema";
import { Store } from "../../store/store";
import { Engine } from "../../sync/engine";
import { Loop, webLock } from "../../sync/loop";
import { PhotoLane, putPhoto } from "../../sync/photo_lane";
import { httpTransport } from "../../sync/transport";
import { loadSession, signInWithPin, signOut } from "../session";
import { Counting } from "./counting";
import type { Handling } from "./handling";
import type { WorkParts } from "./scan_work";

/** Known before the database is open, so that the right frame shows at once. */
const ENROLLED = "pandian.enrolled";

const COUNTERS_MS = 80;

export class Floor {
  readonly device = signal<DeviceFacts | null>(null);
  readonly person = signal<CurrentPerson | null>(null);
  /** Shown in place of the screens: in a private window, where what is scanned is gone when it is closed. */
  readonly instead = signal<ComponentType<{ open: Floor }> | null>(null);
  readonly bus = new ScanBus();
  private counters: ReturnType<typeof setTimeout> | null = null;
  readonly loop: Loop;
  readonly counting: Counting;
  /** Receiving and moving, once somebody went there. */
  readonly handling = signal<Handling | null>(null);
  private readonly parts: WorkParts;
  private opening: Promise<Handling> | null = null;
  readonly photos: PhotoLane;

  private constructor(
    readonly store: Store,
    readonly engine: Engine,
    readonly clock: Clock,
  ) {
    this.loop = new Loop(engine);
    this.parts = [store, clock, () => this.person.value, () => this.recorded()];
    this.counting = new Counting(...this.parts);
    this.photos = new PhotoLane(store, clock, putPhoto, () => {
      const { phase, waiting } = engine.state.value;
      return phase === "HEALTHY" && waiting === 0;
    });
  }

  static async open(): Promise<Floor> {
    const store = await Store.open(() => openDatabase());
    const clock: Clock = { now: () => Date.now(), mono: () => performance.now(), boot: uuid7() };
    const engine = new Engine({
      store,
      transport: httpTransport,
      clock,
      app: __APP__,
      lock: webLock,
      random: Math.random,
    });
    const floor = new Floor(store, engine, clock);
    await floor.begin();
    return floor;
  }

  private async begin(): Promise<void> {
    this.device.value = (await getFact(this.store, "device")) ?? null;
    this.person.value = (await getFact(this.store, "person")) ?? null;
    await this.engine.refresh();
    await this.counting.resume();
    // Pictures that cannot be read must not keep anybody from scanning.
    await this.photos.begin().catch((error: unknown) => console.error("the photos cannot be read", error));
    if (this.device.value) this.loop.start();
    // Beside the start, not before it: nothing waits for these.
    void import("./beside").then(({ beside }) => beside(this), console.error);
  }

  /** Receiving and moving are loaded with their first screen; where that fails, the next call tries again. */
  openHandling(): Promise<Handling> {
    this.opening ??= import("./handling").then(({ Handling }) => Handling.open(...this.parts));
    return this.opening.then(
      (handling) => {
        this.handling.value = handling;
        return handling;
      },
      (error) => {
        this.opening = null;
        throw error;
      },
    );
  }

  /** While the counter's screens are shown every keystroke may be a scan; at the desk keys are the desk's. */
  listenToScanner(): () => void {
    const detach = new Wedge(this.bus).attach();
    window.addEventListener("pointerdown", unlockSound);
    window.addEventListener("keydown", unlockSound);
    return () => {
      detach();
      window.removeEventListener("pointerdown", unlockSound);
      window.removeEventListener("keydown", unlockSound);
    };
  }

  /** The counters and the upload can wait until the scan is painted. */
  private recorded(): void {
    if (this.counters) return;
    this.counters = setTimeout(() => {
      this.counters = null;
      void this.engine.refresh().then(() => this.loop.afterScan());
    }, COUNTERS_MS);
  }

  /** Enrol this browser with a supervisor's code. The same installation keeps its key and its outbox. */
  async enrol(code: string): Promise<void> {
    const { id, publicKey } = await installation(this.store);
    const { device } = await api.post<{ device: DeviceFacts }>("/devices", {
      code,
      installation_id: id,
      public_key: publicKey,
      app_version: __APP__,
    });
    await rememberDevice(this.store, device);
    localStorage.setItem(ENROLLED, "1");
    this.device.value = device;
    await loadSession();
    this.loop.start();
    void this.loop.now();
  }

  /** People of this site: asked from the server, or from what the device was told before. */
  async people(): Promise<{ rows: DevicePerson[]; offline: boolean }> {
    try {
      return { rows: (await api.get<{ rows: DevicePerson[] }>("/device/people")).rows, offline: false };
    } catch {
      const rows = await listPersons(this.store);
      return { rows: rows.filter((person) => person.active !== false), offline: true };
    }
  }

  async takePerson(person: DevicePerson, pin: string): Promise<void> {
    await signInWithPin(person.id, pin);
    await rememberUnlock(this.store, person.id, pin);
    await this.setPerson({ id: person.id, name: person.name, auth: "online" });
  }

  /** Without the server: whoever signed in on this device before is recognised, and records say so. */
  async takePersonOffline(person: DevicePerson, pin: string): Promise<Unlocked> {
    const known = await offlineUnlock(this.store, person.id, pin, this.clock.now());
    if (known === "known") await this.setPerson({ id: person.id, name: person.name, auth: "offline" });
    return known;
  }

  /** Another person takes the device. The outbox stays exactly as it is; what else was theirs goes. */
  async leave(): Promise<void> {
    await signOut();
    await putFact(this.store, "today", { day: "", scans: 0 });
    await this.counting.leave();
    const handling = await this.opening?.catch(() => null);
    if (handling) await handling.receiving.leave();
    else await putFact(this.store, "receiving", null);
    await this.setPerson(null);
  }

  private async setPerson(person: CurrentPerson | null): Promise<void> {
    await putFact(this.store, "person", person);
    this.person.value = person;
  }
}

export const floor = signal<Floor | null>(null);
export const floorError = signal<unknown>(null);
let opening: Promise<void> | null = null;

export function openFloor(): Promise<void> {
  opening ??= Floor.open().then(
    (opened) => {
      floor.value = opened;
    },
    (error) => {
      opening = null;
      floorError.value = error;
    },
  );
  return opening;
}
