// Pick one of many by typing: items, locations. Arrow keys, Enter, Escape; a scan into it finds by code.
import { useEffect, useId, useState } from "preact/hooks";
import { desk } from "../../../i18n/desk";
import { useQuiet } from "../load";

export interface Option {
  id: string;
  label: string;
  note?: string;
}

export function Combo<T extends Option>({
  label,
  hint,
  error,
  value,
  find,
  onChoose,
}: {
  label: string;
  hint?: string;
  error?: string;
  value: T | null;
  find: (text: string) => Promise<T[]>;
  onChoose: (option: T | null) => void;
}) {
  const id = useId();
  const [text, setText] = useState(value?.label ?? "");
  const [open, setOpen] = useState(false);
  const [options, setOptions] = useState<T[]>([]);
  const [at, setAt] = useState(0);
  const quiet = useQuiet(text, 150);
  useEffect(() => setText(value?.label ?? ""), [value]);
  useEffect(() => {
    if (!open) return;
    let stale = false;
    find(value && quiet === value.label ? "" : quiet.trim()).then(
      (found) => {
        if (stale) return;
        setOptions(found);
        setAt(0);
      },
      () => !stale && setOptions([]),
    );
    return () => {
      stale = true;
    };
  }, [quiet, open]);
  const choose = (option: T) => {
    onChoose(option);
    setText(option.label);
    setOpen(false);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((before) => Math.max(0, Math.min(options.length - 1, before + step)));
    }
    const option = options[at];
    if (event.key === "Enter" && open && option) {
      event.preventDefault();
      choose(option);
    }
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      event.preventDefault();
      setOpen(false);
    }
  };
  return (
    <div class={`field field-desk combo${error ? " field-wrong" : ""}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={open && options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && options[at] ? `${id}-${at}` : undefined}
        aria-invalid={error ? true : undefined}
        autocomplete="off"
        value={text}
        // Opened by a click, a key or an arrow, not by the focus alone: a form that begins here is not covered at once.
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
          if (value) onChoose(null);
        }}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        class="combo-list"
        hidden={!open || options.length === 0}
      >
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            {option.label}
            {option.note && <small>{option.note}</small>}
          </div>
        ))}
      </div>
      {open && options.length === 0 && (
        <p class="combo-list combo-none" role="status">
          {desk("combo.none")}
        </p>
      )}
      {hint && <small class="field-hint">{hint}</small>}
      {error && (
        <small class="field-error" role="alert">
          ✕ {error}
        </small>
      )}
    </div>
  );
}
