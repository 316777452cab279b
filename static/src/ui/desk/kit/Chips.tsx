// The states of a workbench's lines as chips, each with how many there are.
import { formatInteger } from "../../../i18n/format";

export interface Chip<Name extends string> {
  key: Name;
  label: string;
  number: number;
  /** Shown also when there is none. */
  always?: boolean;
}

export function Chips<Name extends string>({
  label,
  chips,
  chosen,
  onChoose,
}: {
  label: string;
  chips: Chip<Name>[];
  chosen: Name;
  onChoose: (key: Name) => void;
}) {
  return (
    <fieldset class="chips">
      <legend class="hidden">{label}</legend>
      {chips
        .filter((chip) => chip.number > 0 || chip.always || chip.key === chosen)
        .map((chip) => (
          <button
            key={chip.key}
            type="button"
            class="chip"
            aria-pressed={chip.key === chosen}
            onClick={() => onChoose(chip.key)}
          >
            {chip.label} <span class="number">{formatInteger(chip.number)}</span>
          </button>
        ))}
    </fieldset>
  );
}
