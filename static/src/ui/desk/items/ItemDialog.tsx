// One item: what it is called, its unit, its codes with their packs, what it costs.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { Button, Checkbox, Field, Select } from "../../components";
import { FormDialog, useForm } from "../kit/form";
import { minorDigits } from "../kit/money";
import { useLoad } from "../load";
import { currency } from "../sites_here";
import type { Category, Item, Unit } from "../types";
import { costFrom, costText } from "./cost";

const NEW = "new";

interface Code {
  key: number;
  code: string;
  pack_factor: string;
  label: string;
}

interface Values {
  sku: string;
  name: string;
  unit_id: string;
  category_id: string;
  category_name: string;
  unit_cost: string;
  tracks_lots: boolean;
  active: boolean;
  barcodes: Code[];
}

function valuesOf(item: Item | null): Values {
  return {
    sku: item?.sku ?? "",
    name: item?.name ?? "",
    unit_id: item?.unit.id ?? "",
    category_id: item?.category_id ?? "",
    category_name: "",
    unit_cost: costText(item?.unit_cost, currency()),
    tracks_lots: item?.tracks_lots ?? false,
    active: item?.active ?? true,
    barcodes: (item?.barcodes ?? []).map((one, key) => ({ ...one, key, pack_factor: String(one.pack_factor) })),
  };
}

function check(values: Values): Partial<Record<keyof Values, string>> {
  const packs = values.barcodes.every((one) => /^[1-9][0-9]{0,6}$/.test(one.pack_factor.trim()));
  return {
    sku: values.sku.trim() ? undefined : desk("form.required"),
    name: values.name.trim() ? undefined : desk("form.required"),
    category_name: values.category_id === NEW && !values.category_name.trim() ? desk("form.required") : undefined,
    unit_cost:
      costFrom(values.unit_cost, currency()) === undefined
        ? masters("item.cost.wrong", { n: minorDigits(currency()) + 4 })
        : undefined,
    barcodes: packs ? undefined : desk("form.number"),
  };
}

async function save(item: Item | null, values: Values, units: Unit[]): Promise<void> {
  const category =
    values.category_id === NEW
      ? (await api.post<Category>("/categories", { name: values.category_name.trim() })).id
      : values.category_id || null;
  const body = {
    sku: values.sku.trim(),
    name: values.name.trim(),
    unit_id: values.unit_id || units[0]?.id,
    category_id: category,
    tracks_lots: values.tracks_lots,
    unit_cost: costFrom(values.unit_cost, currency()) ?? 0,
  };
  const barcodes = values.barcodes
    .filter((one) => one.code.trim())
    .map((one) => ({ code: one.code.trim(), pack_factor: Number(one.pack_factor), label: one.label.trim() }));
  if (item === null) await api.post("/items", { ...body, barcodes });
  else {
    await api.patch(`/items/${item.id}`, { ...body, active: values.active });
    await api.put(`/items/${item.id}/barcodes`, { barcodes });
  }
}

export function ItemDialog({
  item,
  categories,
  onDone,
  onClose,
}: {
  item: Item | null;
  categories: Category[];
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const units = useLoad("units", () => api.get<Page<Unit>>("/units", { limit: 1000 }));
  const form = useForm(valuesOf(item), check);
  const { values, set, error } = form;
  const send = async () => {
    await save(item, values, units.data?.rows ?? []);
    await onDone();
  };
  return (
    <FormDialog title={masters(item ? "items.edit" : "items.new")} form={form} onSend={send} onClose={onClose} wide>
      <div class="form-columns">
        <Field
          label={masters("item.sku")}
          value={values.sku}
          onText={(text) => set("sku", text)}
          error={error("sku")}
          maxLength={128}
        />
        <Field
          label={masters("item.name")}
          value={values.name}
          onText={(text) => set("name", text)}
          error={error("name")}
          maxLength={200}
        />
        <Select
          label={masters("item.unit")}
          hint={masters("item.unit.hint")}
          value={values.unit_id || units.data?.rows[0]?.id}
          onText={(id) => set("unit_id", id)}
          error={error("unit_id")}
          options={(units.data?.rows ?? []).map((unit) => ({
            value: unit.id,
            label: unit.scale > 0 ? masters("item.unit.scale", { name: unit.name, n: unit.scale }) : unit.name,
          }))}
        />
        <Field
          label={`${masters("item.cost")} (${currency()})`}
          hint={masters("item.cost.hint")}
          inputMode="decimal"
          value={values.unit_cost}
          onText={(text) => set("unit_cost", text)}
          error={error("unit_cost")}
        />
        <Select
          label={masters("item.category")}
          value={values.category_id}
          onText={(id) => set("category_id", id)}
          error={error("category_id")}
          options={[
            { value: "", label: masters("item.category.none") },
            ...categories.map((one) => ({ value: one.id, label: one.name })),
            { value: NEW, label: masters("item.category.new") },
          ]}
        />
        {values.category_id === NEW && (
          <Field
            label={masters("item.category.name")}
            value={values.category_name}
            onText={(text) => set("category_name", text)}
            error={error("category_name")}
            maxLength={200}
          />
        )}
      </div>
      <Codes values={values.barcodes} error={error("barcodes")} onChange={(codes) => set("barcodes", codes)} />
      <div class="form-columns">
        <Checkbox
          label={masters("item.lots")}
          hint={masters("item.lots.hint")}
          checked={values.tracks_lots}
          onCheck={(on) => set("tracks_lots", on)}
        />
        {item && (
          <Checkbox
            label={masters("item.active")}
            hint={masters("item.active.hint")}
            checked={values.active}
            onCheck={(on) => set("active", on)}
          />
        )}
      </div>
    </FormDialog>
  );
}

function Codes({ values, error, onChange }: { values: Code[]; error?: string; onChange: (codes: Code[]) => void }) {
  const change = (key: number, part: Partial<Code>) =>
    onChange(values.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const key = values.reduce((most, one) => Math.max(most, one.key), 0) + 1;
  return (
    <fieldset class="group">
      <legend>{masters("item.barcodes")}</legend>
      <p class="soft">{masters("item.barcodes.hint")}</p>
      {values.map((one) => (
        <div key={one.key} class="code-row">
          <Field
            label={masters("item.code")}
            value={one.code}
            onText={(code) => change(one.key, { code })}
            maxLength={128}
          />
          <Field
            label={masters("item.pack")}
            inputMode="numeric"
            value={one.pack_factor}
            onText={(pack) => change(one.key, { pack_factor: pack })}
          />
          <Field
            label={masters("item.pack.label")}
            placeholder={masters("item.pack.example")}
            value={one.label}
            onText={(label) => change(one.key, { label })}
            maxLength={64}
          />
          <Button
            kind="quiet"
            aria-label={masters("item.barcode.remove", { code: one.code })}
            onClick={() => onChange(values.filter((other) => other.key !== one.key))}
          >
            ✕
          </Button>
        </div>
      ))}
      {error && (
        <small class="field-error" role="alert">
          ✕ {error}
        </small>
      )}
      <Button onClick={() => onChange([...values, { key, code: "", pack_factor: "1", label: "" }])}>
        {masters("item.barcode.add")}
      </Button>
    </fieldset>
  );
}
