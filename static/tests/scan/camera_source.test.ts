import { describe, expect, it } from "vitest";
import { camera } from "../../src/i18n/camera";
import { placeholders } from "../../src/i18n/language";
import { helpBefore, helpFor, isAlive } from "../../src/scan/camera/source";

const named = (name: string) => Object.assign(new Error("no"), { name });

describe("what stands in the way of a camera", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["SomethingNew", "missing"],
  ])("%s is told as %s", (name, help) => {
    expect(helpFor(named(name))).toBe(help);
  });

  it("is known beforehand where the browser hides the camera", () => {
    expect(helpBefore({ isSecureContext: false, mediaDevices: undefined })).toBe("insecure");
    expect(helpBefore({ isSecureContext: true, mediaDevices: undefined })).toBe("missing");
    expect(helpBefore({ isSecureContext: true, mediaDevices: {} })).toBeNull();
  });

  it("has its words in both languages, with the same placeholders", () => {
    for (const help of ["denied", "missing", "busy", "insecure", "decoder"] as const) {
      expect(camera.keys).toContain(`help.${help}`);
    }
    expect(camera.keys.filter((key) => placeholders(camera.raw(key)).length > 0)).toEqual(["zoom"]);
  });
});

describe("a camera that came back from the background", () => {
  const stream = (readyState: string, muted: boolean) =>
    ({ getVideoTracks: () => [{ readyState, muted }] }) as unknown as MediaStream;

  it("is alive only when its picture moves", () => {
    expect(isAlive(stream("live", false))).toBe(true);
    expect(isAlive(stream("live", true))).toBe(false);
    expect(isAlive(stream("ended", false))).toBe(false);
    expect(isAlive(null)).toBe(false);
  });
});
