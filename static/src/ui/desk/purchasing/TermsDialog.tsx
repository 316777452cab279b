// What a supplier asks for one item: price, least quantity, multiple, and where it differs from its general terms.
import { useState } from "preact/hooks";
import { api } from "../../../api/client";
import { parseQuantity } from "../../../domain/quantity";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Button, Field } from "../../components";
import { findItems } from "../finders";
import { costFrom, costText } from "../items/cost";
import { Combo } from "../kit/Combo";
import { Confirm, FormDialog, useForm } from "../kit/form";
import { minorDigits, unscaled } from "../kit/money";
import { pointsFrom, pointsText } from "../kit/percent";
import { currency } from "../sites_here";
import type { Supplier, SupplierTerms } from "../types";
import { quantityError, type RefOption, refOption } from "./lines";
import { daysFrom } from "./SupplierDialog";

interface Values {
  item_id: RefOption | null;
  supplier_sku: string;
  price: string;
  moq: string;
  order_multiple: string;
  lead_time_days: string;
  over_receipt_bp: string;
}

function valuesOf(terms: SupplierTerms | null): Values {
  const scale = terms?.item.unit.scale ?? 0;
  return {
    item_id: terms ? refOption(terms.item) : null,
    supplier_sku: terms?.supplier_sku ?? "",
    price: terms?.price ? costText(terms.price, currency()) : "",
    moq: terms?.moq ? unscaled(terms.moq, scale) : "",
    order_multiple: terms && terms.order_multiple > 1 ? unscaled(terms.order_multiple, scale) : "",
    lead_time_days: terms?.lead_time_days?.toString() ?? "",
    over_receipt_bp: pointsText(terms?.over_receipt_bp),
  };
}

function quantityMistake(text: string, scale: number): string | undefined {
  if (!text.trim()) return undefined;
  const { error } = parseQuantity(text, scale);
  return error && quantityError(error, scale);
}

function check(values: Values): Partial<Record<string, string>> {
  const scale = values.item_id?.item.unit.scale ?? 0;
  return {
    item_id: values.item_id ? undefined : desk("form.choose"),
    price:
      costFrom(values.price, currency()) === undefined
        ? desk("form.too_precise", { n: minorDigits(currency()) + 4 })
        : undefined,
    moq: quantityMistake(values.moq, scale),
    order_multiple: quantityMistake(values.order_multiple, scale),
    lead_time_days: daysFrom(values.lead_time_days) === undefined ? desk("form.number") : undefined,
    over_receipt_bp: pointsFrom(values.over_receipt_bp) === undefined ? buy("supplier.ceiling.wrong") : undefined,
  };
}

export function TermsDialog({
  supplier,
  terms,
  onDone,
  onClose,
}: {
  supplier: Supplier;
  terms: SupplierTerms | null;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const [removing, setRemoving] = useState(false);
  const form = useForm(valuesOf(terms), check);
  const { values, set, error } = form;
  const at = `/suppliers/${supplier.id}/items`;
  const scale = values.item_id?.item.unit.scale ?? 0;
  const send = async () => {
    await api.put(`${at}/${values.item_id?.id}`, {
      supplier_sku: values.supplier_sku.trim(),
      price: costFrom(values.price, currency()) ?? 0,
      moq: values.moq.trim() ? parseQuantity(values.moq, scale).quantity : 0,
      order_multiple: (values.order_multiple.trim() && parseQuantity(values.order_multiple, scale).quantity) || 1,
      lead_time_days: daysFrom(values.lead_time_days),
      over_receipt_bp: pointsFrom(values.over_receipt_bp),
    });
    await onDone();
  };
  const remove = async () => {
    await api.del(`${at}/${terms?.item.id}`);
    await onDone();
    onClose();
  };
  if (removing && terms) {
    return (
      <Confirm
        title={buy("terms.remove.title")}
        text={buy("terms.remove.text", { item: terms.item.name })}
        submit={buy("terms.remove")}
        danger
        onConfirm={remove}
        onClose={() => setRemoving(false)}
      />
    );
  }
  const field = (name: Exclude<keyof Values, "item_id">, label: string, hint?: string, decimal = false) => (
    <Field
      label={label}
      hint={hint}
      inputMode={decimal ? "decimal" : undefined}
      value={values[name]}
      error={error(name)}
      maxLength={128}
      onText={(text) => set(name, text)}
    />
  );
  const unit = values.item_id ? ` (${values.item_id.item.unit.name})` : "";
  return (
    <FormDialog
      title={buy(terms ? "terms.edit" : "terms.new")}
      form={form}
      onSend={send}
      onClose={onClose}
      more={
        terms && (
          <Button kind="quiet" class="spread" onClick={() => setRemoving(true)}>
            {buy("terms.remove")}
          </Button>
        )
      }
      wide
    >
      {terms ? (
        <Field label={buy("terms.item")} value={`${terms.item.name} · ${terms.item.sku}`} disabled />
      ) : (
        <Combo<RefOption>
          label={buy("terms.item")}
          hint={desk("combo.hint")}
          value={values.item_id}
          find={async (text) => (await findItems(text)).map((found) => refOption(found.item))}
          error={error("item_id")}
          onChoose={(item) => set("item_id", item)}
        />
      )}
      <div class="form-columns form-columns-3">
        {field("supplier_sku", buy("terms.sku"))}
        {field("price", `${buy("terms.price")} (${currency()})`, buy("terms.price.hint"), true)}
        {field("moq", `${buy("terms.moq")}${unit}`, undefined, true)}
        {field("order_multiple", `${buy("terms.multiple")}${unit}`, buy("terms.multiple.hint"), true)}
        {field("lead_time_days", buy("terms.lead"), buy("terms.lead.hint"), true)}
        {field("over_receipt_bp", buy("terms.ceiling"), buy("terms.lead.hint"), true)}
      </div>
    </FormDialog>
  );
}
