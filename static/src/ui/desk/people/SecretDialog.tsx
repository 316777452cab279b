// A new PIN or password. The present one is never shown to anybody.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { problemText } from "../../../i18n/errors";
import { Field } from "../../components";
import { person as me } from "../../session";
import { FormDialog, useForm } from "../kit/form";
import type { Person } from "../types";

export function SecretDialog({
  person,
  kind,
  onDone,
  onClose,
}: {
  person: Person;
  kind: "pin" | "password";
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const own = kind === "password" && me.value?.id === person.id;
  const form = useForm({ pin: "", password: "", current_password: "" }, (values) => ({
    pin: kind === "pin" && !/^[0-9]{6}$/.test(values.pin) ? problemText("invalid_pin") : undefined,
    password: kind === "password" && values.password.length < 10 ? problemText("password_too_short") : undefined,
    current_password: own && !values.current_password ? desk("form.required") : undefined,
  }));
  const { values, set, error } = form;
  const send = async () => {
    if (kind === "pin") await api.put(`/people/${person.id}/pin`, { pin: values.pin });
    else {
      await api.put(`/people/${person.id}/password`, {
        password: values.password,
        ...(own ? { current_password: values.current_password } : {}),
      });
    }
    await onDone();
  };
  return (
    <FormDialog
      title={masters(`person.${kind}.title`, { name: person.name })}
      form={form}
      onSend={send}
      onClose={onClose}
    >
      {own && (
        <Field
          label={masters("person.password.current")}
          type="password"
          autocomplete="current-password"
          value={values.current_password}
          onText={(text) => set("current_password", text)}
          error={error("current_password")}
        />
      )}
      <Field
        label={masters(`person.${kind}`)}
        hint={masters(`person.${kind}.hint`)}
        type={kind === "pin" ? "text" : "password"}
        inputMode={kind === "pin" ? "numeric" : undefined}
        autocomplete="new-password"
        maxLength={kind === "pin" ? 6 : 128}
        value={values[kind]}
        onText={(text) => set(kind, text)}
        error={error(kind)}
      />
    </FormDialog>
  );
}
