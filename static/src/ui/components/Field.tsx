import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

type TextType =
  | "text"
  | "password"
  | "search"
  | "number"
  | "date"
  | "datetime-local"
  | "tel"
  | "url"
  | "email"
  | "file";

interface Frame {
  label: string;
  hint?: string;
  /** The sentence about what is wrong with this entry. */
  error?: string;
  size?: "touch" | "desk";
}

function Framed({
  label,
  hint,
  error,
  size = "desk",
  id,
  children,
}: Frame & { id: string; children: ComponentChildren }) {
  return (
    <div class={`field field-${size}${error ? " field-wrong" : ""}`}>
      <label for={id}>{label}</label>
      {children}
      {hint && (
        <small id={`${id}-hint`} class="field-hint">
          {hint}
        </small>
      )}
      {error && (
        <small id={`${id}-error`} class="field-error" role="alert">
          ✕ {error}
        </small>
      )}
    </div>
  );
}

function described(id: string, hint?: string, error?: string): string | undefined {
  return [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;
}

export function Field({
  label,
  hint,
  error,
  size,
  onText,
  ...rest
}: Frame & { onText?: (text: string) => void } & Omit<
    JSX.IntrinsicElements["input"],
    "role" | "size" | "label" | "type"
  > & { type?: TextType }) {
  const made = useId();
  const id = typeof rest.id === "string" ? rest.id : made;
  return (
    <Framed label={label} hint={hint} error={error} size={size} id={id}>
      <input
        autocomplete="off"
        {...(rest as JSX.IntrinsicElements["input"])}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        onInput={onText ? (event) => onText(event.currentTarget.value) : rest.onInput}
      />
    </Framed>
  );
}

export function Select({
  label,
  hint,
  error,
  size,
  options,
  onText,
  ...rest
}: Frame & {
  options: { value: string; label: string; disabled?: boolean }[];
  onText?: (value: string) => void;
} & Omit<JSX.IntrinsicElements["select"], "role" | "size" | "label">) {
  const made = useId();
  const id = typeof rest.id === "string" ? rest.id : made;
  return (
    <Framed label={label} hint={hint} error={error} size={size} id={id}>
      <select
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
        onChange={onText ? (event) => onText(event.currentTarget.value) : rest.onChange}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </Framed>
  );
}

export function Checkbox({
  label,
  hint,
  checked,
  onCheck,
  disabled,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onCheck: (checked: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="checkbox">
      <input
        type="checkbox"
        id={id}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onCheck(event.currentTarget.checked)}
      />
      <label for={id}>
        {label}
        {hint && <small id={`${id}-hint`}>{hint}</small>}
      </label>
    </div>
  );
}
