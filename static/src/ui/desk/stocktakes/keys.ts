// The letters of the stocktake's workbench.
import { type Pressed, tableCommand } from "../kit/keys";

export const LETTERS: Record<string, "accept" | "keep_book" | "recount" | "note"> = {
  KeyA: "accept",
  KeyK: "keep_book",
  KeyR: "recount",
  KeyN: "note",
};

export const commandOf = (pressed: Pressed) => tableCommand(pressed, LETTERS);
