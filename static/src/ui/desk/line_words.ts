// What a line says of itself in words: the likeliest cause, its marks, its state.
import { word } from "../../i18n/desk/words";
import { formatQuantity, formatSigned } from "../../i18n/format";
import { language } from "../../i18n/language";
import type { Outcome } from "../components";
import type { Line, LineState, Mark, Reason } from "./types";
import { moment } from "./when";

export interface Told {
  tone: Outcome | "quiet";
  title: string;
  text?: string;
}

/** The cause beside a variance; without one, the mark that says most, or that none was found. */
export function causeOf(line: Line): Told | null {
  const { cause, unit_scale: scale } = line;
  switch (cause?.code) {
    case "explained_late":
      return late(line);
    case "moved_while_counted":
      return {
        tone: "look",
        title: word("cause.moved_while_counted"),
        text: word("cause.moved_while_counted.text"),
      };
    case "elsewhere":
      return {
        tone: "info",
        title: word("cause.elsewhere"),
        text: word((cause.variance ?? 0) > 0 ? "cause.elsewhere.more" : "cause.elsewhere.less", {
          place: cause.location_code ?? "",
          n: formatQuantity(Math.abs(cause.variance ?? 0), scale),
        }),
      };
    case "pack_multiple":
      return {
        tone: "look",
        title: word("cause.pack_multiple"),
        text: word("cause.pack_multiple.text", { n: cause.packs ?? 0, factor: cause.pack_factor ?? 0 }),
      };
  }
  return fromMarks(line);
}

function late(line: Line): Told {
  const { cause, unit_scale: scale } = line;
  const moved = formatSigned(cause?.moved ?? 0, scale);
  const kind = word(`journal.${cause?.kind ?? "receipt"}`);
  const many = (cause?.movements ?? 1) > 1;
  const before = Math.abs((line.quantity_counted ?? 0) - (line.quantity_book_first ?? 0));
  // A late movement explains only what it made smaller; it can also bring a variance to light.
  const explains = Math.abs(line.variance ?? 0) < before;
  return {
    tone: line.variance === 0 ? "ok" : "look",
    title: many || !explains ? word("mark.explained_late") : word("cause.explained_late", { kind }),
    text: many
      ? word("cause.explained_late.many", { n: cause?.movements ?? 0, moved })
      : word("cause.explained_late.text", {
          time: cause?.occurred_at ? moment(cause.occurred_at) : "",
          kind,
          moved,
          document: cause?.document ?? "",
        }).trim(),
  };
}

const TELLING: Mark[] = [
  "changed_after_decision",
  "overlap",
  "moved_while_counted",
  "time_uncertain",
  "catalogue_changed",
  "negative_book",
  "missing",
  "unexpected",
];

function fromMarks(line: Line): Told | null {
  const mark = TELLING.find((one) => line.flags.includes(one));
  if (mark) return { tone: mark === "missing" || mark === "unexpected" ? "info" : "look", title: word(`mark.${mark}`) };
  if (line.variance === null) return null;
  return line.variance === 0
    ? { tone: "quiet", title: word("cause.agreed") }
    : { tone: "quiet", title: word("cause.none") };
}

const STATE_TONES: Record<LineState, Outcome | "quiet"> = {
  uncounted: "quiet",
  agreed: "ok",
  within_tolerance: "ok",
  needs_decision: "look",
  accepted: "ok",
  kept_book: "info",
  recount: "look",
};

export function stateOf(line: Line): Told {
  if (line.posted_part !== null) return { tone: "quiet", title: word("line.posted") };
  return { tone: STATE_TONES[line.state], title: word(`line.${line.state}`) };
}

export function reasonName(reasons: readonly Reason[], code: string): string {
  const reason = reasons.find((one) => one.code === code);
  if (!reason) return code;
  return language.value === "zh" ? reason.name_zh : reason.name_en;
}
