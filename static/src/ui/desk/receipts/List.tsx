// The goods receipts of the site: who receives what, and which wait for somebody.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { grn } from "../../../i18n/desk/receiving";
import { formatInteger } from "../../../i18n/format";
import { Button } from "../../components";
import { here, href, navigate } from "../../router";
import { Downloads } from "../kit/Downloads";
import { ListTable } from "../kit/ListTable";
import { Choice, Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { dotted } from "../kit/TimeRow";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { placeName } from "../place_name";
import { site } from "../sites_here";
import type { Receipt } from "../types";
import { moment } from "../when";
import { ReceiptDialog } from "./ReceiptDialog";
import { isOpen, RECEIPT_STATES, RECEIPTS_OPEN, ReceiptPill, supplierName } from "./states";

const OPEN = "open";
const ANY = "all";

function columns(): Column<Receipt>[] {
  return [
    {
      key: "number",
      label: grn("col.number"),
      track: "minmax(6rem, 0.9fr)",
      render: (row) => (
        <>
          <a class="row-link" href={href(`/receipts/${row.id}`)}>
            {row.label}
          </a>
          <small class="clip">{row.delivery_note}</small>
        </>
      ),
    },
    {
      key: "supplier",
      label: grn("col.supplier"),
      track: "minmax(8rem, 2fr)",
      render: (row) => (
        <>
          <span class={`clip${row.supplier ? "" : " soft"}`}>{supplierName(row)}</span>
          <small class="clip">{row.order?.label ?? row.delivery?.label ?? grn("blind")}</small>
        </>
      ),
    },
    { key: "state", label: grn("col.state"), track: "8rem", render: (row) => <ReceiptPill state={row.state} /> },
    {
      key: "waits",
      label: grn("col.waits"),
      track: "5.5rem",
      align: "end",
      from: 34,
      render: (row) => <Waits receipt={row} />,
    },
    {
      key: "place",
      label: grn("col.place"),
      track: "minmax(5rem, 1fr)",
      from: 44,
      render: (row) => <span class="clip">{placeName(row.location)}</span>,
    },
    {
      key: "opened",
      label: grn("col.opened"),
      track: "minmax(7rem, 1fr)",
      from: 52,
      render: (row) => (
        <>
          {moment(row.opened_at)}
          <small class="clip">{row.opened_by.name}</small>
        </>
      ),
    },
  ];
}

function Waits({ receipt }: { receipt: Receipt }) {
  const waits = isOpen(receipt) ? (receipt.progress.lines_by_state.needs_decision ?? 0) : 0;
  if (waits === 0) return <span class="soft">—</span>;
  return <span class="tag tag-look number">{formatInteger(waits)}</span>;
}

export default function Receipts() {
  const at = site.value;
  const { query } = here.value;
  const shown = query.get("state") ?? OPEN;
  const search = query.get("search") ?? "";
  const set = (change: Record<string, string>) =>
    navigate(here.value.path, {
      query: { state: shown === OPEN ? "" : shown, search, ...change },
      replace: true,
    });
  const [typed, setTyped] = useTyped(search, (text) => set({ search: text }));
  const [making, setMaking] = useState(false);
  const asked = new URLSearchParams({ site_id: at?.id ?? "", search });
  for (const state of shown === OPEN ? RECEIPTS_OPEN : shown === ANY ? [] : [shown]) asked.append("state", state);
  const list = usePaged<Receipt>(
    at && asked.toString(),
    (page) => {
      const paged = new URLSearchParams(asked);
      paged.set("limit", String(page.limit));
      if (page.after) paged.set("after", page.after);
      return api.get<ApiPage<Receipt>>(`/receipts?${paged}`);
    },
    5_000,
  );
  if (!at) return null;
  const add = (
    <Button kind="main" onClick={() => setMaking(true)}>
      {grn("list.new")}
    </Button>
  );
  const filtered = Boolean(search) || (shown !== OPEN && shown !== ANY);
  return (
    <Page
      title={grn("list.title")}
      about={grn("list.about", { site: at.name })}
      actions={
        <>
          <Downloads path="/receipts/export" query={asked.toString()} />
          {add}
        </>
      }
      fill
    >
      <Tools>
        <SearchBox label={grn("list.search")} value={typed} onText={setTyped} />
        <Choice
          label={grn("col.state")}
          value={shown}
          onChoose={(state) => set({ state: state === OPEN ? "" : state })}
          options={[
            { value: OPEN, label: grn("states.open") },
            { value: ANY, label: grn("states.all") },
            ...RECEIPT_STATES.map((state) => ({ value: state, label: grn(`state.${state}`) })),
          ]}
        />
      </Tools>
      <ListTable
        caption={dotted(grn("list.title"), at.name)}
        columns={columns()}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => navigate(`/receipts/${row.id}`)}
        empty={
          <Nothing
            title={grn(filtered ? "list.none" : "list.empty")}
            text={filtered ? undefined : grn("list.empty.hint")}
          >
            {!filtered && add}
          </Nothing>
        }
      />
      {making && <ReceiptDialog site={at} onClose={() => setMaking(false)} />}
    </Page>
  );
}
