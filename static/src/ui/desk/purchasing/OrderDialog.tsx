// A purchase order as a form: from whom, by when, what.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { buy } from "../../../i18n/desk/purchasing";
import { Button, Field } from "../../components";
import { navigate } from "../../router";
import { Combo } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import type { PurchaseOrderDetail, Site } from "../types";
import { LineFields } from "./LineFields";
import { blankLine, changedQuantities, fromOrderLine, type LineValues, lineMistakes, orderLines } from "./lines";
import { useShown } from "./shown";
import { findSuppliers, type SupplierOption, supplierOption, useTerms } from "./suppliers";

interface Values {
  supplier_id: SupplierOption | null;
  reference: string;
  promised_on: string;
  note: string;
  lines: LineValues[];
}

function valuesOf(order: PurchaseOrderDetail | null, currency: string): Values {
  return {
    supplier_id: order ? supplierOption(order.supplier) : null,
    reference: order?.reference ?? "",
    promised_on: order?.promised_on ?? "",
    note: order?.note ?? "",
    lines: order ? order.lines.map((line, index) => fromOrderLine(line, index + 1, currency)) : [blankLine(1)],
  };
}

export function OrderDialog({
  site,
  order,
  onDone,
  onClose,
}: {
  site: Site;
  order: PurchaseOrderDetail | null;
  onDone?: () => Promise<void>;
  onClose: () => void;
}) {
  const shown = useShown(order);
  /** Once it is ordered its supplier, number, items and prices stand; only day, note and quantities change. */
  const settled = order !== null && order.state !== "draft";
  const form = useForm<Values>(valuesOf(order, site.currency), (values) => ({
    supplier_id: values.supplier_id ? undefined : desk("form.choose"),
    ...lineMistakes(values.lines, site.currency),
  }));
  const { values, set, error } = form;
  const terms = useTerms(values.supplier_id?.id);
  const save = async (place: boolean) => {
    const head = { promised_on: values.promised_on || null, note: values.note.trim() };
    const body = settled
      ? { ...head, lines: changedQuantities(values.lines, shown.document?.lines ?? []) }
      : {
          ...head,
          reference: values.reference.trim(),
          supplier_id: values.supplier_id?.id,
          lines: orderLines(values.lines, site.currency),
        };
    const send = (before: PurchaseOrderDetail | null) =>
      before
        ? api.patch<PurchaseOrderDetail>(`/purchase-orders/${before.id}`, { ...body, version: before.version })
        : api.post<PurchaseOrderDetail>("/purchase-orders", { site_id: site.id, ...body });
    const saved = await shown.save(send, onDone);
    if (place) await api.post(`/purchase-orders/${saved.id}/order`, { version: saved.version });
    if (onDone) await onDone();
    else navigate(`/orders/${saved.id}`);
  };
  const saveAndOrder = async () => {
    if (await form.submit(() => save(true))) onClose();
  };
  return (
    <FormDialog
      title={buy(order ? "orders.edit" : "orders.new")}
      form={form}
      onSend={() => save(false)}
      onClose={onClose}
      submit={settled ? undefined : buy("save.draft")}
      more={
        !settled && (
          <Button class="spread" busy={form.busy} onClick={() => void saveAndOrder()}>
            {buy("save.order")}
          </Button>
        )
      }
      wide
    >
      <div class="form-columns">
        {settled ? (
          <Field label={buy("doc.supplier")} value={order.supplier.name} disabled />
        ) : (
          <Combo<SupplierOption>
            label={buy("doc.supplier")}
            value={values.supplier_id}
            find={findSuppliers}
            error={error("supplier_id")}
            onChoose={(supplier) => set("supplier_id", supplier)}
          />
        )}
        <Field
          label={buy("doc.promised")}
          type="date"
          value={values.promised_on}
          error={error("promised_on")}
          onText={(text) => set("promised_on", text)}
        />
        <Field
          label={buy("doc.reference.order")}
          hint={settled ? undefined : buy("doc.reference.order.hint")}
          disabled={settled}
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
        kind="order"
        fixed={settled}
        lines={values.lines}
        terms={terms}
        error={error}
        onChange={(lines) => set("lines", lines)}
      />
    </FormDialog>
  );
}
