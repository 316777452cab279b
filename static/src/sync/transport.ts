// The calls of sync over HTTP. Nothing here decides anything; it says what happened.
import { type Problem, problemOf, Unreachable } from "../api/problem";
import type { Changes, FeedRow, Hello, HelloAnswer, Manifest, Push, PushAnswer } from "../api/types";

export interface Transport {
  hello(body: Hello): Promise<HelloAnswer>;
  /** `sign` is given the uncompressed bytes exactly as the server will unpack them. */
  push(body: Push, sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>): Promise<PushAnswer>;
  changes(cursor: string, limit: number): Promise<Changes>;
  manifest(dataset: string): Promise<Manifest>;
  /** A page of a snapshot, from 1. It never changes, and comes whole or not at all. */
  page(dataset: string, id: string, page: number): Promise<FeedRow[]>;
}

import { breath } from "./breath";

const ROOT = "/api/v1/sync";
const TIMEOUT_MS = 20_000;
const WORTH_PACKING = 1024;
const LINES_AT_ONCE = 500;

const asJson = (response: Response) => response.json();

async function call<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T> = asJson): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  let problem: Problem;
  try {
    const response = await fetch(ROOT + path, { credentials: "same-origin", signal: stop.signal, ...init });
    if (response.ok) return await read(response);
    problem = await problemOf(response);
  } catch (cause) {
    throw new Unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
  throw problem;
}

/**
 * The browser has unpacked the page (Content-Encoding): DecompressionStream is missing on old WebViews, and a broken
 * gzip fails there as it would here. Taken apart in pieces, so that a slow device can paint between them.
 */
async function readRows(response: Response): Promise<FeedRow[]> {
  const lines = (await response.text()).split("\n");
  const rows: FeedRow[] = [];
  for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
    const texts = lines.slice(from, from + LINES_AT_ONCE).filter((line) => line !== "");
    for (const row of JSON.parse(`[${texts.join(",")}]`) as (Partial<FeedRow> & { entity: string })[]) {
      // The key is told apart from the body only where the body does not hold it.
      rows.push({ entity: row.entity, id: row.id ?? String(row.body?.id), op: "U", body: row.body ?? null });
    }
    await breath();
  }
  return rows;
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
  manifest: (dataset) => call(`/snapshot/${dataset}`, { method: "GET" }),
  page: (dataset, id, page) => call(`/snapshot/${dataset}/${id}/${page}`, { method: "GET" }, readRows),
  changes: (cursor, limit) => call(`/changes?cursor=${encodeURIComponent(cursor)}&limit=${limit}`, { method: "GET" }),
};
