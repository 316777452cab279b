// Records that came in but were not counted: why, and what to do with them, in numbers.
import { useEffect, useState } from "preact/hooks";
import { type Page as ApiPage, api } from "../../../api/client";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { Button, Notice } from "../../components";
import { Downloads } from "../kit/Downloads";
import { Choice, Page, Tools } from "../kit/Page";
import { usePaged } from "../kit/paged";
import { Failed, Nothing, Working } from "../kit/states";
import { MOST, Under } from "../kit/Under";
import { VirtualTable } from "../kit/VirtualTable";
import { usePassing } from "../kit/workbench";
import { useLoad } from "../load";
import { site } from "../sites_here";
import type { Held, HeldDecided, HeldGroup } from "../types";
import { countWaiting } from "../waiting";
import { type Asked, DecideDialog, RefusedDialog } from "./DecideDialog";
import { heldColumns, type Verb } from "./held_columns";
import { keyOf } from "./held_words";
import { NOTHING_NARROWED, narrowings, optionsOf } from "./narrow";

const VERBS: Verb[] = ["release", "move", "dismiss"];

function useHeld() {
  const here = site.value;
  const [state, setState] = useState("open");
  const [narrowed, setNarrowed] = useState(NOTHING_NARROWED);
  const asked = Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== ""));
  const key = here && JSON.stringify([here.id, state, narrowed]);
  const list = usePaged<Held>(
    key,
    (page) => api.get<ApiPage<Held>>("/held", { site_id: here?.id, state, ...asked, ...page }),
    10_000,
  );
  const groups = useLoad(
    here && `${here.id}:${state}`,
    () => api.get<ApiPage<HeldGroup>>("/held/groups", { site_id: here?.id, state }),
    10_000,
  );
  return { here, state, setState, narrowed, setNarrowed, asked, key, list, groups };
}

export default function HeldRecords() {
  const { here, state, setState, narrowed, setNarrowed, asked: filter, key, list, groups } = useHeld();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [refused, setRefused] = useState<HeldDecided | null>(null);
  const [done, setDone] = usePassing();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setChosen(new Set()), [key]);
  const picked = list.rows.filter((record) => chosen.has(keyOf(record)));
  const tick = (record: Held) => {
    const next = new Set(chosen);
    if (!next.delete(keyOf(record))) next.add(keyOf(record));
    setChosen(next);
  };
  const all = async () => setChosen(new Set((await list.all(MOST)).map(keyOf)));
  const settled = async (answer: HeldDecided) => {
    setDone(answer.done);
    setChosen(new Set());
    if (answer.refused > 0) setRefused(answer);
    await Promise.all([list.reload(), groups.reload(), countWaiting()]);
  };
  const open = state === "open";
  return (
    <Page
      title={book("held.title")}
      about={book("held.about")}
      actions={here && <Downloads path="/held/export" query={{ site_id: here.id, state, ...filter }} />}
      fill
    >
      <Tools>
        <Choice
          label={book("held.state")}
          value={state}
          onChoose={setState}
          options={(["open", "released", "dismissed"] as const).map((one) => ({
            value: one,
            label: word(`held.${one}`),
          }))}
        />
        {narrowings.map((one) => (
          <Choice
            key={one}
            label={book(`held.all.${one}`)}
            value={narrowed[one]}
            onChoose={(value) => setNarrowed({ ...narrowed, [one]: value })}
            options={optionsOf(one, groups.data?.rows ?? [], narrowed)}
          />
        ))}
      </Tools>
      {done !== null && done > 0 && <Notice outcome="ok" text={book("held.done", { n: done })} />}
      {list.error !== undefined && <Failed error={list.error} onRetry={list.reload} />}
      {list.starting ? (
        <Working />
      ) : (
        <section class="list list-fill">
          <VirtualTable
            caption={book("held.title")}
            columns={heldColumns((record, verb) => setAsked({ records: [record], verb }))}
            rows={list.rows}
            rowKey={keyOf}
            fill
            chosen={chosen}
            onTick={open ? tick : undefined}
            onTickAll={open ? (on) => setChosen(new Set(on ? list.rows.map(keyOf) : [])) : undefined}
            onMore={list.more}
            more={list.hasMore}
            empty={<Nothing title={book("held.empty")} text={book("held.empty.hint")} />}
          />
        </section>
      )}
      {open && (
        <Under
          chosen={picked.length}
          total={list.total}
          sum={book("held.sum", { n: list.total })}
          keys={[]}
          worth={null}
          actions={VERBS.map((verb) => (
            <Button
              key={verb}
              kind={verb === "release" ? "main" : undefined}
              onClick={() => setAsked({ records: picked, verb })}
            >
              {book(`held.${verb}`)}
            </Button>
          ))}
          onAll={() => void all()}
          onNone={() => setChosen(new Set())}
        />
      )}
      {asked && here && <DecideDialog {...asked} site={here.id} onDone={settled} onClose={() => setAsked(null)} />}
      {refused && <RefusedDialog answer={refused} onClose={() => setRefused(null)} />}
    </Page>
  );
}
