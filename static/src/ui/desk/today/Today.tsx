// The first look of the day: what is being counted, what waits for somebody, which devices are silent.
import { type Page as ApiPage, api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { book } from "../../../i18n/desk/book";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatAgo, formatInteger, formatPercent } from "../../../i18n/format";
import { Notice, Pill } from "../../components";
import { href } from "../../router";
import { may } from "../../session";
import { signedMoney } from "../kit/numbers";
import { Page } from "../kit/Page";
import { Show } from "../kit/states";
import { useLoad } from "../load";
import { site } from "../sites_here";
import { StatePill } from "../stocktakes/List";
import type { BackupState, Device, Journal, Stocktake, StocktakeDetail } from "../types";
import { day, moment } from "../when";
import { Receiving } from "./Receiving";

const LIVE_MS = 5_000;
const BACKUP_MS = 10 * 60_000;

async function running(siteId: string): Promise<StocktakeDetail[]> {
  const page = await api.get<ApiPage<Stocktake>>(
    `/stocktakes?site_id=${siteId}&state=draft&state=counting&state=closed&limit=10`,
  );
  return Promise.all(page.rows.map((one) => api.get<StocktakeDetail>(`/stocktakes/${one.id}`)));
}

export default function Today() {
  const here = site.value;
  if (!here) return null;
  return (
    <Page title={`${day(Date.now())} · ${here.name}`} about={longDay()}>
      <Backup />
      <div class="today">
        <div class="today-main">
          <Receiving siteId={here.id} />
          <Running siteId={here.id} />
        </div>
        <div class="today-side">
          <Devices siteId={here.id} />
          <Latest siteId={here.id} />
        </div>
      </div>
    </Page>
  );
}

/** For those who look after the installation: that it is not protected. Nothing while it is. */
function Backup() {
  const loaded = useLoad(may("administrator") ? "backup" : null, () => api.get<BackupState>("/backup"), BACKUP_MS);
  const { state, taken_at } = loaded.data ?? { state: "good", taken_at: null };
  if (state === "overdue" && taken_at) {
    const text = book("backup.overdue.text", { when: moment(taken_at) });
    return <Notice outcome="look" title={book("backup.overdue")} text={text} />;
  }
  return state === "none" ? (
    <Notice outcome="look" title={book("backup.none")} text={book("backup.none.text")} />
  ) : null;
}

function longDay(): string {
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    dateStyle: "full",
    timeZone: site.value?.time_zone,
  }).format(new Date());
}

function Running({ siteId }: { siteId: string }) {
  const loaded = useLoad(siteId, () => running(siteId), LIVE_MS);
  return (
    <section class="card">
      <header class="card-head">
        <h2>{book("today.running")}</h2>
        <a class="small-link" href={href("/stocktakes")}>
          {desk("action.all")}
        </a>
      </header>
      <Show loaded={loaded}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="soft">{book("today.running.none")}</p>
          ) : (
            rows.map((one) => <One key={one.id} stocktake={one} />)
          )
        }
      </Show>
    </section>
  );
}

/** What of this stocktake waits for a person, each with the way there. */
function Waits({ stocktake }: { stocktake: StocktakeDetail }) {
  const { id, progress } = stocktake;
  const at = `/stocktakes/${id}`;
  const waits: [string, number, string][] = [
    [count("tab.lines"), progress.lines_by_state.needs_decision ?? 0, href(at)],
    [count("tab.overlaps"), progress.overlaps, href(`${at}/overlaps`)],
    [count("tab.codes"), progress.unknown_codes, href(`${at}/codes`)],
    [desk("nav.held"), progress.held, href("/held")],
    [bench("fact.devices"), progress.devices_outstanding, href("/devices")],
  ];
  const open = waits.filter(([, number]) => number > 0);
  if (open.length === 0) return null;
  return (
    <p class="bar">
      {open.map(([label, number, to]) => (
        <a key={label} class="chip chip-look" href={to}>
          {label} <span class="number">{formatInteger(number)}</span>
        </a>
      ))}
    </p>
  );
}

function One({ stocktake }: { stocktake: StocktakeDetail }) {
  const { progress } = stocktake;
  const share = progress.places_total ? progress.places_closed / progress.places_total : 0;
  return (
    <div class="running">
      <a class="running-link" href={href(`/stocktakes/${stocktake.id}`)}>
        <span class="running-head">
          <strong>{stocktake.name}</strong>
          <StatePill state={stocktake.state} />
        </span>
        {stocktake.state !== "draft" && (
          <>
            <span class="meter" aria-hidden="true">
              <i style={{ width: `${share * 100}%` }} />
            </span>
            <small>
              {[
                formatPercent(Math.floor(share * 100) * 100),
                book("today.done", { n: progress.places_closed, all: progress.places_total }),
                signedMoney(progress.variance_value),
              ]
                .filter(Boolean)
                .join(" · ")}
            </small>
          </>
        )}
      </a>
      <Waits stocktake={stocktake} />
    </div>
  );
}

function Devices({ siteId }: { siteId: string }) {
  const loaded = useLoad(siteId, () => api.get<ApiPage<Device>>("/devices", { site_id: siteId }), LIVE_MS);
  return (
    <section class="card">
      <header class="card-head">
        <h2>{book("today.devices")}</h2>
        <a class="small-link" href={href("/devices")}>
          {desk("action.all")}
        </a>
      </header>
      <Show loaded={loaded}>
        {(page) => {
          const rows = page.rows.filter((device) => !device.revoked_at).slice(0, 6);
          if (rows.length === 0) return <p class="soft">{book("today.devices.none")}</p>;
          return (
            <ul class="rows">
              {rows.map((device) => (
                <li key={device.id}>
                  <div>
                    <strong>{device.label}</strong>
                    <small>{device.last_contact_at ? formatAgo(device.last_contact_at) : desk("time.never")}</small>
                  </div>
                  {(device.pending ?? 0) > 0 && (
                    <Pill outcome="look">{book("today.devices.pending", { n: device.pending ?? 0 })}</Pill>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Show>
    </section>
  );
}

function Latest({ siteId }: { siteId: string }) {
  const loaded = useLoad(siteId, () => api.get<ApiPage<Journal>>("/journals", { site_id: siteId, limit: 5 }), 30_000);
  return (
    <section class="card">
      <header class="card-head">
        <h2>{book("today.recent")}</h2>
        <a class="small-link" href={href("/journals")}>
          {desk("action.all")}
        </a>
      </header>
      <Show loaded={loaded}>
        {(page) => (
          <ul class="rows">
            {page.rows.map((journal) => (
              <li key={journal.id}>
                <div>
                  <a href={href(`/journals/${journal.id}`)}>{word(`journal.${journal.kind}`)}</a> {journal.document}
                  <small>{journal.person_name}</small>
                </div>
                <small class="number">{moment(journal.recorded_at)}</small>
              </li>
            ))}
          </ul>
        )}
      </Show>
    </section>
  );
}
