// Moving and choosing in a long list by keyboard and mouse. Pure: ids, not rows, so that a reload keeps the choice.

export type Key = string | number;

export interface Selection<Id extends Key = number> {
  /** The row the keyboard stands on. */
  cursor: Id | null;
  /** Where a range began. */
  anchor: Id | null;
  chosen: ReadonlySet<Id>;
}

export function emptySelection<Id extends Key>(): Selection<Id> {
  return { cursor: null, anchor: null, chosen: new Set() };
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index));
}

/** Step `by` rows; with `extend` everything between the anchor and the new place is chosen. */
export function move<Id extends Key>(
  selection: Selection<Id>,
  ids: readonly Id[],
  by: number,
  extend = false,
): Selection<Id> {
  if (ids.length === 0) return selection;
  const from = selection.cursor === null ? -1 : ids.indexOf(selection.cursor);
  const index = from < 0 ? (by < 0 ? ids.length - 1 : 0) : clamp(from + by, ids.length);
  return goTo(selection, ids, index, extend);
}

export function goTo<Id extends Key>(
  selection: Selection<Id>,
  ids: readonly Id[],
  index: number,
  extend = false,
): Selection<Id> {
  const cursor = ids[clamp(index, ids.length)];
  if (cursor === undefined) return selection;
  if (!extend) return { ...selection, cursor, anchor: cursor };
  const start = selection.anchor ?? selection.cursor ?? cursor;
  return { cursor, anchor: start, chosen: new Set(between(ids, start, cursor)) };
}

function between<Id extends Key>(ids: readonly Id[], from: Id, to: Id): Id[] {
  const start = ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start < 0) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

export function toggle<Id extends Key>(selection: Selection<Id>, id: Id): Selection<Id> {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { cursor: id, anchor: id, chosen };
}

export function chooseAll<Id extends Key>(selection: Selection<Id>, ids: readonly Id[]): Selection<Id> {
  return { ...selection, chosen: new Set(ids) };
}

export function chooseNone<Id extends Key>(selection: Selection<Id>): Selection<Id> {
  return { ...selection, chosen: new Set() };
}

/** After a reload: what is gone is no longer chosen; the cursor stays at its row, or at the same height. */
export function keep<Id extends Key>(
  selection: Selection<Id>,
  before: readonly Id[],
  after: readonly Id[],
): Selection<Id> {
  const here = new Set(after);
  const chosen = new Set([...selection.chosen].filter((id) => here.has(id)));
  const still = (id: Id | null) => (id !== null && here.has(id) ? id : null);
  let cursor = still(selection.cursor);
  if (cursor === null && selection.cursor !== null && after.length > 0) {
    cursor = after[clamp(before.indexOf(selection.cursor), after.length)] ?? null;
  }
  return { cursor, anchor: still(selection.anchor) ?? cursor, chosen };
}

/** What an action is about: the chosen rows, or the one the cursor stands on. */
export function targets<Id extends Key>(selection: Selection<Id>): Id[] {
  if (selection.chosen.size > 0) return [...selection.chosen];
  return selection.cursor === null ? [] : [selection.cursor];
}
