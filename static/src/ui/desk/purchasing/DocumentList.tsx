// The list of orders, and of expected deliveries: which they are, from whom, by when, how far.
import type { ComponentChildren } from "preact";
import { type Page as ApiPage, api } from "../../../api/client";
import { buy } from "../../../i18n/desk/purchasing";
import { formatInteger } from "../../../i18n/format";
import { here, href, navigate } from "../../router";
import { ListTable } from "../kit/ListTable";
import { Choice, Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { site } from "../sites_here";
import type { DeliveryState, OrderState, Supplier, SupplierRef } from "../types";
import { moment } from "../when";
import { DocumentPill, Due, stateWord } from "./states";

export interface DocumentRow {
  id: string;
  label: string;
  reference: string;
  supplier: SupplierRef;
  state: OrderState | DeliveryState;
  created_at: string;
  lines_total: number;
  lines_open: number;
}

export interface DocumentKind<Row extends DocumentRow> {
  /** Of the API, "/purchase-orders", and of the screens, "/orders". */
  path: string;
  screen: string;
  due: (row: Row) => string | null;
  dueLabel: string;
  states: readonly Row["state"][];
  open: readonly Row["state"][];
  title: string;
  about: string;
  search: string;
  empty: { title: string; hint: string; none: string };
}

function columns<Row extends DocumentRow>(kind: DocumentKind<Row>): Column<Row>[] {
  return [
    {
      key: "number",
      label: buy("doc.number"),
      track: "minmax(7rem, 1.2fr)",
      render: (row) => (
        <>
          <a class="row-link" href={href(`${kind.screen}/${row.id}`)}>
            {row.label}
          </a>
          <small class="clip">{row.reference}</small>
        </>
      ),
    },
    {
      key: "supplier",
      label: buy("doc.supplier"),
      track: "minmax(7rem, 2fr)",
      render: (row) => (
        <>
          <span class="clip">{row.supplier.name}</span>
          <small class="clip">
            <code>{row.supplier.code}</code>
          </small>
        </>
      ),
    },
    { key: "state", label: buy("doc.state"), track: "8.5rem", render: (row) => <DocumentPill state={row.state} /> },
    {
      key: "due",
      label: kind.dueLabel,
      track: "minmax(6rem, 1fr)",
      from: 36,
      render: (row) => <Due on={kind.due(row)} state={row.state} />,
    },
    {
      key: "lines",
      label: buy("doc.lines"),
      track: "5rem",
      align: "end",
      from: 44,
      render: (row) => (
        <>
          <span class="number">{formatInteger(row.lines_total)}</span>
          {row.lines_open > 0 && row.lines_open < row.lines_total && (
            <small class="number">{buy("doc.lines.open", { n: row.lines_open })}</small>
          )}
        </>
      ),
    },
    {
      key: "created",
      label: buy("doc.created"),
      track: "8.5rem",
      from: 56,
      render: (row) => <span class="soft">{moment(row.created_at)}</span>,
    },
  ];
}

const OPEN = "open";
const ANY = "all";

export function DocumentList<Row extends DocumentRow>({
  kind,
  actions,
  add,
  children,
}: {
  kind: DocumentKind<Row>;
  /** `query` is what the list shows, for its file. */
  actions: (reload: () => Promise<void>, query: string) => ComponentChildren;
  add: ComponentChildren;
  children?: ComponentChildren;
}) {
  const at = site.value;
  const { query } = here.value;
  const shown = query.get("state") ?? OPEN;
  const supplier = query.get("supplier") ?? "";
  const search = query.get("search") ?? "";
  const set = (change: Record<string, string>) =>
    navigate(here.value.path, {
      query: { state: shown === OPEN ? "" : shown, supplier, search, ...change },
      replace: true,
    });
  const [typed, setTyped] = useTyped(search, (text) => set({ search: text }));
  const suppliers = useLoad("suppliers", () => api.get<ApiPage<Supplier>>("/suppliers", { limit: 1000 }));
  const asked = new URLSearchParams({ site_id: at?.id ?? "", search });
  for (const state of shown === OPEN ? kind.open : shown === ANY ? [] : [shown]) asked.append("state", state);
  if (supplier) asked.set("supplier_id", supplier);
  const list = usePaged<Row>(
    at && asked.toString(),
    (page) => {
      const paged = new URLSearchParams(asked);
      paged.set("limit", String(page.limit));
      if (page.after) paged.set("after", page.after);
      return api.get<ApiPage<Row>>(`${kind.path}?${paged}`);
    },
    15_000,
  );
  if (!at) return null;
  const filtered = Boolean(search || supplier) || (shown !== OPEN && shown !== ANY);
  return (
    <Page title={kind.title} about={kind.about} actions={actions(list.reload, asked.toString())} fill>
      <Tools>
        <SearchBox label={kind.search} value={typed} onText={setTyped} />
        <Choice
          label={buy("doc.state")}
          value={shown}
          onChoose={(state) => set({ state: state === OPEN ? "" : state })}
          options={[
            { value: OPEN, label: buy("states.open") },
            { value: ANY, label: buy("states.all") },
            ...kind.states.map((state) => ({ value: state, label: stateWord(state) })),
          ]}
        />
        <Choice
          label={buy("doc.supplier")}
          value={supplier}
          onChoose={(id) => set({ supplier: id })}
          options={[
            { value: "", label: buy("doc.supplier.any") },
            ...(suppliers.data?.rows ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
      </Tools>
      <ListTable
        caption={kind.title}
        columns={columns(kind)}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => navigate(`${kind.screen}/${row.id}`)}
        empty={
          <Nothing title={filtered ? kind.empty.none : kind.empty.title} text={filtered ? undefined : kind.empty.hint}>
            {!filtered && add}
          </Nothing>
        }
      />
      {children}
    </Page>
  );
}
