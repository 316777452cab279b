// What a bulk decision is about, before it is sent: how many lines, how much money, which lines cannot be in it.
import { isGiven } from "../kit/Reasons";
import type { Decision, Line, Reason } from "../types";

export interface Summary {
  /** The lines that will be sent. */
  lines: Line[];
  gains: number;
  losses: number;
  same: number;
  net: number;
  gainValue: number;
  lossValue: number;
  left: { posted: number; uncounted: number; recount: number };
  reasonNeeded: boolean;
}

export function summarise(decision: Decision, chosen: readonly Line[]): Summary {
  const left = { posted: 0, uncounted: 0, recount: 0 };
  const lines: Line[] = [];
  for (const line of chosen) {
    const why = unfit(decision, line);
    if (why) left[why] += 1;
    else lines.push(line);
  }
  const gains = lines.filter((line) => (line.variance ?? 0) > 0);
  const losses = lines.filter((line) => (line.variance ?? 0) < 0);
  const gainValue = total(gains);
  const lossValue = total(losses);
  return {
    lines,
    gains: gains.length,
    losses: losses.length,
    same: lines.length - gains.length - losses.length,
    net: gainValue + lossValue,
    gainValue,
    lossValue,
    left,
    reasonNeeded: decision !== "recount" && gains.length + losses.length > 0,
  };
}

function unfit(decision: Decision, line: Line): "posted" | "uncounted" | "recount" | null {
  if (line.posted_part !== null) return "posted";
  if (line.state === "recount") return "recount";
  if (decision !== "recount" && line.variance === null) return "uncounted";
  return null;
}

function total(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + (line.value ?? 0), 0);
}

export function fittingReasons(reasons: readonly Reason[], decision: Decision, summary: Summary): Reason[] {
  return reasons.filter((reason) => {
    if (!isGiven(reason, "count")) return false;
    if (decision !== "accept" || reason.direction === "both") return true;
    return reason.direction === "gain" ? summary.losses === 0 : summary.gains === 0;
  });
}
