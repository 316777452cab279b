import { afterEach, describe, expect, it } from "vitest";
import { Problem, Unreachable } from "../../src/api/problem";
import { core } from "../../src/i18n/core";
import { device, heldReason } from "../../src/i18n/device";
import { errorText } from "../../src/i18n/errors";
import { finish } from "../../src/i18n/finish";
import { formatAgo, formatMoney, formatPercent, formatQuantity, formatSigned } from "../../src/i18n/format";
import { fill, language, placeholders } from "../../src/i18n/language";
import { phone } from "../../src/i18n/phone";
import type { SyncState } from "../../src/sync/engine";
import { syncWords } from "../../src/ui/phone/sync_words";

const inBoth = <T>(work: () => T): [T, T] => {
  language.value = "zh";
  const zh = work();
  language.value = "en";
  const en = work();
  return [zh, en];
};

afterEach(() => {
  language.value = "zh";
});

describe("texts", () => {
  it.each([
    ["core", core],
    ["phone", phone],
    ["device", device],
    ["finish", finish],
  ])("of %s have the same placeholders in both languages", (_name, lookUp) => {
    for (const key of lookUp.keys as never[]) {
      const [zh, en] = inBoth(() => placeholders(lookUp.raw(key)));
      expect(en, key).toEqual(zh);
    }
  });

  it("write numbers as the language does and choose an English singular", () => {
    language.value = "en";
    expect(fill("{n} scan today || {n} scans today", { n: 1 })).toBe("1 scan today");
    expect(fill("{n} scan today || {n} scans today", { n: 1412 })).toBe("1,412 scans today");
  });

  it("say by the problem's code what is wrong, and fall back on the server's words", () => {
    const problem = new Problem(429, "too_many_attempts", "Too many", "", [], { retry_after_s: 30 });
    expect(inBoth(() => errorText(problem))).toEqual([
      "试得太多了,请 30 秒后再试。",
      "Too many tries. Try again in 30 s.",
    ]);
    expect(errorText(new Problem(409, "never_heard", "Title", "The detail.", [], {}))).toBe("The detail.");
    expect(inBoth(() => errorText(new Unreachable()))[0]).toContain("连不上服务器");
  });

  it("name why a record is held, also for codes nobody has translated", () => {
    expect(heldReason("stocktake_closed")).toBe("盘点已经关闭");
    expect(heldReason("brand_new")).toBe("需要查看(brand_new)");
  });
});

describe("figures", () => {
  it("quantities carry their unit's decimals", () => {
    expect(inBoth(() => formatQuantity(1250, 3))).toEqual(["1.250", "1.250"]);
    expect(formatQuantity(1_000_000_000, 0)).toBe("1,000,000,000");
  });

  it("a variance always writes its sign", () => {
    expect([3, -3, 0].map((n) => formatSigned(n))).toEqual(["+3", "−3", "0"]);
  });

  it("money counts minor units, whatever the currency's decimals", () => {
    language.value = "en";
    expect(formatMoney(12345, "CNY")).toBe("¥123.45");
    expect(formatMoney(500, "JPY")).toBe("¥500");
    expect(formatMoney(-12345, "EUR", { signed: true })).toBe("−€123.45");
    expect(formatMoney(1, "EUR", { signed: true })).toBe("+€0.01");
  });

  it("percentages are hundredths of a percent", () => {
    expect(formatPercent(9950)).toBe("99.5%");
  });

  it("times say how long ago", () => {
    const now = 1_760_000_000_000;
    expect(inBoth(() => formatAgo(now - 185_000, now))).toEqual(["3分钟前", "3 minutes ago"]);
    expect(formatAgo(now - 2_000, now)).toBe("now");
  });
});

describe("the header", () => {
  const state: SyncState = {
    phase: "OFFLINE",
    waiting: 37,
    held: 0,
    lastContact: 0,
    error: "unreachable",
    revoked: false,
    itemsDropped: false,
    loaded: 0,
    loading: null,
  };

  it("says in words whether the server is there and how many records wait", () => {
    expect(inBoth(() => syncWords(state, "OPEN").words)).toEqual(["离线 · 37 条待上传", "Offline · 37 waiting"]);
  });

  it("takes offline for normal and only broken storage for an alarm", () => {
    expect(syncWords(state, "OPEN").outcome).toBe("look");
    expect(syncWords({ ...state, phase: "HEALTHY", waiting: 0 }, "OPEN")).toEqual({ outcome: "ok", words: "在线" });
    expect(syncWords(state, "READ_ONLY")).toEqual({ outcome: "alarm", words: "无法保存" });
  });
});
