// A screen's ear for scans, which it closes when it is about to give way: what comes then waits for the next screen.
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import type { Scan, ScanBus } from "../../scan/bus";

export function useScans(
  bus: ScanBus,
  take: (scan: Scan) => void,
  ready = true,
): { stop: () => void; listen: () => void } {
  const newest = useRef(take);
  newest.current = take;
  const ending = useRef<(() => void) | null>(null);
  const stop = useCallback(() => {
    ending.current?.();
    ending.current = null;
  }, []);
  const listen = useCallback(() => {
    stop();
    ending.current = bus.listen((scan) => newest.current(scan));
  }, [bus, stop]);
  useLayoutEffect(() => {
    if (ready) listen();
    return stop;
  }, [ready, listen, stop]);
  return { stop, listen };
}
