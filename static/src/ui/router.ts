// Addresses live behind the hash, because the server knows one page only.
import { computed, signal } from "@preact/signals";

export interface Location {
  path: string;
  query: URLSearchParams;
}

function read(): Location {
  const raw = typeof location === "undefined" ? "" : location.hash.replace(/^#/, "");
  const [path = "", query = ""] = raw.split("?");
  return { path: path.startsWith("/") ? path : `/${path}`, query: new URLSearchParams(query) };
}

const current = signal<Location>(read());
if (typeof window !== "undefined") {
  window.addEventListener("hashchange", () => {
    current.value = read();
  });
}

export const here = computed(() => current.value);

/** The hash address of a path, for links: href("/stocktakes/1", {state: "open"}). */
export function href(path: string, query?: Record<string, string | number | null | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export function navigate(
  path: string,
  options: { query?: Record<string, string | number | null | undefined>; replace?: boolean } = {},
): void {
  const target = href(path, options.query);
  if (options.replace) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  current.value = read();
  if (!options.replace) window.scrollTo(0, 0);
}

export type Params = Record<string, string>;

/** Match "/stocktakes/:id" against a path; null when it is another place. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return params;
}
