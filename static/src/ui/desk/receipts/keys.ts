// The letters of the receipt's workbench.
export const LETTERS: Record<string, "accept" | "accept_expected" | "refuse" | "note"> = {
  KeyA: "accept",
  KeyE: "accept_expected",
  KeyR: "refuse",
  KeyN: "note",
};
