// What an unknown code is: an item there is, or a new one made here. Every open count and receipt then credits it.
import { useState } from "preact/hooks";
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { grn } from "../../../i18n/desk/receiving";
import { Button, Field, Segmented, Select } from "../../components";
import { may } from "../../session";
import { findItems, type ItemOption, itemOption, usualUnit } from "../finders";
import { costFrom } from "../items/cost";
import { Combo } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { minorDigits } from "../kit/money";
import { PhotoStrip } from "../kit/Photos";
import { useLoad } from "../load";
import { currency } from "../sites_here";
import type { Category, InboxCode, Item, Photo, Unit } from "../types";

type Mode = "item" | "new";

interface Values {
  item_id: ItemOption | null;
  pack_factor: string;
  sku: string;
  name: string;
  unit_id: string;
  category_id: string;
  unit_cost: string;
}

function check(mode: Mode, values: Values): Partial<Record<string, string>> {
  const required = (text: string) => (text.trim() ? undefined : desk("form.required"));
  const cost = costFrom(values.unit_cost, currency());
  return {
    item_id: mode === "item" && !values.item_id ? desk("form.choose") : undefined,
    pack_factor: /^[1-9][0-9]{0,5}$/.test(values.pack_factor.trim()) ? undefined : desk("form.number"),
    ...(mode === "new"
      ? {
          sku: required(values.sku),
          name: required(values.name),
          unit_cost: cost === undefined ? masters("item.cost.wrong", { n: minorDigits(currency()) + 4 }) : undefined,
        }
      : {}),
  };
}

export function BindDialog({
  code,
  photos,
  onDone,
  onClose,
}: {
  code: InboxCode;
  photos: Photo[];
  onDone: (sheets: number) => Promise<void>;
  onClose: () => void;
}) {
  const [mode, setMode] = useState<Mode>("item");
  const units = useLoad("units", () => api.get<Page<Unit>>("/units", { limit: 1000 }));
  const form = useForm<Values>(
    { item_id: null, pack_factor: "1", sku: "", name: "", unit_id: "", category_id: "", unit_cost: "" },
    (values) => check(mode, values),
  );
  const { values } = form;
  const send = async () => {
    const answer = await api.post<{ sheets: number }>("/unknown-codes/bind", {
      code: code.code,
      pack_factor: Number(values.pack_factor),
      ...(mode === "item"
        ? { item_id: values.item_id?.id }
        : {
            new_item: {
              sku: values.sku.trim(),
              name: values.name.trim(),
              unit_id: values.unit_id || usualUnit(units.data?.rows ?? []),
              category_id: values.category_id || null,
              unit_cost: costFrom(values.unit_cost, currency()) ?? 0,
            },
          }),
    });
    await onDone(answer.sheets);
  };
  return (
    <FormDialog
      title={grn("codes.bind.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={grn("codes.submit", { n: code.pieces })}
      fields={["item_id", "pack_factor", "sku", "name", "unit_id", "category_id", "unit_cost"]}
    >
      <div class="bind-head">
        <PhotoStrip photos={photos} />
        <p>
          <code class="strong">{code.as_scanned}</code>
          <br />
          <small>
            {[code.places.join(", "), code.persons.join(", ")].filter(Boolean).join(" · ")}
            {code.beside && ` · ${grn("codes.beside")} ${code.beside.name}`}
          </small>
        </p>
      </div>
      {may("manager") && (
        <Segmented<Mode>
          label={grn("codes.mode")}
          value={mode}
          onChoose={setMode}
          options={[
            { value: "item", label: grn("codes.mode.item") },
            { value: "new", label: grn("codes.mode.new") },
          ]}
        />
      )}
      {mode === "item" ? <Known form={form} code={code} /> : <New form={form} units={units.data?.rows ?? []} />}
      <Field
        label={grn("codes.pack")}
        hint={grn("codes.pack.hint")}
        inputMode="numeric"
        value={values.pack_factor}
        error={form.error("pack_factor")}
        onText={(text) => form.set("pack_factor", text)}
      />
    </FormDialog>
  );
}

function Known({ form, code }: { form: ReturnType<typeof useForm<Values>>; code: InboxCode }) {
  const { beside } = code;
  const useBeside = async () => {
    if (beside) form.set("item_id", itemOption(await api.get<Item>(`/items/${beside.item_id}`)));
  };
  return (
    <>
      <Combo<ItemOption>
        label={grn("codes.item")}
        hint={desk("combo.hint")}
        error={form.error("item_id")}
        value={form.values.item_id}
        find={findItems}
        onChoose={(option) => form.set("item_id", option)}
      />
      {beside && form.values.item_id?.id !== beside.item_id && (
        <Button kind="quiet" onClick={() => void useBeside()}>
          {grn("codes.beside.use", { item: beside.name })}
        </Button>
      )}
    </>
  );
}

function New({ form, units }: { form: ReturnType<typeof useForm<Values>>; units: Unit[] }) {
  const { values, set, error } = form;
  const categories = useLoad("categories", () => api.get<Page<Category>>("/categories", { limit: 1000 }));
  return (
    <div class="form-columns">
      <Field
        label={grn("codes.new.sku")}
        value={values.sku}
        error={error("sku")}
        maxLength={128}
        onText={(text) => set("sku", text)}
      />
      <Field
        label={grn("codes.new.name")}
        value={values.name}
        error={error("name")}
        maxLength={200}
        onText={(text) => set("name", text)}
      />
      <Select
        label={grn("codes.new.unit")}
        value={values.unit_id || usualUnit(units)}
        error={error("unit_id")}
        onText={(id) => set("unit_id", id)}
        options={units.map((unit) => ({ value: unit.id, label: unit.name }))}
      />
      <Select
        label={grn("codes.new.category")}
        value={values.category_id}
        error={error("category_id")}
        onText={(id) => set("category_id", id)}
        options={[
          { value: "", label: masters("item.category.none") },
          ...(categories.data?.rows ?? []).map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      <Field
        label={`${grn("codes.new.cost")} (${currency()})`}
        inputMode="decimal"
        value={values.unit_cost}
        error={error("unit_cost")}
        onText={(text) => set("unit_cost", text)}
      />
    </div>
  );
}
