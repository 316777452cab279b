// Received and expected per item: what is still to come first. A line opens to its lots and conditions.
import type { Signal } from "@preact/signals";
import { showCode } from "../../domain/code";
import { isReceiptLook, type ReceiptLook } from "../../domain/receipt_tally";
import type { ReceiptRecord } from "../../domain/receiving_record";
import { codeKey } from "../../domain/tally";
import { formatQuantity } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { reasonText } from "../../i18n/reasons";
import { receive } from "../../i18n/receive";
import { goods } from "../../i18n/receive_screens";
import { Button, outcomeSign } from "../components";
import type { Floor } from "./floor";
import { titleOf } from "./Last";
import { PhotoKey, Thumbs } from "./Photo";
import type { ReceiveLine } from "./receipt_lines";
import { type Panel, partKey, partWords } from "./receive_parts";
import type { Receiving } from "./receiving";

function Detail({ line }: { line: ReceiveLine }) {
  const lots = new Set(line.parts.map((part) => part.lot).filter(Boolean));
  const [only] = [...lots];
  const words = [
    line.damaged > 0 && goods("line.damaged", { n: formatQuantity(line.damaged, line.scale) }),
    lots.size === 1 && only && goods("line.lot", { lot: only }),
    lots.size > 1 && goods("line.lots", { n: lots.size }),
  ].filter(Boolean);
  return (
    <small>
      {line.reason && <b>{line.reason === "unknown_code" ? phone("count.kept") : reasonText(line.reason)} · </b>}
      {words.length > 0 && `${words.join(" · ")} · `}
      <code>{showCode(line.shownCode)}</code>
    </small>
  );
}

function Amount({ line }: { line: ReceiveLine }) {
  const received = formatQuantity(line.received, line.scale);
  const expected = !line.expected ? null : formatQuantity(line.expected, line.scale);
  return (
    <span class="line-quantity">
      {received}
      {expected !== null && <small class="line-of"> / {expected}</small>}
      {line.scale > 0 && <small> {line.item?.unit.name}</small>}
    </span>
  );
}

function mark(line: ReceiveLine): string {
  if (line.outcome !== "ok") return outcomeSign(line.outcome);
  return line.isOpen ? "○" : outcomeSign("ok");
}

interface Props {
  open: Floor;
  receiving: Receiving;
  panel: Signal<Panel>;
}
interface LineProps extends Props {
  line: ReceiveLine;
}

/** Several lots or conditions: each can be corrected by itself; and a photo of what is broken or unknown. */
function Opened({ open, receiving, line, panel }: LineProps) {
  const receipt = receiving.open.value?.receipt;
  const looks = line.parts.filter((part) => part.damaged || line.itemId === null).flatMap((part) => part.looks);
  const newest = looks[looks.length - 1];
  return (
    <div class="line-parts">
      {line.parts.map((part) => (
        <Button
          key={partKey(line, part)}
          size="touch"
          wide
          class="choice"
          onClick={() => {
            panel.value = partKey(line, part);
          }}
        >
          <span>{partWords(line, part)}</span>
          <b>{formatQuantity(part.quantity, line.scale)}</b>
        </Button>
      ))}
      {newest && receipt && (
        <PhotoKey
          open={open}
          purpose={line.itemId === null ? "unknown_code" : "damage"}
          record={newest.id}
          document={receipt}
        />
      )}
    </div>
  );
}

/** Whose photos stand at a line: of its looks, and of those that were written again with another number. */
function picturedRecords(line: ReceiveLine, records: ReceiptRecord[]): string[] {
  const pictured = line.itemId === null || line.damaged > 0;
  const same = (look: ReceiptLook) => (line.itemId === null ? codeKey(look) === line.code : look.item === line.itemId);
  return pictured
    ? records
        .filter(isReceiptLook)
        .filter(same)
        .map((look) => look.id)
    : [];
}

function Line({ open, receiving, line, panel }: LineProps) {
  const key = `line:${line.key}` as const;
  const opened = panel.value === key || (panel.value?.startsWith(`part:${line.key}|`) ?? false);
  const records = picturedRecords(line, receiving.records.value);
  const [only] = line.parts;
  const simple = line.parts.length === 1 && line.itemId !== null && line.damaged === 0;
  const toggle = () => {
    panel.value = opened ? null : simple && only ? partKey(line, only) : key;
  };
  return (
    <li class={`line line-${line.outcome}${line.isOpen ? " line-to-come" : ""}`}>
      <button type="button" class="line-head" aria-expanded={opened} onClick={toggle}>
        <span class="line-mark" aria-hidden="true">
          {mark(line)}
        </span>
        <span class="line-text">
          <span class="line-title">{titleOf(line.title)}</span>
          <Detail line={line} />
          <Thumbs open={open} records={records} name={titleOf(line.title)} />
        </span>
        <Amount line={line} />
      </button>
      {opened && !simple && line.parts.length > 0 && (
        <Opened open={open} receiving={receiving} line={line} panel={panel} />
      )}
    </li>
  );
}

export function ReceiveLines({ open, receiving, panel }: Props) {
  const lines = receiving.lines.value;
  return (
    <ul class="lines" aria-label={receive("tasks.receiving")}>
      {lines.map((line) => (
        <Line key={line.key} open={open} receiving={receiving} line={line} panel={panel} />
      ))}
    </ul>
  );
}
