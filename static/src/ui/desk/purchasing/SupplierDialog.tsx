// A supplier's own data.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Checkbox, Field } from "../../components";
import { navigate } from "../../router";
import { FormDialog, TextArea, useForm } from "../kit/form";
import { pointsFrom, pointsText } from "../kit/percent";
import type { Supplier } from "../types";

/** Days as keyed: null for empty, undefined for what is none. */
export function daysFrom(text: string): number | null | undefined {
  const clean = text.trim();
  if (clean === "") return null;
  return /^[0-9]{1,4}$/.test(clean) && Number(clean) <= 1000 ? Number(clean) : undefined;
}

export function SupplierDialog({
  supplier,
  onDone,
  onClose,
}: {
  supplier: Supplier | null;
  onDone?: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm(
    {
      code: supplier?.code ?? "",
      name: supplier?.name ?? "",
      lead_time_days: supplier?.lead_time_days?.toString() ?? "",
      over_receipt_bp: pointsText(supplier?.over_receipt_bp ?? 0),
      note: supplier?.note ?? "",
      active: supplier?.active ?? true,
    },
    (values) => ({
      code: values.code.trim() ? undefined : desk("form.required"),
      name: values.name.trim() ? undefined : desk("form.required"),
      lead_time_days: daysFrom(values.lead_time_days) === undefined ? desk("form.number") : undefined,
      over_receipt_bp: pointsFrom(values.over_receipt_bp) === undefined ? buy("supplier.ceiling.wrong") : undefined,
    }),
  );
  const { values, set, error } = form;
  const send = async () => {
    const body = {
      code: values.code.trim(),
      name: values.name.trim(),
      lead_time_days: daysFrom(values.lead_time_days),
      over_receipt_bp: pointsFrom(values.over_receipt_bp) ?? 0,
      note: values.note.trim(),
    };
    if (supplier) await api.patch(`/suppliers/${supplier.id}`, { ...body, active: values.active });
    const made = supplier ?? (await api.post<Supplier>("/suppliers", body));
    if (onDone) await onDone();
    else navigate(`/suppliers/${made.id}`);
  };
  return (
    <FormDialog
      title={buy(supplier ? "suppliers.edit" : "suppliers.new")}
      form={form}
      onSend={send}
      onClose={onClose}
      wide
    >
      <div class="form-columns">
        <Field
          label={buy("supplier.code")}
          value={values.code}
          error={error("code")}
          maxLength={128}
          onText={(text) => set("code", text)}
        />
        <Field
          label={buy("supplier.name")}
          value={values.name}
          error={error("name")}
          maxLength={200}
          onText={(text) => set("name", text)}
        />
        <Field
          label={buy("supplier.lead")}
          hint={buy("supplier.lead.hint")}
          inputMode="numeric"
          value={values.lead_time_days}
          error={error("lead_time_days")}
          onText={(text) => set("lead_time_days", text)}
        />
        <Field
          label={buy("supplier.ceiling")}
          hint={buy("supplier.ceiling.hint")}
          inputMode="decimal"
          value={values.over_receipt_bp}
          error={error("over_receipt_bp")}
          onText={(text) => set("over_receipt_bp", text)}
        />
      </div>
      <TextArea label={buy("supplier.note")} value={values.note} onText={(text) => set("note", text)} />
      {supplier && (
        <Checkbox
          label={buy("supplier.active")}
          hint={buy("supplier.active.hint")}
          checked={values.active}
          onCheck={(on) => set("active", on)}
        />
      )}
    </FormDialog>
  );
}
