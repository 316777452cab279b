// The keys of a workbench. By `code` where a letter is meant, so that a Chinese input method in between does not matter.

type Common = "choose" | "all" | "search" | "help" | "open" | "escape";
/** `Own` are a workbench's own commands, each behind a letter. */
export type Command<Own extends string> = { do: "move"; by: number; extend: boolean } | { do: Common | Own };

export interface Pressed {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const PAGE_ROWS = 10;
const TO_THE_END = 1_000_000;
const MOVES: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE_ROWS,
  PageUp: -PAGE_ROWS,
  Home: -TO_THE_END,
  End: TO_THE_END,
};

/** What a key means in the table, or null when it is not the table's. `letters` are by code: {KeyA: "accept"}. */
export function tableCommand<Own extends string>(pressed: Pressed, letters: Record<string, Own>): Command<Own> | null {
  const { key, code, shiftKey: extend } = pressed;
  if (pressed.altKey) return null;
  if (pressed.ctrlKey || pressed.metaKey) return code === "KeyA" ? { do: "all" } : null;
  const by = MOVES[key];
  if (by !== undefined) return { do: "move", by, extend };
  const letter = extend ? undefined : letters[code];
  if (letter) return { do: letter };
  if (key === " " || code === "Space") return { do: "choose" };
  if (key === "Enter") return { do: "open" };
  if (key === "Escape") return { do: "escape" };
  // With a Chinese input method the key of "/" and "?" is "Process" or their full-width forms.
  if (key === "?" || key === "\uff1f" || (code === "Slash" && extend)) return { do: "help" };
  if (key === "/" || key === "、" || code === "Slash") return { do: "search" };
  return null;
}

/** Whether somebody is typing, so that keys are text and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.closest) return false;
  if (element.closest("dialog, [role=combobox], textarea, select, [contenteditable]")) return true;
  const input = element.closest("input");
  return input !== null && !["checkbox", "radio", "button"].includes(input.type);
}
