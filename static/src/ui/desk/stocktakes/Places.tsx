// Who counts where, since when, and what is not begun.
import { useState } from "preact/hooks";
import { api, type Page } from "../../../api/client";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatInteger } from "../../../i18n/format";
import type { Outcome } from "../../components";
import { ListTable } from "../kit/ListTable";
import { Choice, SearchBox, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Nothing } from "../kit/states";
import { useTyped } from "../kit/typed";
import type { Column } from "../kit/VirtualTable";
import { placeName } from "../place_name";
import type { CountPlace, StocktakeDetail } from "../types";
import { moment } from "../when";

const TONES: Record<CountPlace["state"], Outcome | "quiet"> = { open: "quiet", counting: "look", closed: "ok" };

function since(place: CountPlace): string {
  if (place.closed_at) return count("places.done", { time: moment(place.closed_at) });
  return place.opened_at ? count("places.since", { time: moment(place.opened_at) }) : "—";
}

function linesOf(place: CountPlace): number {
  return place.sheets
    .filter((sheet) => sheet.round === place.round && sheet.disposition !== "set_aside")
    .reduce((sum, sheet) => sum + sheet.lines, 0);
}

function columns(): Column<CountPlace>[] {
  return [
    {
      key: "place",
      label: count("places.col.place"),
      track: "minmax(6rem, 1.4fr)",
      render: (place) => (
        <>
          <strong>{place.location_code}</strong>
          {place.location_name !== place.location_code && <small class="clip">{place.location_name}</small>}
        </>
      ),
    },
    {
      key: "state",
      label: count("places.col.state"),
      track: "minmax(6rem, 1fr)",
      render: (place) => (
        <>
          <span class={`state state-${TONES[place.state]}`}>{word(`place.${place.state}`)}</span>
          <small class="clip">
            {[
              place.round > 1 && count("line.round", { n: place.round }),
              place.other_counter && count("places.other"),
              place.overlap && word("mark.overlap"),
              place.sheets.some((sheet) => sheet.empty && sheet.round === place.round) && count("places.empty"),
            ]
              .filter(Boolean)
              .join(" · ")}
          </small>
        </>
      ),
    },
    {
      key: "who",
      label: count("places.col.who"),
      track: "minmax(6rem, 1.4fr)",
      from: 30,
      render: (place) =>
        place.counters.length > 0 ? <span class="clip">{place.counters.join(", ")}</span> : <span class="soft">—</span>,
    },
    { key: "since", label: count("places.col.since"), track: "minmax(7rem, 1fr)", from: 40, render: since },
    {
      key: "lines",
      label: count("places.col.lines"),
      track: "4.5rem",
      align: "end",
      render: (place) => <span class="number">{formatInteger(linesOf(place))}</span>,
    },
  ];
}

export function Places({ stocktake }: { stocktake: StocktakeDetail }) {
  const [state, setState] = useState("");
  const [zone, setZone] = useState("");
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const query = { state, zone_id: zone, search };
  const list = usePaged<CountPlace>(
    `${stocktake.id}:${JSON.stringify(query)}`,
    (page) => api.get<Page<CountPlace>>(`/stocktakes/${stocktake.id}/places`, { ...query, ...page }),
    5_000,
  );
  const states = ["open", "counting", "closed"] as const;
  return (
    <>
      <Tools>
        <SearchBox label={count("places.search")} value={typed} onText={setTyped} />
        <Choice
          label={count("places.col.state")}
          value={state}
          onChoose={setState}
          options={[
            { value: "", label: count("places.states") },
            ...states.map((one) => ({ value: one, label: word(`place.${one}`) })),
          ]}
        />
        {stocktake.zones.length > 0 && (
          <Choice
            label={count("filter.zone")}
            value={zone}
            onChoose={setZone}
            options={[
              { value: "", label: count("filter.zones") },
              ...stocktake.zones.map((one) => ({ value: one.id, label: placeName(one) })),
            ]}
          />
        )}
      </Tools>
      <ListTable
        caption={count("tab.places")}
        columns={columns()}
        list={list}
        rowKey={(place) => place.location_id}
        empty={<Nothing title={count("places.none")} />}
      />
    </>
  );
}
