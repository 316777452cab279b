// One item: what it is called, its unit, its codes with their packs, what it costs.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { Button, Checkbox, Field, Select } from "../../components";
import { usualUnit } from "../finders";
import { FormDialog, useForm } from "../kit/form";
import { minorDigits } from "../kit/money";
import { useLoad } from "../load";
import { currency } from "../sites_here";
import type { Category, Item, Unit } from "../types";
import { costFrom, costText } from "./cost";
import { type Bin, FixedBin, saveBin, useBin } from "./FixedBin";

const NEW = "new";

type Tracking = "none" | "lots" | "serials";

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
  tracking: Tracking;
  tracks_expiry: boolean;
  minimum_life_days: string;
  active: boolean;
  barcodes: Code[];
  /** The fixed bin at the site the desk looks at; undefined until somebody chooses. */
  place: Bin | undefined;
}

function valuesOf(item: Item | null): Values {
  return {
    sku: item?.sku ?? "",
    name: item?.name ?? "",
    unit_id: item?.unit.id ?? "",
    category_id: item?.category_id ?? "",
    category_name: "",
    unit_cost: costText(item?.unit_cost, currency()),
    tracking: item?.tracks_serials ? "serials" : item?.tracks_lots ? "lots" : "none",
    tracks_expiry: item?.tracks_expiry ?? false,
    minimum_life_days: item?.minimum_life_days?.toString() ?? "",
    active: item?.active ?? true,
    place: undefined,
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
    minimum_life_days: /^[0-9]{0,4}$/.test(values.minimum_life_days.trim()) ? undefined : desk("form.number"),
  };
}

/** What is asked for on arrival: expiry wants lots or serials, a minimum life wants expiry. */
function tracked({ tracking, tracks_expiry, minimum_life_days: days }: Values) {
  const expiry = tracking !== "none" && tracks_expiry;
  return {
    tracks_lots: tracking === "lots",
    tracks_serials: tracking === "serials",
    tracks_expiry: expiry,
    minimum_life_days: expiry && days.trim() ? Number(days.trim()) : null,
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
    unit_id: values.unit_id || usualUnit(units),
    category_id: category,
    ...tracked(values),
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
  const bin = useBin(item);
  const form = useForm(valuesOf(item), check);
  const { values, set, error } = form;
  const send = async () => {
    await save(item, values, units.data?.rows ?? []);
    if (item) await saveBin(item, bin, values.place);
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
          value={values.unit_id || usualUnit(units.data?.rows ?? [])}
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
      <TrackingFields form={form} />
      <div class="form-columns">
        {item && bin !== undefined && (
          <FixedBin value={values.place === undefined ? bin : values.place} onChoose={(place) => set("place", place)} />
        )}
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

function TrackingFields({ form: { values, set, error } }: { form: ReturnType<typeof useForm<Values>> }) {
  return (
    <div class="form-columns">
      <Select
        label={masters("item.tracking")}
        hint={masters("item.tracking.hint")}
        value={values.tracking}
        error={error("tracks_serials")}
        onText={(one) => set("tracking", one as Tracking)}
        options={(["none", "lots", "serials"] as const).map((one) => ({
          value: one,
          label: masters(`item.tracking.${one}`),
        }))}
      />
      {values.tracking !== "none" && (
        <Checkbox
          label={masters("item.expiry")}
          hint={masters("item.expiry.hint")}
          checked={values.tracks_expiry}
          onCheck={(on) => set("tracks_expiry", on)}
        />
      )}
      {values.tracking !== "none" && values.tracks_expiry && (
        <Field
          label={masters("item.life")}
          hint={masters("item.life.hint")}
          inputMode="numeric"
          value={values.minimum_life_days}
          error={error("minimum_life_days")}
          onText={(text) => set("minimum_life_days", text)}
        />
      )}
    </div>
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
