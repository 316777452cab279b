// What is on hand, where; its movements; and what the book said at any moment.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { book } from "../../../i18n/desk/book";
import { formatQuantity } from "../../../i18n/format";
import { Downloads } from "../kit/Downloads";
import { ListTable } from "../kit/ListTable";
import { money } from "../kit/numbers";
import { Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { site } from "../sites_here";
import { lotWords } from "../stocktakes/line_columns";
import type { Balance } from "../types";
import { HistoryDialog } from "./HistoryDialog";

function columns(): Column<Balance>[] {
  return [
    {
      key: "item",
      label: book("stock.item"),
      track: "minmax(9rem, 2.4fr)",
      render: (row) => (
        <>
          <span class="clip">{row.item_name}</span>
          <small class="clip">
            <code>{row.sku}</code>
            {lotWords(row.lot) && ` · ${lotWords(row.lot)}`}
          </small>
        </>
      ),
    },
    { key: "place", label: book("stock.place"), track: "minmax(5rem, 1fr)", render: (row) => row.location_code },
    {
      key: "quantity",
      label: book("stock.quantity"),
      track: "minmax(5.5rem, 0.8fr)",
      align: "end",
      render: (row) => (
        <span class={row.quantity < 0 ? "loss number" : "number"}>
          {row.quantity < 0 && "−"}
          {formatQuantity(Math.abs(row.quantity), row.unit_scale)} <small class="unit">{row.unit_code}</small>
        </span>
      ),
    },
    {
      key: "value",
      label: book("stock.value"),
      track: "minmax(6rem, 0.8fr)",
      align: "end",
      from: 32,
      render: (row) => <span class="number">{money(row.value)}</span>,
    },
  ];
}

export default function Stock() {
  const here = site.value;
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const [open, setOpen] = useState<Balance | null>(null);
  const list = usePaged<Balance>(
    here && `${here.id}:${search}`,
    (page) => api.get<ApiPage<Balance>>("/stock", { site_id: here?.id, search, ...page }),
    30_000,
  );
  return (
    <Page
      title={book("stock.title")}
      about={here && book("stock.about", { site: here.name })}
      actions={here && <Downloads path="/stock/export" query={{ site_id: here.id, search }} />}
      fill
    >
      <Tools>
        <SearchBox label={book("stock.search")} value={typed} onText={setTyped} />
      </Tools>
      <ListTable
        caption={book("stock.title")}
        columns={columns()}
        list={list}
        rowKey={(row) => `${row.location_id}:${row.item_id}:${row.lot}`}
        onOpen={setOpen}
        empty={
          <Nothing
            title={book(search ? "stock.none" : "stock.empty")}
            text={search ? undefined : book("stock.empty.hint")}
          />
        }
      />
      {open && <HistoryDialog row={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}
