// The journals of the site: newest first; a new one by hand or by file.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { formatInteger } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { href, navigate, here as place } from "../../router";
import { may } from "../../session";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { ListTable } from "../kit/ListTable";
import { Menu } from "../kit/Menu";
import { Choice, Page, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { site } from "../sites_here";
import type { Journal, JournalKind } from "../types";
import { moment } from "../when";
import { JournalDialog, type Written } from "./JournalDialog";

export const MADE_BY_HAND = ["receipt", "issue", "sale", "move", "scrap", "supplier_return", "opening"] as const;
const KINDS: JournalKind[] = [...MADE_BY_HAND, "adjustment", "correction", "reversal"];
type Asked = { what: "new" | "import"; kind: (typeof MADE_BY_HAND)[number] } | null;

function columns(): Column<Journal>[] {
  return [
    {
      key: "kind",
      label: book("journals.kind"),
      track: "minmax(6.5rem, 1fr)",
      render: (row) => (
        <a class="row-link" href={href(`/journals/${row.id}`)}>
          {word(`journal.${row.kind}`)}
        </a>
      ),
    },
    {
      key: "document",
      label: book("journals.document"),
      track: "minmax(7rem, 1.6fr)",
      render: (row) => <span class="clip">{row.document || <span class="soft">—</span>}</span>,
    },
    {
      key: "entries",
      label: book("journals.entries"),
      track: "4.5rem",
      align: "end",
      from: 26,
      render: (row) => <span class="number">{formatInteger(row.entry_count)}</span>,
    },
    {
      key: "person",
      label: book("journals.person"),
      track: "minmax(6rem, 1fr)",
      from: 40,
      render: (row) => <span class="clip">{row.person_name}</span>,
    },
    {
      key: "when",
      label: book("journals.when"),
      track: "9rem",
      from: 32,
      render: (row) => <span class="number">{moment(row.recorded_at)}</span>,
    },
    {
      key: "state",
      label: book("journals.state"),
      track: "6rem",
      from: 48,
      render: (row) => row.reversed_by_id && <span class="state state-look">{book("journals.reversed")}</span>,
    },
  ];
}

export default function Journals() {
  const here = site.value;
  const kind = place.value.query.get("kind") ?? "";
  const [asked, setAsked] = useState<Asked>(null);
  const [written, setWritten] = useState<Written | null>(null);
  const list = usePaged<Journal>(
    here && `${here.id}:${kind}`,
    (page) => api.get<ApiPage<Journal>>("/journals", { site_id: here?.id, kind, ...page }),
    15_000,
  );
  const close = () => setAsked(null);
  const at = `/sites/${here?.id}/journals`;
  return (
    <Page
      title={book("journals.title")}
      about={book("journals.about")}
      fill
      actions={
        here &&
        may("supervisor", here.id) && (
          <>
            <Downloads path="/journals/export" query={{ site_id: here.id, kind }} />
            <Downloads text={book("journals.movements")} path={`${at}/export`} query={{ kind }} />
            <Menu
              text={desk("action.import")}
              label={book("journals.import")}
              items={MADE_BY_HAND.map((one) => ({
                label: word(`journal.${one}`),
                run: () => setAsked({ what: "import", kind: one }),
              }))}
            />
            <Button kind="main" onClick={() => setAsked({ what: "new", kind: "receipt" })}>
              {book("journals.new")}
            </Button>
          </>
        )
      }
    >
      <Tools>
        <Choice
          label={book("journals.kind")}
          value={kind}
          onChoose={(next) => navigate("/journals", { query: { kind: next }, replace: true })}
          options={[
            { value: "", label: book("journals.kinds") },
            ...KINDS.map((one) => ({ value: one, label: word(`journal.${one}`) })),
          ]}
        />
      </Tools>
      {written && (
        <Notice
          outcome={written.went_negative.length > 0 ? "look" : "ok"}
          text={
            written.went_negative.length > 0
              ? book("journals.negative", { n: written.went_negative.length })
              : book("journals.done", { n: written.entries })
          }
        />
      )}
      <ListTable
        caption={book("journals.title")}
        columns={columns()}
        list={list}
        rowKey={(row) => row.id}
        lines={1}
        onOpen={(row) => navigate(`/journals/${row.id}`)}
        empty={<Nothing title={book("journals.empty")} text={book("journals.empty.hint")} />}
      />
      {asked?.what === "new" && here && (
        <JournalDialog
          site={here}
          onDone={async (answer) => {
            setWritten(answer);
            await list.reload();
          }}
          onClose={close}
        />
      )}
      {asked?.what === "import" && (
        <ImportDialog
          what={book("journals.what", { kind: word(`journal.${asked.kind}`) })}
          path={`${at}/import`}
          template={`${at}/template`}
          query={{ kind: asked.kind }}
          onDone={list.reload}
          onClose={close}
        />
      )}
    </Page>
  );
}
