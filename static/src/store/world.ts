// Which of the two worlds answers. Screens and scans ask through here and never notice that a new one came in.
import type { Database, Master, Side } from "./schema";
import type { Store } from "./store";

/** The store of this name on that side; both hold the same rows, so the types say the one name. */
export const on = <Name extends Master>(side: Side, name: Name): Name =>
  side === 1 ? name : (`${name}_2` as unknown as Name);

export const sideOf = (db: Database): Promise<Side | undefined> => db.get("world", "side");

type At = <Name extends Master>(name: Name) => Name;

/** Ask the world that answers; asked again when another one took its place meanwhile. */
export function ask<T>(store: Store, work: (db: Database, at: At) => Promise<T>): Promise<T> {
  return store.read(async (db) => {
    for (;;) {
      const side = await sideOf(db);
      const answer = await work(db, (name) => on(side ?? 1, name));
      if ((await sideOf(db)) === side) return answer;
    }
  });
}
