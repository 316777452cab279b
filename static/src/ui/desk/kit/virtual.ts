// Which rows of a long list stand in the window. Pure.

export interface View {
  /** Scrolled from the top, height of the window, height of a row: pixels. */
  top: number;
  height: number;
  row: number;
}

export interface Slice {
  first: number;
  /** One past the last. */
  end: number;
  /** Pixels above the first and below the last row that is drawn. */
  before: number;
  after: number;
}

/** The rows to draw: those in the window and `spare` more on both sides. */
export function slice(count: number, view: View, spare = 8): Slice {
  const row = Math.max(1, view.row);
  const first = Math.max(0, Math.min(count, Math.floor(view.top / row) - spare));
  const end = Math.min(count, Math.max(first, Math.ceil((view.top + view.height) / row) + spare));
  return { first, end, before: first * row, after: (count - end) * row };
}

/** Where to scroll so that row `index` can be seen wholly; the present place when it can already. */
export function reveal(index: number, view: View): number {
  const start = index * view.row;
  if (start < view.top) return start;
  const end = start + view.row;
  return end > view.top + view.height ? end - view.height : view.top;
}

/** Whether the end is near enough to fetch the next page. */
export function wantsMore(count: number, view: View, ahead = 20): boolean {
  return (count - ahead) * view.row < view.top + view.height;
}
