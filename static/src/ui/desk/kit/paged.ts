// A list that comes in pages: the first at once, the next ones when the table's end comes near, all again on reload.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../../../api/client";
import { usePolling } from "../load";

export const PAGE = 200;
const PAGE_MAX = 1000;

export interface Paged<Row, Answer extends Page<Row> = Page<Row>> {
  rows: readonly Row[];
  total: number;
  /** The newest answer, for what stands beside its rows (sums). */
  answer: Answer | undefined;
  error: unknown;
  starting: boolean;
  hasMore: boolean;
  more: () => void;
  /** Everything that is shown once more; scroll and choice stay. */
  reload: () => Promise<void>;
  /** Load up to `limit` rows and answer them. */
  all: (limit: number) => Promise<readonly Row[]>;
}

interface State<Row, Answer> {
  key: string | null;
  rows: readonly Row[];
  answer?: Answer;
  next: string | null;
  error?: unknown;
}

type Fetch<Answer> = (page: { limit: number; after: string | null }) => Promise<Answer>;

/** At least `wanted` rows from the start, or all there are. */
export async function fetchRows<Row, Answer extends Page<Row>>(
  fetch: Fetch<Answer>,
  wanted: number,
): Promise<{ rows: Row[]; answer: Answer; next: string | null }> {
  let answer = await fetch({ limit: Math.min(PAGE_MAX, Math.max(PAGE, wanted)), after: null });
  const rows = [...answer.rows];
  let next = answer.next;
  while (next !== null && rows.length < wanted) {
    answer = await fetch({ limit: PAGE_MAX, after: next });
    rows.push(...answer.rows);
    next = answer.next;
  }
  return { rows, answer, next };
}

export function usePaged<Row, Answer extends Page<Row> = Page<Row>>(
  key: string | null,
  fetch: Fetch<Answer>,
  every = 0,
): Paged<Row, Answer> {
  const [state, setState] = useState<State<Row, Answer>>({ key: null, rows: [], next: null });
  const latest = useRef({ fetch, state });
  latest.current = { fetch, state };
  const turn = useRef(0);
  const busy = useRef(false);

  const load = useCallback(
    async (wanted: number): Promise<readonly Row[]> => {
      if (key === null) return [];
      turn.current += 1;
      const mine = turn.current;
      try {
        const got = await fetchRows<Row, Answer>(latest.current.fetch, wanted);
        if (mine === turn.current) setState({ key, ...got });
        return got.rows;
      } catch (error) {
        if (mine === turn.current) {
          setState((before) => (before.key === key ? { ...before, error } : { key, rows: [], next: null, error }));
        }
        return latest.current.state.rows;
      }
    },
    [key],
  );
  useEffect(() => {
    void load(PAGE);
    return () => {
      turn.current += 1;
    };
  }, [load]);
  const reload = useCallback(async () => {
    await load(Math.max(PAGE, latest.current.state.rows.length));
  }, [load]);
  usePolling(reload, key === null ? 0 : every);

  const more = useCallback(() => {
    const { state: now, fetch: get } = latest.current;
    if (busy.current || now.next === null || now.key !== key) return;
    busy.current = true;
    const mine = turn.current;
    get({ limit: PAGE, after: now.next })
      .then((answer) => {
        if (mine !== turn.current) return;
        setState((before) => ({ ...before, rows: [...before.rows, ...answer.rows], answer, next: answer.next }));
      })
      .catch((error: unknown) => setState((before) => ({ ...before, next: null, error })))
      .finally(() => {
        busy.current = false;
      });
  }, [key]);

  const fresh = state.key === key;
  return {
    rows: fresh ? state.rows : [],
    total: fresh ? (state.answer?.total ?? state.rows.length) : 0,
    answer: fresh ? state.answer : undefined,
    error: fresh ? state.error : undefined,
    starting: key !== null && !fresh,
    hasMore: fresh && state.next !== null,
    more,
    reload,
    all: load,
  };
}
