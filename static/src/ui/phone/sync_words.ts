// The state of sync in a counter's words.
import { formatInteger } from "../../i18n/format";
import { phone } from "../../i18n/phone";
import type { SyncState } from "../../sync/engine";

export interface SyncWords {
  outcome: "ok" | "look" | "alarm" | "info";
  words: string;
}

/** Offline is amber, not red: it is normal. Red is for what really stops work. */
export function syncWords(state: SyncState, store: string): SyncWords {
  if (store === "READ_ONLY") return { outcome: "alarm", words: phone("sync.read_only") };
  if (store === "BROKEN_STORE") return { outcome: "alarm", words: phone("sync.broken") };
  const waiting = state.waiting > 0 ? ` · ${phone("sync.waiting", { n: state.waiting })}` : "";
  const held = state.held > 0 ? ` · ${phone("sync.held", { n: state.held })}` : "";
  if (state.revoked) return { outcome: "alarm", words: phone("sync.revoked") + waiting };
  if (state.phase === "AUTH_PAUSED") return { outcome: "look", words: phone("sync.auth") + waiting };
  if (state.phase === "OFFLINE") return { outcome: "look", words: phone("sync.offline") + waiting };
  if (state.phase === "BOOTSTRAP") return { outcome: "info", words: phone("sync.loading") };
  if (state.phase === "STARTING") return { outcome: "info", words: phone("sync.starting") + waiting };
  return { outcome: state.held > 0 ? "look" : "ok", words: phone("sync.online") + waiting + held };
}

/** How far the world is that is being loaded: items are what takes long, so they are counted. */
export function loadingWords({ loading }: SyncState): string {
  const { done, total } = loading ?? { done: {}, total: {} };
  if (!total.item) return phone("sync.loading");
  return phone("tasks.loading", { done: formatInteger(done.item ?? 0), all: formatInteger(total.item) });
}
