// One event of a timeline: its moment, what happened, who did it. The day stands once, over its first event.
import type { ComponentChildren } from "preact";
import { day } from "../when";

export function TimeRow({
  class: name,
  time,
  note,
  children,
}: {
  class: string;
  time: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <li class={name}>
      <span class="time-at number">{time}</span>
      <div>
        {children}
        {note && <small>{note}</small>}
      </div>
    </li>
  );
}

export function DayHead({ at, before }: { at: string; before?: string }) {
  const today = day(at);
  return before !== undefined && day(before) === today ? null : <li class="time-day">{today}</li>;
}

/** What there is to say, with dots between. */
export function dotted(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(" · ");
}
