// An expected delivery as a form: what a supplier announced, line by line, or filled from what is open on an order.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Field } from "../../components";
import { navigate } from "../../router";
import { dayWords } from "../dates";
import { Combo, type Option } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { dotted } from "../kit/TimeRow";
import type { ExpectedDeliveryDetail, PurchaseOrder, PurchaseOrderDetail, Site } from "../types";
import { LineFields } from "./LineFields";
import { blankLine, deliveryLines, fromDeliveryLine, type LineValues, lineMistakes, openOf } from "./lines";
import { useShown } from "./shown";
import { findSuppliers, type SupplierOption, supplierOption } from "./suppliers";

const NO_TERMS = new Map();

interface Values {
  supplier_id: SupplierOption | null;
  order: Option | null;
  reference: string;
  expected_on: string;
  note: string;
  lines: LineValues[];
}

function valuesOf(delivery: ExpectedDeliveryDetail | null): Values {
  return {
    supplier_id: delivery ? supplierOption(delivery.supplier) : null,
    order: null,
    reference: delivery?.reference ?? "",
    expected_on: delivery?.expected_on ?? "",
    note: delivery?.note ?? "",
    lines: delivery ? delivery.lines.map((line, index) => fromDeliveryLine(line, index + 1)) : [blankLine(1)],
  };
}

function noteOf(order: PurchaseOrder): string {
  return dotted(order.supplier.name, order.reference, order.promised_on && dayWords(order.promised_on));
}

/** Orders on which something is open. */
export function orderFinder(siteId: string, supplierId?: string): (text: string) => Promise<Option[]> {
  return async (text) => {
    const query = new URLSearchParams({ site_id: siteId, search: text, limit: "12" });
    for (const state of ["ordered", "part_received"]) query.append("state", state);
    if (supplierId) query.set("supplier_id", supplierId);
    const page = await api.get<Page<PurchaseOrder>>(`/purchase-orders?${query}`);
    return page.rows.map((row) => ({ id: row.id, label: row.label, note: noteOf(row) }));
  };
}

export function DeliveryDialog({
  site,
  delivery,
  onDone,
  onClose,
}: {
  site: Site;
  delivery: ExpectedDeliveryDetail | null;
  onDone?: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm<Values>(valuesOf(delivery), (values) => ({
    supplier_id: values.supplier_id ? undefined : desk("form.choose"),
    ...lineMistakes(values.lines, site.currency),
  }));
  const { values, set, error } = form;
  const shown = useShown(delivery);
  const fill = async (order: Option | null) => {
    set("order", order);
    if (!order) return;
    const found = await api.get<PurchaseOrderDetail>(`/purchase-orders/${order.id}`);
    set("supplier_id", supplierOption(found.supplier));
    const open = openOf(found.lines);
    if (open.length > 0) set("lines", open);
    if (!values.expected_on && found.promised_on) set("expected_on", found.promised_on);
  };
  const save = async () => {
    const body = {
      supplier_id: values.supplier_id?.id,
      reference: values.reference.trim(),
      expected_on: values.expected_on || null,
      note: values.note.trim(),
      lines: deliveryLines(values.lines),
    };
    const send = (before: ExpectedDeliveryDetail | null) =>
      before
        ? api.patch<ExpectedDeliveryDetail>(`/expected-deliveries/${before.id}`, { ...body, version: before.version })
        : api.post<ExpectedDeliveryDetail>("/expected-deliveries", { site_id: site.id, ...body });
    const saved = await shown.save(send, onDone);
    if (onDone) await onDone();
    else navigate(`/deliveries/${saved.id}`);
  };
  return (
    <FormDialog
      title={buy(delivery ? "deliveries.edit" : "deliveries.new")}
      form={form}
      onSend={save}
      onClose={onClose}
      wide
    >
      <div class="form-columns">
        {!delivery && (
          <Combo<Option>
            label={buy("from_order")}
            hint={buy("from_order.hint")}
            value={values.order}
            find={orderFinder(site.id, values.supplier_id?.id)}
            onChoose={(order) => void fill(order)}
          />
        )}
        <Combo<SupplierOption>
          label={buy("doc.supplier")}
          value={values.supplier_id}
          find={findSuppliers}
          error={error("supplier_id")}
          onChoose={(supplier) => set("supplier_id", supplier)}
        />
        <Field
          label={buy("doc.expected")}
          type="date"
          value={values.expected_on}
          error={error("expected_on")}
          onText={(text) => set("expected_on", text)}
        />
        <Field
          label={buy("doc.reference.delivery")}
          hint={buy("doc.reference.delivery.hint")}
          value={values.reference}
          error={error("reference")}
          maxLength={128}
          onText={(text) => set("reference", text)}
        />
        <Field
          label={buy("doc.note")}
          value={values.note}
          error={error("note")}
          maxLength={1000}
          onText={(text) => set("note", text)}
        />
      </div>
      <LineFields
        kind="delivery"
        lines={values.lines}
        terms={NO_TERMS}
        error={error}
        onChange={(lines) => set("lines", lines)}
      />
    </FormDialog>
  );
}
