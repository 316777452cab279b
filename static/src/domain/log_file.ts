// A device's log as a file: what stands in it, and reading it where it is brought.

export const FILE_KIND = "pandian device log";

/** The first line of the file. */
export interface FileHead {
  kind: typeof FILE_KIND;
  v: 1;
  device: { id: string; number: number; label: string; site_id: string };
  records: number;
  written_ms: number;
}

/** Every other line: the body of a push as it is sent, its SHA-256 in hex, and the device's signature over it. */
export interface FileBatch {
  body: string;
  sha256: string;
  signature: string;
}

export interface ReadFile {
  head: FileHead;
  /** What can still be read, in order. */
  batches: FileBatch[];
  /** Something was cut off or changed; what is left is good. */
  damaged: boolean;
}

export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parsed<T>(line: string): T | null {
  try {
    return JSON.parse(line) as T;
  } catch {
    return null;
  }
}

/** null: this is no such file. */
export async function readLogFile(text: string): Promise<ReadFile | null> {
  const [first = "", ...lines] = text.split("\n");
  const head = parsed<FileHead>(first);
  if (head?.kind !== FILE_KIND || !head.device) return null;
  const batches: FileBatch[] = [];
  let records = 0;
  for (const line of lines) {
    const batch = parsed<FileBatch>(line);
    if (typeof batch?.body !== "string" || (await sha256Hex(batch.body)) !== batch.sha256) continue;
    records += parsed<{ records: unknown[] }>(batch.body)?.records.length ?? 0;
    batches.push(batch);
  }
  return { head, batches, damaged: records !== head.records };
}
