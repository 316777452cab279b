// Records that came in but were not counted: why, and what to do with them.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { problemText } from "../../../i18n/errors";
import { Button } from "../../components";
import { href } from "../../router";
import { Downloads } from "../kit/Downloads";
import { FormDialog, TextArea, useForm } from "../kit/form";
import { ListTable } from "../kit/ListTable";
import { Choice, Page, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { site } from "../sites_here";
import type { Held } from "../types";
import { countWaiting } from "../waiting";
import { moment } from "../when";
import { heldReason, heldWords } from "./held_words";

type Asked = { record: Held; what: "release" | "dismiss" } | null;

function columns(onAsk: (asked: Asked) => void): Column<Held>[] {
  return [
    {
      key: "what",
      label: book("held.what"),
      track: "minmax(8rem, 1.4fr)",
      render: (record) => (
        <>
          <span class="clip strong">{heldWords(record.body)}</span>
          <small class="clip">
            {record.document_id ? (
              <a href={href(`/stocktakes/${record.document_id}`)}>{book("journal.by_stocktake")}</a>
            ) : (
              "—"
            )}
          </small>
        </>
      ),
    },
    {
      key: "why",
      label: book("held.why"),
      track: "minmax(9rem, 1.8fr)",
      render: (record) => (
        <>
          <span class="clip">{heldReason(record.reason) ?? problemText(record.reason) ?? record.detail}</span>
          {record.note && <small class="clip">{record.note}</small>}
        </>
      ),
    },
    {
      key: "who",
      label: book("held.who"),
      track: "minmax(7rem, 1fr)",
      from: 40,
      render: (record) => (
        <>
          <span class="clip">{record.person_name ?? "—"}</span>
          <small class="clip">{record.device_label}</small>
        </>
      ),
    },
    {
      key: "when",
      label: book("held.when"),
      track: "8rem",
      from: 52,
      render: (record) => (
        <>
          <span class="number">{moment(record.occurred_at)}</span>
          <small>
            {book("held.received")} {moment(record.received_at)}
          </small>
        </>
      ),
    },
    {
      key: "actions",
      label: "",
      track: "11rem",
      align: "end",
      render: (record) =>
        record.state === "open" ? (
          <>
            <Button onClick={() => onAsk({ record, what: "release" })}>{book("held.release")}</Button>{" "}
            <Button kind="quiet" onClick={() => onAsk({ record, what: "dismiss" })}>
              {book("held.dismiss")}
            </Button>
          </>
        ) : (
          <span class="soft">{word(`held.${record.state}`)}</span>
        ),
    },
  ];
}

export default function HeldRecords() {
  const here = site.value;
  const [state, setState] = useState("open");
  const [asked, setAsked] = useState<Asked>(null);
  const list = usePaged<Held>(
    here && `${here.id}:${state}`,
    (page) => api.get<ApiPage<Held>>("/held", { site_id: here?.id, state, ...page }),
    10_000,
  );
  return (
    <Page
      title={book("held.title")}
      about={book("held.about")}
      actions={here && <Downloads path="/held/export" query={{ site_id: here.id, state }} />}
      fill
    >
      <Tools>
        <Choice
          label={book("held.state")}
          value={state}
          onChoose={setState}
          options={(["open", "released", "dismissed"] as const).map((one) => ({
            value: one,
            label: word(`held.${one}`),
          }))}
        />
      </Tools>
      <ListTable
        caption={book("held.title")}
        columns={columns(setAsked)}
        list={list}
        rowKey={(record) => `${record.record_id}:${record.body_hash}`}
        empty={<Nothing title={book("held.empty")} text={book("held.empty.hint")} />}
      />
      {asked && (
        <Decide
          {...asked}
          onDone={async () => {
            await Promise.all([list.reload(), countWaiting()]);
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </Page>
  );
}

function Decide({
  record,
  what,
  onDone,
  onClose,
}: {
  record: Held;
  what: "release" | "dismiss";
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm({ note: "" });
  const send = async () => {
    await api.post(`/held/${encodeURIComponent(record.record_id)}/${record.body_hash}/${what}`, {
      note: form.values.note.trim(),
    });
    await onDone();
  };
  return (
    <FormDialog
      title={book(`held.${what}.title`)}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={book(`held.${what}`)}
    >
      <p>
        <strong>{heldWords(record.body)}</strong> · {record.person_name ?? "—"} · {record.device_label} ·{" "}
        {moment(record.occurred_at)}
      </p>
      <p class="soft">{book(`held.${what}.text`)}</p>
      <TextArea label={book("held.note")} value={form.values.note} onText={(note) => form.set("note", note)} />
    </FormDialog>
  );
}
