// The columns of the workbench.
import { count } from "../../../i18n/desk/count";
import { problemText } from "../../../i18n/errors";
import { formatQuantity } from "../../../i18n/format";
import { Amount, Variance } from "../kit/numbers";
import type { Column } from "../kit/VirtualTable";
import { causeOf, stateOf } from "../line_words";
import type { Line, Refusal } from "../types";

export function lotWords(lot: string): string | null {
  if (lot === "") return null;
  return lot === "?" ? count("line.lot.unknown") : count("line.lot", { lot });
}

function ItemCell({ line }: { line: Line }) {
  const lot = lotWords(line.lot);
  return (
    <>
      <span class="clip">{line.item_name}</span>
      <small class="clip">
        <code>{line.sku}</code>
        {lot && ` · ${lot}`}
        <span class="narrow-only"> · {line.location_code}</span>
      </small>
    </>
  );
}

/** The book figure; where a movement came late, the first one struck out before it. */
function Book({ line }: { line: Line }) {
  if (line.quantity_book === null) return <span class="soft">—</span>;
  const moved = line.quantity_book_first !== null && line.quantity_book_first !== line.quantity_book;
  return (
    <span class="number">
      {moved && (
        <>
          <s title={count("line.first_book")}>{formatQuantity(line.quantity_book_first ?? 0, line.unit_scale)}</s>{" "}
        </>
      )}
      {formatQuantity(line.quantity_book, line.unit_scale)}
    </span>
  );
}

function CauseCell({ line, refusal }: { line: Line; refusal?: Refusal }) {
  if (refusal) {
    return (
      <span class="refused">
        ✕ <span class="clip2">{problemText(refusal.code) ?? refusal.detail}</span>
      </span>
    );
  }
  const told = causeOf(line);
  if (!told) return null;
  if (told.tone === "quiet") return <span class="soft clip">{told.title}</span>;
  return (
    <>
      <span class={`tag tag-${told.tone}`}>{told.title}</span>
      {told.text && <small class="clip">{told.text}</small>}
    </>
  );
}

export function StateCell({ line }: { line: Line }) {
  const told = stateOf(line);
  return (
    <>
      <span class={`state state-${told.tone}`}>{told.title}</span>
      {line.round > 1 && <small>{count("line.round", { n: line.round })}</small>}
    </>
  );
}

export function lineColumns(refused: ReadonlyMap<number, Refusal>): Column<Line>[] {
  return [
    {
      key: "name",
      label: count("col.item"),
      track: "minmax(8rem, 2.2fr)",
      sortable: true,
      render: (line) => <ItemCell line={line} />,
    },
    {
      key: "place",
      label: count("col.place"),
      track: "minmax(5.25rem, 0.8fr)",
      sortable: true,
      from: 36,
      render: (line) => <span class="clip">{line.location_code}</span>,
    },
    {
      key: "book",
      label: count("col.book"),
      track: "minmax(3.75rem, 0.7fr)",
      align: "end",
      from: 30,
      render: (line) => <Book line={line} />,
    },
    {
      key: "counted",
      label: count("col.counted"),
      track: "minmax(5.25rem, 0.7fr)",
      align: "end",
      from: 24,
      render: (line) =>
        line.quantity_counted === null ? (
          <small class="uncounted">
            {count(line.flags.includes("overlap") ? "line.counted_twice" : "line.uncounted")}
          </small>
        ) : (
          <span class="number">{formatQuantity(line.quantity_counted, line.unit_scale)}</span>
        ),
    },
    {
      key: "variance",
      label: count("col.variance"),
      track: "minmax(5.25rem, 0.7fr)",
      align: "end",
      sortable: true,
      render: (line) =>
        line.variance === null ? (
          <span class="soft">—</span>
        ) : (
          <Variance quantity={line.variance} scale={line.unit_scale} />
        ),
    },
    {
      key: "value",
      label: count("col.value"),
      track: "minmax(5.5rem, 0.9fr)",
      align: "end",
      sortable: true,
      from: 40,
      render: (line) => (line.value === null ? <span class="soft">—</span> : <Amount minor={line.value} plain />),
    },
    {
      key: "cause",
      label: count("col.cause"),
      track: "minmax(8rem, 1.7fr)",
      from: 44,
      render: (line) => <CauseCell line={line} refusal={refused.get(line.id)} />,
    },
    {
      key: "state",
      label: count("col.state"),
      track: "minmax(5rem, 0.7fr)",
      from: 56,
      render: (line) => <StateCell line={line} />,
    },
  ];
}
