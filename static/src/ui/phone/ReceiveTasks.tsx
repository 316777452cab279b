// The second half of the tasks: what is to be received, and the ways goods go on from the dock.
import { useState } from "preact/hooks";
import { formatSum } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { formatShortDay, receive } from "../../i18n/receive";
import type { Scan } from "../../scan/bus";
import "../../styles/receive.css";
import { Button, Empty, LinkButton, Pill } from "../components";
import { href, navigate } from "../router";
import type { Floor } from "./floor";
import { planOf } from "./receipt_plan";
import { arrivalOf, loadReceiveTasks, type ReceiveTask, useReceiveTasks } from "./receive_tasks";

const FIRST_SHOWN = 6;

/** Go on with my own sheet at once; everything else asks first where the goods land. */
async function beginTask(open: Floor, task: ReceiveTask): Promise<void> {
  const plan = task.sheet ? await planOf(open.store, task.sheet) : null;
  if (plan && (await (await open.openHandling()).receiving.begin(plan))) navigate("/phone/receive");
  else navigate("/phone/receive/start", { query: startQuery(task) });
}

/** An order's, a delivery's or a pallet's code begins to receive it; false where it is none of them. */
export async function beginScanned(open: Floor, scan: Scan): Promise<boolean> {
  const task = arrivalOf(scan, await loadReceiveTasks(open));
  if (task) await beginTask(open, task);
  return task !== null;
}

function startQuery({ order, delivery, receipts }: ReceiveTask) {
  const receipt = order || delivery ? null : (receipts[0]?.id ?? null);
  return { order: order?.id, delivery: delivery?.id, receipt };
}

function Due({ task }: { task: ReceiveTask }) {
  if (task.state === "mine") return <Pill outcome="look">{receive("tasks.mine")}</Pill>;
  if (task.state === "others") return <Pill outcome="info">{receive("tasks.others")}</Pill>;
  if (task.state === "closed") return <Pill outcome="quiet">{receive("tasks.closed")}</Pill>;
  if (task.due === null) return <Pill outcome="quiet">{receive("tasks.no_date")}</Pill>;
  if (task.daysLate > 0) return <Pill outcome="alarm">{receive("tasks.late", { n: task.daysLate })}</Pill>;
  if (task.daysLate === 0) return <Pill outcome="ok">{receive("tasks.today")}</Pill>;
  return <Pill outcome="quiet">{receive("tasks.on", { date: formatShortDay(task.due) })}</Pill>;
}

function Row({ open, task }: { open: Floor; task: ReceiveTask }) {
  const title = task.supplier || receive("screen.blind");
  return (
    <li>
      <button type="button" class="place-row" disabled={task.state === "closed"} onClick={() => beginTask(open, task)}>
        <span class="place-name">
          <b>{title}</b>
          <small>
            {[
              task.label,
              task.kinds > 0 && receive("tasks.open", { n: task.kinds, quantity: formatSum(task.open, task.scale) }),
              task.state === "part" && receive("tasks.part"),
            ]
              .filter(Boolean)
              .join(" · ")}
          </small>
        </span>
        <Due task={task} />
      </button>
    </li>
  );
}

/** `alone`: there is nothing to count. */
export function ReceiveTasks({ open, alone }: { open: Floor; alone: boolean }) {
  const tasks = useReceiveTasks(open);
  const [shown, setShown] = useState(FIRST_SHOWN);
  if (!tasks) return null;
  return (
    <>
      {alone && tasks.length === 0 && <Empty title={phone("tasks.none")} text={phone("tasks.none.hint")} />}
      <section class="arrivals" aria-labelledby="receiving-tasks">
        <h2 id="receiving-tasks">{receive("tasks.receiving")}</h2>
        {tasks.length === 0 && <p class="soft">{receive("tasks.none")}</p>}
        <ul>
          {tasks.slice(0, shown).map((task) => (
            <Row key={task.key} open={open} task={task} />
          ))}
        </ul>
        {tasks.length > shown && (
          <Button size="touch" wide onClick={() => setShown(shown + FIRST_SHOWN)}>
            {receive("tasks.more", { n: tasks.length - shown })}
          </Button>
        )}
        <LinkButton size="touch" wide href={href("/phone/receive/start")}>
          {receive("tasks.blind")}
        </LinkButton>
        <div class="two">
          <LinkButton size="touch" href={href("/phone/putaway")}>
            {receive("tasks.putaway")}
          </LinkButton>
          <LinkButton size="touch" href={href("/phone/move")}>
            {receive("tasks.move")}
          </LinkButton>
        </div>
      </section>
    </>
  );
}
