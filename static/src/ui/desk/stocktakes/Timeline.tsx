// The timeline drawn: beeps green, the book at the count amber, movements grey, late ones named.
import { useState } from "preact/hooks";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { formatQuantity, formatSigned } from "../../../i18n/format";
import { Button } from "../../components";
import { href } from "../../router";
import { DayHead, dotted, TimeRow } from "../kit/TimeRow";
import type { LineDetail, LineMovement, LineRecord } from "../types";
import { clock, dated, moment } from "../when";
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

function Row({ event, before, scale }: { event: Event; before?: Event; scale: number }) {
  return (
    <>
      <DayHead at={event.at} before={before?.at} />
      {event.kind === "movement" ? (
        <Movement movement={event.movement} scale={scale} />
      ) : event.kind === "book" ? (
        <TimeRow class="time-book" time={clock(event.at)} note={count("event.book.hint")}>
          {count("event.book", { n: formatQuantity(event.book, scale) })}
          {event.first !== null && (
            <s class="soft"> {count("event.book.was", { n: formatQuantity(event.first, scale) })}</s>
          )}
        </TimeRow>
      ) : event.kind === "zero" ? (
        <TimeRow
          class="time-count"
          time={clock(event.at)}
          note={dotted(event.sheet.person_name, event.sheet.device_label)}
        >
          {count("event.zero")}
        </TimeRow>
      ) : (
        <Counted event={event} scale={scale} />
      )}
    </>
  );
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
      ? bench("event.set", { n: each })
      : pack
        ? bench("event.pack", { n: record.pack_factor ?? 1 })
        : formatSigned(record.quantity ?? 0, scale);
  const times = event.kind === "scan" ? event.times : 1;
  const late = new Date(record.received_at).getTime() - new Date(record.occurred_at).getTime() > 5 * 60_000;
  const note = dotted(
    sourceWord(record) || bench("event.scan"),
    record.person_name,
    record.device_label,
    (record.auth === "offline" || late) && bench("event.offline"),
    record.voided && bench("event.voided"),
    record.superseded && bench("event.superseded"),
    event.kind === "scan" && event.times > 1 && bench("event.until", { time: clock(event.until) }),
  );
  const what = times > 1 ? `${text} ${bench("event.scan.times", { n: times })}` : text;
  return (
    <TimeRow class={gone ? "time-gone" : "time-count"} time={clock(event.at)} note={note}>
      {gone ? <s>{what}</s> : <strong>{what}</strong>}
    </TimeRow>
  );
}

function Movement({ movement, scale }: { movement: LineMovement; scale: number }) {
  const late = movement.late && !movement.of_this_line;
  const note = dotted(
    movement.document,
    movement.date_only && count("event.date_only"),
    movement.of_this_line && count("event.adjusted"),
    late && count("event.late.at", { time: moment(movement.recorded_at) }),
  );
  return (
    <TimeRow
      class={late ? "time-late" : "time-move"}
      time={movement.date_only ? dated(movement.occurred_at, true) : clock(movement.occurred_at)}
      note={note}
    >
      <a href={href(`/journals/${movement.journal_id}`)}>{word(`journal.${movement.kind}`)}</a>{" "}
      <span class="number">{formatSigned(movement.quantity, scale)}</span>
      {late && <span class="tag tag-look">{count("event.late")}</span>}
    </TimeRow>
  );
}
