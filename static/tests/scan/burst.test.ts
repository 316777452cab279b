import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Burst, BurstReader, characterOfCode, type Key } from "../../src/scan/burst";
import { isDoubled, type Scan, ScanBus, symbologyOf } from "../../src/scan/bus";

const GS = "\x1d";

class Bench {
  bursts: Burst[] = [];
  time = 1000;
  reader = new BurstReader((burst) => this.bursts.push(burst));

  get texts(): string[] {
    return this.bursts.map((burst) => burst.text);
  }

  press(key: string, more: Partial<Key> = {}, gap = 5): boolean {
    this.time += gap;
    const plain = {
      code: key.length === 1 ? "KeyX" : key,
      ctrl: false,
      shift: false,
      alt: false,
      meta: false,
      inField: false,
    };
    return this.reader.key({ key, ...plain, time: this.time, ...more });
  }

  type(text: string, gap = 5, more: Partial<Key> = {}): void {
    for (const character of text) this.press(character, more, gap);
  }

  quiet(ms = 1000): void {
    this.time += ms;
    this.reader.tick(this.time);
  }
}

describe("a scanner that types", () => {
  it("ends a code with Enter", () => {
    const bench = new Bench();
    bench.type("6921168509256");
    expect(bench.texts).toEqual([]);
    expect(bench.press("Enter")).toBe(true);
    expect(bench.texts).toEqual(["6921168509256"]);
  });

  it("or with Tab", () => {
    const bench = new Bench();
    bench.type("ABC-12");
    expect(bench.press("Tab")).toBe(true);
    expect(bench.texts).toEqual(["ABC-12"]);
  });

  it("or with nothing: silence ends it", () => {
    const bench = new Bench();
    bench.type("6921168509256");
    bench.quiet(99);
    expect(bench.texts).toEqual([]);
    bench.quiet(1);
    expect(bench.texts).toEqual(["6921168509256"]);
  });

  it("may leave up to 60 ms between characters", () => {
    const bench = new Bench();
    bench.type("690123", 60);
    bench.press("Enter");
    expect(bench.texts).toEqual(["690123"]);
  });

  it("is not a hand: with more than 60 ms between them, keys are keys and Enter is Enter", () => {
    const bench = new Bench();
    bench.type("690123", 61);
    expect(bench.press("Enter", {}, 61)).toBe(false);
    expect(bench.texts).toEqual([]);
  });

  it("needs at least three characters", () => {
    const bench = new Bench();
    bench.type("12");
    expect(bench.press("Enter")).toBe(false);
    bench.type("123");
    expect(bench.press("Enter")).toBe(true);
    expect(bench.texts).toEqual(["123"]);
  });

  it("keeps all of twenty codes a second, equal ones too", () => {
    const bench = new Bench();
    for (let i = 0; i < 20; i++) {
      bench.type("6921168509256", 3);
      bench.press("Enter", {}, 3);
      bench.time += 50 - 14 * 3;
    }
    expect(bench.texts).toEqual(Array(20).fill("6921168509256"));
  });

  it("is waited for when it is known to send Enter and the page was busy", () => {
    const bench = new Bench();
    bench.type("111222");
    bench.press("Enter");
    bench.type("333444");
    bench.quiet(300);
    expect(bench.texts).toEqual(["111222"]);
    bench.quiet(200);
    expect(bench.texts).toEqual(["111222", "333444"]);
  });

  it("shift and lock keys between the characters mean nothing", () => {
    const bench = new Bench();
    bench.type("ab");
    bench.press("Shift");
    bench.press("C", { shift: true });
    bench.press("Enter");
    expect(bench.texts).toEqual(["abC"]);
  });

  it("Ctrl+C and the like are left to the page", () => {
    const bench = new Bench();
    expect(bench.press("c", { ctrl: true })).toBe(false);
    expect(bench.press("F5")).toBe(false);
  });

  it("its keys are taken from the page unless a field shows them", () => {
    const bench = new Bench();
    expect(bench.press("6")).toBe(true);
    expect(new Bench().press("6", { inField: true })).toBe(false);
  });
});

describe("the group separator", () => {
  it.each<[string, string, Partial<Key>]>([
    ["raw", GS, {}],
    ["as Ctrl+]", "]", { ctrl: true, code: "BracketRight" }],
    ["as F8", "F8", { code: "F8" }],
    ["as its symbol", "␝", {}],
  ])("arrives %s and is kept", (_name, key, more) => {
    const bench = new Bench();
    bench.type("10LOT42");
    expect(bench.press(key, more)).toBe(true);
    bench.type("21SN7");
    bench.press("Enter");
    expect(bench.texts).toEqual([`10LOT42${GS}21SN7`]);
  });

  it("a lone space presses the focused button", () => {
    expect(new Bench().press(" ", { code: "Space" })).toBe(false);
  });

  it("F8 outside a scan is the page's", () => {
    expect(new Bench().press("F8", { code: "F8" })).toBe(false);
  });
});

describe("a Chinese input method that holds the keys", () => {
  it("the code is rebuilt from the physical keys", () => {
    const bench = new Bench();
    for (const digit of "6921168509256") bench.press("Process", { code: `Digit${digit}` });
    bench.press("Enter", { code: "Enter" });
    expect(bench.texts).toEqual(["6921168509256"]);
  });

  it("with capitals and signs", () => {
    const bench = new Bench();
    const keys: [string, boolean][] = [
      ["KeyA", true],
      ["Minus", false],
      ["KeyB", false],
      ["Digit4", true],
      ["Slash", false],
    ];
    for (const [code, shift] of keys) bench.press("Process", { code, shift });
    bench.press("Enter");
    expect(bench.texts).toEqual(["A-b$/"]);
  });

  it("what the input method composes meanwhile does not count twice", () => {
    const bench = new Bench();
    for (const digit of "123456") {
      bench.press("Process", { code: `Digit${digit}` });
      bench.reader.compose(digit, bench.time);
    }
    bench.reader.input("123456", bench.time);
    bench.press("Enter");
    expect(bench.texts).toEqual(["123456"]);
  });

  it("knows every key of the layout that scanners speak", () => {
    expect(characterOfCode("Numpad7", false)).toBe("7");
    expect(characterOfCode("Semicolon", true)).toBe(":");
    expect(characterOfCode("Escape", false)).toBe("");
  });
});

describe("Android, where keydown says nothing and text arrives in the sink", () => {
  const blank: Partial<Key> = { code: "" };

  it("character by character, then Enter", () => {
    const bench = new Bench();
    for (const digit of "6921168509256") {
      bench.press("Unidentified", blank);
      bench.reader.input(digit, bench.time);
    }
    bench.press("Enter", blank);
    expect(bench.texts).toEqual(["6921168509256"]);
  });

  it("as one chunk with its line feed", () => {
    const bench = new Bench();
    bench.reader.input("6921168509256\n", bench.time);
    expect(bench.texts).toEqual(["6921168509256"]);
  });

  it("several codes in one chunk are several scans", () => {
    const bench = new Bench();
    bench.reader.input("111222\r\n333444\t555666", bench.time);
    bench.quiet();
    expect(bench.texts).toEqual(["111222", "333444", "555666"]);
  });

  it("as composing text that repeats itself and grows", () => {
    const bench = new Bench();
    for (const text of ["6", "69", "692", "6921"]) {
      bench.time += 10;
      bench.press("Process", blank, 0);
      bench.reader.compose(text, bench.time);
    }
    bench.reader.input("6921", bench.time);
    bench.press("Enter", blank);
    expect(bench.texts).toEqual(["6921"]);
  });

  it("with the symbol in place of the separator", () => {
    const bench = new Bench();
    bench.reader.input("10LOT42␝21SN7\n", bench.time);
    expect(bench.texts).toEqual([`10LOT42${GS}21SN7`]);
  });
});

describe("a focused field", () => {
  it("loses a machine-fast burst, which says that it must be taken out again", () => {
    const bench = new Bench();
    bench.type("6921168509256", 8, { inField: true });
    expect(bench.press("Enter", { inField: true })).toBe(true);
    expect(bench.bursts).toEqual([{ text: "6921168509256", inField: true }]);
  });

  it("keeps what a quick hand types, and its Enter", () => {
    const bench = new Bench();
    bench.type("123456", 45, { inField: true });
    expect(bench.press("Enter", { inField: true }, 45)).toBe(false);
    expect(bench.texts).toEqual([]);
  });
});

describe("any code of printable characters", () => {
  it("comes out as it went in, whatever the gaps up to 60 ms", () => {
    const characters = fc.string({ unit: "grapheme-ascii", minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(characters, fc.integer({ min: 0, max: 60 }), (text, gap) => {
        fc.pre(!text.startsWith(" "));
        const bench = new Bench();
        bench.type(text, gap);
        bench.press("Enter", {}, gap);
        expect(bench.texts).toEqual([text]);
      }),
    );
  });
});

describe("the scan bus", () => {
  const listenTo = (bus: ScanBus) => {
    const heard: Scan[] = [];
    bus.listen((scan) => heard.push(scan));
    return heard;
  };
  const scan = (text: string, time: number) => ({ text, symbology: null, source: "wedge" as const, time });

  it("counts every pull of the trigger: the same code 50 ms later is another piece", () => {
    const bus = new ScanBus();
    const heard = listenTo(bus);
    for (let i = 0; i < 20; i++) bus.publish(scan("6921168509256", i * 50), "keys");
    expect(heard).toHaveLength(20);
    expect(heard.some((one) => one.warning)).toBe(false);
  });

  it("one pull that comes as a keystroke and as an intent is told apart", () => {
    const bus = new ScanBus();
    const heard = listenTo(bus);
    bus.publish(scan("6921168509256", 100), "hook");
    bus.publish(scan("6921168509256", 110), "keys");
    expect(heard.map((one) => one.warning)).toEqual([undefined, "two_ways"]);
  });

  it("a code typed twice in one burst is one code and says so", () => {
    const bus = new ScanBus();
    const heard = listenTo(bus);
    bus.publish(scan("69211685092566921168509256", 0), "keys");
    expect(heard).toMatchObject([{ text: "6921168509256", warning: "doubled" }]);
    expect(isDoubled("12341234")).toBe(false);
  });

  it("only the screen on top hears, and the one below again when it is gone", () => {
    const bus = new ScanBus();
    const below = listenTo(bus);
    const above: Scan[] = [];
    const stop = bus.listen((one) => above.push(one));
    bus.publish(scan("aaa", 0), "keys");
    stop();
    bus.publish(scan("bbb", 100), "keys");
    expect([above.length, below.length]).toEqual([1, 1]);
  });

  it("reads the symbology from an AIM identifier and leaves the text as it came", () => {
    const bus = new ScanBus();
    const heard = listenTo(bus);
    bus.publish({ ...scan("]E06921168509256", 0), symbology: symbologyOf("]E06921168509256") }, "keys");
    expect(heard[0]).toMatchObject({ text: "]E06921168509256", symbology: "EAN-13" });
  });
});
