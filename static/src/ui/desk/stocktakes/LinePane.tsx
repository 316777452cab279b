// The chosen line opened down to the beeps: what happened in the order of time, the sheets, the marks, the decision.
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { problemText } from "../../../i18n/errors";
import { formatQuantity, formatSigned } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { Amount, Variance } from "../kit/numbers";
import { Figures, Pane, Section } from "../kit/Pane";
import { Failed, Working } from "../kit/states";
import { dotted } from "../kit/TimeRow";
import { causeOf, reasonName } from "../line_words";
import { useLoad, useQuiet } from "../load";
import type { Decision, Line, LineDetail, Reason, Refusal, StocktakeDetail } from "../types";
import { moment } from "../when";
import { lotWords, StateCell } from "./line_columns";
import { Timeline } from "./Timeline";

interface PaneProps {
  stocktake: StocktakeDetail;
  line: Line | null;
  reasons: readonly Reason[];
  /** On a narrow screen the pane lies over the table and is opened on purpose. */
  open: boolean;
  refusal?: Refusal;
  onClose: () => void;
  onAsk?: (decision: Decision, note?: boolean) => void;
}

export function LinePane(props: PaneProps) {
  const { line, open, onClose } = props;
  return (
    <Pane label={bench("pane.title")} open={open} empty={bench("pane.empty")} onClose={onClose}>
      {line && <Opened {...props} line={line} />}
    </Pane>
  );
}

function Opened({ stocktake, line, reasons, refusal, onAsk }: PaneProps & { line: Line }) {
  const quiet = useQuiet(line.id, 120);
  const loaded = useLoad(`${stocktake.id}:${quiet}`, () =>
    api.get<LineDetail>(`/stocktakes/${stocktake.id}/lines/${quiet}`),
  );
  const { reload } = loaded;
  useEffect(() => {
    if (loaded.data?.id === line.id && loaded.data.version !== line.version) void reload();
  }, [line, loaded.data, reload]);
  const detail = loaded.data?.id === line.id ? loaded.data : undefined;
  const lot = lotWords(line.lot);
  return (
    <>
      <div class="pane-body">
        <header class="pane-head">
          <h2>{line.item_name}</h2>
          <p class="soft">
            <code>{line.sku}</code> · {line.location_code}
            {lot && ` · ${lot}`} · {count("line.round", { n: line.round })}
          </p>
        </header>
        <Numbers line={line} />
        {refusal && <Notice outcome="alarm" text={problemText(refusal.code) ?? refusal.detail} />}
        <Cause line={line} />
        {loaded.error !== undefined && <Failed error={loaded.error} onRetry={reload} />}
        {!detail && loaded.error === undefined && <Working />}
        {detail && (
          <Section title={bench("pane.timeline")}>
            <Timeline line={detail} />
          </Section>
        )}
        {detail && detail.sheets.length > 0 && (
          <Section title={count("pane.sheets")}>
            <Sheets line={detail} />
          </Section>
        )}
        <Marks line={line} />
        <Decided line={line} reasons={reasons} />
      </div>
      {onAsk && line.posted_part === null && line.state !== "recount" && <Buttons line={line} onAsk={onAsk} />}
    </>
  );
}

function Numbers({ line }: { line: Line }) {
  const figure = (value: number | null) => (value === null ? "—" : formatQuantity(value, line.unit_scale));
  return (
    <Figures
      figures={[
        { label: count("col.book"), value: figure(line.quantity_book) },
        { label: count("col.counted"), value: figure(line.quantity_counted) },
        {
          label: count("col.variance"),
          value: line.variance === null ? "—" : <Variance quantity={line.variance} scale={line.unit_scale} />,
        },
        { label: count("col.value"), value: line.value === null ? "—" : <Amount minor={line.value} /> },
      ]}
    />
  );
}

function Cause({ line }: { line: Line }) {
  const told = causeOf(line);
  if (!told || told.tone === "quiet") return null;
  return (
    <p>
      <span class={`tag tag-${told.tone}`}>{told.title}</span> {told.text}
    </p>
  );
}

function Sheets({ line }: { line: LineDetail }) {
  const [all, setAll] = useState(false);
  const useful = line.sheets.filter((sheet) => all || sheet.quantity !== null || sheet.closed_at === null);
  const hidden = line.sheets.length - useful.length;
  return (
    <ul class="sheets">
      {useful.map((sheet) => (
        <li key={sheet.id}>
          <div>
            <strong>{count("sheet.round", { n: sheet.round })}</strong> · {sheet.location_code} · {sheet.person_name}
            <small>
              {sheet.device_label} ·{" "}
              {sheet.closed_at ? moment(sheet.closed_at) : `${moment(sheet.opened_at)} · ${count("sheet.open")}`}
              {sheet.continues && ` · ${count("sheet.continues")}`}
            </small>
          </div>
          <div class="end">
            <span class="number">
              {sheet.quantity === null ? (
                <small>{count("sheet.none")}</small>
              ) : (
                formatQuantity(sheet.quantity, line.unit_scale)
              )}
            </span>
            {sheet.disposition !== "counts" && <small>{word(`disposition.${sheet.disposition}`)}</small>}
          </div>
        </li>
      ))}
      {hidden > 0 && (
        <li>
          <Button kind="quiet" onClick={() => setAll(true)}>
            {count("pane.earlier", { n: hidden })}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Marks({ line }: { line: Line }) {
  if (line.flags.length === 0) return null;
  return (
    <Section title={bench("pane.marks")}>
      <dl class="marks">
        {line.flags.map((mark) => (
          <div key={mark}>
            <dt>{word(`mark.${mark}`)}</dt>
            <dd>{word(`mark.${mark}.why`)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Decided({ line, reasons }: { line: Line; reasons: readonly Reason[] }) {
  const explained = line.explained_after_posting !== 0;
  if (!line.decided_at && !line.reason_code && !explained) return null;
  return (
    <Section title={bench("pane.decision")}>
      <p>
        <StateCell line={line} />
        {line.reason_code && ` · ${reasonName(reasons, line.reason_code)}`}
        {line.decided_at && <small> {dotted(line.decided_by_name, moment(line.decided_at))}</small>}
      </p>
      {line.note && <p class="quote">{line.note}</p>}
      {explained && (
        <p>{count("line.explained", { n: formatSigned(line.explained_after_posting, line.unit_scale) })}</p>
      )}
    </Section>
  );
}

function Buttons({ line, onAsk }: { line: Line; onAsk: (decision: Decision, note?: boolean) => void }) {
  return (
    <footer class="pane-actions">
      <Button onClick={() => onAsk("recount")}>{count("act.recount")}</Button>
      <Button disabled={line.variance === null} onClick={() => onAsk("keep_book")}>
        {count("act.keep")}
      </Button>
      {line.variance !== null && (
        <Button kind="main" wide onClick={() => onAsk("accept")}>
          {line.variance === 0
            ? count("act.accept")
            : count("act.accept.n", { n: formatSigned(line.variance, line.unit_scale) })}
        </Button>
      )}
    </footer>
  );
}
