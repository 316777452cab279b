// The numbers beside the side bar's entries: what waits for somebody.
import { effect, signal } from "@preact/signals";
import { api, type Page } from "../../api/client";
import { may } from "../session";
import { site } from "./sites_here";

/** By the route's path. */
export const waiting = signal<Record<string, number>>({});
const EVERY_MS = 30_000;

async function total(path: string): Promise<number> {
  try {
    return (await api.get<Page<unknown>>(path)).total;
  } catch {
    // Only a number beside a word: the screen behind it says what is wrong.
    return 0;
  }
}

export async function countWaiting(): Promise<void> {
  const id = site.peek()?.id;
  if (!id || !may("supervisor", id)) {
    waiting.value = {};
    return;
  }
  const [stocktakes, receipts, codes, held] = await Promise.all([
    total(`/stocktakes?site_id=${id}&state=counting&state=closed&limit=1`),
    total(`/receipts?site_id=${id}&state=receiving&state=closed&limit=1`),
    total(`/unknown-codes?site_id=${id}&limit=1`),
    total(`/held?site_id=${id}&state=open&limit=1`),
  ]);
  waiting.value = { "/stocktakes": stocktakes, "/receipts": receipts, "/inbox": codes, "/held": held };
}

/** Count now, by and by, and when another site is chosen. Answers what stops it. */
export function watchWaiting(): () => void {
  const stop = effect(() => {
    if (site.value) void countWaiting();
  });
  const timer = setInterval(() => document.visibilityState === "visible" && void countWaiting(), EVERY_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}
