// A line's parts: good and damaged pieces of each lot, and what the receiving screen has opened.
import { formatDay } from "../../i18n/receive";
import { goods } from "../../i18n/receive_screens";
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
    goods(part.damaged ? "line.bad" : "line.good"),
    part.lot ? goods("line.lot", { lot: part.lot }) : tracked && goods("line.lot_unknown"),
    expiry && goods("line.expires", { date: formatDay(expiry) }),
  ]
    .filter(Boolean)
    .join(" · ");
}
