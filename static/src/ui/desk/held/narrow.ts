// The held records narrowed by what they have in common: each choice with how many there are under the other choices.
import { book } from "../../../i18n/desk/book";
import { formatInteger } from "../../../i18n/format";
import type { HeldGroup } from "../types";
import { reasonWords } from "./held_columns";
import { documentWords } from "./held_words";

export const narrowings = ["reason", "document_id", "device_id", "person_id"] as const;
export type Narrowing = (typeof narrowings)[number];
export type Narrowed = Record<Narrowing, string>;

export const NOTHING_NARROWED: Narrowed = { reason: "", document_id: "", device_id: "", person_id: "" };

const NAMES: Record<Narrowing, (group: HeldGroup) => string | null> = {
  reason: (group) => reasonWords(group.reason),
  document_id: (group) => group.document && documentWords(group.document),
  device_id: (group) => group.device_label,
  person_id: (group) => group.person_name,
};

export function optionsOf(
  one: Narrowing,
  groups: readonly HeldGroup[],
  narrowed: Narrowed,
): { value: string; label: string }[] {
  const others = narrowings.filter((other) => other !== one && narrowed[other] !== "");
  const found = new Map<string, { name: string; n: number }>();
  for (const group of groups) {
    const value = group[one];
    const name = NAMES[one](group);
    if (!value || !name || others.some((other) => group[other] !== narrowed[other])) continue;
    found.set(value, { name, n: (found.get(value)?.n ?? 0) + group.records });
  }
  // What was chosen stays there to be seen, also when the last of its records is gone.
  const gone = narrowed[one] !== "" && !found.has(narrowed[one]);
  return [
    { value: "", label: book(`held.all.${one}`) },
    ...[...found].map(([value, { name, n }]) => ({ value, label: `${name} · ${formatInteger(n)}` })),
    ...(gone ? [{ value: narrowed[one], label: `${formatInteger(0)}` }] : []),
  ];
}
