// A person and the roles at sites.
import { api } from "../../../api/client";
import type { Role } from "../../../api/types";
import { core } from "../../../i18n/core";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { Button, Checkbox, Field, Select } from "../../components";
import { FormDialog, useForm } from "../kit/form";
import { sites } from "../sites_here";
import type { Grant, Person } from "../types";

const ROLES: Role[] = ["counter", "supervisor", "manager", "administrator"];
const EVERYWHERE = "";

export function PersonDialog({
  person,
  onSecret,
  onDone,
  onClose,
}: {
  person: Person | null;
  /** Go on to set a PIN or password. */
  onSecret: (what: "pin" | "password") => void;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const first: Grant = { site_id: sites.value?.[0]?.id ?? null, role: "counter" };
  const form = useForm(
    {
      name: person?.name ?? "",
      login: person?.login ?? "",
      language: person?.language ?? ("zh" as const),
      active: person?.active ?? true,
      grants: person?.grants ?? [first],
    },
    (values) => ({
      name: values.name.trim() ? undefined : desk("form.required"),
      login: values.login.trim() ? undefined : desk("form.required"),
    }),
  );
  const { values, set, error } = form;
  const send = async () => {
    const body = { ...values, name: values.name.trim(), login: values.login.trim() };
    if (person) await api.patch(`/people/${person.id}`, body);
    else await api.post("/people", body);
    await onDone();
  };
  const change = (index: number, part: Partial<Grant>) =>
    set(
      "grants",
      values.grants.map((grant, at) => (at === index ? { ...grant, ...part } : grant)),
    );
  return (
    <FormDialog
      title={masters(person ? "people.edit" : "people.new")}
      form={form}
      onSend={send}
      onClose={onClose}
      more={
        person && (
          <span class="spread">
            <Button kind="quiet" onClick={() => onSecret("pin")}>
              {masters("person.pin.set")}
            </Button>
            <Button kind="quiet" onClick={() => onSecret("password")}>
              {masters("person.password.set")}
            </Button>
          </span>
        )
      }
    >
      <div class="form-columns">
        <Field
          label={masters("person.name")}
          value={values.name}
          onText={(text) => set("name", text)}
          error={error("name")}
          maxLength={200}
        />
        <Field
          label={masters("person.login")}
          value={values.login}
          onText={(text) => set("login", text)}
          error={error("login")}
          autocapitalize="none"
          maxLength={64}
        />
      </div>
      <fieldset class="group">
        <legend>{masters("person.roles")}</legend>
        {values.grants.map((grant, index) => (
          <div key={index} class="grant-row">
            <Select
              label={masters("person.role")}
              value={grant.role}
              onText={(role) => change(index, { role: role as Role })}
              options={ROLES.map((role) => ({ value: role, label: core(`role.${role}`) }))}
            />
            <Select
              label={masters("person.site")}
              value={grant.site_id ?? EVERYWHERE}
              onText={(id) => change(index, { site_id: id || null })}
              options={[
                { value: EVERYWHERE, label: masters("person.everywhere") },
                ...(sites.value ?? []).map((one) => ({ value: one.id, label: one.name })),
              ]}
            />
            <Button
              kind="quiet"
              aria-label={masters("person.grant.remove")}
              onClick={() =>
                set(
                  "grants",
                  values.grants.filter((_, at) => at !== index),
                )
              }
            >
              ✕
            </Button>
          </div>
        ))}
        {error("grants") && <small class="field-error">✕ {error("grants")}</small>}
        <Button onClick={() => set("grants", [...values.grants, first])}>{masters("person.grant.add")}</Button>
      </fieldset>
      <div class="form-columns">
        <Select
          label={masters("person.language")}
          value={values.language}
          onText={(language) => set("language", language as "zh" | "en")}
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
        {person && (
          <Checkbox
            label={masters("person.active")}
            hint={masters("person.active.hint")}
            checked={values.active}
            onCheck={(on) => set("active", on)}
          />
        )}
      </div>
    </FormDialog>
  );
}
