// A new device, or one that must begin again, loads the world from snapshots: immutable pages, each written with the
// progress, so that a killed bootstrap goes on at its page. The next page is under way while one is written.
import { Problem } from "../api/problem";
import type { FeedRow, Manifest } from "../api/types";
import { begin, beginAgain, finish, underWay, writePage } from "../store/bootstrap";
import type { Boot, BootPart } from "../store/schema";
import type { Store } from "../store/store";
import type { Transport } from "./transport";

/** How much of the world is here: rows by entity, and of how many. */
export interface Loading {
  done: Record<string, number>;
  total: Record<string, number>;
}

export interface Source {
  store: Store;
  transport: Transport;
}

// People, places and counts first: with them somebody can sign in and begin while the items come.
const DATASETS = ["site", "company"];
const notFound = (error: unknown) => error instanceof Problem && error.status === 404;

/** Load the world from snapshots, or go on with it. false: this server has none, and the feed must be read. */
export async function loadSnapshots(source: Source, tell: (loading: Loading) => void): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const boot = await begun(source);
    if (!boot) return false;
    try {
      await readAll(source, boot, tell);
      return true;
    } catch (error) {
      // Replaced by a newer one while the device was away, or the device is another site's now.
      if (!notFound(error) || attempt > 1) throw error;
      await beginAgain(source.store);
    }
  }
}

async function begun({ store, transport }: Source): Promise<Boot | null> {
  const known = await underWay(store);
  if (known?.snapshot) return known;
  const manifests: Manifest[] = [];
  for (const dataset of DATASETS) {
    try {
      manifests.push(await transport.manifest(dataset));
    } catch (error) {
      if (notFound(error)) return null;
      throw error;
    }
  }
  const lowest = manifests.reduce((one, two) => (two.feed_number < one.feed_number ? two : one));
  return begin(store, { cursor: lowest.cursor, parts: manifests.map(partOf).filter(({ pages }) => pages > 0) });
}

function partOf({ dataset, id, pages, contents }: Manifest): BootPart {
  return { dataset, id, pages: pages.length, rows: Object.fromEntries(contents.map((it) => [it.entity, it.rows])) };
}

async function readAll({ store, transport }: Source, boot: Boot, tell: (loading: Loading) => void): Promise<void> {
  const total = Object.assign({}, ...(boot.snapshot?.parts.map(({ rows }) => rows) ?? [])) as Record<string, number>;
  let ahead: { step: Step; rows: Promise<FeedRow[]> } | null = null;
  const fetch = (step: Step | null) => {
    if (!step) return null;
    const rows = transport.page(step.dataset, step.id, step.page + 1);
    rows.catch(() => undefined); // heard when its turn comes
    return { step, rows };
  };
  for (let at: Boot | undefined = boot; ; ) {
    if (at?.snapshot) tell({ done: at.snapshot.done, total });
    const step: Step | null = stepOf(at);
    if (!at || !step) break;
    const coming = same(ahead?.step, step) ? ahead : fetch(step);
    const rows = await coming?.rows;
    ahead = fetch(stepOf(at, 1));
    at = await writePage(store, at, step, rows ?? []);
  }
  await finish(store);
}

const same = (one: Step | undefined, two: Step) => one?.id === two.id && one.page === two.page;

interface Step {
  dataset: string;
  id: string;
  part: number;
  page: number;
}

/** The page a bootstrap must read next, or the one `further` after it; null at the end. */
function stepOf(boot: Boot | undefined, further = 0): Step | null {
  if (!boot?.snapshot) return null;
  const { parts, part, page } = boot.snapshot;
  let left = page + further;
  for (let number = part; number < parts.length; number++) {
    const { dataset, id, pages } = parts[number] as BootPart;
    if (left < pages) return { dataset, id, part: number, page: left };
    left -= pages;
  }
  return null;
}
