import { afterEach, describe, expect, it } from "vitest";
import { heldReason } from "../../src/i18n/device";
import { language, placeholders } from "../../src/i18n/language";
import { reasonText } from "../../src/i18n/reasons";
import { formatDay, receive } from "../../src/i18n/receive";
import { goods } from "../../src/i18n/receive_screens";

afterEach(() => {
  language.value = "zh";
});

describe("texts of receiving", () => {
  it("have the same placeholders in both languages", () => {
    for (const lookUp of [receive, goods]) {
      for (const key of lookUp.keys as never[]) {
        language.value = "zh";
        const zh = placeholders(lookUp.raw(key));
        language.value = "en";
        expect(placeholders(lookUp.raw(key)), key).toEqual(zh);
      }
    }
  });

  it("name reasons and holds of counting and receiving alike", () => {
    expect([reasonText("over"), reasonText("unknown_code")]).toEqual(["超过应收数量", "未知条码,已保留"]);
    expect(["receipt_closed", "stocktake_closed", "brand_new"].map(heldReason)).toEqual([
      "收货单已经关闭",
      "盘点已经关闭",
      "需要查看(brand_new)",
    ]);
  });

  it("a day is the same day in every time zone", () => {
    expect(formatDay("2027-05-31")).toBe("2027/05/31");
  });
});
