import { describe, expect, it } from "vitest";
import { type RawRead, readingOf, textOfBytes } from "../../src/scan/camera/reading";
import { isHard, regionOf } from "../../src/scan/camera/region";

const raw = (text: string, format: string, identifier = ""): RawRead => ({ text, format, identifier, corners: [] });

describe("a read counts", () => {
  it("under the name that records use, by the form that the catalogue is asked for", () => {
    expect(readingOf(raw("6901234567892", "EAN13", "]E0"))).toMatchObject({
      form: "06901234567892",
      text: "6901234567892",
      symbology: "EAN-13",
      correcting: false,
    });
    expect(readingOf(raw("SN-0042-b", "Code128", "]C0"))).toMatchObject({ symbology: "Code 128", text: "SN-0042-b" });
    expect(readingOf(raw("LOC-S01-A-01", "QRCodeModel2", "]Q1"))).toMatchObject({
      symbology: "QR Code",
      correcting: true,
    });
    expect(readingOf(raw("0106901234567892", "DataBarExpStk", "]e0"))?.symbology).toBe("DataBar Expanded");
  });

  it("as a wedge types it: GS1 keeps its identifier, other codes have none", () => {
    const message = "0106901234567892\u001d10AB1";
    expect(readingOf(raw(message, "DataMatrix", "]d2"))?.text).toBe(`]d2${message}`);
    expect(readingOf(raw("6901234567892", "EAN13", "]E0"))?.text).toBe("6901234567892");
  });

  it("even when a GS1 message is longer than any code of the catalogue", () => {
    const message = `0106901234567892${"21S".padEnd(22, "7")}\u001d${"91".padEnd(92, "x")}\u001d10AB1`;
    expect(message.length).toBeGreaterThan(128);
    expect(readingOf(raw(message, "DataMatrix", "]d2"))).toMatchObject({ form: message, text: `]d2${message}` });
  });

  it("only when it is whole", () => {
    expect(readingOf(raw("16901234567899", "ITF"))?.symbology).toBe("ITF");
    expect(readingOf(raw("16901234567898", "ITF"))).toBeNull();
    expect(readingOf(raw("169012345678", "ITF"))).toBeNull();
    expect(readingOf(raw("A12", "Code39"))).toBeNull();
    expect(readingOf(raw("", "QRCode"))).toBeNull();
  });

  it("only when it was asked for, and can be a code of goods", () => {
    expect(readingOf(raw("01234565", "UPCE"))).toBeNull();
    expect(readingOf(raw("A1234B", "Codabar"))).toBeNull();
    expect(readingOf(raw("BEGIN:VCARD\nFN:Wang", "QRCode"))).toBeNull();
    expect(readingOf(raw("x".repeat(129), "QRCode"))).toBeNull();
  });
});

describe("the text of bytes without a named character set", () => {
  it("is UTF-8, else Chinese, and what the code says where it says so", () => {
    expect(textOfBytes(new TextEncoder().encode("库位A-01"), "?", false)).toBe("库位A-01");
    expect(textOfBytes(Uint8Array.of(0xbf, 0xe2, 0xce, 0xbb), "?", false)).toBe("库位");
    expect(textOfBytes(Uint8Array.of(0xe9), "é", true)).toBe("é");
  });
});

describe("the region", () => {
  it("is four fifths of the width and not quite half of the shorter side, in the middle", () => {
    expect(regionOf(1280, 720)).toEqual({ x: 128, y: 198, width: 1024, height: 324 });
    expect(regionOf(720, 1280)).toEqual({ x: 72, y: 478, width: 576, height: 324 });
  });

  it("is looked at hard every third frame", () => {
    expect([0, 1, 2, 3, 4, 5].map(isHard)).toEqual([false, false, true, false, false, true]);
  });
});
