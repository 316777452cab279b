// The movements of one item at one place, newest first, and its book at a chosen moment.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { formatQuantity, formatSigned } from "../../../i18n/format";
import { Field } from "../../components";
import { Dialog } from "../../components/Dialog";
import { href } from "../../router";
import { ListTable } from "../kit/ListTable";
import { usePaged } from "../kit/paged";
import { Failed, Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { site } from "../sites_here";
import type { Balance, Movement } from "../types";
import { dated, moment, zonedInstant } from "../when";

function columns(scale: number): Column<Movement>[] {
  return [
    {
      key: "when",
      label: book("stock.when"),
      track: "minmax(6.5rem, 1fr)",
      render: (row) => <span class="number">{dated(row.occurred_at, row.date_only)}</span>,
    },
    {
      key: "kind",
      label: book("stock.kind"),
      track: "minmax(6rem, 1.4fr)",
      render: (row) => (
        <>
          <a href={href(`/journals/${row.journal_id}`)}>{word(`journal.${row.kind}`)}</a>
          <small class="clip">{[row.document, row.person_name].filter(Boolean).join(" · ")}</small>
        </>
      ),
    },
    {
      key: "change",
      label: book("stock.change"),
      track: "5rem",
      align: "end",
      render: (row) => <span class="number">{row.change === null ? "—" : formatSigned(row.change, scale)}</span>,
    },
    {
      key: "after",
      label: book("stock.after"),
      track: "5rem",
      align: "end",
      render: (row) => (
        <span class="number">{row.book_after === null ? "—" : formatQuantity(row.book_after, scale)}</span>
      ),
    },
  ];
}

export function HistoryDialog({ row, onClose }: { row: Balance; onClose: () => void }) {
  const at = { item_id: row.item_id, location_id: row.location_id };
  const list = usePaged<Movement>(`${row.location_id}${row.item_id}${row.lot}`, (page) =>
    api.get<ApiPage<Movement>>("/stock/history", { ...at, lot: row.lot || undefined, ...page }),
  );
  return (
    <Dialog title={`${row.item_name} · ${row.location_code}`} onClose={onClose} wide>
      <div class="form">
        <BookAt row={row} />
        <ListTable
          caption={book("stock.history")}
          columns={columns(row.unit_scale)}
          list={list}
          rowKey={(one) => `${one.journal_id}:${one.number}`}
          fill={false}
          empty={<Nothing title={book("stock.history.none")} />}
        />
      </div>
    </Dialog>
  );
}

function BookAt({ row }: { row: Balance }) {
  const [when, setWhen] = useState("");
  const instant = when ? zonedInstant(when, site.value?.time_zone) : null;
  const loaded = useLoad(instant && `${row.location_id}${row.item_id}${row.lot}${instant}`, () =>
    api.get<{ quantity: number; at: string }>("/stock/book", {
      item_id: row.item_id,
      location_id: row.location_id,
      lot: row.lot || undefined,
      at: instant,
    }),
  );
  return (
    <div class="bar">
      <Field label={book("stock.at")} type="datetime-local" value={when} onText={setWhen} />
      {loaded.error !== undefined && <Failed error={loaded.error} />}
      {loaded.data && (
        <strong>
          {book("stock.at.result", {
            time: moment(loaded.data.at),
            n: formatQuantity(loaded.data.quantity, row.unit_scale),
          })}
        </strong>
      )}
    </div>
  );
}
