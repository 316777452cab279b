// Deciding one line or many: what it means in lines and money, why, and what was refused.
import { useState } from "preact/hooks";
import { api, Problem } from "../../../api/client";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { problemText } from "../../../i18n/errors";
import { Button, Checkbox, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { Failure, TextArea, useFirstField, useForm } from "../kit/form";
import { Amount, money } from "../kit/numbers";
import { ReasonSelect } from "../kit/Reasons";
import { reasons } from "../reasons";
import type { Decided, Line, Refusal, StocktakeDetail } from "../types";
import { fittingReasons, type Summary, summarise } from "./decision";
import type { Asking } from "./Lines";

interface Values {
  reason_code: string;
  note: string;
  other_counter: boolean;
}

export function DecisionDialog({
  stocktake,
  asking,
  onRefused,
  onDone,
  onClose,
}: {
  stocktake: StocktakeDetail;
  asking: Asking;
  onRefused: (refused: Refusal[]) => void;
  onDone: (answer: Decided) => Promise<void>;
  onClose: () => void;
}) {
  const { decision } = asking;
  const summary = summarise(decision, asking.lines);
  const fitting = fittingReasons(reasons.value, decision, summary);
  const one = summary.lines.length === 1 ? summary.lines[0] : undefined;
  const start: Values = {
    reason_code: fitting.some((reason) => reason.code === one?.reason_code) ? (one?.reason_code ?? "") : "",
    note: one?.note ?? "",
    other_counter: false,
  };
  const reasonOf = (values: Values) => fitting.find((reason) => reason.code === values.reason_code);
  const form = useForm<Values>(start, (values) => ({
    reason_code: summary.reasonNeeded && !values.reason_code ? bench("decide.reason.need") : undefined,
    note: reasonOf(values)?.note_required && !values.note.trim() ? bench("decide.note.need") : undefined,
  }));
  const [refused, setRefused] = useState<Refusal[]>([]);
  const first = useFirstField();
  const send = (partial: boolean) => async (values: Values) => {
    setRefused([]);
    try {
      const answer = await api.post<Decided>(`/stocktakes/${stocktake.id}/decisions`, {
        decision,
        lines: summary.lines.map(({ id, version }) => ({ id, version })),
        reason_code: summary.reasonNeeded ? values.reason_code : "",
        note: values.note.trim(),
        ...(decision === "recount" ? { other_counter: values.other_counter } : {}),
        partial,
      });
      await onDone(answer);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "lines_refused") throw error;
      const list = error.data.refused as Refusal[];
      setRefused(list);
      onRefused(list);
      throw error;
    }
  };
  const submit = async (partial: boolean) => {
    if (await form.submit(send(partial))) onClose();
  };
  return (
    <Dialog title={count(`decide.title.${decision}`)} onClose={onClose}>
      <form
        class="form"
        ref={asking.note ? undefined : first}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(false);
        }}
      >
        <p class="soft">{count(`decide.about.${decision}`)}</p>
        <Outline summary={summary} one={one} />
        {summary.lines.length === 0 ? (
          <Notice outcome="look" text={count("decide.none")} />
        ) : (
          <div class="form-fields">
            {summary.reasonNeeded && (
              <ReasonSelect
                among={fitting}
                hint={
                  decision === "accept" && summary.gains > 0 && summary.losses > 0
                    ? count("decide.reason.mixed")
                    : undefined
                }
                error={form.error("reason_code")}
                value={form.values.reason_code}
                onText={(code) => form.set("reason_code", code)}
              />
            )}
            <TextArea
              label={bench("decide.note")}
              hint={reasonOf(form.values)?.note_required ? undefined : bench("decide.note.hint")}
              error={form.error("note")}
              value={form.values.note}
              onText={(note) => form.set("note", note)}
              focus={asking.note}
            />
            {decision === "recount" && (
              <Checkbox
                label={count("decide.other")}
                hint={count("decide.other.hint")}
                checked={form.values.other_counter}
                onCheck={(other) => form.set("other_counter", other)}
              />
            )}
          </div>
        )}
        {refused.length > 0 ? (
          <Refused refused={refused} lines={summary.lines} />
        ) : (
          <Failure failure={form.failure} shown={["reason_code", "note"]} />
        )}
        <div class="form-actions">
          <Button onClick={onClose}>{core("action.cancel")}</Button>
          {refused.length > 0 && refused.length < summary.lines.length && (
            <Button onClick={() => void submit(true)} busy={form.busy}>
              {bench("decide.others", { n: summary.lines.length - refused.length })}
            </Button>
          )}
          {summary.lines.length > 0 && refused.length === 0 && (
            <Button kind="main" type="submit" busy={form.busy}>
              {count(`decide.submit.${decision}`, { n: summary.lines.length })}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function Outline({ summary, one }: { summary: Summary; one?: Line }) {
  const left = Object.entries(summary.left).filter(([, number]) => number > 0) as ["posted", number][];
  return (
    <div class="outline">
      {one ? (
        <p>
          <strong>{one.item_name}</strong> · {one.location_code}
        </p>
      ) : (
        <p class="outline-parts">
          {summary.losses > 0 && (
            <span>
              {count("decide.loss", { n: summary.losses })} <Amount minor={summary.lossValue} />
            </span>
          )}
          {summary.gains > 0 && (
            <span>
              {count("decide.gain", { n: summary.gains })} <Amount minor={summary.gainValue} />
            </span>
          )}
          {summary.same > 0 && <span>{count("decide.same", { n: summary.same })}</span>}
        </p>
      )}
      <p class="outline-net">
        <span>{count("decide.net")}</span> <Amount minor={summary.net} />
      </p>
      {left.map(([why, n]) => (
        <p key={why} class="soft">
          {count("decide.left", { n, why: count(`decide.left.${why}`) })}
        </p>
      ))}
    </div>
  );
}

function Refused({ refused, lines }: { refused: Refusal[]; lines: Line[] }) {
  return (
    <Notice outcome="alarm" text={count("decide.refused", { n: refused.length })}>
      <ul class="refusals">
        {refused.slice(0, 50).map((one) => {
          const line = lines.find((candidate) => candidate.id === one.id);
          return (
            <li key={one.id}>
              <strong>
                {line ? `${line.item_name} · ${line.location_code}` : desk("cost.hidden")}
                {line?.value ? ` · ${money(line.value)}` : ""}
              </strong>
              <br />
              {problemText(one.code) ?? one.detail}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
