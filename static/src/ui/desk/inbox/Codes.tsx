// The table of unknown codes: of one document, or of the whole site. Each row says where, who, beside what, and shows it.
import { useMemo, useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { grn } from "../../../i18n/desk/receiving";
import { Button, Notice } from "../../components";
import { href } from "../../router";
import { ListTable } from "../kit/ListTable";
import { PhotoDialog, photoUrl } from "../kit/Photos";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { dotted } from "../kit/TimeRow";
import type { Column } from "../kit/VirtualTable";
import type { InboxCode, Photo } from "../types";
import { countWaiting } from "../waiting";
import { moment } from "../when";
import { BindDialog } from "./BindDialog";

function photosOf(row: InboxCode): Photo[] {
  return row.photos.map((id) => ({ id, purpose: "unknown_code", taken_at: row.last_at }));
}

function columns(
  documents: boolean,
  onBind: (row: InboxCode) => void,
  onPhoto: (row: InboxCode) => void,
): Column<InboxCode>[] {
  const all: (Column<InboxCode> | false)[] = [
    {
      key: "photo",
      label: grn("tab.photos"),
      track: "4.25rem",
      from: 24,
      render: (row) => <Thumb row={row} onOpen={() => onPhoto(row)} />,
    },
    {
      key: "code",
      label: grn("codes.code"),
      track: "minmax(9rem, 1.4fr)",
      render: (row) => (
        <>
          <code class="clip strong">{row.as_scanned}</code>
          <small>{grn("codes.scans", { n: row.scans })}</small>
        </>
      ),
    },
    {
      key: "pieces",
      label: grn("codes.pieces"),
      track: "4.5rem",
      align: "end",
      from: 28,
      render: (row) => <span class="number">{row.pieces}</span>,
    },
    {
      key: "where",
      label: grn("codes.where"),
      track: "minmax(6rem, 1fr)",
      from: 38,
      render: (row) => (
        <>
          <span class="clip">{row.places.join(", ")}</span>
          <small class="clip">{dotted(row.persons.join(", "), moment(row.last_at))}</small>
        </>
      ),
    },
    {
      key: "beside",
      label: grn("codes.beside"),
      track: "minmax(7rem, 1.3fr)",
      from: 48,
      render: (row) =>
        row.beside ? (
          <>
            <span class="clip">{row.beside.name}</span>
            <small class="clip">
              <code>{row.beside.sku}</code>
            </small>
          </>
        ) : (
          <span class="soft">—</span>
        ),
    },
    documents && {
      key: "documents",
      label: grn("codes.documents"),
      track: "minmax(6rem, 1fr)",
      from: 58,
      render: (row) => <Documents row={row} />,
    },
    {
      key: "bind",
      label: "",
      track: "8.5rem",
      align: "end",
      render: (row) => <Button onClick={() => onBind(row)}>{grn("codes.bind")}</Button>,
    },
  ];
  return all.filter((column) => column !== false);
}

function Thumb({ row, onOpen }: { row: InboxCode; onOpen: () => void }) {
  const [first] = row.photos;
  if (!first) return <span class="photo photo-none" role="img" aria-label={grn("codes.photo.none")} />;
  return (
    <button
      type="button"
      class="photo"
      aria-label={grn("photo.open", { what: grn("photo.unknown_code"), time: moment(row.last_at) })}
      onClick={onOpen}
    >
      <img src={photoUrl(first)} alt="" loading="lazy" decoding="async" />
      {row.photos.length > 1 && <i class="number">{row.photos.length}</i>}
    </button>
  );
}

function Documents({ row }: { row: InboxCode }) {
  return (
    <span class="clip">
      {row.documents.map((one, index) => (
        <>
          {index > 0 && ", "}
          <a key={one.id} href={href(`/${one.kind === "receipt" ? "receipts" : "stocktakes"}/${one.id}/codes`)}>
            {one.label}
          </a>
        </>
      ))}
    </span>
  );
}

export function Codes({
  siteId,
  documentId,
  mark = 0,
  onBound,
}: {
  siteId: string;
  /** Only those of this document. */
  documentId?: string;
  /** When it changes the list is loaded anew. */
  mark?: number;
  onBound?: () => Promise<void>;
}) {
  const [binding, setBinding] = useState<InboxCode | null>(null);
  const [looking, setLooking] = useState<InboxCode | null>(null);
  const [credited, setCredited] = useState<number | null>(null);
  const paged = usePaged<InboxCode>(
    `${siteId}:${mark}`,
    (page) => api.get<ApiPage<InboxCode>>("/unknown-codes", { site_id: siteId, ...page }),
    documentId ? 0 : 10_000,
  );
  const rows = useMemo(
    () => paged.rows.filter((row) => !documentId || row.documents.some((one) => one.id === documentId)),
    [paged.rows, documentId],
  );
  return (
    <>
      {credited !== null && <Notice outcome="ok" text={grn("codes.done", { n: credited })} />}
      <ListTable
        caption={grn("codes.title")}
        columns={columns(!documentId, setBinding, setLooking)}
        list={{ ...paged, rows }}
        rowKey={(row) => row.code}
        lines={2}
        onOpen={setBinding}
        empty={<Nothing title={grn("codes.none")} text={grn("codes.none.hint")} />}
      />
      {looking && <PhotoDialog photos={photosOf(looking)} first={0} onClose={() => setLooking(null)} />}
      {binding && (
        <BindDialog
          code={binding}
          photos={photosOf(binding)}
          onClose={() => setBinding(null)}
          onDone={async (sheets) => {
            setCredited(sheets);
            await Promise.all([paged.reload(), onBound?.(), countWaiting()]);
          }}
        />
      )}
    </>
  );
}
