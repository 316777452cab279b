import type { ComponentChildren } from "preact";
import { core } from "../../i18n/core";

/** The three outcomes of the floor, and plain information. Each has its sign and its words, never colour alone. */
export type Outcome = "ok" | "look" | "alarm" | "info";

const SIGNS: Record<Outcome, string> = { ok: "✓", look: "◆", alarm: "✕", info: "ℹ" };

export function outcomeSign(outcome: Outcome): string {
  return SIGNS[outcome];
}

export function Notice({
  outcome,
  text,
  title,
  children,
}: {
  outcome: Outcome;
  text?: string;
  title?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class={`notice notice-${outcome}`} role={outcome === "alarm" ? "alert" : "status"}>
      <span class="notice-sign" aria-hidden="true">
        {SIGNS[outcome]}
      </span>
      <div class="notice-body">
        <strong class={title ? "" : "hidden"}>{title ?? core(`outcome.${outcome}`)}</strong>
        {text && <p>{text}</p>}
        {children}
      </div>
    </div>
  );
}

/** A short state in words; the dot only repeats what the words say. */
export function Pill({ outcome, children }: { outcome: Outcome | "quiet"; children: ComponentChildren }) {
  return (
    <span class={`pill pill-${outcome}`}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

export function Empty({ title, text, children }: { title?: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title ?? core("state.empty")}</strong>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {core("state.loading")}
    </p>
  );
}
