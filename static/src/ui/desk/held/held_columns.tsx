// The columns of the held records: what, why, who, when, and what became of it.
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { problemText } from "../../../i18n/errors";
import { Button } from "../../components";
import { href } from "../../router";
import type { Column } from "../kit/VirtualTable";
import type { Held, HeldDocument } from "../types";
import { moment } from "../when";
import { documentWords, heldReason, heldWords } from "./held_words";

export type Verb = "release" | "dismiss" | "move";

export function reasonWords(code: string, detail = ""): string {
  return heldReason(code) ?? problemText(code) ?? (detail || code);
}

function Document({ document }: { document: HeldDocument | null }) {
  if (!document) return <>—</>;
  const at = document.kind === "receipt" ? `/receipts/${document.id}` : `/stocktakes/${document.id}`;
  return <a href={href(at)}>{documentWords(document)}</a>;
}

function Outcome({ record }: { record: Held }) {
  return (
    <>
      <span class="clip soft">
        {record.moved_to ? (
          <>
            {book("held.moved")} <Document document={record.moved_to} />
          </>
        ) : (
          word(`held.${record.state}`)
        )}
      </span>
      <small class="clip">{record.decided_by_name}</small>
    </>
  );
}

export function heldColumns(onAsk: (record: Held, verb: Verb) => void): Column<Held>[] {
  return [
    {
      key: "what",
      label: book("held.what"),
      track: "minmax(8rem, 1.4fr)",
      render: (record) => (
        <>
          <span class="clip strong">{heldWords(record.body)}</span>
          <small class="clip">
            <Document document={record.document} />
          </small>
        </>
      ),
    },
    {
      key: "why",
      label: book("held.why"),
      track: "minmax(8rem, 1.6fr)",
      from: 30,
      render: (record) => (
        <>
          <span class="clip">{reasonWords(record.reason, record.detail)}</span>
          {record.note && <small class="clip">{record.note}</small>}
        </>
      ),
    },
    {
      key: "who",
      label: book("held.who"),
      track: "minmax(7rem, 1fr)",
      from: 44,
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
      from: 56,
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
            <Button onClick={() => onAsk(record, "release")}>{book("held.release")}</Button>{" "}
            <Button kind="quiet" onClick={() => onAsk(record, "dismiss")}>
              {book("held.dismiss")}
            </Button>
          </>
        ) : (
          <Outcome record={record} />
        ),
    },
  ];
}
