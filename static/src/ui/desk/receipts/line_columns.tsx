// The columns of the receipt's workbench.

import { grn } from "../../../i18n/desk/receiving";
import { problemText } from "../../../i18n/errors";
import { formatQuantity } from "../../../i18n/format";
import { Amount, Variance } from "../kit/numbers";
import type { Column } from "../kit/VirtualTable";
import type { ReceiptLine, Refusal } from "../types";
import { lineState, whyOf } from "./states";

function ItemCell({ line }: { line: ReceiptLine }) {
  const lots = new Set(line.lots.map((lot) => lot.lot));
  const [first] = line.lots;
  const words =
    lots.size > 1 ? grn("lots.n", { n: lots.size }) : first?.lot ? grn("lot.n", { lot: first.lot }) : undefined;
  return (
    <>
      <span class="clip">{line.item.name}</span>
      <small class="clip">
        <code>{line.item.sku}</code>
        {words && ` · ${words}`}
      </small>
    </>
  );
}

function WhyCell({ line, blind, refusal }: { line: ReceiptLine; blind: boolean; refusal?: Refusal }) {
  if (refusal) {
    return (
      <span class="refused">
        ✕ <span class="clip2">{problemText(refusal.code) ?? refusal.detail}</span>
      </span>
    );
  }
  const told = whyOf(line, blind);
  if (told.tone === "quiet") return <span class="soft clip">{told.title}</span>;
  return (
    <>
      <span class={`tag tag-${told.tone}`}>{told.title}</span>
      {told.text && <small class="clip">{told.text}</small>}
    </>
  );
}

export function StateCell({ line }: { line: ReceiptLine }) {
  const told = lineState(line);
  return <span class={`state state-${told.tone}`}>{told.title}</span>;
}

const dash = <span class="soft">—</span>;

export function lineColumns(blind: boolean, refused: ReadonlyMap<number, Refusal>): Column<ReceiptLine>[] {
  const number = (quantity: number, line: ReceiptLine) => (
    <span class="number">{formatQuantity(quantity, line.item.unit.scale)}</span>
  );
  const columns: (Column<ReceiptLine> | false)[] = [
    {
      key: "name",
      label: grn("col.item"),
      track: "minmax(8rem, 2.2fr)",
      sortable: true,
      render: (line) => <ItemCell line={line} />,
    },
    !blind && {
      key: "expected",
      label: grn("col.expected"),
      track: "minmax(4.75rem, 0.7fr)",
      align: "end",
      from: 30,
      render: (line) => (line.quantity_expected === 0 ? dash : number(line.quantity_expected, line)),
    },
    {
      key: "good",
      label: grn("col.good"),
      track: "minmax(4.75rem, 0.7fr)",
      align: "end",
      render: (line) => number(line.quantity_good, line),
    },
    {
      key: "damaged",
      label: grn("col.damaged"),
      track: "minmax(4.75rem, 0.6fr)",
      align: "end",
      from: 40,
      render: (line) =>
        line.quantity_damaged === 0 ? dash : <span class="loss">{number(line.quantity_damaged, line)}</span>,
    },
    !blind && {
      key: "variance",
      label: grn("col.variance"),
      track: "minmax(4.5rem, 0.7fr)",
      align: "end",
      sortable: true,
      from: 24,
      render: (line) => <Variance quantity={line.variance} scale={line.item.unit.scale} />,
    },
    {
      key: "value",
      label: grn("col.value"),
      track: "minmax(5.5rem, 0.9fr)",
      align: "end",
      sortable: true,
      from: 45.5,
      render: (line) => <Amount minor={line.value} plain />,
    },
    {
      key: "why",
      label: grn("col.marks"),
      track: "minmax(9.5rem, 1.8fr)",
      from: 36,
      render: (line) => <WhyCell line={line} blind={blind} refusal={refused.get(line.id)} />,
    },
    {
      key: "state",
      label: grn("col.line_state"),
      track: "minmax(5rem, 0.8fr)",
      from: 56,
      render: (line) => <StateCell line={line} />,
    },
  ];
  return columns.filter((column) => column !== false);
}
