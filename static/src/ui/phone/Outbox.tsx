// What is on its way to the server, what a supervisor must look at, and when the server last answered.
import { useEffect, useState } from "preact/hooks";
import { device, heldReason } from "../../i18n/device";
import { formatAgo, formatInteger, formatTime } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { logFile } from "../../store/log_file";
import "../../styles/phone-more.css";
import { Button, LinkButton, Notice, Pill } from "../components";
import { href } from "../router";
import type { Floor } from "./floor";
import { Head } from "./Head";
import { documentWords, type Judged, type Told, tellJudged } from "./judged";
import { PhotoNotice } from "./Photo";
import { Tabs } from "./Tabs";

/** The log as a file that the desk can take in; shared where the phone can share files, else a download. */
async function saveFile(open: Floor): Promise<void> {
  const known = open.device.value;
  if (!known) return;
  const lines = await logFile(open.store, known, open.clock);
  const name = `pandian-${known.number}-${Date.now()}.log.json`;
  const file = new File([lines.join("\n")], name, { type: "application/json" });
  if (navigator.canShare?.({ files: [file] })) {
    const shared = await navigator.share({ files: [file] }).then(
      () => true,
      (error: unknown) => error instanceof DOMException && error.name === "AbortError",
    );
    if (shared) return;
  }
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function Held({ told }: { told: Told }) {
  const { row, what, where } = told;
  const verdict = row.verdict;
  const moved = verdict?.moved_to;
  return (
    <li class="held">
      <span>
        <b>{what}</b>
        <small>{[formatTime(row.at), ...where].join(" · ")}</small>
        <small>{heldReason(verdict?.code ?? "")}</small>
        {verdict?.note && <small>{device("outbox.said", { note: verdict.note })}</small>}
      </span>
      <Pill outcome={verdict?.state === "open" ? "look" : verdict?.state === "released" ? "ok" : "quiet"}>
        {moved
          ? device("outbox.moved", { document: documentWords(moved) })
          : device(`outbox.${verdict?.state ?? "open"}`)}
      </Pill>
    </li>
  );
}

function Warnings({ open }: { open: Floor }) {
  const state = open.engine.state.value;
  const broken = open.store.state.value !== "OPEN";
  return (
    <>
      {broken && <Notice outcome="alarm" text={phone("outbox.read_only")} />}
      {state.phase === "AUTH_PAUSED" && (
        <Notice outcome="look" text={device("outbox.auth")}>
          <LinkButton kind="main" size="touch" href={href("/enrol")}>
            {device("me.reenrol")}
          </LinkButton>
        </Notice>
      )}
      {state.revoked && <Notice outcome="alarm" text={device("outbox.revoked")} />}
      {state.itemsDropped && <Notice outcome="look" text={device("room.dropped")} />}
    </>
  );
}

/** Photos go after the records. */
function PhotoQueue({ open }: { open: Floor }) {
  const { waiting, refused, code } = open.photos.state.value;
  return (
    <>
      <PhotoNotice open={open} />
      {waiting > 0 && <Notice outcome="info" text={device("photo.waiting", { n: waiting })} />}
      {refused > 0 && (
        <Notice outcome="look" text={device("photo.refused", { n: refused, code: code ?? "" })}>
          <Button size="touch" onClick={() => open.photos.retry()}>
            {device("photo.retry")}
          </Button>
        </Notice>
      )}
    </>
  );
}

export function Outbox({ open }: { open: Floor }) {
  const state = open.engine.state.value;
  const [held, setHeld] = useState<Judged>({ mine: [], others: 0 });
  const [sending, setSending] = useState(false);
  useEffect(() => {
    void tellJudged(open.store, open.person.value?.id ?? "").then(setHeld);
  }, [open, state.held, state.lastContact, open.person.value?.id]);
  const send = async () => {
    setSending(true);
    await open.loop.now();
    await open.photos.run(true);
    setSending(false);
  };
  return (
    <>
      <Head title={device("outbox.title")} subtitle={open.device.value?.label} />
      <main class="screen">
        <Warnings open={open} />
        <PhotoQueue open={open} />
        <dl class="figures">
          <div>
            <dt>{device("outbox.waiting")}</dt>
            <dd>{formatInteger(state.waiting)}</dd>
          </div>
          <div>
            <dt>{device("outbox.held")}</dt>
            <dd>{formatInteger(state.held)}</dd>
          </div>
          <div>
            <dt>{device("outbox.last")}</dt>
            <dd class="small">{state.lastContact ? formatAgo(state.lastContact) : device("outbox.never")}</dd>
          </div>
        </dl>
        <Button kind="main" size="touch" wide busy={sending} onClick={send}>
          {device("outbox.send")}
        </Button>
        <p class="soft">{device("outbox.safe")}</p>
        {held.mine.length + held.others > 0 && (
          <section>
            <h2>{device("outbox.held.title")}</h2>
            <p class="soft">{device("outbox.held.hint")}</p>
            <ul>
              {held.mine.map((told) => (
                <Held key={told.row.seq} told={told} />
              ))}
            </ul>
            {held.others > 0 && <p class="soft">{device("outbox.others", { n: held.others })}</p>}
          </section>
        )}
        <Button size="touch" wide onClick={() => saveFile(open)}>
          {device("outbox.export")}
        </Button>
      </main>
      <Tabs current="outbox" />
    </>
  );
}
