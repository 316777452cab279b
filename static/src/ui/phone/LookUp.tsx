// Scan or type anything: what it is, where it lies, what is on its way.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { showCode } from "../../domain/code";
import { formatDateTime, formatQuantity } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { formatDay, receive } from "../../i18n/receive";
import { goods } from "../../i18n/receive_screens";
import { play } from "../../scan/sound";
import type { ItemRow } from "../../store/schema";
import "../../styles/receive.css";
import { Button, Empty, Field, Notice, Pill } from "../components";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { type Answer, lookUp, type Served } from "./lookup";
import { Tabs } from "./Tabs";

const MOVEMENTS_SHOWN = 20;

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card facts">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fact({ name, more, value }: { name: ComponentChildren; more?: ComponentChildren; value: ComponentChildren }) {
  return (
    <li class="finding-row">
      <span>
        {name}
        {more && <small>{more}</small>}
      </span>
      <b>{value}</b>
    </li>
  );
}

function ItemCard({ item, fixed }: { item: ItemRow; fixed: string | null }) {
  return (
    <section class="card">
      <h2>{item.name}</h2>
      <p class="soft">
        {item.sku} · {item.unit.name} {item.active === false && <Pill outcome="look">{goods("lookup.inactive")}</Pill>}
      </p>
      {fixed && (
        <p>
          {goods("lookup.place")} <b>{fixed}</b>
        </p>
      )}
      {item.barcodes.length > 0 && (
        <ul aria-label={goods("lookup.packs")}>
          {item.barcodes.map((barcode) => (
            <Fact
              key={barcode.code}
              name={<code>{showCode(barcode.code)}</code>}
              more={barcode.label}
              value={goods("lookup.pack", { n: barcode.pack_factor })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Stock({ served }: { served: Served }) {
  const ofItem = served.kind === "item" || served.kind === "lot";
  const scale = served.item?.unit.scale ?? served.stock[0]?.item.unit.scale ?? 0;
  return (
    <Part title={goods("lookup.stock")}>
      {served.stock.length === 0 && served.hidden_places.length === 0 && (
        <p class="soft">{goods("lookup.stock.none")}</p>
      )}
      {served.hidden_places.length > 0 && (
        <p class="soft">{goods("lookup.hidden", { places: served.hidden_places.join(", ") })}</p>
      )}
      {served.quantity !== null && served.stock.length > 0 && (
        <p class="big">{goods("lookup.total", { quantity: formatQuantity(served.quantity, scale) })}</p>
      )}
      <ul>
        {served.stock.map((row) => (
          <Fact
            key={`${row.location.id}|${row.lot}|${row.item.id}`}
            name={ofItem ? row.location.code : row.item.name}
            more={[
              ofItem ? "" : row.item.sku,
              row.lot && goods("line.lot", { lot: row.lot }),
              row.expires_on && goods("line.expires", { date: formatDay(row.expires_on) }),
            ]
              .filter(Boolean)
              .join(" · ")}
            value={formatQuantity(row.quantity, row.item.unit.scale)}
          />
        ))}
      </ul>
    </Part>
  );
}

function Coming({ title, rows, named }: { title: string; rows: Served["expected"]; named: boolean }) {
  if (rows.length === 0) return null;
  return (
    <Part title={title}>
      <ul>
        {rows.map((row) => (
          <Fact
            key={`${row.id}|${row.item.id}|${row.lot}`}
            name={named ? `${row.label} · ${row.item.name}` : row.label}
            more={row.on ? formatDay(row.on) : row.kind !== "receipt" && receive("tasks.no_date")}
            value={formatQuantity(row.quantity, row.item.unit.scale)}
          />
        ))}
      </ul>
    </Part>
  );
}

function DocumentLines({ document, kind }: { document: NonNullable<Served["document"]>; kind: Served["kind"] }) {
  const named = kind === "order" || kind === "delivery" || kind === "receipt";
  return (
    <section class="card facts">
      {named && <p class="soft">{goods(`lookup.kind.${kind}`)}</p>}
      <h2>{document.label}</h2>
      <p class="soft">{[document.supplier, document.on && formatDay(document.on)].filter(Boolean).join(" · ")}</p>
      <ul>
        {document.lines.map((line, index) => (
          <Fact
            key={`${line.item.id}|${line.lot}|${index}`}
            name={line.item.name}
            more={line.lot ? goods("line.lot", { lot: line.lot }) : line.item.sku}
            value={goods("scan.of", {
              received: formatQuantity(line.quantity_received, line.item.unit.scale),
              expected: formatQuantity(line.quantity, line.item.unit.scale),
            })}
          />
        ))}
      </ul>
    </section>
  );
}

function Online({ served }: { served: Served }) {
  const named = served.kind !== "item";
  return (
    <>
      {served.document && <DocumentLines document={served.document} kind={served.kind} />}
      {!served.document && <Stock served={served} />}
      <Coming title={goods("lookup.expected")} rows={served.document ? [] : served.expected} named={named} />
      <Coming title={goods("lookup.arriving")} rows={served.document ? [] : served.arriving} named={named} />
      {served.elsewhere.length > 0 && (
        <Part title={goods("lookup.elsewhere")}>
          <ul>
            {served.elsewhere.map(({ site, quantity }) => (
              <Fact key={site.id} name={site.name} value={formatQuantity(quantity, served.item?.unit.scale ?? 0)} />
            ))}
          </ul>
        </Part>
      )}
      {served.movements.length > 0 && (
        <Part title={goods("lookup.movements")}>
          <ul>
            {served.movements.slice(0, MOVEMENTS_SHOWN).map((row, index) => (
              <Fact
                key={`${row.number}|${index}`}
                name={`${row.from_location_code} → ${row.to_location_code}`}
                more={[formatDateTime(row.occurred_at), row.document, named && row.item_name]
                  .filter(Boolean)
                  .join(" · ")}
                value={formatQuantity(row.quantity, row.unit_scale)}
              />
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function Here({ answer, onChoose }: { answer: Answer; onChoose: (item: ItemRow) => void }) {
  const { item, location, fixed, open, candidates } = answer.known;
  return (
    <>
      {item && <ItemCard item={item} fixed={answer.served?.fixed?.code ?? fixed?.code ?? null} />}
      {location && (
        <section class="card">
          <p class="soft">{goods("lookup.kind.location")}</p>
          <h2>{location.code}</h2>
          {location.name && location.name !== location.code && <p>{location.name}</p>}
        </section>
      )}
      {open.length > 0 && !answer.served && (
        <Part title={goods("lookup.expected")}>
          <ul>
            {open.map((one) => (
              <Fact
                key={one.id}
                name={one.label}
                more={[one.supplier, one.on ? formatDay(one.on) : receive("tasks.no_date")].join(" · ")}
                value={one.quantity === null ? "" : formatQuantity(one.quantity, item?.unit.scale ?? 0)}
              />
            ))}
          </ul>
        </Part>
      )}
      {candidates.map((one) => (
        <Button key={one.id} size="touch" wide class="choice" onClick={() => onChoose(one)}>
          <span>{one.name}</span>
          <small>{one.sku}</small>
        </Button>
      ))}
    </>
  );
}

function Found({ answer, onChoose }: { answer: Answer; onChoose: (item: ItemRow) => void }) {
  const { known, served, offline } = answer;
  const { item, location, open, candidates } = known;
  const here = item !== null || location !== null || open.length > 0 || candidates.length > 0;
  const nothing = !here && (served === null || served.kind === "unknown");
  return (
    <>
      {offline && <Notice outcome="look" text={goods("lookup.offline")} />}
      {nothing && <Empty title={goods("lookup.none")} text={goods("lookup.none.hint")} />}
      <Here answer={answer} onChoose={onChoose} />
      {served && served.kind !== "unknown" && <Online served={served} />}
    </>
  );
}

export function LookUp({ open }: { open: Floor }) {
  const [words, setWords] = useState("");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [busy, setBusy] = useState(false);
  const asked = useRef(0);
  const ask = async (scan: { text: string; symbology: string | null }, aloud: boolean) => {
    asked.current += 1;
    const mine = asked.current;
    setBusy(true);
    const found = await lookUp(open.store, open.device.value?.site_id, scan);
    if (mine !== asked.current) return;
    setAnswer(found);
    setBusy(false);
    const { item, location, open: orders } = found.known;
    const known = item || location || orders.length > 0 || (found.served && found.served.kind !== "unknown");
    if (aloud) play(known ? "ok" : "alarm");
  };
  const latest = useRef(ask);
  latest.current = ask;
  useLayoutEffect(
    () =>
      open.bus.listen((scan) => {
        setWords(scan.text);
        void latest.current(scan, true);
      }),
    [open],
  );
  const submit = (event: Event) => {
    event.preventDefault();
    if (words.trim() !== "") void ask({ text: words.trim(), symbology: null }, false);
  };
  const choose = (item: ItemRow) => {
    const text = item.barcodes[0]?.code ?? item.sku;
    setWords(text);
    void ask({ text, symbology: null }, false);
  };
  return (
    <>
      <Head title={goods("lookup.title")} subtitle={open.person.value?.name} />
      <main class="screen">
        <form class="ask" onSubmit={submit}>
          <Field label={goods("lookup.label")} size="touch" type="search" value={words} onText={setWords} />
          <Button kind="main" size="touch" type="submit" busy={busy}>
            {phone("nav.lookup")}
          </Button>
        </form>
        {answer ? <Found answer={answer} onChoose={choose} /> : <p class="soft center">{goods("lookup.hint")}</p>}
      </main>
      <Tabs current="lookup" />
    </>
  );
}
