// The stocktakes of the site.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import type { Outcome } from "../../components";
import { Button, Pill } from "../../components";
import { href, navigate } from "../../router";
import { Downloads } from "../kit/Downloads";
import { ListTable } from "../kit/ListTable";
import { Page } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import type { Column } from "../kit/VirtualTable";
import { site } from "../sites_here";
import type { Stocktake, StocktakeState } from "../types";
import { moment } from "../when";
import { NewStocktake } from "./NewStocktake";

const TONES: Record<StocktakeState, Outcome | "quiet"> = {
  draft: "quiet",
  counting: "look",
  closed: "info",
  posted: "ok",
  reversed: "quiet",
  cancelled: "quiet",
};

export function StatePill({ state }: { state: StocktakeState }) {
  return <Pill outcome={TONES[state]}>{word(`stocktake.${state}`)}</Pill>;
}

function columns(): Column<Stocktake>[] {
  return [
    {
      key: "name",
      label: count("list.name"),
      track: "minmax(12rem, 3fr)",
      render: (row) => (
        <a class="row-link" href={href(`/stocktakes/${row.id}`)}>
          {row.name}
        </a>
      ),
    },
    {
      key: "number",
      label: count("list.number"),
      track: "4.5rem",
      align: "end",
      from: 40,
      render: (row) => row.number,
    },
    { key: "state", label: count("list.state"), track: "9rem", render: (row) => <StatePill state={row.state} /> },
    { key: "kind", label: count("list.kind"), track: "6.5rem", from: 48, render: (row) => word(`kind.${row.kind}`) },
    {
      key: "mode",
      label: count("list.mode"),
      track: "5.5rem",
      from: 48,
      render: (row) => word(row.blind ? "blind.true" : "blind.false"),
    },
    {
      key: "started",
      label: count("list.started"),
      track: "9rem",
      from: 34,
      render: (row) => (row.started_at ? moment(row.started_at) : <span class="soft">—</span>),
    },
  ];
}

export default function Stocktakes() {
  const [making, setMaking] = useState(false);
  const here = site.value;
  const list = usePaged<Stocktake>(
    here?.id ?? null,
    (page) => api.get<ApiPage<Stocktake>>("/stocktakes", { ...page, site_id: here?.id }),
    15_000,
  );
  const add = (
    <Button kind="main" onClick={() => setMaking(true)}>
      {count("list.new")}
    </Button>
  );
  return (
    <Page
      title={count("list.title")}
      about={here && count("list.about", { site: here.name })}
      actions={
        <>
          {here && <Downloads path="/stocktakes/export" query={{ site_id: here.id }} />}
          {add}
        </>
      }
      fill
    >
      <ListTable
        caption={count("list.title")}
        columns={columns()}
        list={list}
        rowKey={(row) => row.id}
        lines={1}
        onOpen={(row) => navigate(`/stocktakes/${row.id}`)}
        empty={
          <Nothing title={count("list.empty")} text={count("list.empty.hint")}>
            {add}
          </Nothing>
        }
      />
      {making && here && <NewStocktake site={here} onClose={() => setMaking(false)} />}
    </Page>
  );
}
