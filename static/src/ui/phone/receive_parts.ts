// A line's parts: good and damaged pieces of each lot, and what the receiving screen has opened.
import { formatDay, receive } from "../../i18n/receive";
import type { ReceiveLine } from "./receipt_lines";

export type Part = ReceiveLine["parts"][number];
export type Panel = "quantity" | "search" | `line:${string}` | `part:${string}` | null;

export function partKey(line: ReceiveLine, part: Part): `part:${string}` {
  return `part:${line.key}|${part.damaged ? "damaged" : "good"}|${part.lot}`;
}

export function partWords(line: ReceiveLine, part: Part): string {
  const expiry = part.looks.map((look) => ("expires_on" in look ? look.expires_on : null)).find(Boolean);
  const tracked = line.item?.tracks_lots || line.item?.tracks_serials;
  return [
    receive(part.damaged ? "line.bad" : "line.good"),
    part.lot ? receive("line.lot", { lot: part.lot }) : tracked && receive("line.lot_unknown"),
    expiry && receive("line.expires", { date: formatDay(expiry) }),
  ]
    .filter(Boolean)
    .join(" · ");
}
