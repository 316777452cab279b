// The states of orders and deliveries, and their dates, as pills and words.
import { buy } from "../../../i18n/desk/purchasing";
import type { Outcome } from "../../components";
import { Pill } from "../../components";
import { daysBetween, dayWords, todayOn } from "../dates";
import type { DeliveryState, OrderState } from "../types";

export const ORDER_STATES: OrderState[] = ["draft", "ordered", "part_received", "received", "closed", "cancelled"];
export const ORDERS_OPEN: OrderState[] = ["draft", "ordered", "part_received"];
export const DELIVERY_STATES: DeliveryState[] = ["expected", "part_received", "received", "closed", "cancelled"];
export const DELIVERIES_OPEN: DeliveryState[] = ["expected", "part_received"];

const TONES: Record<OrderState | DeliveryState, Outcome | "quiet"> = {
  draft: "quiet",
  ordered: "info",
  expected: "info",
  part_received: "look",
  received: "ok",
  closed: "quiet",
  cancelled: "quiet",
};

export function stateWord(state: OrderState | DeliveryState): string {
  return buy(state === "expected" ? "delivery.expected" : `order.${state}`);
}

export function DocumentPill({ state }: { state: OrderState | DeliveryState }) {
  return <Pill outcome={TONES[state]}>{stateWord(state)}</Pill>;
}

/** Whether goods are still to come. */
export function awaits(state: OrderState | DeliveryState): boolean {
  return state === "ordered" || state === "expected" || state === "part_received";
}

/** The promised day; when it is past and goods are still to come, by how much. */
export function Due({ on, state }: { on: string | null; state: OrderState | DeliveryState }) {
  if (!on) return <span class="soft">—</span>;
  const today = todayOn();
  const late = awaits(state) ? daysBetween(on, today) : 0;
  return (
    <>
      {dayWords(on, today)}
      {late > 0 && <small class="due-late">{buy("doc.late", { n: late })}</small>}
    </>
  );
}
