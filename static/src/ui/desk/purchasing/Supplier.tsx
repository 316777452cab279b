// One supplier: its terms, item by item.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { formatPercent, formatQuantity } from "../../../i18n/format";
import { Button, LinkButton } from "../../components";
import { href, type Params } from "../../router";
import { may } from "../../session";
import { costText } from "../items/cost";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { ListTable } from "../kit/ListTable";
import { Page } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Failed, Nothing, Working } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { currency } from "../sites_here";
import type { Supplier, SupplierTerms } from "../types";
import { SupplierDialog } from "./SupplierDialog";
import { TermsDialog } from "./TermsDialog";

const none = <span class="soft">—</span>;

function columns(supplier: Supplier): Column<SupplierTerms>[] {
  const number = (quantity: number, row: SupplierTerms) => (
    <span class="number">{formatQuantity(quantity, row.item.unit.scale)}</span>
  );
  return [
    {
      key: "item",
      label: buy("terms.item"),
      track: "minmax(9rem, 2.4fr)",
      render: (row) => (
        <>
          <span class="clip">{row.item.name}</span>
          <small class="clip">
            <code>{row.item.sku}</code> · {row.item.unit.name}
          </small>
        </>
      ),
    },
    {
      key: "sku",
      label: buy("terms.sku"),
      track: "minmax(6rem, 1fr)",
      from: 44,
      render: (row) => (row.supplier_sku ? <code class="clip">{row.supplier_sku}</code> : none),
    },
    {
      key: "price",
      label: buy("terms.price"),
      track: "minmax(5rem, 0.8fr)",
      align: "end",
      render: (row) => (row.price ? <span class="number">{costText(row.price, currency())}</span> : none),
    },
    {
      key: "moq",
      label: buy("terms.moq"),
      track: "minmax(7.25rem, 0.8fr)",
      align: "end",
      from: 36,
      render: (row) => (row.moq ? number(row.moq, row) : none),
    },
    {
      key: "multiple",
      label: buy("terms.multiple"),
      track: "minmax(7rem, 0.8fr)",
      align: "end",
      from: 48,
      render: (row) => (row.order_multiple > 1 ? number(row.order_multiple, row) : none),
    },
    {
      key: "lead",
      label: buy("terms.lead"),
      track: "minmax(7.5rem, 0.8fr)",
      align: "end",
      from: 66,
      render: (row) => <Own own={row.lead_time_days} usual={supplier.lead_time_days} text={(days) => String(days)} />,
    },
    {
      key: "ceiling",
      label: buy("terms.ceiling"),
      track: "minmax(8.5rem, 0.8fr)",
      align: "end",
      from: 58,
      render: (row) => <Own own={row.over_receipt_bp} usual={supplier.over_receipt_bp} text={formatPercent} />,
    },
  ];
}

/** The item's own figure; softly the supplier's where it has none. */
function Own({ own, usual, text }: { own: number | null; usual: number | null; text: (value: number) => string }) {
  if (own !== null) return <span class="number">{text(own)}</span>;
  return <span class="soft number">{usual === null ? "—" : text(usual)}</span>;
}

export default function SupplierScreen({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<Supplier>(`/suppliers/${id}`));
  const list = usePaged<SupplierTerms>(id, (page) =>
    api.get<ApiPage<SupplierTerms>>(`/suppliers/${id}/items`, { ...page }),
  );
  const [asked, setAsked] = useState<SupplierTerms | "edit" | "new" | "import" | null>(null);
  if (loaded.starting) return <Working />;
  const supplier = loaded.data;
  if (!supplier) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  const manager = may("manager");
  const close = () => setAsked(null);
  const add = manager && (
    <Button kind="main" onClick={() => setAsked("new")}>
      {buy("terms.new")}
    </Button>
  );
  return (
    <Page
      title={supplier.name}
      back={{ href: href("/suppliers"), label: buy("suppliers.title") }}
      about={<About supplier={supplier} />}
      fill
      actions={
        <>
          <LinkButton href={href("/orders", { supplier: supplier.id })}>{buy("supplier.orders.see")}</LinkButton>
          <Downloads path="/suppliers/items/export" query={{ supplier_id: supplier.id }} />
          {manager && <Button onClick={() => setAsked("import")}>{desk("action.import")}</Button>}
          {manager && <Button onClick={() => setAsked("edit")}>{buy("act.edit")}</Button>}
          {add}
        </>
      }
    >
      <ListTable
        caption={buy("terms.title")}
        columns={columns(supplier)}
        list={list}
        rowKey={(row) => row.item.id}
        onOpen={manager ? setAsked : undefined}
        empty={
          <Nothing title={buy("terms.empty")} text={buy("terms.empty.hint")}>
            {add}
          </Nothing>
        }
      />
      {asked === "edit" && <SupplierDialog supplier={supplier} onDone={loaded.reload} onClose={close} />}
      {asked === "import" && (
        <ImportDialog
          what={buy("terms.what")}
          path="/suppliers/items/import"
          template="/suppliers/items/template"
          onDone={list.reload}
          onClose={close}
        />
      )}
      {asked !== null && asked !== "edit" && asked !== "import" && (
        <TermsDialog supplier={supplier} terms={asked === "new" ? null : asked} onDone={list.reload} onClose={close} />
      )}
    </Page>
  );
}

function About({ supplier }: { supplier: Supplier }) {
  const parts = [
    supplier.code,
    supplier.lead_time_days !== null && buy("supplier.lead.about", { n: supplier.lead_time_days }),
    buy("supplier.ceiling.about", { share: formatPercent(supplier.over_receipt_bp) }),
    !supplier.active && buy("supplier.off"),
    supplier.note,
  ];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}
