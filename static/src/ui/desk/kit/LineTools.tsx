// Above a workbench's table: chips by state, marks, order, search. Below it: what is chosen and what can be done.
import type { ComponentChildren } from "preact";
import { bench } from "../../../i18n/desk/bench";
import { Button } from "../../components";
import { type Chip, Chips } from "./Chips";
import { Amount } from "./numbers";
import { Choice, SearchBox } from "./Page";
import { useTyped } from "./typed";
import { Under } from "./Under";

interface Option {
  value: string;
  label: string;
}

/** What every workbench's lines are narrowed and ordered by; an empty mark or search is none. */
interface Narrowed<Name extends string> {
  chip: Name;
  search: string;
  mark: string;
  sort: string;
}

interface ToolsProps<Name extends string> {
  filters: Narrowed<Name>;
  chips: Omit<Chip<Name>, "always">[];
  searchLabel: string;
  marks: Option[];
  sortLabel: string;
  sorts: Option[];
  /** Something is narrowed that `onClear` takes away. */
  narrowed: boolean;
  onFilter: (change: { chip: Name } | { search: string } | { mark: string }) => void;
  onSort: (sort: string) => void;
  onClear: () => void;
  /** A choice of the workbench's own, before the marks. */
  own?: ComponentChildren;
  /** At the end of the row. */
  children?: ComponentChildren;
}

export function LineTools<Name extends string>(props: ToolsProps<Name>) {
  const { filters, onFilter } = props;
  const [search, setSearch] = useTyped(filters.search, (text) => onFilter({ search: text }));
  return (
    <>
      <Chips
        label={bench("chip.label")}
        chosen={filters.chip}
        onChoose={(chip) => onFilter({ chip })}
        chips={props.chips.map((chip) => ({ ...chip, always: chip.key === "needs_decision" || chip.key === "all" }))}
      />
      <div class="tools">
        <SearchBox id="line-search" label={props.searchLabel} value={search} onText={setSearch} />
        {props.own}
        <Choice
          label={bench("filter.mark")}
          value={filters.mark}
          onChoose={(mark) => onFilter({ mark })}
          options={[{ value: "", label: bench("filter.marks") }, ...props.marks]}
        />
        <Choice label={props.sortLabel} value={filters.sort} onChoose={props.onSort} options={props.sorts} />
        {props.narrowed && (
          <Button kind="quiet" onClick={props.onClear}>
            {bench("filter.clear")}
          </Button>
        )}
        {props.children}
      </div>
    </>
  );
}

/** A decision as a key of the bar: the letter on the keyboard, the word on the button. */
export interface Deed<Decision extends string> {
  decision: Decision;
  letter: string;
  word: string;
}

/** The letters of a workbench and what they do. */
export function keysOf(deeds: Deed<string>[]): [string, string][] {
  return [...deeds.map(({ letter, word }): [string, string] => [letter, word]), ["N", bench("act.note")]];
}

interface BarProps<Decision extends string> {
  chosen: { value: number | null }[];
  total: number;
  /** In words, and what the lines shown come to in minor units. */
  words: string;
  sum: number;
  /** The usual one first. */
  deeds: Deed<Decision>[];
  /** Those that can be done to what is chosen; none where nothing can be decided any more. */
  offered: Deed<Decision>[];
  onAsk: (decision: Decision) => void;
  onAll: () => void;
  onNone: () => void;
}

export function SelectionBar<Decision extends string>(props: BarProps<Decision>) {
  const { chosen, total, deeds, offered } = props;
  return (
    <Under
      chosen={chosen.length}
      total={total}
      sum={
        <>
          {props.words}
          <Amount minor={props.sum} />
        </>
      }
      keys={[
        ["↑ ↓", bench("keys.move")],
        [bench("keys.space"), bench("keys.choose")],
        ...deeds.map(({ letter, word }): [string, string] => [letter, word]),
        ["?", bench("keys.help")],
      ]}
      worth={<Amount minor={chosen.reduce((all, line) => all + (line.value ?? 0), 0)} />}
      onAll={props.onAll}
      onNone={props.onNone}
      actions={
        offered.length > 0 &&
        [...offered].reverse().map(({ decision, letter, word }) => (
          <Button
            key={decision}
            kind={decision === deeds[0]?.decision ? "main" : "plain"}
            onClick={() => props.onAsk(decision)}
          >
            {word} <kbd>{letter}</kbd>
          </Button>
        ))
      }
    />
  );
}
