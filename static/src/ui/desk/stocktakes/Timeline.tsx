// The timeline drawn: beeps green, the book at the count amber, movements grey, late ones named.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatQuantity, formatSigned } from "../../../i18n/format";
import { Button } from "../../components";
import { href } from "../../router";
import type { LineDetail, LineMovement, LineRecord } from "../types";
import { clock, dated, day, moment } from "../when";
import { type Event, splitEarlier, timeline } from "./timeline";

export function Timeline({ line }: { line: LineDetail }) {
  const [all, setAll] = useState(false);
  const { earlier, now } = splitEarlier(timeline(line));
  const shown = all ? [...earlier, ...now] : now;
  return (
    <>
      {!all && earlier.length > 0 && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {count("pane.earlier", { n: earlier.length })}
        </Button>
      )}
      <ol class="time">
        {shown.map((event, index) => (
          <Row key={keyOf(event)} event={event} before={shown[index - 1]} scale={line.unit_scale} />
        ))}
      </ol>
    </>
  );
}

function keyOf(event: Event): string {
  if (event.kind === "scan" || event.kind === "set") return event.record.id;
  if (event.kind === "zero") return event.sheet.id;
  if (event.kind === "movement") return `${event.movement.journal_id}${event.at}${event.movement.quantity}`;
  return "book";
}

/** The day stands once, over the first event of it. */
function Row({ event, before, scale }: { event: Event; before?: Event; scale: number }) {
  const today = day(event.at);
  return (
    <>
      {(!before || day(before.at) !== today) && <li class="time-day">{today}</li>}
      {event.kind === "movement" ? (
        <Movement movement={event.movement} scale={scale} />
      ) : event.kind === "book" ? (
        <Moment class="time-book" time={clock(event.at)} note={count("event.book.hint")}>
          {count("event.book", { n: formatQuantity(event.book, scale) })}
          {event.first !== null && (
            <s class="soft"> {count("event.book.was", { n: formatQuantity(event.first, scale) })}</s>
          )}
        </Moment>
      ) : event.kind === "zero" ? (
        <Moment class="time-count" time={clock(event.at)} note={who(event.sheet.person_name, event.sheet.device_label)}>
          {count("event.zero")}
        </Moment>
      ) : (
        <Counted event={event} scale={scale} />
      )}
    </>
  );
}

function Moment({
  class: name,
  time,
  note,
  children,
}: {
  class: string;
  time: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <li class={name}>
      <span class="time-at number">{time}</span>
      <div>
        {children}
        {note && <small>{note}</small>}
      </div>
    </li>
  );
}

function who(...parts: (string | false | null)[]): string {
  return parts.filter(Boolean).join(" · ");
}

function sourceWord(record: LineRecord): string | false {
  const { source } = record;
  return (source === "camera" || source === "wedge" || source === "keypad") && word(`source.${source}`);
}

function Counted({ event, scale }: { event: Event & { kind: "scan" | "set" }; scale: number }) {
  const { record } = event;
  const gone = record.voided || record.superseded;
  const pack = (record.pack_factor ?? 1) > 1;
  const each = record.quantity === null ? "" : formatQuantity(record.quantity, scale);
  const text =
    event.kind === "set"
      ? count("event.set", { n: each })
      : pack
        ? count("event.pack", { n: record.pack_factor ?? 1 })
        : formatSigned(record.quantity ?? 0, scale);
  const times = event.kind === "scan" ? event.times : 1;
  const late = new Date(record.received_at).getTime() - new Date(record.occurred_at).getTime() > 5 * 60_000;
  const note = who(
    sourceWord(record) || count("event.scan"),
    record.person_name,
    record.device_label,
    (record.auth === "offline" || late) && count("event.offline"),
    record.voided && count("event.voided"),
    record.superseded && count("event.superseded"),
    event.kind === "scan" && event.times > 1 && count("event.until", { time: clock(event.until) }),
  );
  const what = times > 1 ? `${text} ${count("event.scan.times", { n: times })}` : text;
  return (
    <Moment class={gone ? "time-gone" : "time-count"} time={clock(event.at)} note={note}>
      {gone ? <s>{what}</s> : <strong>{what}</strong>}
    </Moment>
  );
}

function Movement({ movement, scale }: { movement: LineMovement; scale: number }) {
  const late = movement.late && !movement.of_this_line;
  const note = who(
    movement.document,
    movement.date_only && count("event.date_only"),
    movement.of_this_line && count("event.adjusted"),
    late && count("event.late.at", { time: moment(movement.recorded_at) }),
  );
  return (
    <Moment
      class={late ? "time-late" : "time-move"}
      time={movement.date_only ? dated(movement.occurred_at, true) : clock(movement.occurred_at)}
      note={note}
    >
      <a href={href(`/journals/${movement.journal_id}`)}>{word(`journal.${movement.kind}`)}</a>{" "}
      <span class="number">{formatSigned(movement.quantity, scale)}</span>
      {late && <span class="tag tag-look">{count("event.late")}</span>}
    </Moment>
  );
}
