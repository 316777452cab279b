// Opening a receipt at the desk, or putting one right: against what, and where the goods land. Devices see it at once.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { grn } from "../../../i18n/desk/receiving";
import { Field } from "../../components";
import { navigate } from "../../router";
import { dayWords } from "../dates";
import { placeFinder } from "../finders";
import { Choices } from "../kit/Choices";
import { Combo, type Option } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { dotted } from "../kit/TimeRow";
import { orderFinder } from "../purchasing/DeliveryDialog";
import { findSuppliers, type SupplierOption, supplierOption } from "../purchasing/suppliers";
import type { DocumentRef, ExpectedDelivery, Receipt, Site } from "../types";

type Against = "order" | "delivery" | "blind";

interface Values {
  against: Against;
  order_id: Option | null;
  delivery_id: Option | null;
  supplier_id: SupplierOption | null;
  location_id: Option | null;
  delivery_note: string;
  note: string;
}

function deliveryFinder(siteId: string): (text: string) => Promise<Option[]> {
  return async (text) => {
    const query = new URLSearchParams({ site_id: siteId, search: text, limit: "12" });
    for (const state of ["expected", "part_received"]) query.append("state", state);
    const page = await api.get<Page<ExpectedDelivery>>(`/expected-deliveries?${query}`);
    return page.rows.map((row) => ({
      id: row.id,
      label: row.label,
      note: dotted(row.supplier.name, row.reference, row.expected_on && dayWords(row.expected_on)),
    }));
  };
}

/** Where goods of this site landed last: nobody should have to say it every time. */
const LAST = "pandian.receiving_place";

function lastPlace(siteId: string): Option | null {
  try {
    const kept = JSON.parse(localStorage.getItem(LAST) ?? "{}") as Record<string, Option>;
    return kept[siteId] ?? null;
  } catch {
    return null;
  }
}

function keepPlace(siteId: string, place: Option): void {
  localStorage.setItem(LAST, JSON.stringify({ [siteId]: { id: place.id, label: place.label } }));
}

/** What was not touched is not sent: a receipt may name a delivery and its order. */
function changesOf(receipt: Receipt, values: Values) {
  const before = valuesOf(receipt);
  const ids = (one: Values) => [one.against, one.order_id?.id, one.delivery_id?.id, one.supplier_id?.id].join();
  const body = bodyOf(values);
  if (ids(before) !== ids(values)) return body;
  const { location_id, delivery_note, note } = body;
  return { location_id, delivery_note, note };
}

type Document = { order: DocumentRef } | { delivery: DocumentRef };

function newValues(siteId: string, against?: Document): Values {
  return {
    against: against && "delivery" in against ? "delivery" : "order",
    order_id: against && "order" in against ? against.order : null,
    delivery_id: against && "delivery" in against ? against.delivery : null,
    supplier_id: null,
    location_id: lastPlace(siteId),
    delivery_note: "",
    note: "",
  };
}

function valuesOf(receipt: Receipt): Values {
  const { location, supplier } = receipt;
  return {
    against: receipt.delivery ? "delivery" : receipt.order ? "order" : "blind",
    order_id: receipt.order,
    delivery_id: receipt.delivery,
    supplier_id: supplier && supplierOption(supplier),
    location_id: { id: location.id, label: location.code },
    delivery_note: receipt.delivery_note,
    note: receipt.note,
  };
}

/** What is sent: of order, delivery and supplier only the one that was chosen. */
function bodyOf(values: Values) {
  const { against } = values;
  return {
    order_id: against === "order" ? values.order_id?.id : null,
    delivery_id: against === "delivery" ? values.delivery_id?.id : null,
    ...(against === "blind" ? { supplier_id: values.supplier_id?.id ?? null } : {}),
    location_id: values.location_id?.id,
    delivery_note: values.delivery_note.trim(),
    note: values.note.trim(),
  };
}

export function ReceiptDialog({
  site,
  against,
  receipt,
  onDone,
  onClose,
}: {
  site: Site;
  /** What a new one is opened against, where that is said already. */
  against?: Document;
  /** The one to put right. */
  receipt?: Receipt;
  onDone?: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm<Values>(receipt ? valuesOf(receipt) : newValues(site.id, against), (values) => ({
    order_id: values.against === "order" && !values.order_id ? desk("form.choose") : undefined,
    delivery_id: values.against === "delivery" && !values.delivery_id ? desk("form.choose") : undefined,
    location_id: values.location_id ? undefined : desk("form.choose"),
  }));
  const { values, set, error } = form;
  const send = async () => {
    if (receipt) {
      await api.patch(`/receipts/${receipt.id}`, changesOf(receipt, values));
      await onDone?.();
      return;
    }
    const made = await api.post<Receipt>("/receipts", { site_id: site.id, ...bodyOf(values) });
    if (values.location_id) keepPlace(site.id, values.location_id);
    navigate(`/receipts/${made.id}`);
  };
  return (
    <FormDialog
      title={grn(receipt ? "edit.title" : "new.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={receipt ? undefined : grn("new.submit")}
      wide
    >
      {!against && (
        <Choices<Against>
          label={grn("new.against")}
          value={values.against}
          onChoose={(one) => set("against", one)}
          options={[
            { value: "order", label: grn("new.order"), hint: grn("new.order.hint") },
            { value: "delivery", label: grn("new.delivery"), hint: grn("new.delivery.hint") },
            { value: "blind", label: grn("new.blind"), hint: grn("new.blind.hint") },
          ]}
        />
      )}
      <div class="form-columns">
        <Which site={site} form={form} fixed={against !== undefined} />
        <Combo<Option>
          label={grn("new.place")}
          hint={grn("new.place.hint")}
          value={values.location_id}
          find={placeFinder(site.id, ["site", "zone", "bin"])}
          error={error("location_id")}
          onChoose={(place) => set("location_id", place)}
        />
        <Field
          label={grn("new.delivery_note")}
          hint={grn("new.delivery_note.hint")}
          value={values.delivery_note}
          error={error("delivery_note")}
          maxLength={128}
          onText={(text) => set("delivery_note", text)}
        />
        <Field
          label={grn("new.note")}
          value={values.note}
          error={error("note")}
          maxLength={1000}
          onText={(text) => set("note", text)}
        />
      </div>
    </FormDialog>
  );
}

function Which({
  site,
  form: { values, set, error },
  fixed,
}: {
  site: Site;
  form: ReturnType<typeof useForm<Values>>;
  fixed: boolean;
}) {
  if (fixed) {
    const label = grn(values.against === "delivery" ? "new.which.delivery" : "new.which.order");
    return <Field label={label} value={(values.order_id ?? values.delivery_id)?.label} disabled />;
  }
  if (values.against === "order") {
    return (
      <Combo<Option>
        key="order"
        label={grn("new.which.order")}
        value={values.order_id}
        find={orderFinder(site.id)}
        error={error("order_id")}
        onChoose={(order) => set("order_id", order)}
      />
    );
  }
  if (values.against === "delivery") {
    return (
      <Combo<Option>
        key="delivery"
        label={grn("new.which.delivery")}
        value={values.delivery_id}
        find={deliveryFinder(site.id)}
        error={error("delivery_id")}
        onChoose={(delivery) => set("delivery_id", delivery)}
      />
    );
  }
  return (
    <Combo<SupplierOption>
      key="supplier"
      label={grn("new.supplier")}
      value={values.supplier_id}
      find={findSuppliers}
      error={error("supplier_id")}
      onChoose={(supplier) => set("supplier_id", supplier)}
    />
  );
}
