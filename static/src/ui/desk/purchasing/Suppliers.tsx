// The suppliers: whom goods are bought from, and how much more than ordered they may bring.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { buy } from "../../../i18n/desk/purchasing";
import { formatPercent } from "../../../i18n/format";
import { Button } from "../../components";
import { href, navigate } from "../../router";
import { may } from "../../session";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { ListTable } from "../kit/ListTable";
import { Choice, Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import type { Supplier } from "../types";
import { SupplierDialog } from "./SupplierDialog";

function columns(): Column<Supplier>[] {
  return [
    {
      key: "name",
      label: buy("supplier.name"),
      track: "minmax(9rem, 2.4fr)",
      render: (row) => (
        <span class={row.active ? undefined : "off"}>
          <a class="row-link clip" href={href(`/suppliers/${row.id}`)}>
            {row.name}
          </a>
          <small class="clip">
            <code>{row.code}</code>
            {!row.active && ` · ${buy("supplier.off")}`}
          </small>
        </span>
      ),
    },
    {
      key: "lead",
      label: buy("supplier.lead"),
      track: "minmax(8rem, 0.8fr)",
      align: "end",
      from: 30,
      render: (row) =>
        row.lead_time_days === null ? (
          <span class="soft">—</span>
        ) : (
          <span class="number">{buy("supplier.lead.n", { n: row.lead_time_days })}</span>
        ),
    },
    {
      key: "ceiling",
      label: buy("supplier.ceiling"),
      track: "minmax(7.5rem, 0.9fr)",
      align: "end",
      render: (row) => <span class="number">{formatPercent(row.over_receipt_bp)}</span>,
    },
    {
      key: "note",
      label: buy("supplier.note"),
      track: "minmax(8rem, 2fr)",
      from: 48,
      render: (row) => <span class="clip soft">{row.note}</span>,
    },
  ];
}

export default function Suppliers() {
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const [active, setActive] = useState("true");
  const [asked, setAsked] = useState<"new" | "import" | null>(null);
  const query = { search, active };
  const list = usePaged<Supplier>(JSON.stringify(query), (page) =>
    api.get<ApiPage<Supplier>>("/suppliers", { ...query, ...page }),
  );
  const manager = may("manager");
  const filtered = Boolean(search) || active !== "true";
  const add = (
    <Button kind="main" onClick={() => setAsked("new")}>
      {buy("suppliers.new")}
    </Button>
  );
  return (
    <Page
      title={buy("suppliers.title")}
      about={list.starting ? undefined : buy("suppliers.about", { n: list.total })}
      fill
      actions={
        <>
          <Downloads path="/suppliers/export" query={query} />
          {manager && <Button onClick={() => setAsked("import")}>{desk("action.import")}</Button>}
          {manager && add}
        </>
      }
    >
      <Tools>
        <SearchBox label={buy("suppliers.search")} value={typed} onText={setTyped} />
        <Choice
          label={buy("supplier.active")}
          value={active}
          onChoose={setActive}
          options={[
            { value: "true", label: masters("items.in_use") },
            { value: "false", label: masters("items.not_in_use") },
            { value: "", label: masters("items.any") },
          ]}
        />
      </Tools>
      <ListTable
        caption={buy("suppliers.title")}
        columns={columns()}
        list={list}
        rowKey={(row) => row.id}
        onOpen={(row) => navigate(`/suppliers/${row.id}`)}
        empty={
          <Nothing
            title={buy(filtered ? "suppliers.none" : "suppliers.empty")}
            text={filtered ? undefined : buy("suppliers.empty.hint")}
          >
            {!filtered && manager && add}
          </Nothing>
        }
      />
      {asked === "import" && (
        <ImportDialog
          what={buy("suppliers.what")}
          path="/suppliers/import"
          template="/suppliers/template"
          onDone={list.reload}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "new" && <SupplierDialog supplier={null} onClose={() => setAsked(null)} />}
    </Page>
  );
}
