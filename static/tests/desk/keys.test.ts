import { describe, expect, it } from "vitest";
import type { Pressed } from "../../src/ui/desk/kit/keys";
import { commandOf } from "../../src/ui/desk/stocktakes/keys";

const press = (key: string, code: string, more: Partial<Pressed> = {}) =>
  commandOf({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("keys of the workbench", () => {
  it("moves, and ranges with shift", () => {
    expect(press("ArrowDown", "ArrowDown")).toEqual({ do: "move", by: 1, extend: false });
    expect(press("ArrowUp", "ArrowUp", { shiftKey: true })).toEqual({ do: "move", by: -1, extend: true });
  });

  it("decides by letter", () => {
    expect(press("a", "KeyA")).toEqual({ do: "accept" });
    expect(press("k", "KeyK")).toEqual({ do: "keep_book" });
    expect(press("r", "KeyR")).toEqual({ do: "recount" });
    expect(press("n", "KeyN")).toEqual({ do: "note" });
  });

  it("decides also while a Chinese input method swallows the letters", () => {
    expect(press("Process", "KeyA")).toEqual({ do: "accept" });
    expect(press("Process", "Slash")).toEqual({ do: "search" });
    expect(press("?", "Slash", { shiftKey: true })).toEqual({ do: "help" });
  });

  it("leaves the browser its own keys", () => {
    expect(press("r", "KeyR", { ctrlKey: true })).toBeNull();
    expect(press("k", "KeyK", { metaKey: true })).toBeNull();
    expect(press("ArrowLeft", "ArrowLeft", { altKey: true })).toBeNull();
    expect(press("F5", "F5")).toBeNull();
  });

  it("chooses all with Ctrl A, and one with space", () => {
    expect(press("a", "KeyA", { ctrlKey: true })).toEqual({ do: "all" });
    expect(press(" ", "Space")).toEqual({ do: "choose" });
  });
});
