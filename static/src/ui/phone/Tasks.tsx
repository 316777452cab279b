// My tasks: the running stocktakes and, inside one, its places in walking order, recounts first.
import { useRef, useState } from "preact/hooks";
import { phone } from "../../i18n/phone";
import type { Scan } from "../../scan/bus";
import { play } from "../../scan/sound";
import { Button, Empty, Field, LinkButton, Loading, Notice, Pill } from "../components";
import { lazy } from "../lazy";
import { here, href, navigate } from "../router";
import { formOf } from "./feedback";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { loadingWords } from "./sync_words";
import { Tabs } from "./Tabs";
import { type StocktakeTasks, type Task, useTasks } from "./tasks";
import { useScans } from "./use_scans";

const FIRST_SHOWN = 40;

// What is to be received comes after what is to be counted.
const loadArrivals = () => import("./ReceiveTasks");
const ReceiveTasks = lazy<{ open: Floor; alone: boolean }>(() =>
  loadArrivals().then((all) => ({ default: all.ReceiveTasks })),
);

async function begin(open: Floor, stocktake: StocktakeTasks["stocktake"], task: Task): Promise<boolean> {
  const opened = await open.counting.open(stocktake, task.location, true);
  if (opened) navigate("/phone/count");
  return opened;
}

type Found = { stocktake: StocktakeTasks["stocktake"]; task: Task };

function findTask(all: StocktakeTasks[], scan: Scan): Found | null {
  const form = formOf(scan);
  for (const { stocktake, tasks } of all) {
    const task = tasks.find(({ location }) => location.forms.includes(form));
    if (task && !task.notYou) return { stocktake, task };
  }
  return null;
}

/**
 * A location's code begins there, from either list; with `arrivals` an order's, a delivery's or a pallet's code begins
 * to receive it. One code after the other: what is scanned while a place or a receipt is being opened is counted there.
 * What is scanned before the list is read waits in the bus.
 */
function useTaskScan(open: Floor, all: StocktakeTasks[] | null, arrivals = false): string | null {
  const [missed, setMissed] = useState<string | null>(null);
  const turn = useRef(Promise.resolve());
  const left = useRef(false);
  const miss = (scan: Scan) => {
    play("alarm");
    setMissed(scan.text);
  };
  const answer = async (scan: Scan): Promise<void> => {
    if (left.current) return open.bus.pass(scan);
    const found = findTask(all ?? [], scan);
    if (found) left.current = await begin(open, found.stocktake, found.task);
    else if (arrivals) left.current = await (await loadArrivals()).beginScanned(open, scan);
    if (left.current) stop();
    else if (!found) miss(scan);
  };
  const take = (scan: Scan) => {
    turn.current = turn.current.then(() =>
      answer(scan).catch((error: unknown) => {
        console.error(error);
        miss(scan);
      }),
    );
  };
  const { stop } = useScans(open.bus, take, all !== null);
  return missed;
}

function Card({ open, entry }: { open: Floor; entry: StocktakeTasks }) {
  const { stocktake, tasks } = entry;
  const done = tasks.filter((task) => task.state === "closed").length;
  const recounts = tasks.filter((task) => task.recount && task.state !== "closed" && !task.notYou).length;
  const mine = tasks.find((task) => task.state === "mine");
  return (
    <section class="card">
      <h2>{stocktake.name}</h2>
      <p class="soft">
        {stocktake.number} · {phone(stocktake.blind ? "tasks.blind" : "tasks.open")}
      </p>
      <progress
        max={Math.max(1, tasks.length)}
        value={done}
        aria-label={phone("tasks.progress", { done, all: tasks.length })}
      />
      <p class="bar">
        <span>{phone("tasks.progress", { done, all: tasks.length })}</span>
        {recounts > 0 && <Pill outcome="look">{phone("tasks.recounts", { n: recounts })}</Pill>}
      </p>
      {mine && (
        <Button kind="main" size="touch" wide onClick={() => begin(open, stocktake, mine)}>
          {phone("tasks.continue", { place: mine.location.code })}
        </Button>
      )}
      <LinkButton kind={mine ? "plain" : "main"} size="touch" wide href={href(`/phone/stocktake/${stocktake.id}`)}>
        {phone("tasks.choose", { n: tasks.length - done })}
      </LinkButton>
    </section>
  );
}

export function Tasks({ open }: { open: Floor }) {
  const all = useTasks(open);
  const missed = useTaskScan(open, all, true);
  const sync = open.engine.state.value;
  const done = here.value.query.get("done");
  const received = here.value.query.get("received");
  return (
    <>
      <Head title={phone("tasks.title")} subtitle={open.person.value?.name} />
      <main class="screen">
        {done && <Notice outcome="ok" text={phone("finish.done", { place: done })} />}
        {received && <Notice outcome="ok" text={phone("tasks.received", { label: received })} />}
        {missed && <Notice outcome="alarm" title={missed} text={phone("tasks.missed")} />}
        {sync.phase === "BOOTSTRAP" && <Notice outcome="info" text={loadingWords(sync)} />}
        {!all && <Loading />}
        {all?.map((entry) => (
          <Card key={entry.stocktake.id} open={open} entry={entry} />
        ))}
        {all && <ReceiveTasks open={open} alone={all.length === 0} />}
        {all && <p class="soft center">{phone("tasks.scan_hint")}</p>}
      </main>
      <Tabs current="tasks" />
    </>
  );
}

const PLACE_PILL = { open: "quiet", counting: "info", closed: "ok", mine: "look" } as const;

function PlaceRowButton({ task, onOpen }: { task: Task; onOpen: () => void }) {
  const { location } = task;
  return (
    <li>
      <button type="button" class="place-row" disabled={task.notYou} onClick={onOpen}>
        <span class="place-name">
          <b>{location.code}</b>
          {location.name && location.name !== location.code && <small>{location.name}</small>}
        </span>
        {task.recount && task.state !== "closed" && !task.notYou && (
          <Pill outcome="look">{phone("place.recount")}</Pill>
        )}
        <Pill outcome={task.notYou ? "quiet" : PLACE_PILL[task.state]}>
          {phone(task.notYou ? "place.not_you" : `place.${task.state}`)}
        </Pill>
      </button>
    </li>
  );
}

export function Places({ open, id }: { open: Floor; id: string }) {
  const all = useTasks(open);
  const missed = useTaskScan(open, all);
  const [words, setWords] = useState("");
  const [shown, setShown] = useState(FIRST_SHOWN);
  const entry = all?.find(({ stocktake }) => stocktake.id === id);
  const wanted = words.trim().toLowerCase();
  const tasks = (entry?.tasks ?? []).filter(({ location }) =>
    `${location.code} ${location.name}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <Head title={entry?.stocktake.name ?? phone("count.place")} subtitle={entry?.stocktake.number} back="/phone" />
      <main class="screen">
        {missed && <Notice outcome="alarm" title={missed} text={phone("reason.not_in_stocktake")} />}
        <Field label={phone("places.search")} size="touch" type="search" value={words} onText={setWords} />
        {!all && <Loading />}
        {all && tasks.length === 0 && <Empty title={phone("places.none")} />}
        <ul>
          {tasks.slice(0, shown).map((task) => (
            <PlaceRowButton
              key={task.place.id}
              task={task}
              onOpen={() => entry && begin(open, entry.stocktake, task)}
            />
          ))}
        </ul>
        {tasks.length > shown && (
          <Button size="touch" wide onClick={() => setShown(shown + FIRST_SHOWN)}>
            {phone("places.more", { n: Math.min(FIRST_SHOWN, tasks.length - shown) })}
          </Button>
        )}
      </main>
    </>
  );
}
