// How a screen loads what it shows: once, again when asked, and by and by while somebody looks at it.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  /** Nothing to show yet. A reload keeps what is there. */
  starting: boolean;
  reload: () => Promise<void>;
}

/**
 * Load by `key`: another key starts afresh, the same key keeps what is shown until the new answer is here.
 * `every` (ms) asks again while the page is visible. An answer that was overtaken is dropped.
 */
export function useLoad<T>(key: string | null, load: () => Promise<T>, every = 0): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error?: unknown }>({ key: null });
  const turn = useRef(0);
  const call = useRef(load);
  call.current = load;
  const reload = useCallback(async () => {
    if (key === null) return;
    turn.current += 1;
    const mine = turn.current;
    try {
      const data = await call.current();
      if (mine === turn.current) setState({ key, data });
    } catch (error) {
      if (mine === turn.current)
        setState((before) => ({ key, data: before.key === key ? before.data : undefined, error }));
    }
  }, [key]);
  useEffect(() => {
    void reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  usePolling(reload, key === null ? 0 : every);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : undefined,
    error: fresh ? state.error : undefined,
    starting: key !== null && (!fresh || (state.data === undefined && state.error === undefined)),
    reload,
  };
}

/** Call again `every` ms after the last call ended, only while the page is visible; 0 is never. */
export function usePolling(call: () => Promise<void>, every: number): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (every <= 0) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const tick = async () => {
      if (document.visibilityState === "visible") await latest.current();
      if (!stopped) timer = setTimeout(tick, every);
    };
    timer = setTimeout(tick, every);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [every]);
}

/** A value that follows `value` after it has been quiet for `ms`: for searching while somebody types. */
export function useQuiet<T>(value: T, ms = 250): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return quiet;
}
