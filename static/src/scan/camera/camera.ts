// The camera at work: pictures go to the decoder, what it reads becomes scans on the bus, like a wedge's.
import { signal } from "@preact/signals";
import type { ScanBus } from "../bus";
import { Decoder, type Looked } from "./decoder";
import { everyFrame } from "./frames";
import { Presentations, type Verdict } from "./presentations";
import { type Point, type Read, readingOf } from "./reading";
import { isHard, type Region, regionOf } from "./region";
import {
  type Abilities,
  abilitiesOf,
  apply,
  chooseLens,
  type Help,
  helpBefore,
  helpFor,
  isAlive,
  keepFocusing,
  NO_ABILITIES,
  openStream,
  release,
} from "./source";

export type Phase = "off" | "starting" | "on";
export type Notice = "aim" | "counted" | "skipped" | "several";

/** One of several codes in the region. */
export interface Choice {
  form: string;
  text: string;
  /** What the catalogue calls it; null when it knows nothing. */
  name: string | null;
  corners: Point[];
  counted: boolean;
}

/** A camera that dies again so soon after a start is somebody else's now. */
const DIES_AT_ONCE_MS = 3000;

export class Camera {
  readonly phase = signal<Phase>("off");
  readonly help = signal<Help | null>(null);
  readonly notice = signal<Notice>("aim");
  readonly choices = signal<Choice[]>([]);
  readonly size = signal({ width: 1280, height: 720 });
  readonly abilities = signal<Abilities>(NO_ABILITIES);
  readonly torch = signal(false);
  readonly zoom = signal(1);
  private readonly names = new Map<string, string | null>();
  private readonly presentations = new Presentations((form) => {
    const name = this.names.get(form);
    return name === undefined ? undefined : name !== null;
  });
  private readonly asked = new Set<string>();
  private readonly canvas = document.createElement("canvas");
  private decoder: Decoder | null = null;
  private video: HTMLVideoElement | null = null;
  private stream: MediaStream | null = null;
  private endFrames: (() => void) | null = null;
  private wanted = false;
  private looking = false;
  private frames = 0;
  /** Counts starts and stops: what belongs to an earlier one comes too late. */
  private turn = 0;
  private startedAt = 0;

  /** `nameOf`: what the catalogue calls a code, null when it does not know it. */
  constructor(
    private readonly bus: ScanBus,
    private readonly nameOf: (read: Read) => Promise<string | null>,
  ) {}

  /** Show the pictures here. The answer gives everything back: camera, decoder, listeners. */
  attach(video: HTMLVideoElement): () => void {
    this.video = video;
    // Loads while the thumb is on its way to Start.
    this.decoder = new Decoder();
    // iOS may come back from another app without telling that the page is visible again.
    for (const name of ["focus", "pageshow"]) window.addEventListener(name, this.revive);
    window.addEventListener("pagehide", this.pause);
    document.addEventListener("visibilitychange", this.onVisibility);
    return () => {
      for (const name of ["focus", "pageshow"]) window.removeEventListener(name, this.revive);
      window.removeEventListener("pagehide", this.pause);
      document.removeEventListener("visibilitychange", this.onVisibility);
      this.stop();
      this.decoder?.close();
      this.decoder = null;
      this.video = null;
    };
  }

  async start(): Promise<void> {
    this.wanted = true;
    this.help.value = helpBefore({ isSecureContext, mediaDevices: navigator.mediaDevices });
    if (this.help.value) return;
    this.pause();
    if (this.decoder?.isBroken) this.decoder = new Decoder();
    const turn = this.turn;
    this.phase.value = "starting";
    try {
      const stream = await openStream();
      if (turn === this.turn) await this.show(stream, turn);
      else release(stream);
    } catch (error) {
      if (turn === this.turn) this.fail(helpFor(error));
    }
  }

  stop(): void {
    this.wanted = false;
    this.pause();
  }

  /** A tap on one of several codes. */
  choose(form: string): void {
    const read = this.presentations.choose(form, performance.now());
    if (read) this.publish(read);
    this.choices.value = this.choices.value.map((choice) => ({
      ...choice,
      counted: this.presentations.isCounted(choice.form),
    }));
  }

  async setTorch(on: boolean): Promise<void> {
    if (await this.set({ torch: on })) this.torch.value = on;
  }

  async setZoom(step: number): Promise<void> {
    if (await this.set({ zoom: step })) this.zoom.value = step;
  }

  async nextLens(): Promise<void> {
    const { lenses, lens } = this.abilities.value;
    const at = lenses.findIndex(({ id }) => id === lens);
    const next = lenses[(at + 1) % lenses.length];
    if (!next) return;
    chooseLens(next.id);
    await this.start();
  }

  private async set(setting: Record<string, unknown>): Promise<boolean> {
    const track = this.stream?.getVideoTracks()[0];
    if (!track) return false;
    try {
      await apply(track, setting);
      return true;
    } catch {
      // The camera promised more than it does; it goes on as it was.
      return false;
    }
  }

  private async show(stream: MediaStream, turn: number): Promise<void> {
    const { video } = this;
    const track = stream.getVideoTracks()[0];
    if (!video || !track) return release(stream);
    this.stream = stream;
    this.startedAt = performance.now();
    track.addEventListener("ended", () => turn === this.turn && this.died());
    video.srcObject = stream;
    this.endFrames = everyFrame(video, () => this.look());
    await video.play();
    if (turn !== this.turn) return;
    this.phase.value = "on";
    this.decoder?.ready.catch(() => turn === this.turn && this.fail("decoder"));
    void keepFocusing(track).catch(() => undefined);
    const abilities = await abilitiesOf(track);
    if (turn === this.turn) this.abilities.value = abilities;
  }

  /** Give the camera back; it is taken again when the page is seen again. */
  private readonly pause = (): void => {
    this.turn += 1;
    this.endFrames?.();
    this.endFrames = null;
    release(this.stream);
    this.stream = null;
    if (this.video) this.video.srcObject = null;
    this.presentations.clear();
    this.names.clear();
    this.looking = false;
    this.phase.value = "off";
    this.notice.value = "aim";
    this.choices.value = [];
    this.abilities.value = NO_ABILITIES;
    this.torch.value = false;
    this.zoom.value = 1;
  };

  /** Back from another app or a locked screen: take the camera again if it did not survive. */
  private readonly revive = (): void => {
    if (!this.wanted || this.help.value || document.visibilityState !== "visible") return;
    if (this.phase.value !== "starting" && !isAlive(this.stream)) void this.start();
  };

  private readonly onVisibility = (): void => {
    if (document.visibilityState === "visible") this.revive();
    else this.pause();
  };

  private died(): void {
    if (performance.now() - this.startedAt < DIES_AT_ONCE_MS) this.fail("busy");
    else this.revive();
  }

  private fail(help: Help): void {
    this.stop();
    this.help.value = help;
  }

  // ---- pictures

  private look(): void {
    const { video, decoder } = this;
    if (this.looking || !video || !decoder || video.videoWidth === 0) return;
    const { videoWidth: width, videoHeight: height } = video;
    if (width !== this.size.value.width || height !== this.size.value.height) this.size.value = { width, height };
    const region = regionOf(width, height);
    const picture = this.cut(video, region);
    if (!picture) return;
    const { turn } = this;
    const time = performance.now();
    const hard = isHard(this.frames) || this.presentations.wantsHardLook;
    this.frames += 1;
    this.looking = true;
    decoder.look(picture, hard).then(
      (looked) => turn === this.turn && this.looked(time, hard, looked, region),
      () => turn === this.turn && this.fail("decoder"),
    );
  }

  private cut(video: HTMLVideoElement, { x, y, width, height }: Region): ImageData | null {
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    context?.drawImage(video, x, y, width, height, 0, 0, width, height);
    return context?.getImageData(0, 0, width, height) ?? null;
  }

  private looked(time: number, hard: boolean, { reads }: Looked, region: Region): void {
    this.looking = false;
    const good = reads.map(readingOf).filter((read): read is Read => read !== null);
    for (const read of good) {
      read.corners = read.corners.map(({ x, y }) => ({ x: x + region.x, y: y + region.y }));
      if (!this.names.has(read.form)) this.ask(read);
    }
    this.tell(this.presentations.take(time, good, hard));
  }

  private ask(read: Read): void {
    const { form } = read;
    if (this.asked.has(form)) return;
    this.asked.add(form);
    const answer = (name: string | null) => {
      this.asked.delete(form);
      this.names.set(form, name);
    };
    this.nameOf(read).then(answer, () => answer(null));
  }

  private tell(verdict: Verdict): void {
    const { counted, skipped, choices, anything } = verdict;
    if (counted) this.publish(counted);
    // Mostly there are none before and none now: nothing to draw anew thirty times a second.
    if (choices || this.choices.value.length > 0)
      this.choices.value = (choices ?? []).map((read) => this.choiceOf(read));
    if (choices) this.notice.value = "several";
    else if (counted) this.notice.value = "counted";
    else if (skipped) this.notice.value = "skipped";
    else if (!anything || this.notice.value === "several") this.notice.value = "aim";
  }

  private choiceOf({ form, text, corners }: Read): Choice {
    const name = this.names.get(form) ?? null;
    return { form, text, corners, name, counted: this.presentations.isCounted(form) };
  }

  private publish({ text, symbology }: Read): void {
    this.bus.publish({ text, symbology, source: "camera", time: performance.now() }, "camera");
  }
}
