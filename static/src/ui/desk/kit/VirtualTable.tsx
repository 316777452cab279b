// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot draw only the rows in the window
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
// The desk's table: draws only the rows in the window, sorts, and is driven by keyboard. Every list of the desk is one.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import type { Sort } from "../../components/Table";
import type { Key } from "./selection";
import { reveal, slice, type View, wantsMore } from "./virtual";

export interface Column<Row> {
  key: string;
  label: string;
  /** A CSS grid track: "minmax(10rem, 2fr)", "6rem". */
  track: string;
  align?: "end";
  sortable?: boolean;
  /** Shown from this width of the table on, in rem. */
  from?: number;
  render: (row: Row) => ComponentChildren;
}

export interface VirtualTableProps<Row, Id extends Key> {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => Id;
  /** Lines of text a row has room for; rows are all of one height. */
  lines?: 1 | 2 | 3;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  cursor?: Id | null;
  chosen?: ReadonlySet<Id>;
  /** With it a box to tick stands before each row. */
  onTick?: (row: Row, range: boolean) => void;
  onTickAll?: (all: boolean) => void;
  onCursor?: (row: Row, how: { extend: boolean; toggle: boolean }) => void;
  onOpen?: (row: Row) => void;
  onMore?: () => void;
  more?: boolean;
  rowClass?: (row: Row) => string | undefined;
  empty?: ComponentChildren;
  /** Fill the height that is left instead of growing to `tallest` rows. */
  fill?: boolean;
}

const ROW_REM = { 1: 2.625, 2: 3.375, 3: 4.75 } as const;
const TICK = "2.75rem";

export function VirtualTable<Row, Id extends Key>(props: VirtualTableProps<Row, Id>) {
  const { rows, columns, rowKey, lines = 2, caption, fill, empty } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { view, width, follow } = useView(box, ROW_REM[lines]);
  const shown = columns.filter((column) => (column.from ?? 0) <= width);
  const tracks = [...(props.onTick ? [TICK] : []), ...shown.map((column) => column.track)].join(" ");
  const part = slice(rows.length, view);
  useReveal(box, props, view);
  const { onMore, more } = props;
  useEffect(() => {
    if (more && onMore && rows.length > 0 && wantsMore(rows.length, view)) onMore();
  }, [more, onMore, rows.length, view]);
  const active = props.cursor === undefined || props.cursor === null ? undefined : `${id}-${props.cursor}`;
  return (
    <div class={`vtable${fill ? " vtable-fill" : ""}`} style={{ "--tracks": tracks, "--row": `${ROW_REM[lines]}rem` }}>
      <div
        class="vtable-scroll"
        role="grid"
        aria-label={caption}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={props.onTick ? true : undefined}
        aria-activedescendant={active}
        tabIndex={0}
        ref={box}
        onScroll={follow}
      >
        <Heads {...props} columns={shown} />
        {rows.length === 0 ? (
          <div role="row" class="vtable-empty">
            <div role="gridcell">{empty}</div>
          </div>
        ) : (
          <div role="rowgroup" style={{ paddingTop: `${part.before}px`, paddingBottom: `${part.after}px` }}>
            {rows.slice(part.first, part.end).map((row, offset) => (
              <RowView
                key={rowKey(row)}
                id={`${id}-${rowKey(row)}`}
                row={row}
                number={part.first + offset}
                props={props}
                columns={shown}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

function useView(box: { current: HTMLDivElement | null }, rem: number) {
  const [view, setView] = useState<View>({ top: 0, height: 800, row: rem * 16 });
  const [width, setWidth] = useState(64);
  const measure = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const next = { top: element.scrollTop, height: element.clientHeight, row: rem * size };
    setView((old) => (old.top === next.top && old.height === next.height && old.row === next.row ? old : next));
    setWidth(element.clientWidth / size);
  }, [box, rem]);
  useLayoutEffect(() => {
    measure();
    if (!box.current || typeof ResizeObserver === "undefined") return;
    const watcher = new ResizeObserver(measure);
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [measure, box]);
  return { view, width, follow: measure };
}

/** Scroll so that the cursor's row is seen, when the cursor moved (not when the list was reloaded). */
function useReveal<Row, Id extends Key>(
  box: { current: HTMLDivElement | null },
  { rows, rowKey, cursor }: VirtualTableProps<Row, Id>,
  view: View,
): void {
  const latest = useRef({ rows, view });
  latest.current = { rows, view };
  useLayoutEffect(() => {
    if (cursor === null || cursor === undefined || !box.current) return;
    const index = latest.current.rows.findIndex((row) => rowKey(row) === cursor);
    if (index < 0) return;
    const head = box.current.firstElementChild?.clientHeight ?? 0;
    const inside = { ...latest.current.view, top: box.current.scrollTop, height: box.current.clientHeight - head };
    const top = reveal(index, inside);
    if (top !== inside.top) box.current.scrollTop = top;
  }, [cursor]);
}

function Heads<Row, Id extends Key>(props: VirtualTableProps<Row, Id>) {
  const { columns, sort, onSort, onTick, onTickAll, chosen, rows } = props;
  const all = rows.length > 0 && (chosen?.size ?? 0) >= rows.length;
  return (
    <div role="row" class="vtable-row vtable-head" aria-rowindex={1}>
      {onTick && (
        <div role="columnheader" class="vtable-tick">
          {onTickAll && (
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={desk("table.tick_all")}
              checked={all}
              onChange={(event) => onTickAll(event.currentTarget.checked)}
            />
          )}
        </div>
      )}
      {columns.map((column) => (
        <Head key={column.key} column={column} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

function Head<Row>({ column, sort, onSort }: { column: Column<Row>; sort?: Sort; onSort?: (sort: Sort) => void }) {
  const active = sort?.key === column.key;
  const up = sort?.order === "asc";
  return (
    <div
      role="columnheader"
      class={column.align === "end" ? "end" : undefined}
      aria-sort={active ? (up ? "ascending" : "descending") : undefined}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          class="table-sort"
          onClick={() => onSort({ key: column.key, order: active && up ? "desc" : "asc" })}
        >
          {column.label}
          <span class="vtable-arrow" aria-hidden="true">
            {active ? (up ? "↑" : "↓") : "↕"}
          </span>
          {active && <span class="hidden">{core(up ? "table.sort_up" : "table.sort_down")}</span>}
        </button>
      ) : (
        column.label || <span class="hidden">{desk("table.actions")}</span>
      )}
    </div>
  );
}

function RowView<Row, Id extends Key>({
  id,
  row,
  number,
  props,
  columns,
}: {
  id: string;
  row: Row;
  number: number;
  props: VirtualTableProps<Row, Id>;
  columns: Column<Row>[];
}) {
  const key = props.rowKey(row);
  const chosen = props.chosen?.has(key) ?? false;
  const current = props.cursor === key;
  const press = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest("a, button, input, label")) return;
    props.onCursor?.(row, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey });
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) props.onOpen?.(row);
  };
  const open = props.onOpen !== undefined || props.onCursor !== undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the grid's, which has the focus
    <div
      role="row"
      id={id}
      class={`vtable-row${open ? " vtable-open" : ""} ${props.rowClass?.(row) ?? ""}`}
      aria-rowindex={number + 2}
      aria-selected={props.onTick ? chosen : props.onCursor ? current : undefined}
      data-cursor={current ? "" : undefined}
      tabIndex={-1}
      onClick={press}
    >
      {props.onTick && (
        <div role="gridcell" class="vtable-tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={desk("table.tick", { n: number + 1 })}
            checked={chosen}
            onClick={(event) => props.onTick?.(row, event.shiftKey)}
          />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.key} role="gridcell" class={column.align === "end" ? "end" : undefined}>
          {column.render(row)}
        </div>
      ))}
    </div>
  );
}
