// The three calls of sync over HTTP. Nothing here decides anything; it says what happened.
import { type Problem, problemOf, Unreachable } from "../api/problem";
import type { Changes, Hello, HelloAnswer, Push, PushAnswer } from "../api/types";

export interface Transport {
  hello(body: Hello): Promise<HelloAnswer>;
  /** `sign` is given the uncompressed bytes exactly as the server will unpack them. */
  push(body: Push, sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>): Promise<PushAnswer>;
  changes(cursor: string, limit: number): Promise<Changes>;
}

const ROOT = "/api/v1/sync";
const TIMEOUT_MS = 20_000;
const WORTH_PACKING = 1024;

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  let problem: Problem;
  try {
    const response = await fetch(ROOT + path, { credentials: "same-origin", signal: stop.signal, ...init });
    if (response.ok) return (await response.json()) as T;
    problem = await problemOf(response);
  } catch (cause) {
    throw new Unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
  throw problem;
}

/** gzip where the browser can; old WebViews send the body plain. */
export async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<{ body: BodyInit; encoding: string | null }> {
  if (typeof CompressionStream === "undefined" || bytes.length < WORTH_PACKING) return { body: bytes, encoding: null };
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).arrayBuffer(), encoding: "gzip" };
}

export const httpTransport: Transport = {
  hello: (body) =>
    call("/hello", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  async push(body, sign) {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const packed = await pack(bytes);
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "X-Pandian-Signature": await sign(bytes),
    };
    if (packed.encoding) headers["Content-Encoding"] = packed.encoding;
    return call("/push", { method: "POST", headers, body: packed.body });
  },
  changes: (cursor, limit) => call(`/changes?cursor=${encodeURIComponent(cursor)}&limit=${limit}`, { method: "GET" }),
};
