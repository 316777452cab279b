// Days as the device's clock and place have them.

/** The day where the device is: "2026-11-23". */
export function dayHere(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
