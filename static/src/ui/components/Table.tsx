import type { ComponentChildren } from "preact";
import { core } from "../../i18n/core";

export interface Sort {
  key: string;
  order: "asc" | "desc";
}

export interface Column<Row> {
  key: string;
  label: string;
  /** Numbers stand at the end, in tabular figures. */
  align?: "start" | "end";
  sortable?: boolean;
  render: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  /** What the table is about, for screen readers. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  selected?: string | number | null;
  onOpen?: (row: Row) => void;
  empty?: ComponentChildren;
}

function Heading<Row>({ column, sort, onSort }: { column: Column<Row>; sort?: Sort; onSort?: (sort: Sort) => void }) {
  const active = sort?.key === column.key;
  const order = active && sort?.order === "asc" ? "desc" : "asc";
  return (
    <th
      scope="col"
      class={column.align === "end" ? "end" : undefined}
      aria-sort={active ? (sort?.order === "asc" ? "ascending" : "descending") : undefined}
    >
      {column.sortable && onSort ? (
        <button type="button" class="table-sort" onClick={() => onSort({ key: column.key, order })}>
          {column.label}
          <span aria-hidden="true">{active ? (sort?.order === "asc" ? " ↑" : " ↓") : ""}</span>
          {active && <span class="hidden">{core(sort?.order === "asc" ? "table.sort_up" : "table.sort_down")}</span>}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

/** A plain table that scrolls inside its own box, so that the page never scrolls sideways. */
export function Table<Row>({ caption, columns, rows, rowKey, sort, onSort, selected, onOpen, empty }: TableProps<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="table-box" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                aria-selected={selected === undefined ? undefined : selected === key}
                class={onOpen ? "table-open" : undefined}
                onClick={onOpen ? () => onOpen(row) : undefined}
              >
                {columns.map((column) => (
                  <td key={column.key} class={column.align === "end" ? "end" : undefined}>
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
