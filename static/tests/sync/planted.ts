// Mistakes of a client, each of which has been made by somebody: the laws must find every one of them.
import { putFact } from "../../src/store/meta";
import { prune } from "../../src/store/outbox";
import { openDatabase } from "../../src/store/schema";
import type { Transport } from "../../src/sync/transport";
import type { Planted, Tab } from "../support/floor_model";

const seqOf = (text: string) => (JSON.parse(text) as { seq: number }).seq;

/** What is sent is forgotten before the answer is there. */
const deleteOnSend: Planted = {
  transport: (inner, tab) => ({
    ...inner,
    async push(body, sign) {
      await tab.store.run(async (db) => {
        for (const text of body.records) await db.delete("outbox", seqOf(text));
      });
      return inner.push(body, sign);
    },
  }),
};

/** What is acknowledged is forgotten at once: a restored server has nobody to ask. */
const trimAcked: Planted = {
  afterRound: (tab) => prune(tab.store, Number.MAX_SAFE_INTEGER).catch(() => undefined),
};

/** The device does not look at the server's epoch. */
const noEpoch: Planted = {
  transport: (inner) => ({
    ...inner,
    hello: async (body) => ({ ...(await inner.hello(body)), server_epoch: "the only one" }),
    push: async (body, sign) => ({ ...(await inner.push(body, sign)), server_epoch: "the only one" }),
  }),
};

/** The number is taken in a transaction of its own: when the record's fails, it is used up. */
const numberApart: Planted = {
  afterLostScan: async (tab) => {
    const db = await openDatabase(tab.phone.name);
    await db.put("meta", (((await db.get("meta", "next_seq")) as number | undefined) ?? 1) + 1, "next_seq");
    db.close();
  },
};

/** What was held under an epoch counts as settled under the next. */
const heldNotSentAgain: Planted = {
  transport(inner, tab) {
    const settled = heldOf(tab);
    return {
      ...inner,
      async hello(body) {
        for (const row of await tab.phone.rows()) if (row.status === "HELD") settled.add(row.text);
        return inner.hello(body);
      },
      push: (body, sign) => inner.push({ ...body, records: body.records.filter((text) => !settled.has(text)) }, sign),
    } satisfies Transport;
  },
};

const held = new WeakMap<object, Set<string>>();
function heldOf(tab: Tab): Set<string> {
  const known = held.get(tab.phone) ?? new Set<string>();
  held.set(tab.phone, known);
  return known;
}

/** The 14 days are counted by a clock that anybody may set. */
const deviceClock: Planted = {
  afterRound: (tab) => prune(tab.store, tab.phone.clock.now()).catch(() => undefined),
};

/** The cursor goes ahead of the rows. */
const cursorFirst: Planted = {
  transport: (inner, tab) => ({
    ...inner,
    async changes(cursor, limit) {
      const page = await inner.changes(cursor, limit);
      await putFact(tab.store, "cursor", page.next);
      return { ...page, rows: page.rows.slice(1) };
    },
  }),
};

export const PLANTED: Record<string, Planted> = {
  "a record deleted when it is sent": deleteOnSend,
  "an acknowledged record forgotten at once": trimAcked,
  "an epoch nobody looks at": noEpoch,
  "a number taken apart from its record": numberApart,
  "a held record not sent again after a restore": heldNotSentAgain,
  "a retention counted by the device's clock": deviceClock,
  "a cursor ahead of its rows": cursorFirst,
};
