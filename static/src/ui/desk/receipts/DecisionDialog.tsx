// Deciding one line or many: what goes into stock, what about broken pieces, why, and what was refused.
import { useState } from "preact/hooks";
import { api, Problem } from "../../../api/client";
import { core } from "../../../i18n/core";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { problemText } from "../../../i18n/errors";
import { formatQuantity } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { Choices } from "../kit/Choices";
import { Failure, TextArea, useFirstField, useForm } from "../kit/form";
import { Amount } from "../kit/numbers";
import { isGiven, ReasonSelect } from "../kit/Reasons";
import { reasons } from "../reasons";
import type { Receipt, ReceiptDecision, ReceiptLine, Refusal } from "../types";
import { decisionBody, type ReceiptSummary, summarise, takenIn } from "./decision";
import type { Asking } from "./Lines";

export function DecisionDialog({
  receipt,
  asking,
  onRefused,
  onDone,
  onClose,
}: {
  receipt: Receipt;
  asking: Asking;
  onRefused: (refused: Refusal[]) => void;
  onDone: (decided: number) => Promise<void>;
  onClose: () => void;
}) {
  const { decision } = asking;
  const [lines, setLines] = useState(asking.lines);
  const [refused, setRefused] = useState<Refusal[]>([]);
  const summary = summarise(decision, lines);
  const fitting = reasons.value.filter((reason) => isGiven(reason, "goods_in"));
  const one = summary.lines.length === 1 ? summary.lines[0] : undefined;
  const form = useForm(
    { reason_code: startReason(one, summary), note: one?.note ?? "", keep_damaged: one?.damaged_kept ?? false },
    (values) => ({
      reason_code: summary.reasonNeeded && !values.reason_code ? bench("decide.reason.need") : undefined,
      note: noteNeeded(values.reason_code) && !values.note.trim() ? bench("decide.note.need") : undefined,
    }),
  );
  const first = useFirstField();
  const send = async () => {
    setRefused([]);
    try {
      const body = decisionBody(decision, summary, form.values);
      const answer = await api.post<{ decided: number }>(`/receipts/${receipt.id}/decisions`, body);
      await onDone(answer.decided);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "lines_refused") throw error;
      const list = error.data.refused as Refusal[];
      setRefused(list);
      onRefused(list);
      throw error;
    }
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await form.submit(send)) onClose();
  };
  const leaveOut = () => {
    const out = new Set(refused.map((refusal) => refusal.id));
    setLines(lines.filter((line) => !out.has(line.id)));
    setRefused([]);
  };
  return (
    <Dialog title={grn(`decide.title.${decision}`)} onClose={onClose}>
      <form class="form" ref={asking.note ? undefined : first} noValidate onSubmit={submit}>
        <p class="soft">{grn(`decide.about.${decision}`)}</p>
        <Outline summary={summary} one={one} decision={decision} keepDamaged={form.values.keep_damaged} />
        {summary.lines.length === 0 ? (
          <Notice outcome="look" text={grn("decide.none")} />
        ) : (
          <div class="form-fields">
            {summary.damaged > 0 && decision !== "refuse" && (
              <Choices<"keep" | "refuse">
                label={grn("decide.damaged", { n: summary.damaged })}
                value={form.values.keep_damaged ? "keep" : "refuse"}
                onChoose={(what) => form.set("keep_damaged", what === "keep")}
                options={[
                  { value: "refuse", label: grn("decide.damaged.refuse"), hint: grn("decide.damaged.refuse.hint") },
                  { value: "keep", label: grn("decide.damaged.keep"), hint: grn("decide.damaged.keep.hint") },
                ]}
              />
            )}
            {summary.reasonNeeded && (
              <ReasonSelect
                among={fitting}
                error={form.error("reason_code")}
                value={form.values.reason_code}
                onText={(code) => form.set("reason_code", code)}
              />
            )}
            <TextArea
              label={bench("decide.note")}
              hint={noteNeeded(form.values.reason_code) ? undefined : bench("decide.note.hint")}
              error={form.error("note")}
              value={form.values.note}
              onText={(note) => form.set("note", note)}
              focus={asking.note}
            />
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
            <Button onClick={leaveOut}>{bench("decide.others", { n: summary.lines.length - refused.length })}</Button>
          )}
          {summary.lines.length > 0 && refused.length === 0 && (
            <Button kind={decision === "refuse" ? "danger" : "main"} type="submit" busy={form.busy}>
              {grn(`decide.submit.${decision}`, { n: summary.lines.length })}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function noteNeeded(code: string): boolean {
  return reasons.value.find((reason) => reason.code === code)?.note_required ?? false;
}

/** The reason there is; for lines that are only damaged it is plain. */
function startReason(one: ReceiptLine | undefined, summary: ReceiptSummary): string {
  const known = (code: string) => reasons.value.some((reason) => isGiven(reason, "goods_in") && reason.code === code);
  if (one && known(one.reason_code)) return one.reason_code;
  const damaged = summary.lines.length > 0 && summary.lines.every((line) => line.quantity_damaged > 0);
  return damaged && known("damaged") ? "damaged" : "";
}

function Outline({
  summary,
  one,
  decision,
  keepDamaged,
}: {
  summary: ReceiptSummary;
  one?: ReceiptLine;
  decision: ReceiptDecision;
  keepDamaged: boolean;
}) {
  return (
    <div class="outline">
      {one ? (
        <p class="outline-parts">
          <span>
            <strong>{one.item.name}</strong>
          </span>
          <span class="strong">
            {grn("decide.takes", {
              n: `${formatQuantity(takenIn(one, decision, keepDamaged), one.item.unit.scale)} ${one.item.unit.name}`,
            })}
          </span>
        </p>
      ) : (
        <p class="outline-parts">
          {summary.over > 0 && <span>{grn("decide.over", { n: summary.over })}</span>}
          {summary.short > 0 && <span>{grn("decide.short", { n: summary.short })}</span>}
          {summary.same > 0 && <span>{grn("decide.same", { n: summary.same })}</span>}
        </p>
      )}
      <p class="outline-net">
        <span>{grn("decide.net")}</span> <Amount minor={summary.net} />
      </p>
      {summary.posted > 0 && <p class="soft">{grn("decide.left.posted", { n: summary.posted })}</p>}
    </div>
  );
}

function Refused({ refused, lines }: { refused: Refusal[]; lines: ReceiptLine[] }) {
  return (
    <Notice outcome="alarm" text={grn("decide.refused", { n: refused.length })}>
      <ul class="refusals">
        {refused.slice(0, 50).map((one) => (
          <li key={one.id}>
            <strong>{lines.find((line) => line.id === one.id)?.item.name ?? "—"}</strong>
            <br />
            {problemText(one.code) ?? one.detail}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
