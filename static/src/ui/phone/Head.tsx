// The header every screen of the phone has: where am I, and does the server know what I scanned.
import type { ComponentChildren } from "preact";
import { core } from "../../i18n/core";
import { outcomeSign } from "../components";
import { href } from "../router";
import { floor } from "./floor";
import { syncWords } from "./sync_words";

export function SyncPill() {
  const open = floor.value;
  if (!open?.device.value) return null;
  const { outcome, words } = syncWords(open.engine.state.value, open.store.state.value);
  return (
    <a class={`pill pill-${outcome} head-pill`} href={href("/phone/outbox")}>
      <i aria-hidden="true" />
      {outcome === "alarm" ? `${outcomeSign("alarm")} ` : ""}
      {words}
    </a>
  );
}

export function Head({ title, subtitle, back }: { title: string; subtitle?: ComponentChildren; back?: string }) {
  return (
    <header class="head">
      {back && (
        <a class="head-back" href={href(back)}>
          <span aria-hidden="true">‹</span>
          <span class="hidden">{core("action.back")}</span>
        </a>
      )}
      <div class="head-where">
        <h1>{title}</h1>
        {subtitle && <small>{subtitle}</small>}
      </div>
      <SyncPill />
    </header>
  );
}
