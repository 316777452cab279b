// A site: where it is, how stock is kept there, who may decide, and which differences pass by themselves.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { count } from "../../../i18n/desk/count";
import { masters } from "../../../i18n/desk/masters";
import { Checkbox, Field } from "../../components";
import { Choices } from "../kit/Choices";
import { FormDialog, useForm } from "../kit/form";
import { chooseSite, currency } from "../sites_here";
import { ToleranceFields, toleranceBody, toleranceMistakes, toleranceTexts } from "../stocktakes/ToleranceFields";
import type { Site } from "../types";

export function SiteDialog({
  site,
  onDone,
  onClose,
}: {
  site: Site | null;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const money = site?.currency ?? currency();
  const form = useForm(
    {
      code: site?.code ?? "",
      name: site?.name ?? "",
      time_zone: site?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      currency: money,
      stock_level: site?.stock_level ?? ("bin" as Site["stock_level"]),
      self_approval: site?.self_approval ?? false,
      active: site?.active ?? true,
      ...toleranceTexts(site, money),
    },
    (values) => ({
      code: values.code.trim() ? undefined : desk("form.required"),
      name: values.name.trim() ? undefined : desk("form.required"),
      ...toleranceMistakes(values, money),
    }),
  );
  const { values, set, error } = form;
  const send = async () => {
    const body = {
      name: values.name.trim(),
      time_zone: values.time_zone.trim(),
      currency: values.currency.trim().toUpperCase(),
      stock_level: values.stock_level,
      self_approval: values.self_approval,
      ...toleranceBody(values, money),
    };
    if (site) await api.patch(`/sites/${site.id}`, { ...body, active: values.active });
    else chooseSite((await api.post<Site>("/sites", { ...body, code: values.code.trim() })).id);
    await onDone();
  };
  return (
    <FormDialog title={masters(site ? "sites.edit" : "sites.new")} form={form} onSend={send} onClose={onClose} wide>
      <div class="form-columns">
        <Field
          label={masters("site.code")}
          hint={masters("site.code.hint")}
          value={values.code}
          onText={(text) => set("code", text)}
          error={error("code")}
          disabled={site !== null}
          maxLength={16}
        />
        <Field
          label={masters("site.name")}
          value={values.name}
          onText={(text) => set("name", text)}
          error={error("name")}
          maxLength={200}
        />
        <Field
          label={masters("site.zone")}
          value={values.time_zone}
          onText={(text) => set("time_zone", text)}
          error={error("time_zone")}
        />
        <Field
          label={masters("site.currency")}
          value={values.currency}
          onText={(text) => set("currency", text)}
          error={error("currency")}
          maxLength={3}
        />
      </div>
      <Choices
        label={`${masters("site.level")} · ${masters("site.level.hint")}`}
        value={values.stock_level}
        onChoose={(level) => set("stock_level", level)}
        options={(["site", "zone", "bin"] as const).map((level) => ({
          value: level,
          label: masters(`site.level.${level}`),
        }))}
      />
      <Checkbox
        label={masters("site.self")}
        hint={masters("site.self.hint")}
        checked={values.self_approval}
        onCheck={(on) => set("self_approval", on)}
      />
      <ToleranceFields texts={values} currency={money} hint={count("new.tolerance.site")} error={error} onText={set} />
      {site && <Checkbox label={masters("site.active")} checked={values.active} onCheck={(on) => set("active", on)} />}
    </FormDialog>
  );
}
