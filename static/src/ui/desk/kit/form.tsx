// One way to fill in and send: values, the server's mistakes beside their fields, busy, done.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../../../api/problem";
import { core } from "../../../i18n/core";
import { errorText, problemText } from "../../../i18n/errors";
import { Button, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";

export interface Form<Values> {
  values: Values;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  /** The sentence about one field: what the form itself found, or the server. */
  error: (name: string) => string | undefined;
  failure: unknown;
  busy: boolean;
  submit: (send: (values: Values) => Promise<void>) => Promise<boolean>;
}

/** `check` answers the sentences about what is wrong before anything is sent. */
export function useForm<Values extends object>(
  initial: Values,
  check: (values: Values) => Partial<Record<string, string>> = () => ({}),
): Form<Values> {
  const [values, setValues] = useState(initial);
  const [own, setOwn] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>(undefined);
  const [busy, setBusy] = useState(false);
  return {
    values,
    failure,
    busy,
    set: (name, value) => {
      setValues((before) => ({ ...before, [name]: value }));
      setOwn((before) => ({ ...before, [name]: undefined }));
    },
    error: (name) => own[name] ?? fieldText(failure, name),
    submit: async (send) => {
      const wrong = check(values);
      setOwn(wrong);
      if (Object.values(wrong).some(Boolean)) return false;
      setBusy(true);
      setFailure(undefined);
      try {
        await send(values);
        return true;
      } catch (error) {
        setFailure(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

function fieldText(failure: unknown, name: string): string | undefined {
  if (!(failure instanceof Problem)) return undefined;
  const found = failure.errors.find((one) => one.field === name || one.field?.startsWith(`${name}.`));
  return found && (problemText(found.code) ?? found.message);
}

/** What went wrong as a whole; mistakes at fields that the form does not show are listed here. */
export function Failure({ failure, shown = [] }: { failure: unknown; shown?: string[] }) {
  if (failure === undefined) return null;
  const others =
    failure instanceof Problem
      ? failure.errors.filter((one) => !shown.some((name) => one.field === name || one.field?.startsWith(`${name}.`)))
      : [];
  return (
    <Notice outcome="alarm" text={errorText(failure)}>
      {others.length > 0 && (
        <ul>
          {others.slice(0, 20).map((one) => (
            <li key={`${one.field}${one.code}${one.message}`}>{problemText(one.code) ?? one.message}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** Put the cursor into the first thing to fill in, once the dialog stands. */
export function useFirstField() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const first = "input:not([type=checkbox]):not([type=radio]):not(:disabled), select, textarea";
    form.current?.querySelector<HTMLElement>(first)?.focus();
  }, []);
  return form;
}

/** A dialog that is one form. `fields` names those the form shows the mistakes of. */
export function FormDialog<Values extends object>({
  title,
  form,
  onSend,
  onClose,
  submit,
  danger,
  wide,
  fields,
  more,
  children,
}: {
  title: string;
  form: Form<Values>;
  onSend: (values: Values) => Promise<void>;
  onClose: () => void;
  submit?: string;
  danger?: boolean;
  wide?: boolean;
  fields?: string[];
  more?: ComponentChildren;
  children: ComponentChildren;
}) {
  const first = useFirstField();
  const send = async (event: Event) => {
    event.preventDefault();
    if (await form.submit(onSend)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} wide={wide}>
      <form class="form" onSubmit={send} noValidate ref={first}>
        <div class="form-fields">{children}</div>
        <Failure failure={form.failure} shown={fields ?? Object.keys(form.values)} />
        <div class="form-actions">
          {more}
          <Button onClick={onClose}>{core("action.cancel")}</Button>
          <Button kind={danger ? "danger" : "main"} type="submit" busy={form.busy}>
            {submit ?? core("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A question with one consequence. */
export function Confirm({
  title,
  text,
  submit,
  danger,
  onConfirm,
  onClose,
}: {
  title: string;
  text: string;
  submit: string;
  danger?: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm({});
  return (
    <FormDialog title={title} form={form} onSend={onConfirm} onClose={onClose} submit={submit} danger={danger}>
      <p>{text}</p>
    </FormDialog>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  value,
  onText,
  focus,
}: {
  label: string;
  hint?: string;
  error?: string;
  value: string;
  onText: (text: string) => void;
  focus?: boolean;
}) {
  return (
    <label class={`field textarea${error ? " field-wrong" : ""}`}>
      <span>{label}</span>
      <textarea
        rows={2}
        maxLength={1000}
        value={value}
        ref={(element) => {
          if (focus && element && !element.dataset.met) {
            element.dataset.met = "1";
            element.focus();
          }
        }}
        aria-invalid={error ? true : undefined}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint && <small class="field-hint">{hint}</small>}
      {error && (
        <small class="field-error" role="alert">
          ✕ {error}
        </small>
      )}
    </label>
  );
}
