// Calls of the desk and of sign-in. (The sync engine has its own transport: it must not be tied to a screen.)
import { type Problem, problemOf, Unreachable } from "./problem";

export { Problem, Unreachable } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;

const ROOT = "/api/v1";
const listeners = new Set<(problem: Problem) => void>();

/** Be told of every 401, so that the frame can ask for a new sign-in. Answers a function that stops it. */
export function onSignInNeeded(listener: (problem: Problem) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The address of a call, for links and downloads: url("/items/export", {search}) . */
export function url(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return ROOT + path + (text ? `?${text}` : "");
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401) for (const listener of listeners) listener(problem);
  throw problem;
}

async function json<T>(method: string, path: string, query?: Query, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
  }
  const response = await send(url(path, query), init);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  get: <T>(path: string, query?: Query) => json<T>("GET", path, query),
  post: <T>(path: string, body?: unknown, query?: Query) => json<T>("POST", path, query, body ?? {}),
  patch: <T>(path: string, body: unknown) => json<T>("PATCH", path, undefined, body),
  put: <T>(path: string, body: unknown) => json<T>("PUT", path, undefined, body),
  del: <T = void>(path: string) => json<T>("DELETE", path),
  /** A file as it is (CSV import): the bytes go unread, the server knows the encodings. */
  upload: async <T>(path: string, file: Blob | string, query?: Query, type = "text/csv", more = {}): Promise<T> => {
    const response = await send(url(path, query), {
      method: "POST",
      body: file,
      headers: { "Content-Type": type, ...more },
    });
    return (await response.json()) as T;
  },
};

/** A list of the API: rows, the total where it is known, and the cursor of the next page. */
export interface Page<Row> {
  rows: Row[];
  total: number;
  next: string | null;
}
