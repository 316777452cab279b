// One decision about many held records: counted after all, counted in another document, or put aside.
import { type Page as ApiPage, api } from "../../../api/client";
import { core } from "../../../i18n/core";
import { book } from "../../../i18n/desk/book";
import { Button, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { FormDialog, TextArea, useForm } from "../kit/form";
import { Choice } from "../kit/Page";
import { useLoad } from "../load";
import type { Held, HeldDecided, Receipt, Stocktake } from "../types";
import { moment } from "../when";
import { reasonWords, type Verb } from "./held_columns";
import { decideInSlices, documentWords, heldWords, refusals } from "./held_words";

export interface Asked {
  records: readonly Held[];
  verb: Verb;
}

const LISTED = 5;

export function DecideDialog({
  records,
  verb,
  site,
  onDone,
  onClose,
}: Asked & { site: string; onDone: (answer: HeldDecided) => Promise<void>; onClose: () => void }) {
  const form = useForm({ note: "", document_id: "" }, (values) => ({
    note: verb === "dismiss" && !values.note.trim() ? book("held.note.need") : undefined,
    document_id: verb === "move" && !values.document_id ? book("held.move.need") : undefined,
  }));
  const send = async () => {
    const said = {
      decision: verb,
      note: form.values.note.trim(),
      ...(verb === "move" ? { document_id: form.values.document_id } : {}),
    };
    const decided = await decideInSlices(records, (keys) =>
      api.post<HeldDecided>("/held/decide", { ...said, records: keys }),
    );
    await onDone(decided);
  };
  return (
    <FormDialog
      title={book(`held.${verb}.title`, { n: records.length })}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={book(`held.${verb}`)}
    >
      <ul class="plain">
        {records.slice(0, LISTED).map((record) => (
          <li key={`${record.record_id}:${record.body_hash}`}>
            <strong>{heldWords(record.body)}</strong> · {record.person_name ?? "—"} · {record.device_label} ·{" "}
            {moment(record.occurred_at)}
          </li>
        ))}
        {records.length > LISTED && <li class="soft">{book("held.and_more", { n: records.length - LISTED })}</li>}
      </ul>
      <p class="soft">{book(`held.${verb}.text`)}</p>
      {verb === "move" && (
        <Target
          site={site}
          value={form.values.document_id}
          error={form.error("document_id")}
          onChoose={(id) => form.set("document_id", id)}
        />
      )}
      <TextArea
        label={book("held.note")}
        error={form.error("note")}
        value={form.values.note}
        onText={(note) => form.set("note", note)}
      />
    </FormDialog>
  );
}

interface Option {
  value: string;
  label: string;
}

/** What is open at the site for scans, by name. */
async function openDocuments(site: string): Promise<Option[]> {
  const [stocktakes, receipts] = await Promise.all([
    api.get<ApiPage<Stocktake>>("/stocktakes", { site_id: site, state: "counting", limit: 200 }),
    api.get<ApiPage<Receipt>>("/receipts", { site_id: site, state: "receiving", limit: 200 }),
  ]);
  return [
    ...stocktakes.rows.map(({ id, number, name }) => ({
      value: id,
      label: documentWords({ kind: "stocktake", number, label: name }),
    })),
    ...receipts.rows.map(({ id, number, label }) => ({
      value: id,
      label: documentWords({ kind: "receipt", number, label }),
    })),
  ];
}

function Target({
  site,
  value,
  error,
  onChoose,
}: {
  site: string;
  value: string;
  error: string | undefined;
  onChoose: (id: string) => void;
}) {
  const loaded = useLoad(`move:${site}`, () => openDocuments(site));
  if (loaded.data?.length === 0) return <Notice outcome="look" text={book("held.move.none")} />;
  return (
    <div class={`field${error ? " field-wrong" : ""}`}>
      <span>{book("held.move.to")}</span>
      <Choice
        label={book("held.move.to")}
        value={value}
        onChoose={onChoose}
        options={[{ value: "", label: book("held.move.choose") }, ...(loaded.data ?? [])]}
      />
      {error && (
        <small class="field-error" role="alert">
          ✕ {error}
        </small>
      )}
    </div>
  );
}

/** Some could not be: how many for which reason. They wait as before. */
export function RefusedDialog({ answer, onClose }: { answer: HeldDecided; onClose: () => void }) {
  return (
    <Dialog
      title={book("held.refused.title", { n: answer.refused })}
      onClose={onClose}
      actions={
        <Button kind="main" onClick={onClose}>
          {core("action.close")}
        </Button>
      }
    >
      {answer.done > 0 && <Notice outcome="ok" text={book("held.done", { n: answer.done })} />}
      <Notice outcome="look" title={book("held.refused.text")}>
        <ul class="refusals">
          {refusals(answer).map(({ code, n }) => (
            <li key={code}>
              {n} × {reasonWords(code)}
            </li>
          ))}
        </ul>
      </Notice>
    </Dialog>
  );
}
