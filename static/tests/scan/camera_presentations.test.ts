import { describe, expect, it } from "vitest";
import { Presentations, type Verdict } from "../../src/scan/camera/presentations";
import type { Read } from "../../src/scan/camera/reading";
import { isHard } from "../../src/scan/camera/region";

const FRAME_MS = 33;

const linear = (form: string): Read => ({ form, text: form, symbology: "EAN-13", correcting: false, corners: [] });
const matrix = (form: string): Read => ({ ...linear(form), symbology: "QR Code", correcting: true });

const WATER = linear("water");
const TISSUE = linear("tissue");
const STRANGE = linear("strange");
const OTHER = linear("other");
const BIN = matrix("bin");
const CATALOGUE = new Set(["water", "tissue", "bin"]);

/** A camera that shows what it is told, frame by frame. */
class Show {
  readonly counted: string[] = [];
  readonly skipped: string[] = [];
  last: Verdict | null = null;
  private time = 1000;
  private frames = 0;

  constructor(readonly presentations = new Presentations((form) => CATALOGUE.has(form))) {}

  frame(reads: Read[] = [], ms = FRAME_MS): this {
    this.time += ms;
    const hard = isHard(this.frames++) || this.presentations.wantsHardLook;
    this.last = this.presentations.take(this.time, reads, hard);
    if (this.last.counted) this.counted.push(this.last.counted.form);
    if (this.last.skipped) this.skipped.push(this.last.skipped.form);
    return this;
  }

  for(ms: number, reads: Read[] = []): this {
    for (let passed = 0; passed < ms; passed += FRAME_MS) this.frame(reads);
    return this;
  }

  tap(form: string): this {
    const chosen = this.presentations.choose(form, this.time);
    if (chosen) this.counted.push(chosen.form);
    return this;
  }
}

describe("a read is believed", () => {
  it("when two frames agree on a code the catalogue knows", () => {
    const show = new Show().frame([WATER]);
    expect(show.counted).toEqual([]);
    expect(show.frame([WATER]).counted).toEqual(["water"]);
  });

  it("when frames without any read lie between the two", () => {
    expect(new Show().frame([WATER]).for(200).frame([WATER]).counted).toEqual(["water"]);
  });

  it("on the third frame when nobody knows the code", () => {
    const show = new Show().frame([STRANGE]).frame([STRANGE]);
    expect(show.counted).toEqual([]);
    expect(show.frame([STRANGE]).counted).toEqual(["strange"]);
  });

  it("on one read when the code corrects its own errors", () => {
    expect(new Show().frame([BIN]).frame().counted).toEqual(["bin"]);
    expect(
      new Show()
        .frame()
        .frame()
        .frame([matrix("new")]).counted,
    ).toEqual(["new"]);
  });

  it("when a hard look found nothing beside it, which is asked for at once", () => {
    const show = new Show();
    expect(show.presentations.wantsHardLook).toBe(false);
    show.presentations.take(1, [WATER], false);
    expect(show.presentations.wantsHardLook).toBe(true);
    expect(show.presentations.take(2, [WATER], false).counted).toBeNull();
    expect(show.presentations.take(3, [WATER, TISSUE], true).counted).toBeNull();
    expect(show.presentations.wantsHardLook).toBe(false);
    expect(show.presentations.take(4, [WATER], false).choices?.map(({ form }) => form)).toEqual(["water"]);
  });

  it("when the catalogue has answered, not before", () => {
    let answer: boolean | undefined;
    const show = new Show(new Presentations(() => answer));
    show.for(300, [WATER]);
    expect(show.counted).toEqual([]);
    answer = true;
    expect(show.frame([WATER]).counted).toEqual(["water"]);
  });

  it("never on two single frames long apart", () => {
    expect(new Show().frame([WATER]).for(1000).frame([WATER]).counted).toEqual([]);
  });
});

describe("a misread", () => {
  it("of one frame counts nothing and only delays the right code", () => {
    const show = new Show()
      .frame([WATER])
      .frame([STRANGE])
      .for(4 * FRAME_MS, [WATER]);
    expect(show.counted).toEqual(["water"]);
  });

  it("that comes again and again beside the right code is never kept as an unknown one", () => {
    const show = new Show();
    for (let i = 0; i < 40; i++) show.frame([WATER]).frame([STRANGE]).frame([STRANGE]).frame([STRANGE]).frame([WATER]);
    expect(show.counted.filter((form) => form !== "water")).toEqual([]);
  });

  it("of a code already counted is not kept while that code is about", () => {
    const show = new Show().for(200, [WATER]).for(600, [STRANGE]);
    expect(show.counted).toEqual(["water"]);
    expect(show.for(600, [STRANGE]).counted).toEqual(["water", "strange"]);
  });

  it("of two unknown codes in turn keeps neither", () => {
    const show = new Show();
    for (let i = 0; i < 20; i++) show.frame([STRANGE]).frame([OTHER]);
    expect(show.counted).toEqual([]);
  });

  it("does not hold up the next known label for long", () => {
    const show = new Show().for(200, [WATER]).for(4 * FRAME_MS, [TISSUE]);
    expect(show.counted).toEqual(["water", "tissue"]);
  });
});

describe("a presentation", () => {
  it("is one event however long the label stays", () => {
    expect(new Show().for(5000, [WATER]).counted).toEqual(["water"]);
  });

  it("is over when the label was gone for 900 ms", () => {
    const show = new Show().for(300, [WATER]).for(950).for(300, [WATER]);
    expect(show.counted).toEqual(["water", "water"]);
    expect(show.skipped).toEqual([]);
  });

  it("goes on when the label comes back sooner, and the skipping is said", () => {
    const show = new Show().for(300, [WATER]).for(600).for(300, [WATER]);
    expect(show.counted).toEqual(["water"]);
    expect(show.skipped).toEqual(["water"]);
  });

  it("that lingers says once that it is counted once", () => {
    expect(new Show().for(6000, [WATER]).skipped).toEqual(["water"]);
  });

  it("is not over because the device was too busy to look", () => {
    const show = new Show().for(300, [WATER]).frame([], 2000).frame([], 700).for(300, [WATER]);
    expect(show.counted).toEqual(["water"]);
  });

  it("of another label is counted at once: A, B, A, B", () => {
    const show = new Show();
    for (const read of [WATER, TISSUE, WATER, TISSUE]) show.for(300, [read]).for(1000);
    expect(show.counted).toEqual(["water", "tissue", "water", "tissue"]);
  });

  it("begins anew when the camera was off", () => {
    const show = new Show().for(300, [WATER]);
    show.presentations.clear();
    expect(show.for(300, [WATER]).counted).toEqual(["water", "water"]);
  });
});

describe("several codes in one frame", () => {
  it("count nothing by themselves and are offered once they are sure", () => {
    const show = new Show().frame([WATER, STRANGE]);
    expect(show.last?.choices).toEqual([]);
    show.for(500, [WATER, STRANGE]);
    expect(show.counted).toEqual([]);
    expect(show.last?.choices?.map(({ form }) => form)).toEqual(["water", "strange"]);
  });

  it("count the one that is tapped, once for a finger that bounces", () => {
    const show = new Show().for(500, [WATER, TISSUE]).tap("tissue").tap("tissue");
    expect(show.counted).toEqual(["tissue"]);
    expect(show.presentations.isCounted("tissue")).toBe(true);
    expect(show.for(1000, [WATER, TISSUE]).tap("tissue").counted).toEqual(["tissue", "tissue"]);
  });

  it("stay several while one of them flickers", () => {
    const show = new Show().for(300, [WATER, TISSUE]).for(600, [WATER]).frame([WATER, TISSUE]).for(600, [TISSUE]);
    expect(show.counted).toEqual([]);
  });

  it("are one again when one has been alone for a while", () => {
    const show = new Show().for(300, [WATER, TISSUE]).for(1200, [WATER]);
    expect(show.counted).toEqual(["water"]);
    expect(show.last?.choices).toBeNull();
  });

  it("offer nothing that one frame alone has read, and nothing that is not there", () => {
    const show = new Show().frame([BIN, STRANGE]);
    expect(show.last?.choices?.map(({ form }) => form)).toEqual(["bin"]);
    expect(show.tap("strange").tap("nowhere").counted).toEqual([]);
  });

  it("may show the same code twice: that is one code", () => {
    expect(new Show().frame([WATER, WATER]).frame([WATER, WATER]).counted).toEqual(["water"]);
  });
});
