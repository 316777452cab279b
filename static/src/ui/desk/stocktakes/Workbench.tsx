// One stocktake: how far it is, what it costs, which lines need me, and for the chosen line what happened.
import { useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { core } from "../../../i18n/core";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatInteger } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { here, href, type Params } from "../../router";
import { may } from "../../session";
import { Confirm } from "../kit/form";
import { HealthDialog } from "../kit/Health";
import { Menu } from "../kit/Menu";
import { Page, Tabs } from "../kit/Page";
import { Failed, Nothing, Working } from "../kit/states";
import { useLoad } from "../load";
import { currency, siteOf } from "../sites_here";
import type { Place, StocktakeDetail } from "../types";
import { moment } from "../when";
import { CloseDialog, ReverseDialog } from "./EndDialogs";
import { Facts } from "./Facts";
import { Lines } from "./Lines";
import { Overlaps } from "./Overlaps";
import { Places } from "./Places";
import { PostDialog } from "./PostDialog";
import { toleranceWords } from "./tolerance";
import { UnknownCodes } from "./UnknownCodes";

const LIVE_MS = 2_000;
export type Part = "lines" | "overlaps" | "codes" | "places";
type Asked = "start" | "post" | "close" | "reverse" | "cancel" | "health" | null;

function partOf(path: string): Part {
  const last = path.split("/").filter(Boolean)[2];
  return last === "overlaps" || last === "codes" || last === "places" ? last : "lines";
}

export default function Workbench({ params }: { params: Params }) {
  const id = params.id ?? "";
  const loaded = useLoad(id, () => api.get<StocktakeDetail>(`/stocktakes/${id}`), LIVE_MS);
  const [asked, setAsked] = useState<Asked>(null);
  const stocktake = useZones(loaded.data);
  if (loaded.starting) return <Working />;
  if (!stocktake) return <Failed error={loaded.error} onRetry={loaded.reload} />;
  return (
    <Page
      title={stocktake.name}
      about={<About stocktake={stocktake} />}
      back={{ href: href("/stocktakes"), label: count("list.title") }}
      actions={<Actions stocktake={stocktake} onAsk={setAsked} />}
      fill
      aside={stocktake.state !== "draft" && partOf(here.value.path) === "lines"}
    >
      {loaded.error !== undefined && <Notice outcome="look" text={core("state.unreachable")} />}
      {stocktake.override_reason && (
        <Notice outcome="look" text={count("closed.over", { reason: stocktake.override_reason })} />
      )}
      {stocktake.state === "draft" ? (
        <Draft stocktake={stocktake} onStart={() => setAsked("start")} />
      ) : (
        <Body stocktake={stocktake} reload={loaded.reload} onHealth={() => setAsked("health")} />
      )}
      <Dialogs asked={asked} stocktake={stocktake} onDone={loaded.reload} onClose={() => setAsked(null)} />
    </Page>
  );
}

/** A full count covers every zone of the site: name them, so that lines can be filtered and posted by zone. */
function useZones(stocktake: StocktakeDetail | undefined): StocktakeDetail | undefined {
  const site = stocktake?.kind === "full" ? stocktake.site_id : null;
  const zones = useLoad(site && `zones:${site}`, () =>
    api.get<ApiPage<Place>>(`/sites/${site}/locations`, { kind: "zone", limit: 1000 }),
  );
  if (!stocktake || !zones.data) return stocktake;
  return { ...stocktake, zones: zones.data.rows };
}

function About({ stocktake }: { stocktake: StocktakeDetail }) {
  const site = siteOf(stocktake.site_id);
  const parts = [
    site?.name,
    stocktake.kind === "zone" ? stocktake.zones.map((zone) => zone.code).join(", ") : word("kind.full"),
    word(stocktake.blind ? "blind.true" : "blind.false"),
    word(`stocktake.${stocktake.state}`),
    toleranceWords(stocktake, site?.currency ?? currency()),
    stocktake.started_at && count("places.since", { time: moment(stocktake.started_at) }),
  ];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

function Actions({ stocktake, onAsk }: { stocktake: StocktakeDetail; onAsk: (asked: Asked) => void }) {
  const { state, parts_posted: parts } = stocktake;
  const open = state === "counting" || state === "closed";
  const menu = [
    state === "counting" && { label: count("act.close"), run: () => onAsk("close") },
    (state === "posted" || (open && parts > 0)) &&
      may("manager", stocktake.site_id) && { label: count("act.reverse"), run: () => onAsk("reverse"), danger: true },
    (state === "draft" || (open && parts === 0)) && {
      label: count("act.cancel"),
      run: () => onAsk("cancel"),
      danger: true,
    },
  ].filter((one) => one !== false);
  return (
    <>
      {menu.length > 0 && <Menu label={bench("act.more")} items={menu} />}
      {state === "draft" && (
        <Button kind="main" onClick={() => onAsk("start")}>
          {count("start.action")}
        </Button>
      )}
      {open && (
        <Button kind="main" onClick={() => onAsk("post")}>
          {count("act.post")}
        </Button>
      )}
    </>
  );
}

function Draft({ stocktake, onStart }: { stocktake: StocktakeDetail; onStart: () => void }) {
  const site = siteOf(stocktake.site_id);
  const scope = stocktake.kind === "full" ? word("kind.full") : stocktake.zones.map((zone) => zone.code).join(", ");
  return (
    <Nothing
      title={count("draft.title")}
      text={count("draft.text", {
        scope,
        mode: word(stocktake.blind ? "blind.true" : "blind.false"),
        tolerance: toleranceWords(stocktake, site?.currency ?? currency()),
      })}
    >
      <Button kind="main" onClick={onStart}>
        {count("start.action")}
      </Button>
    </Nothing>
  );
}

function Body({
  stocktake,
  reload,
  onHealth,
}: {
  stocktake: StocktakeDetail;
  reload: () => Promise<void>;
  onHealth: () => void;
}) {
  const part = partOf(here.value.path);
  const { progress } = stocktake;
  const at = `/stocktakes/${stocktake.id}`;
  const tab = (key: Part, label: string, number: number, alarm = false) => ({
    href: href(key === "lines" ? at : `${at}/${key}`),
    label,
    count: number > 0 ? formatInteger(number) : undefined,
    current: part === key,
    alarm,
  });
  return (
    <>
      <Facts stocktake={stocktake} onHealth={onHealth} />
      <Tabs
        label={count("tab.label")}
        tabs={[
          tab("lines", count("tab.lines"), progress.lines_by_state.needs_decision ?? 0, true),
          tab("overlaps", count("tab.overlaps"), progress.overlaps, true),
          tab("codes", count("tab.codes"), progress.unknown_codes, true),
          tab("places", count("tab.places"), 0),
        ]}
      />
      {part === "lines" && <Lines stocktake={stocktake} reload={reload} />}
      {part === "overlaps" && <Overlaps stocktake={stocktake} reload={reload} />}
      {part === "codes" && <UnknownCodes stocktake={stocktake} reload={reload} />}
      {part === "places" && <Places stocktake={stocktake} />}
    </>
  );
}

function Dialogs({
  asked,
  stocktake,
  onDone,
  onClose,
}: {
  asked: Asked;
  stocktake: StocktakeDetail;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const at = `/stocktakes/${stocktake.id}`;
  const call = (path: string) => async () => {
    await api.post(at + path);
    await onDone();
  };
  if (asked === "start") {
    return (
      <Confirm
        title={count("start.title")}
        text={count("start.text")}
        submit={count("start.action")}
        onConfirm={call("/start")}
        onClose={onClose}
      />
    );
  }
  if (asked === "cancel") {
    return (
      <Confirm
        title={count("cancel.title")}
        text={count("cancel.text")}
        submit={count("cancel.submit")}
        danger
        onConfirm={call("/cancel")}
        onClose={onClose}
      />
    );
  }
  if (asked === "post") return <PostDialog stocktake={stocktake} onDone={onDone} onClose={onClose} />;
  if (asked === "close") return <CloseDialog stocktake={stocktake} onDone={onDone} onClose={onClose} />;
  if (asked === "reverse") return <ReverseDialog stocktake={stocktake} onDone={onDone} onClose={onClose} />;
  if (asked === "health") return <HealthDialog path={`/stocktakes/${stocktake.id}`} onClose={onClose} />;
  return null;
}
