// The items: find, make, edit, import, export.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { Button } from "../../components";
import { may } from "../../session";
import { Downloads } from "../kit/Downloads";
import { ImportDialog } from "../kit/ImportDialog";
import { ListTable } from "../kit/ListTable";
import { Choice, Page, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { useLoad } from "../load";
import { currency } from "../sites_here";
import type { Category, Item } from "../types";
import { costText } from "./cost";
import { ItemDialog } from "./ItemDialog";

function codesOf(item: Item) {
  const [first, ...others] = item.barcodes;
  if (!first) return <span class="soft">—</span>;
  const packs = item.barcodes.filter((code) => code.pack_factor > 1);
  return (
    <>
      <code class="clip">{first.code}</code>
      <small class="clip">
        {packs.length > 0
          ? packs
              .map((code) =>
                [code.label, masters("item.pack.times", { n: code.pack_factor })].filter(Boolean).join(" "),
              )
              .join(", ")
          : others.length > 0 && masters("item.codes.more", { n: others.length })}
      </small>
    </>
  );
}

function columns(): Column<Item>[] {
  return [
    {
      key: "name",
      label: masters("item.name"),
      track: "minmax(9rem, 2.4fr)",
      render: (item) => (
        <span class={item.active ? undefined : "off"}>
          <span class="clip">{item.name}</span>
          <small class="clip">
            <code>{item.sku}</code>
            {!item.active && ` · ${masters("items.not_in_use")}`}
          </small>
        </span>
      ),
    },
    {
      key: "category",
      label: masters("item.category"),
      track: "minmax(5rem, 1fr)",
      from: 40,
      render: (item) => <span class="clip">{item.category_name ?? <span class="soft">—</span>}</span>,
    },
    {
      key: "codes",
      label: masters("item.barcodes"),
      track: "minmax(8rem, 1.4fr)",
      from: 30,
      render: codesOf,
    },
    { key: "unit", label: masters("item.unit"), track: "5.5rem", from: 48, render: (item) => item.unit.name },
    {
      key: "cost",
      label: masters("item.cost"),
      track: "6.5rem",
      align: "end",
      render: (item) =>
        item.unit_cost === undefined || item.unit_cost === null ? (
          <span class="soft">—</span>
        ) : (
          <span class="number">{costText(item.unit_cost, currency())}</span>
        ),
    },
  ];
}

export default function Items() {
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const [category, setCategory] = useState("");
  const [active, setActive] = useState("true");
  const [dialog, setDialog] = useState<Item | "new" | "import" | null>(null);
  const categories = useLoad("categories", () => api.get<ApiPage<Category>>("/categories", { limit: 1000 }));
  const query = { search, category_id: category, active };
  const list = usePaged<Item>(JSON.stringify(query), (page) => api.get<ApiPage<Item>>("/items", { ...query, ...page }));
  const manager = may("manager");
  const filtered = Boolean(search || category) || active !== "true";
  const close = () => setDialog(null);
  const changed = async () => {
    await Promise.all([list.reload(), categories.reload()]);
  };
  return (
    <Page
      title={masters("items.title")}
      about={list.starting ? undefined : masters("items.about", { n: list.total })}
      fill
      actions={
        manager && (
          <>
            <Downloads path="/items/export" query={query} />
            <Button onClick={() => setDialog("import")}>{desk("action.import")}</Button>
            <Button kind="main" onClick={() => setDialog("new")}>
              {masters("items.new")}
            </Button>
          </>
        )
      }
    >
      <Tools>
        <SearchBox label={masters("items.search")} value={typed} onText={setTyped} />
        <Choice
          label={masters("items.category")}
          value={category}
          onChoose={setCategory}
          options={[
            { value: "", label: masters("items.categories") },
            ...(categories.data?.rows ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
        <Choice
          label={masters("item.active")}
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
        caption={masters("items.title")}
        columns={columns()}
        list={list}
        rowKey={(item) => item.id}
        onOpen={manager ? setDialog : undefined}
        empty={
          <Nothing
            title={masters(filtered ? "items.none" : "items.empty")}
            text={filtered ? undefined : masters("items.empty.hint")}
          >
            {!filtered && manager && <Button onClick={() => setDialog("import")}>{desk("action.import")}</Button>}
          </Nothing>
        }
      />
      {dialog === "import" && (
        <ImportDialog
          what={masters("items.what")}
          path="/items/import"
          template="/items/template"
          onDone={changed}
          onClose={close}
        />
      )}
      {dialog !== null && dialog !== "import" && (
        <ItemDialog
          item={dialog === "new" ? null : dialog}
          categories={categories.data?.rows ?? []}
          onDone={changed}
          onClose={close}
        />
      )}
    </Page>
  );
}
