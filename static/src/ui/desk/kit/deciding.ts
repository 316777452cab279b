// Deciding lines of a workbench: which are chosen, what is asked of them, what the server refused and how many it took.
import { useMemo, useState } from "preact/hooks";
import type { Refusal } from "../types";
import type { Command } from "./keys";
import * as choose from "./selection";
import { moveSelection, type TableSelection, usePassing } from "./workbench";

export interface Asking<Decision, Line> {
  decision: Decision;
  lines: Line[];
  note?: boolean;
}

/** `again` reads everything anew that a decision changes. */
export function useDeciding<Decision extends string, Line extends { id: number }>(
  rows: readonly Line[],
  choice: TableSelection,
  decidable: boolean,
  again: () => Promise<unknown>,
) {
  const { selection, setSelection } = choice;
  const [asking, setAsking] = useState<Asking<Decision, Line> | null>(null);
  const [helping, setHelping] = useState(false);
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<ReadonlyMap<number, Refusal>>(new Map());
  const [done, setDone] = usePassing();
  const chosen = useMemo(() => {
    const wanted = new Set(choose.targets(selection));
    return rows.filter((line) => wanted.has(line.id));
  }, [selection, rows]);
  const ask = (decision: Decision, lines = chosen, note = false) => {
    if (decidable && lines.length > 0) setAsking({ decision, lines, note });
  };
  const refuse = (refusals: Refusal[]) => setRefused(new Map(refusals.map((one) => [one.id, one])));
  const settled = async (decided: number, refusals: Refusal[] = []) => {
    refuse(refusals);
    setDone(decided);
    setSelection(choose.chooseNone(selection));
    await again();
  };
  /** The commands that every workbench has; answers whether it was one of them. */
  const run = (command: Command<string>): boolean => {
    if (moveSelection(command, choice)) return true;
    if (command.do === "search") document.getElementById("line-search")?.focus();
    else if (command.do === "help") setHelping(true);
    else if (command.do === "open") setOpen(true);
    else if (command.do !== "escape") return false;
    else if (open) setOpen(false);
    else setSelection(choose.chooseNone(selection));
    return true;
  };
  return {
    /** The line the cursor is on. */
    showing: rows.find((line) => line.id === selection.cursor) ?? null,
    chosen,
    asking,
    ask,
    endAsking: () => setAsking(null),
    refused,
    refuse,
    settled,
    done,
    open,
    setOpen,
    helping,
    setHelping,
    run,
  };
}
