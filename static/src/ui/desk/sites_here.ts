// The sites the person may see, and the one the desk is looking at. The choice stays on this device.
import { computed, signal } from "@preact/signals";
import { api, type Page } from "../../api/client";
import type { Site } from "./types";

const STORED = "pandian.site";

export const sites = signal<Site[] | null>(null);
export const sitesError = signal<unknown>(null);
const stored = typeof localStorage === "undefined" ? null : localStorage.getItem(STORED);
const chosen = signal<string | null>(stored);

export const site = computed<Site | null>(() => {
  const known = sites.value ?? [];
  return known.find((one) => one.id === chosen.value) ?? known[0] ?? null;
});

export function chooseSite(id: string): void {
  chosen.value = id;
  localStorage.setItem(STORED, id);
}

export async function loadSites(): Promise<void> {
  try {
    const page = await api.get<Page<Site>>("/sites", { limit: 1000 });
    sites.value = page.rows.filter((one) => one.active !== false);
    sitesError.value = null;
  } catch (error) {
    sitesError.value = error;
  }
}

export function siteOf(id: string): Site | null {
  return (sites.value ?? []).find((one) => one.id === id) ?? null;
}

/** The currency amounts are written in: all sites share one. */
export function currency(): string {
  return site.value?.currency ?? "CNY";
}
