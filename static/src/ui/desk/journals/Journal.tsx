// One journal: what moved, from where to where, when it happened, what it reverses.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { formatQuantity } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { href, navigate, type Params } from "../../router";
import { may } from "../../session";
import { FormDialog, useForm } from "../kit/form";
import { ListTable } from "../kit/ListTable";
import { Page } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { ReasonFields } from "../kit/Reasons";
import { Failed, Nothing, Working } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { reasonName } from "../line_words";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import { lotWords } from "../stocktakes/line_columns";
import type { Entry, Journal } from "../types";
import { dated, moment } from "../when";

interface Detail extends Journal {
  entries: ApiPage<Entry>;
}

function columns(): Column<Entry>[] {
  return [
    {
      key: "item",
      label: book("stock.item"),
      track: "minmax(9rem, 2fr)",
      render: (entry) => (
        <>
          <span class="clip">{entry.item_name}</span>
          <small class="clip">
            <code>{entry.sku}</code>
            {lotWords(entry.lot) && ` · ${lotWords(entry.lot)}`}
          </small>
        </>
      ),
    },
    {
      key: "way",
      label: `${book("journal.from")} → ${book("journal.to")}`,
      track: "minmax(8rem, 1.4fr)",
      render: (entry) => (
        <span class="clip">
          {placeWord(entry.from_location_code)} → {placeWord(entry.to_location_code)}
        </span>
      ),
    },
    {
      key: "quantity",
      label: book("journals.quantity"),
      track: "5.5rem",
      align: "end",
      render: (entry) => <span class="number">{formatQuantity(entry.quantity, entry.unit_scale)}</span>,
    },
    {
      key: "when",
      label: book("stock.when"),
      track: "9rem",
      from: 40,
      render: (entry) => <span class="number">{dated(entry.occurred_at, entry.date_only)}</span>,
    },
    {
      key: "reason",
      label: book("journals.reason"),
      track: "minmax(6rem, 1fr)",
      from: 52,
      render: (entry) => <span class="clip">{reasonName(reasons.value, entry.reason_code)}</span>,
    },
  ];
}

const COUNTERPARTS = ["SUPPLIER", "CUSTOMER", "SCRAP", "VARIANCE", "OPENING"] as const;

/** The counterparts' codes are the system's own; people read their names. */
export function placeWord(code: string): string {
  const own = COUNTERPARTS.find((one) => one === code);
  return own ? word(`location.${own.toLowerCase() as Lowercase<typeof own>}`) : code;
}

export default function JournalScreen({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<Detail>(`/journals/${id}`, { limit: 1 }));
  useLoad("reasons", loadReasons);
  const list = usePaged<Entry>(id, async (page) => (await api.get<Detail>(`/journals/${id}`, { ...page })).entries);
  const [asked, setAsked] = useState(false);
  if (loaded.starting) return <Working />;
  const journal = loaded.data;
  if (!journal) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  const reversible = journal.kind !== "reversal" && journal.kind !== "correction" && !journal.stocktake_id;
  return (
    <Page
      title={book("journal.title", { kind: word(`journal.${journal.kind}`), document: journal.document }).trim()}
      back={{ href: href("/journals"), label: book("journal.back") }}
      about={[
        book("journal.recorded", { time: moment(journal.recorded_at), person: journal.person_name }),
        book("journal.lines", { n: journal.entry_count }),
        journal.chain_number === null
          ? book("journal.unsealed")
          : book("journal.sealed", { n: String(journal.chain_number) }),
        journal.note,
      ]
        .filter(Boolean)
        .join(" · ")}
      fill
      actions={
        reversible &&
        !journal.reversed_by_id &&
        may("manager", journal.site_id) && (
          <Button kind="danger" onClick={() => setAsked(true)}>
            {book("journal.reverse")}
          </Button>
        )
      }
    >
      {journal.reversed_by_id && (
        <Notice outcome="look">
          <a href={href(`/journals/${journal.reversed_by_id}`)}>{book("journal.reversed_by")}</a>
        </Notice>
      )}
      {journal.reverses_id && (
        <Notice outcome="info">
          <a href={href(`/journals/${journal.reverses_id}`)}>{book("journal.reverses")}</a>
        </Notice>
      )}
      {journal.stocktake_id && (
        <Notice outcome="info">
          <a href={href(`/stocktakes/${journal.stocktake_id}`)}>{book("journal.by_stocktake")}</a>
        </Notice>
      )}
      <ListTable
        caption={book("journals.lines")}
        columns={columns()}
        list={list}
        rowKey={(entry) => entry.number}
        empty={<Nothing title={book("stock.history.none")} />}
      />
      {asked && <ReverseJournal journal={journal} onClose={() => setAsked(false)} />}
    </Page>
  );
}

function ReverseJournal({ journal, onClose }: { journal: Journal; onClose: () => void }) {
  const form = useForm({ reason_code: "", note: "" }, (values) => ({
    reason_code: values.reason_code ? undefined : bench("decide.reason.need"),
  }));
  const send = async () => {
    const made = await api.post<{ id: string }>(`/journals/${journal.id}/reverse`, form.values);
    navigate(`/journals/${made.id}`);
  };
  return (
    <FormDialog
      title={book("journal.reverse.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={book("journal.reverse")}
      danger
    >
      <p>{book("journal.reverse.text")}</p>
      <ReasonFields form={form} />
    </FormDialog>
  );
}
