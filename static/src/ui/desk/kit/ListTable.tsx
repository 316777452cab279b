// A list screen's table: keys to move, Enter to open, the next page when the end comes near.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Paged } from "./paged";
import { type Key, move, type Selection } from "./selection";
import { Failed, Working } from "./states";
import { type Column, VirtualTable } from "./VirtualTable";

export function ListTable<Row, Id extends Key>({
  list,
  onOpen,
  empty,
  ...rest
}: {
  caption: string;
  columns: Column<Row>[];
  list: Paged<Row>;
  rowKey: (row: Row) => Id;
  lines?: 1 | 2 | 3;
  onOpen?: (row: Row) => void;
  rowClass?: (row: Row) => string | undefined;
  empty: ComponentChildren;
  fill?: boolean;
}) {
  const [cursor, setCursor] = useState<Id | null>(null);
  const box = useRef<HTMLElement>(null);
  if (list.error !== undefined && list.rows.length === 0) return <Failed error={list.error} onRetry={list.reload} />;
  if (list.starting) return <Working />;
  const ids = list.rows.map(rest.rowKey);
  const press = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).closest("input, select, textarea, button, a")) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const at: Selection<Id> = { cursor, anchor: cursor, chosen: new Set() };
      setCursor(move(at, ids, step).cursor);
    }
    const row = list.rows.find((one) => rest.rowKey(one) === cursor);
    if (event.key === "Enter" && row) onOpen?.(row);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens to the grid inside
    <section class={rest.fill === false ? "list" : "list list-fill"} ref={box} onKeyDown={press}>
      <VirtualTable
        {...rest}
        fill={rest.fill ?? true}
        rows={list.rows}
        cursor={cursor}
        onCursor={(row) => setCursor(rest.rowKey(row))}
        onOpen={onOpen}
        onMore={list.more}
        more={list.hasMore}
        empty={empty}
      />
    </section>
  );
}

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -1_000_000,
  End: 1_000_000,
};
