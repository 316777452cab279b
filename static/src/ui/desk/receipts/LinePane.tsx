// The chosen line opened down to the beeps: figures, why it needs a look, photos, lots, what happened, the decision.
import { useEffect } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { problemText } from "../../../i18n/errors";
import { formatQuantity } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { dateWords, daysBetween, todayOn } from "../dates";
import { Amount, Variance } from "../kit/numbers";
import { Figures, Pane, Section } from "../kit/Pane";
import { PhotoStrip } from "../kit/Photos";
import { Failed, Working } from "../kit/states";
import { dotted } from "../kit/TimeRow";
import { reasonName } from "../line_words";
import { useLoad, useQuiet } from "../load";
import type { Reason, Receipt, ReceiptDecision, ReceiptLine, ReceiptLineDetail, ReceiptLot, Refusal } from "../types";
import { moment } from "../when";
import { StateCell } from "./line_columns";
import { isBlind, marksOf } from "./states";
import { Timeline } from "./Timeline";

interface PaneProps {
  receipt: Receipt;
  line: ReceiptLine | null;
  reasons: readonly Reason[];
  open: boolean;
  refusal?: Refusal;
  onClose: () => void;
  onAsk?: (decision: ReceiptDecision, note?: boolean) => void;
}

export function LinePane(props: PaneProps) {
  const { line, open, onClose } = props;
  return (
    <Pane label={bench("pane.title")} open={open} empty={bench("pane.empty")} onClose={onClose}>
      {line && <Opened {...props} line={line} />}
    </Pane>
  );
}

function Opened({ receipt, line, reasons, refusal, onAsk }: PaneProps & { line: ReceiptLine }) {
  const quiet = useQuiet(line.id, 120);
  const loaded = useLoad(`${receipt.id}:${quiet}`, () =>
    api.get<ReceiptLineDetail>(`/receipts/${receipt.id}/lines/${quiet}`),
  );
  const { reload } = loaded;
  useEffect(() => {
    if (loaded.data?.id === line.id && loaded.data.version !== line.version) void reload();
  }, [line, loaded.data, reload]);
  const detail = loaded.data?.id === line.id ? loaded.data : undefined;
  const blind = isBlind(receipt);
  return (
    <>
      <div class="pane-body">
        <header class="pane-head">
          <h2>{line.item.name}</h2>
          <p class="soft">
            <code>{line.item.sku}</code> · {line.item.unit.name}
          </p>
        </header>
        <Numbers line={line} blind={blind} />
        {refusal && <Notice outcome="alarm" text={problemText(refusal.code) ?? refusal.detail} />}
        <Marks line={line} />
        {loaded.error !== undefined && <Failed error={loaded.error} onRetry={reload} />}
        {!detail && loaded.error === undefined && <Working />}
        {detail && detail.photos.length > 0 && (
          <Section title={grn("pane.photos")}>
            <PhotoStrip photos={detail.photos} />
          </Section>
        )}
        {line.lots.some((lot) => lot.lot !== "" || lot.expires_on) && <Lots line={line} />}
        {detail && detail.expected_lines.length > 0 && <OnTheOrder receipt={receipt} line={detail} />}
        {detail && detail.records.length > 0 && (
          <Section title={bench("pane.timeline")}>
            <Timeline records={detail.records} scale={line.item.unit.scale} />
          </Section>
        )}
        <Decided line={line} reasons={reasons} />
      </div>
      {onAsk && line.quantity_posted === null && <Buttons line={line} blind={blind} onAsk={onAsk} />}
    </>
  );
}

function Numbers({ line, blind }: { line: ReceiptLine; blind: boolean }) {
  const { scale } = line.item.unit;
  const figures = [
    !blind && { label: grn("col.expected"), value: formatQuantity(line.quantity_expected, scale) },
    { label: grn("col.good"), value: formatQuantity(line.quantity_good, scale) },
    line.quantity_damaged > 0 && {
      label: grn("col.damaged"),
      value: <span class="loss">{formatQuantity(line.quantity_damaged, scale)}</span>,
    },
    !blind && { label: grn("col.variance"), value: <Variance quantity={line.variance} scale={scale} /> },
    { label: grn("col.value"), value: <Amount minor={line.value} plain /> },
  ].filter((one) => one !== false);
  return <Figures figures={figures} />;
}

function Marks({ line }: { line: ReceiptLine }) {
  const marks = marksOf(line);
  if (marks.length === 0) return null;
  return (
    <dl class="marks">
      {marks.map((mark) => (
        <div key={mark}>
          <dt>
            <span class={`tag tag-${mark === "over" ? "info" : "look"}`}>{grn(`mark.${mark}`)}</span>
          </dt>
          <dd>{grn(`mark.${mark}.why`)}</dd>
        </div>
      ))}
    </dl>
  );
}

function lifeWords(expires_on: string): string {
  const days = daysBetween(todayOn(), expires_on);
  return days >= 0 ? grn("lot.days", { n: days }) : grn("lot.expired", { n: -days });
}

function LotRow({ lot, scale }: { lot: ReceiptLot; scale: number }) {
  return (
    <li>
      <div>
        {lot.lot ? <code class="strong">{lot.lot}</code> : <span class="soft">{grn("lot.unknown")}</span>}
        {lot.expires_on && (
          <small>{dotted(grn("lot.expires", { date: dateWords(lot.expires_on) }), lifeWords(lot.expires_on))}</small>
        )}
      </div>
      <div class="end">
        <span class={`number${lot.damaged ? " loss" : ""}`}>{formatQuantity(lot.quantity, scale)}</span>
        {lot.damaged && <small>{grn("col.damaged")}</small>}
      </div>
    </li>
  );
}

function Lots({ line }: { line: ReceiptLine }) {
  return (
    <Section title={grn("pane.lots")}>
      <ul class="sheets">
        {line.lots.map((lot) => (
          <LotRow key={`${lot.lot}${lot.damaged}${lot.expires_on}`} lot={lot} scale={line.item.unit.scale} />
        ))}
      </ul>
    </Section>
  );
}

/** The lines of the order or delivery behind what is expected, where there is more to say than one figure. */
function OnTheOrder({ receipt, line }: { receipt: Receipt; line: ReceiptLineDetail }) {
  const document = receipt.delivery ?? receipt.order;
  const { scale } = line.item.unit;
  if (!document) return null;
  return (
    <Section title={grn("pane.lines", { label: document.label })}>
      <ul class="sheets">
        {line.expected_lines.map((one) => (
          <li key={one.id}>
            <div>
              {grn("pane.line", { n: one.number })}
              <small>
                {dotted(
                  one.lot && grn("lot.n", { lot: one.lot }),
                  one.expires_on && grn("lot.expires", { date: dateWords(one.expires_on) }),
                  one.sscc,
                )}
              </small>
            </div>
            <div class="end">
              <span class="number">{formatQuantity(one.quantity, scale)}</span>
              {one.quantity_received > 0 && (
                <small>{grn("pane.received", { n: formatQuantity(one.quantity_received, scale) })}</small>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Decided({ line, reasons }: { line: ReceiptLine; reasons: readonly Reason[] }) {
  if (!line.decided_at && line.quantity_posted === null) return null;
  const { scale, name } = line.item.unit;
  return (
    <Section title={bench("pane.decision")}>
      {line.decided_at && (
        <p>
          <StateCell line={line} />
          {line.reason_code && ` · ${reasonName(reasons, line.reason_code)}`}
          <small> {dotted(line.decided_by_name, moment(line.decided_at))}</small>
        </p>
      )}
      {line.note && <p class="quote">{line.note}</p>}
      {line.quantity_posted !== null && (
        <p>{grn("pane.posted", { n: `${formatQuantity(line.quantity_posted, scale)} ${name}` })}</p>
      )}
    </Section>
  );
}

function Buttons({
  line,
  blind,
  onAsk,
}: {
  line: ReceiptLine;
  blind: boolean;
  onAsk: (decision: ReceiptDecision, note?: boolean) => void;
}) {
  return (
    <footer class="pane-actions">
      <Button onClick={() => onAsk("refuse")}>{grn("act.refuse")}</Button>
      <Button disabled={blind || line.quantity_expected === 0} onClick={() => onAsk("accept_expected")}>
        {grn("act.expected")}
      </Button>
      <Button kind="main" wide onClick={() => onAsk("accept")}>
        {grn("act.accept.n", {
          n: `${formatQuantity(line.quantity_good, line.item.unit.scale)} ${line.item.unit.name}`,
        })}
      </Button>
    </footer>
  );
}
