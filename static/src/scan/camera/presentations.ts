// When a read becomes a scan. Pure: frames in, events out; no camera, no page, no clock of its own.
//
// - A linear code is never believed on one frame: a slightly blurred EAN-13 gives a wrong number with a right check
//   digit in one or two of a hundred reading frames. Two frames in a row must agree on a code that the catalogue
//   knows, three on one that it does not. Codes that correct errors need one frame.
// - A read that contradicts another one of the same moment is believed later: a known code after four frames, an
//   unknown one only when the other has gone, because it is probably the other one misread.
// - Nothing is believed before one frame was looked at hard: a quick look finds one code of a label that has two.
// - One event per presentation: a label counts again when it was gone for 900 ms. Time in which too few frames were
//   looked at (a busy device) does not count as gone.
// - Several codes in one frame: the person chooses; none counts by itself until one is alone for as long.
import type { Read } from "./reading";

export const GONE_MS = 900;
const GONE_FRAMES = 4;
const AGREE_KNOWN = 2;
const AGREE_UNKNOWN = 3;
const AGREE_CONTRADICTED = 4;
/** A label that comes back after this pause and before GONE_MS is skipped as the same one, and the screen says so. */
const BACK_MS = 300;
/** So does one that simply stays. */
const LINGERS_MS = 2000;

/** Whether the catalogue knows a code; undefined while it is being asked. */
export type Known = (form: string) => boolean | undefined;

export interface Verdict {
  counted: Read | null;
  /** Seen again, and not counted again. */
  skipped: Read | null;
  /** Several codes are there: these may be tapped. Null: there are not several. */
  choices: Read[] | null;
  /** Something can be read, counted or not. */
  anything: boolean;
}

interface Track {
  read: Read;
  /** Frames in a row that agreed on it; a frame that read something else instead breaks the row. */
  row: number;
  total: number;
  since: number;
  seen: number;
  /** Frames looked at without it since. */
  missed: number;
  counted: number | null;
  lingers: boolean;
  /** A frame was looked at hard since it came. */
  searched: boolean;
  /** Was read in one frame with another code: the two do not contradict each other. */
  beside: boolean;
}

function begin(read: Read, time: number): Track {
  const never = { row: 0, total: 0, missed: 0, counted: null, lingers: false, searched: false, beside: false };
  return { read, since: time, seen: time, ...never };
}

export class Presentations {
  private readonly tracks = new Map<string, Track>();
  /** When several were seen last, and frames looked at since. */
  private several: { at: number; missed: number } | null = null;

  constructor(private readonly known: Known) {}

  /** There is a new code, and nobody has yet looked hard whether it is the only one. */
  get wantsHardLook(): boolean {
    return [...this.tracks.values()].some((track) => track.counted === null && !track.searched && track.missed === 0);
  }

  /** What a frame taken at `time` (ms), looked at `hard` or not, means. */
  take(time: number, reads: Read[], hard: boolean): Verdict {
    const distinct = [...new Map(reads.map((read) => [read.form, read])).values()];
    this.forget(time, distinct);
    const returned = distinct.filter((read) => this.see(read, time));
    this.breakRows(distinct);
    if (hard) for (const track of this.tracks.values()) track.searched = true;
    if (this.areSeveral(time, distinct)) {
      for (const track of this.tracks.values()) track.row = 0;
      return { counted: null, skipped: null, choices: this.choices(), anything: true };
    }
    const [read] = distinct;
    const track = read ? this.tracks.get(read.form) : this.justSeen();
    const verdict = { counted: null, skipped: null, choices: null, anything: this.tracks.size > 0 };
    if (!track) return verdict;
    if (track.counted !== null) {
      return this.isSkipped(track, time, returned.length > 0) ? { ...verdict, skipped: track.read } : verdict;
    }
    if (!this.isBelieved(track, time)) return verdict;
    track.counted = time;
    return { ...verdict, counted: track.read };
  }

  /** The person tapped one of several: it counts now. A finger that bounces is one tap. */
  choose(form: string, time: number): Read | null {
    const track = this.tracks.get(form);
    if (!track || track.total < this.needed(track)) return null;
    if (track.counted !== null && time - track.counted < GONE_MS) return null;
    track.counted = time;
    return track.read;
  }

  isCounted(form: string): boolean {
    return (this.tracks.get(form)?.counted ?? null) !== null;
  }

  /** The camera was off: whatever comes next is presented anew. */
  clear(): void {
    this.tracks.clear();
    this.several = null;
  }

  private forget(time: number, distinct: Read[]): void {
    const here = new Set(distinct.map(({ form }) => form));
    for (const [form, track] of this.tracks) {
      const gone = time - track.seen >= GONE_MS && track.missed >= GONE_FRAMES;
      if (gone) this.tracks.delete(form);
      else if (!here.has(form)) track.missed += 1;
    }
  }

  /** Note a read; true when the code had been away for a moment. */
  private see(read: Read, time: number): boolean {
    const track = this.tracks.get(read.form) ?? begin(read, time);
    const away = time - track.seen;
    this.tracks.set(read.form, track);
    Object.assign(track, { read, seen: time, missed: 0, row: track.row + 1, total: track.total + 1 });
    return away >= BACK_MS;
  }

  private breakRows(distinct: Read[]): void {
    if (distinct.length === 0) return;
    const here = new Set(distinct.map(({ form }) => form));
    for (const [form, track] of this.tracks) if (!here.has(form)) track.row = 0;
  }

  private areSeveral(time: number, distinct: Read[]): boolean {
    if (distinct.length > 1) {
      this.several = { at: time, missed: 0 };
      for (const { form } of distinct) this.mark(form);
      return true;
    }
    if (!this.several) return false;
    this.several.missed += 1;
    if (time - this.several.at >= GONE_MS && this.several.missed >= GONE_FRAMES) this.several = null;
    return this.several !== null;
  }

  private mark(form: string): void {
    const track = this.tracks.get(form);
    if (track) track.beside = true;
  }

  private choices(): Read[] {
    const ready = [...this.tracks.values()].filter((track) => track.total >= this.needed(track));
    return ready.map(({ read }) => read);
  }

  /** A code that needs no second read, seen one frame ago: the hard look that it waited for has found nothing else. */
  private justSeen(): Track | undefined {
    return [...this.tracks.values()].find(
      (track) => track.read.correcting && track.counted === null && track.missed === 1,
    );
  }

  private needed({ read }: Track): number {
    if (read.correcting) return 1;
    return this.known(read.form) ? AGREE_KNOWN : AGREE_UNKNOWN;
  }

  private isBelieved(track: Track, time: number): boolean {
    const known = this.known(track.read.form);
    if (!track.searched) return false;
    if (track.read.correcting) return track.row >= 1;
    if (known === undefined) return false;
    if (!this.isContradicted(track, time)) return track.row >= (known ? AGREE_KNOWN : AGREE_UNKNOWN);
    return known && track.row >= AGREE_CONTRADICTED;
  }

  private isContradicted(track: Track, time: number): boolean {
    return [...this.tracks.values()].some(
      (other) =>
        other !== track &&
        !other.read.correcting &&
        !(other.beside && track.beside) &&
        (time - other.seen < GONE_MS || other.missed < GONE_FRAMES),
    );
  }

  private isSkipped(track: Track, time: number, returned: boolean): boolean {
    if (returned) return true;
    if (track.lingers || track.counted === null || time - track.counted < LINGERS_MS) return false;
    track.lingers = true;
    return true;
  }
}
