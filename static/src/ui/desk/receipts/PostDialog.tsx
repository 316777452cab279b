// Posting a receipt: first everything that is in the way, at once; then the goods go into stock.
import { useState } from "preact/hooks";
import { api, Problem } from "../../../api/client";
import { core } from "../../../i18n/core";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { Button, Checkbox, LinkButton, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { href, navigate } from "../../router";
import { Failure, TextArea, useForm } from "../kit/form";
import { money } from "../kit/numbers";
import { Failed, Working } from "../kit/states";
import { useLoad } from "../load";
import type { Receipt, ReceiptPostAnswer, ReceiptProblem } from "../types";

export function PostDialog({
  receipt,
  onDone,
  onEnd,
  onClose,
}: {
  receipt: Receipt;
  onDone: () => Promise<void>;
  /** Receiving has to end first: ask for that instead. */
  onEnd: () => void;
  onClose: () => void;
}) {
  const [leave, setLeave] = useState(false);
  const [posted, setPosted] = useState<ReceiptPostAnswer | null>(null);
  const form = useForm({ override_reason: "" });
  const at = `/receipts/${receipt.id}/post`;
  const outlook = useLoad(`${receipt.id}:${leave}`, () =>
    api.post<ReceiptPostAnswer>(at, { dry_run: true, leave_unknown: leave }),
  );
  const answer = outlook.data;
  const held = answer?.problems.some(({ code }) => code === "records_held") ?? false;
  const reason = form.values.override_reason.trim();
  const clean = answer?.problems.every(({ code }) => code === "records_held") ?? false;
  const post = () =>
    form.submit(async () => {
      try {
        setPosted(await api.post<ReceiptPostAnswer>(at, { leave_unknown: leave, override_reason: reason }));
      } catch (error) {
        if (error instanceof Problem) await outlook.reload();
        throw error;
      } finally {
        await onDone();
      }
    });
  if (posted) return <Posted receipt={receipt} answer={posted} onClose={onClose} />;
  const unknown = receipt.progress.unknown_codes > 0;
  return (
    <Dialog
      title={grn("post.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core("action.cancel")}</Button>
          {clean && (
            <Button kind="main" busy={form.busy} disabled={held && reason === ""} onClick={() => void post()}>
              {grn("post.submit")}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        {outlook.starting && <Working />}
        {outlook.error !== undefined && <Failed error={outlook.error} onRetry={outlook.reload} />}
        {answer && (
          <>
            <dl class="figures figures-wide">
              <div>
                <dt>{grn("post.lines", { n: answer.lines })}</dt>
                <dd>
                  {money(answer.value)}
                  <small>{grn("post.value")}</small>
                </dd>
              </div>
            </dl>
            <Hindrances answer={answer} receipt={receipt} onEnd={onEnd} onClose={onClose} />
          </>
        )}
        {held && clean && (
          <TextArea
            label={bench("post.override")}
            hint={bench("post.override.hint")}
            value={form.values.override_reason}
            onText={(text) => form.set("override_reason", text)}
          />
        )}
        {unknown && (
          <Checkbox
            label={grn("post.leave")}
            hint={grn("post.leave.hint")}
            checked={leave}
            onCheck={(on) => setLeave(on)}
          />
        )}
        {form.busy && <Notice outcome="info" text={grn("post.running")} />}
        <Failure failure={form.failure} />
      </div>
    </Dialog>
  );
}

function problemWords({ code, lines: n }: ReceiptProblem): string {
  switch (code) {
    case "records_held":
    case "needs_decision":
    case "still_receiving":
    case "unknown_codes":
    case "location_inactive":
      return grn(`post.problem.${code}`, { n });
  }
  return grn("post.problem.other", { code: code.replace(/_/g, " ") });
}

function Hindrances({
  answer,
  receipt,
  onEnd,
  onClose,
}: {
  answer: ReceiptPostAnswer;
  receipt: Receipt;
  onEnd: () => void;
  onClose: () => void;
}) {
  if (answer.problems.length === 0) {
    return <Notice outcome="ok" text={answer.lines > 0 ? bench("post.ready") : grn("post.done.nothing")} />;
  }
  const at = `/receipts/${receipt.id}`;
  const ways: Record<string, { label: string; go: () => void }> = {
    needs_decision: { label: bench("post.show"), go: () => navigate(at, { query: { show: "needs_decision" } }) },
    unknown_codes: { label: grn("post.codes"), go: () => navigate(`${at}/codes`) },
    records_held: { label: bench("post.show"), go: () => navigate("/held") },
    still_receiving: { label: grn("post.end"), go: onEnd },
  };
  return (
    <Notice outcome="look" title={bench("post.problems", { n: answer.problems.length })}>
      <ul class="refusals">
        {answer.problems.map((problem) => {
          const way = ways[problem.code];
          return (
            <li key={problem.code}>
              <strong>{problemWords(problem)}</strong>
              {problem.examples.length > 0 && (
                <small>
                  {" "}
                  {bench("post.for_example", {
                    examples: problem.examples
                      .slice(0, 3)
                      .map((one) => one.sku)
                      .join(", "),
                  })}
                </small>
              )}
              {way && (
                <div>
                  <Button
                    kind="quiet"
                    onClick={() => {
                      onClose();
                      way.go();
                    }}
                  >
                    {way.label}
                  </Button>
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

function Posted({ receipt, answer, onClose }: { receipt: Receipt; answer: ReceiptPostAnswer; onClose: () => void }) {
  return (
    <Dialog
      title={grn("post.title")}
      onClose={onClose}
      actions={
        <>
          {answer.journals > 0 && (
            <LinkButton href={href("/journals", { kind: "receipt", search: receipt.label })}>
              {bench("post.journals")}
            </LinkButton>
          )}
          <Button kind="main" onClick={onClose}>
            {core("action.close")}
          </Button>
        </>
      }
    >
      <Notice outcome="ok" title={grn("post.done", { n: answer.lines })}>
        <p>
          {answer.journals > 0
            ? `${grn("post.done.journals", { n: answer.journals })} · ${money(answer.value)}`
            : grn("post.done.nothing")}
        </p>
      </Notice>
    </Dialog>
  );
}
