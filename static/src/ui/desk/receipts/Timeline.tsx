// The beeps of a line drawn: good ones green, damaged ones red, undone ones struck out.
import { useState } from "preact/hooks";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { word } from "../../../i18n/desk/words";
import { formatQuantity, formatSigned } from "../../../i18n/format";
import { Button } from "../../components";
import { DayHead, dotted, TimeRow } from "../kit/TimeRow";
import type { ReceiptRecord } from "../types";
import { clock } from "../when";
import { type Beep, beeps, isDamaged, isSet } from "./timeline";

const SHOWN = 12;
const LATE_MS = 5 * 60_000;

export function Timeline({ records, scale }: { records: readonly ReceiptRecord[]; scale: number }) {
  const [all, setAll] = useState(false);
  const told = beeps(records);
  const shown = all ? told : told.slice(-SHOWN);
  return (
    <>
      {shown.length < told.length && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {grn("event.open", { n: told.length - shown.length })}
        </Button>
      )}
      <ol class="time">
        {shown.map((beep, index) => (
          <Row key={beep.record.id} beep={beep} before={shown[index - 1]?.record.occurred_at} scale={scale} />
        ))}
      </ol>
    </>
  );
}

function sourceWord({ source }: ReceiptRecord): string | false {
  return (source === "camera" || source === "wedge" || source === "keypad") && word(`source.${source}`);
}

function whatOf(record: ReceiptRecord, scale: number): string {
  const quantity = record.quantity ?? 0;
  if (isSet(record)) {
    const n = formatQuantity(quantity, scale);
    return isDamaged(record) ? grn("event.damaged_set", { n }) : bench("event.set", { n });
  }
  return (record.factor ?? 1) > 1 ? bench("event.pack", { n: record.factor ?? 1 }) : formatSigned(quantity, scale);
}

function Row({ beep, before, scale }: { beep: Beep; before?: string; scale: number }) {
  const { record, times } = beep;
  const gone = record.voided || record.superseded;
  const late = new Date(record.received_at).getTime() - new Date(record.occurred_at).getTime() > LATE_MS;
  const text = whatOf(record, scale);
  const what = times > 1 ? `${text} ${bench("event.scan.times", { n: times })}` : text;
  return (
    <>
      <DayHead at={record.occurred_at} before={before} />
      <TimeRow
        class={gone ? "time-gone" : isDamaged(record) ? "time-damaged" : "time-count"}
        time={clock(record.occurred_at)}
        note={dotted(
          record.lot && grn("lot.n", { lot: record.lot }),
          sourceWord(record) || bench("event.scan"),
          record.person_name,
          record.device_label,
          (record.auth === "offline" || late) && bench("event.offline"),
          record.voided && bench("event.voided"),
          record.superseded && bench("event.superseded"),
          times > 1 && bench("event.until", { time: clock(beep.until) }),
        )}
      >
        {gone ? <s>{what}</s> : <strong>{what}</strong>}
        {isDamaged(record) && !gone && <span class="tag tag-alarm">{grn("event.damaged")}</span>}
      </TimeRow>
    </>
  );
}
