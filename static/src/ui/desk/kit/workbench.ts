// What every workbench does with its table: keys, what is chosen, a fresh list when something changed.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Command, isTyping, tableCommand } from "./keys";
import * as choose from "./selection";

/** Reload the table when the header tells that something changed (`mark`), and now and then in any case. */
export function useFresh(mark: string, reload: () => Promise<void>): void {
  const before = useRef(mark);
  useEffect(() => {
    if (before.current === mark) return;
    before.current = mark;
    void reload();
  }, [mark, reload]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && void reload(), 20_000);
    return () => clearInterval(timer);
  }, [reload]);
}

/** The choice follows the rows: what is gone is dropped, and a new list begins at its first row. */
export function useSelection(rows: readonly { id: number }[], key: string) {
  const [selection, setSelection] = useState<choose.Selection<number>>(choose.emptySelection());
  const ids = useMemo(() => rows.map((line) => line.id), [rows]);
  const before = useRef({ ids, key });
  useEffect(() => {
    const { ids: old, key: oldKey } = before.current;
    before.current = { ids, key };
    setSelection((now): choose.Selection<number> => {
      const kept = oldKey === key ? choose.keep(now, old, ids) : choose.keep(choose.emptySelection<number>(), [], ids);
      return kept.cursor === null && ids.length > 0 ? choose.goTo(kept, ids, 0) : kept;
    });
  }, [ids, key]);
  return { selection, setSelection, ids };
}

/** Run the commands of the keys, wherever the focus is, unless somebody types or a dialog stands. */
export function useTableKeys<Own extends string>(
  letters: Record<string, Own>,
  run: (command: Command<Own>) => unknown,
): void {
  const latest = useRef({ letters, run });
  latest.current = { letters, run };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (isTyping(event.target)) {
        if (event.key === "Escape") target?.blur();
        return;
      }
      const command = tableCommand(event, latest.current.letters);
      if (!command) return;
      // Space and Enter on a button or link are the button's; the box before a row is the table's.
      const control = target?.closest?.("a, button, summary");
      if (control && (command.do === "choose" || command.do === "open")) return;
      event.preventDefault();
      latest.current.run(command);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

/** A number that is shown for a moment and goes away by itself. */
export function usePassing(ms = 6_000): [number | null, (value: number | null) => void] {
  const [value, setValue] = useState<number | null>(null);
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setValue(null), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return [value, setValue];
}

export type TableSelection = ReturnType<typeof useSelection>;

/** What a table and its keys need of the choice. */
export function selectionProps<Row extends { id: number }>({ selection, setSelection, ids }: TableSelection) {
  return {
    cursor: selection.cursor,
    chosen: selection.chosen,
    onTick: (row: Row, range: boolean) =>
      setSelection(range ? choose.goTo(selection, ids, ids.indexOf(row.id), true) : choose.toggle(selection, row.id)),
    onTickAll: (all: boolean) => setSelection(all ? choose.chooseAll(selection, ids) : choose.chooseNone(selection)),
    onCursor: (row: Row, how: { extend: boolean; toggle: boolean }) =>
      setSelection(
        how.toggle ? choose.toggle(selection, row.id) : choose.goTo(selection, ids, ids.indexOf(row.id), how.extend),
      ),
  };
}

/** The commands that only move the choice; answers whether it was one of them. */
export function moveSelection(command: Command<string>, { selection, setSelection, ids }: TableSelection): boolean {
  if (command.do === "move" && "by" in command) setSelection(choose.move(selection, ids, command.by, command.extend));
  else if (command.do === "choose") {
    if (selection.cursor !== null) setSelection(choose.toggle(selection, selection.cursor));
  } else if (command.do === "all") setSelection(choose.chooseAll(selection, ids));
  else return false;
  return true;
}
