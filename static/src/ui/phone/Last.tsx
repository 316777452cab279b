// What just happened, as big as it gets: the same panel for counting, receiving and moving.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { showCode } from "../../domain/code";
import { formatQuantity } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import { reasonText } from "../../i18n/reasons";
import { outcomeSign } from "../components";
import type { Feedback } from "./feedback";

/** A quantity of more characters than this does not fit beside the name. */
const BESIDE_MAX = 4;

export const titleOf = (title: string): string => title || phone("count.unknown");

interface Props {
  last: Feedback;
  /** What an accepted scan is called here. */
  words: string;
  /** Under the code: lot, progress, a photo. */
  children?: ComponentChildren;
}

function wordsOf(last: Feedback, accepted: string): string {
  if (last.kind === "undo") return phone("count.undone");
  if (last.kind === "set") return phone("count.set");
  if (last.kind === "place") return accepted;
  return last.outcome === "ok" || last.damaged ? accepted : "";
}

export function Last({ last, words: accepted, children }: Props) {
  // Wherever somebody had scrolled to: what was just scanned is seen.
  useEffect(() => window.scrollTo(0, 0), [last.number]);
  const words = [wordsOf(last, accepted), last.reason ? reasonText(last.reason) : ""].filter(Boolean).join(" · ");
  const counted = last.kind === "scan" || last.kind === "set" || last.kind === "undo";
  const sign = last.kind === "set" ? "=" : last.kind === "undo" ? "−" : "×";
  const quantity = formatQuantity(last.quantity, last.scale);
  return (
    <section class={`last last-${last.outcome} last-${last.kind}`} aria-live="assertive" key={last.number}>
      <p class="last-words">
        <span aria-hidden="true">{outcomeSign(last.outcome)}</span> {words}
      </p>
      <p class="last-name">
        {last.kind === "refused" ? reasonText(last.reason ?? "unknown_code") : titleOf(last.title)}
      </p>
      {counted && (
        <p class={`last-quantity${quantity.length > BESIDE_MAX ? " last-quantity-long" : ""}`}>
          {sign}
          {quantity}
        </p>
      )}
      {last.code && last.code !== last.title && (
        <p class="last-code">
          {counted && `${last.pack || phone("count.single")} · `}
          <code>{showCode(last.code)}</code>
        </p>
      )}
      {children && <div class="last-more">{children}</div>}
    </section>
  );
}
