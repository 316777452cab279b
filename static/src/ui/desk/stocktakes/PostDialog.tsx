// Posting: first everything that is in the way, at once; then what to do about what nobody counted; then the journals.
import { useState } from "preact/hooks";
import { api, Problem } from "../../../api/client";
import { core } from "../../../i18n/core";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { Button, LinkButton, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { href, navigate } from "../../router";
import { Choices, Ticks } from "../kit/Choices";
import { Failure, TextArea, useForm } from "../kit/form";
import { Amount, money } from "../kit/numbers";
import { Failed, Working } from "../kit/states";
import { useLoad } from "../load";
import { placeName } from "../place_name";
import type { PostAnswer, PostingProblem, StocktakeDetail } from "../types";

type Uncounted = "leave" | "zero";

export function PostDialog({
  stocktake,
  onDone,
  onClose,
}: {
  stocktake: StocktakeDetail;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const [zones, setZones] = useState<string[]>([]);
  const [uncounted, setUncounted] = useState<Uncounted>("leave");
  const [posted, setPosted] = useState<PostAnswer | null>(null);
  const form = useForm({ override_reason: "" });
  const at = `/stocktakes/${stocktake.id}/post`;
  const part = { zone_ids: zones.length > 0 ? zones : null, uncounted };
  const outlook = useLoad(JSON.stringify(part), () => api.post<PostAnswer>(at, { ...part, dry_run: true }));
  const post = (onlyReady: boolean) =>
    form.submit(async () => {
      try {
        const said = { override_reason: form.values.override_reason.trim() };
        setPosted(await api.post<PostAnswer>(at, { ...part, ...said, only_ready: onlyReady }));
      } catch (error) {
        if (error instanceof Problem) await outlook.reload();
        throw error;
      } finally {
        await onDone();
      }
    });
  if (posted) return <Posted stocktake={stocktake} answer={posted} onClose={onClose} />;
  const answer = outlook.data;
  const missing = answer?.problems.some(({ code }) => MISSING.has(code)) ?? false;
  const asked = !missing || form.values.override_reason.trim() !== "";
  const clean = answer?.problems.every(({ code }) => MISSING.has(code)) ?? false;
  return (
    <Dialog
      title={count("post.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core("action.cancel")}</Button>
          {answer && answer.lines > 0 && !clean && (
            <Button kind="main" busy={form.busy} disabled={!asked} onClick={() => void post(true)}>
              {count("post.only_ready", { n: answer.lines })}
            </Button>
          )}
          {answer && answer.lines > 0 && clean && (
            <Button kind="main" busy={form.busy} disabled={!asked} onClick={() => void post(false)}>
              {count("post.all")}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        {stocktake.zones.length > 1 && (
          <Ticks
            label={count("post.zones")}
            options={stocktake.zones.map((zone) => ({ value: zone.id, label: placeName(zone) }))}
            chosen={zones}
            onChange={setZones}
          />
        )}
        {outlook.starting && <Working />}
        {outlook.error !== undefined && <Failed error={outlook.error} onRetry={outlook.reload} />}
        {answer && (
          <>
            <dl class="figures figures-wide">
              <div>
                <dt>{count("post.lines", { n: answer.lines, d: answer.differences })}</dt>
                <dd>
                  <Amount minor={answer.value} />
                  <small>{count("post.net")}</small>
                </dd>
              </div>
            </dl>
            <Hindrances answer={answer} stocktake={stocktake} onClose={onClose} />
            {missing && answer.lines > 0 && (
              <TextArea
                label={bench("post.override")}
                hint={bench("post.override.hint")}
                value={form.values.override_reason}
                onText={(reason) => form.set("override_reason", reason)}
              />
            )}
            {answer.uncounted.lines > 0 && (
              <Choices<Uncounted>
                label={count("post.uncounted", {
                  n: answer.uncounted.lines,
                  value: money(answer.uncounted.value),
                })}
                value={uncounted}
                onChoose={setUncounted}
                options={[
                  { value: "leave", label: count("post.leave") },
                  {
                    value: "zero",
                    label: count("post.zero"),
                    hint: count("post.zero.warn", { value: money(answer.uncounted.value) }),
                  },
                ]}
              />
            )}
          </>
        )}
        {form.busy && <Notice outcome="info" text={count("post.running")} />}
        <Failure failure={form.failure} />
      </div>
    </Dialog>
  );
}

/** Records that are not in the count yet: passed over with a reason only. */
const MISSING: ReadonlySet<string> = new Set(["records_held", "records_outstanding"]);

const SHOWS: Record<string, string> = { needs_decision: "needs_decision", recount_running: "recount" };

function problemWords(problem: PostingProblem): string {
  const { code, lines: n } = problem;
  if (code === "records_held" || code === "records_outstanding") return count(`post.problem.${code}`, { n });
  if (code === "needs_decision" || code === "recount_running" || code === "place_open" || code === "nobody_looked") {
    return count(`post.problem.${code}`, { n });
  }
  return bench("post.problem.other", { n, code: code.replace(/_/g, " ") });
}

function Hindrances({
  answer,
  stocktake,
  onClose,
}: {
  answer: PostAnswer;
  stocktake: StocktakeDetail;
  onClose: () => void;
}) {
  if (answer.problems.length === 0) return answer.lines > 0 ? <Notice outcome="ok" text={bench("post.ready")} /> : null;
  const show = (code: string) => {
    onClose();
    const at = `/stocktakes/${stocktake.id}`;
    if (code === "records_held") navigate("/held");
    else if (code === "place_open" || code === "nobody_looked") navigate(`${at}/places`);
    else navigate(at, { query: { show: SHOWS[code] ?? "all" } });
  };
  return (
    <Notice outcome="look" title={bench("post.problems", { n: answer.problems.length })}>
      <ul class="refusals">
        {answer.problems.map((problem) => (
          <li key={problem.code}>
            <strong>{problemWords(problem)}</strong>
            {problem.value !== 0 && (
              <>
                {" "}
                · <Amount minor={problem.value} />
              </>
            )}
            <br />
            {problem.examples.length > 0 && (
              <small>
                {bench("post.for_example", {
                  examples: problem.examples
                    .slice(0, 3)
                    .map((one) => `${one.sku} · ${one.location_code}`)
                    .join(", "),
                })}
              </small>
            )}{" "}
            {problem.code !== "records_outstanding" && (
              <Button kind="quiet" onClick={() => show(problem.code)}>
                {bench("post.show")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Posted({
  stocktake,
  answer,
  onClose,
}: {
  stocktake: StocktakeDetail;
  answer: PostAnswer;
  onClose: () => void;
}) {
  return (
    <Dialog
      title={count("post.title")}
      onClose={onClose}
      actions={
        <>
          {answer.journals > 0 && (
            <LinkButton href={href("/journals", { kind: "adjustment" })}>{bench("post.journals")}</LinkButton>
          )}
          <Button kind="main" onClick={onClose}>
            {core("action.close")}
          </Button>
        </>
      }
    >
      <Notice outcome="ok" title={count("post.done", { n: answer.lines })}>
        <p>
          {answer.journals > 0 ? count("post.done.journals", { n: answer.journals }) : count("post.done.none")} ·{" "}
          <Amount minor={answer.value} />
        </p>
        <p>
          {answer.posted
            ? count("post.done.whole")
            : count("post.done.part", { n: answer.part ?? stocktake.parts_posted + 1 })}
        </p>
      </Notice>
    </Dialog>
  );
}
