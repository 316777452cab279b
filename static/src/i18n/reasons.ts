// Why a scan wants a look or is an alarm, whichever work it belongs to: a work that is loaded later adds its own.
import type { Reason } from "../domain/outcome";
import { phone } from "./phone";

type Find = (key: string) => string | undefined;

const areas: Find[] = [phone.find];

export function addReasons(find: Find): void {
  areas.push(find);
}

export function reasonText(reason: Reason): string {
  for (const find of areas) {
    const text = find(`reason.${reason}`);
    if (text !== undefined) return text;
  }
  return reason;
}
