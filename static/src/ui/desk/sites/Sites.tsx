// Where goods are: the site's zones and bins in walking order, and the sites themselves.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { word } from "../../../i18n/desk/words";
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
import { loadSites, site } from "../sites_here";
import type { Place, Site } from "../types";
import { PlaceDialog } from "./PlaceDialog";
import { SiteDialog } from "./SiteDialog";

const SHOWN = new Set(["zone", "bin"]);

function columns(names: Map<string, string>): Column<Place>[] {
  return [
    {
      key: "code",
      label: masters("place.code"),
      track: "minmax(7rem, 1.2fr)",
      render: (place) => (
        <span class={`${place.kind === "bin" ? "indent" : "strong"}${place.active ? "" : " off"}`}>{place.code}</span>
      ),
    },
    {
      key: "name",
      label: masters("place.name"),
      track: "minmax(7rem, 1.6fr)",
      render: (place) => <span class="clip">{place.name}</span>,
    },
    {
      key: "kind",
      label: masters("place.kind"),
      track: "5rem",
      from: 30,
      render: (place) => (place.mobile ? masters("place.mobile.short") : word(`location.${place.kind}`)),
    },
    {
      key: "parent",
      label: masters("place.parent"),
      track: "minmax(5rem, 0.8fr)",
      from: 48,
      render: (place) => <span class="clip">{names.get(place.parent_id ?? "") ?? <span class="soft">—</span>}</span>,
    },
    {
      key: "barcode",
      label: masters("place.barcode"),
      track: "minmax(8rem, 1.4fr)",
      from: 40,
      render: (place) => <code class="clip">{place.barcode}</code>,
    },
    {
      key: "walk",
      label: masters("place.walk"),
      track: "7.5rem",
      align: "end",
      from: 56,
      render: (place) => <span class="number">{place.walk_order}</span>,
    },
    {
      key: "active",
      label: masters("device.state"),
      track: "5.5rem",
      from: 64,
      render: (place) =>
        place.active ? (
          <span class="state state-ok">{masters("place.active")}</span>
        ) : (
          <span class="state state-quiet">{masters("place.active.off")}</span>
        ),
    },
  ];
}

type Asked = "site" | "new_site" | "import" | "zone" | "bin" | Place | null;

export default function Sites() {
  const here = site.value;
  const administrator = may("administrator", here?.id);
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  return (
    <Page
      title={masters("sites.title")}
      about={here ? here.name : undefined}
      fill
      actions={
        administrator && (
          <>
            <Button onClick={() => setAsked("new_site")}>{masters("sites.new")}</Button>
            {here && <Button onClick={() => setAsked("site")}>{masters("sites.settings")}</Button>}
          </>
        )
      }
    >
      {here ? (
        <Places key={here.id} here={here} administrator={administrator} asked={asked} onAsk={setAsked} />
      ) : (
        <Nothing title={masters("sites.empty")} text={masters("sites.empty.hint")}>
          {administrator && (
            <Button kind="main" onClick={() => setAsked("new_site")}>
              {masters("sites.new")}
            </Button>
          )}
        </Nothing>
      )}
      {(asked === "site" || asked === "new_site") && (
        <SiteDialog site={asked === "site" ? here : null} onDone={loadSites} onClose={close} />
      )}
    </Page>
  );
}

function Places({
  here,
  administrator,
  asked,
  onAsk,
}: {
  here: Site;
  administrator: boolean;
  asked: Asked;
  onAsk: (asked: Asked) => void;
}) {
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useTyped(search, setSearch);
  const [kind, setKind] = useState("");
  const at = `/sites/${here.id}/locations`;
  const zones = useLoad(here.id, () => api.get<ApiPage<Place>>(at, { kind: "zone", limit: 1000 }));
  const query = { search, kind };
  const list = usePaged<Place>(`${here.id}${JSON.stringify(query)}`, async (page) => {
    const answer = await api.get<ApiPage<Place>>(at, { ...query, ...page });
    return { ...answer, rows: answer.rows.filter((place) => SHOWN.has(place.kind)) };
  });
  const changed = async () => {
    await Promise.all([list.reload(), zones.reload()]);
  };
  const names = new Map((zones.data?.rows ?? []).map((zone) => [zone.id, zone.code]));
  const close = () => onAsk(null);
  return (
    <>
      <Tools>
        <SearchBox label={masters("places.search")} value={typed} onText={setTyped} />
        <Choice
          label={masters("place.kind")}
          value={kind}
          onChoose={setKind}
          options={[
            { value: "", label: desk("action.all") },
            { value: "zone", label: word("location.zone") },
            { value: "bin", label: word("location.bin") },
          ]}
        />
        {administrator && (
          <span class="spread bar">
            <Downloads path={`${at}/export`} query={query} />
            <Button onClick={() => onAsk("import")}>{desk("action.import")}</Button>
            <Button onClick={() => onAsk("zone")}>{masters("places.new.zone")}</Button>
            <Button kind="main" onClick={() => onAsk("bin")}>
              {masters("places.new.bin")}
            </Button>
          </span>
        )}
      </Tools>
      <ListTable
        caption={masters("sites.title")}
        columns={columns(names)}
        list={list}
        rowKey={(place) => place.id}
        lines={1}
        onOpen={administrator ? onAsk : undefined}
        empty={
          <Nothing
            title={masters(search || kind ? "places.none" : "places.empty")}
            text={search || kind ? undefined : masters("places.empty.hint")}
          />
        }
      />
      {asked === "import" && (
        <ImportDialog
          what={masters("places.what")}
          path={`${at}/import`}
          template={`${at}/template`}
          onDone={changed}
          onClose={close}
        />
      )}
      {asked !== null && (asked === "zone" || asked === "bin" || typeof asked === "object") && (
        <PlaceDialog
          site={here}
          zones={zones.data?.rows ?? []}
          place={typeof asked === "object" ? asked : null}
          kind={typeof asked === "object" ? (asked.kind as "zone" | "bin") : asked}
          onDone={changed}
          onClose={close}
        />
      )}
    </>
  );
}
