// Opening a receipt at the desk: against what, and where the goods land. Devices then see it at once.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { grn } from "../../../i18n/desk/receiving";
import { Field } from "../../components";
import { navigate } from "../../router";
import { dayWords } from "../dates";
import { type PlaceOption, placeFinder } from "../finders";
import { Choices } from "../kit/Choices";
import { Combo, type Option } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { dotted } from "../kit/TimeRow";
import { orderFinder } from "../purchasing/DeliveryDialog";
import { findSuppliers, type SupplierOption } from "../purchasing/suppliers";
import type { DocumentRef, ExpectedDelivery, Receipt, Site } from "../types";

type Against = "order" | "delivery" | "blind";

interface Values {
  against: Against;
  order_id: Option | null;
  delivery_id: Option | null;
  supplier_id: SupplierOption | null;
  location_id: PlaceOption | null;
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

function lastPlace(siteId: string): PlaceOption | null {
  try {
    const kept = JSON.parse(localStorage.getItem(LAST) ?? "{}") as Record<string, PlaceOption>;
    return kept[siteId] ?? null;
  } catch {
    return null;
  }
}

function keepPlace(siteId: string, place: PlaceOption): void {
  localStorage.setItem(LAST, JSON.stringify({ [siteId]: place }));
}

export function NewReceipt({
  site,
  against,
  onClose,
}: {
  site: Site;
  against?: { order: DocumentRef } | { delivery: DocumentRef };
  onClose: () => void;
}) {
  const form = useForm<Values>(
    {
      against: against && "delivery" in against ? "delivery" : "order",
      order_id: against && "order" in against ? against.order : null,
      delivery_id: against && "delivery" in against ? against.delivery : null,
      supplier_id: null,
      location_id: lastPlace(site.id),
      delivery_note: "",
      note: "",
    },
    (values) => ({
      order_id: values.against === "order" && !values.order_id ? desk("form.choose") : undefined,
      delivery_id: values.against === "delivery" && !values.delivery_id ? desk("form.choose") : undefined,
      location_id: values.location_id ? undefined : desk("form.choose"),
    }),
  );
  const { values, set, error } = form;
  const send = async () => {
    const made = await api.post<Receipt>("/receipts", {
      site_id: site.id,
      ...(values.against === "order" ? { order_id: values.order_id?.id } : {}),
      ...(values.against === "delivery" ? { delivery_id: values.delivery_id?.id } : {}),
      ...(values.against === "blind" && values.supplier_id ? { supplier_id: values.supplier_id.id } : {}),
      location_id: values.location_id?.id,
      delivery_note: values.delivery_note.trim(),
      note: values.note.trim(),
    });
    if (values.location_id) keepPlace(site.id, values.location_id);
    navigate(`/receipts/${made.id}`);
  };
  return (
    <FormDialog title={grn("new.title")} form={form} onSend={send} onClose={onClose} submit={grn("new.submit")} wide>
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
        <Combo<PlaceOption>
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
