// Goods of a posted receipt go back to the supplier: how many of which lot, and why.
import { api, type Page } from "../../../api/client";
import { parseQuantity } from "../../../domain/quantity";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { grn } from "../../../i18n/desk/receiving";
import { formatQuantity } from "../../../i18n/format";
import { Field, Notice } from "../../components";
import { placeFinder } from "../finders";
import { Combo, type Option } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { fetchRows } from "../kit/paged";
import { ReasonFields } from "../kit/Reasons";
import { Show } from "../kit/states";
import { MOST } from "../kit/Under";
import { useLoad } from "../load";
import { quantityError } from "../purchasing/lines";
import type { Receipt, ReceiptLine } from "../types";
import { type Returnable, returnables } from "./returnables";

type Values = { location_id: Option | null; reason_code: string; note: string; quantities: Record<string, string> };

export function ReturnDialog({
  receipt,
  onDone,
  onClose,
}: {
  receipt: Receipt;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const loaded = useLoad(receipt.id, async () => {
    const got = await fetchRows<ReceiptLine, Page<ReceiptLine>>(
      ({ limit, after }) =>
        api.get<Page<ReceiptLine>>(`/receipts/${receipt.id}/lines?limit=${limit}${after ? `&after=${after}` : ""}`),
      MOST,
    );
    return returnables(got.rows);
  });
  const rows = loaded.data ?? [];
  const { location } = receipt;
  const form = useForm<Values>(
    { location_id: { id: location.id, label: location.code }, reason_code: "", note: "", quantities: {} },
    (values) => check(values, rows),
  );
  const keyed = rows.filter((row) => (form.values.quantities[row.key] ?? "").trim() !== "");
  const send = async () => {
    await api.post(`/receipts/${receipt.id}/returns`, {
      lines: keyed.map((row) => ({
        item_id: row.item.id,
        lot: row.lot,
        quantity: parseQuantity(form.values.quantities[row.key] ?? "", row.item.unit.scale).quantity,
      })),
      location_id: form.values.location_id?.id,
      reason_code: form.values.reason_code,
      note: form.values.note.trim(),
    });
    await onDone();
  };
  const reasonForm = {
    ...form,
    values: { reason_code: form.values.reason_code, note: form.values.note },
    set: (name: "reason_code" | "note", value: string) => form.set(name, value),
    submit: async () => false,
  };
  return (
    <FormDialog
      title={grn("return.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={grn("return.submit", { n: keyed.length })}
      fields={["lines", "location_id", "reason_code", "note"]}
      wide
    >
      <p class="soft">{grn("return.text")}</p>
      <Show loaded={loaded}>
        {(all) =>
          all.length === 0 ? (
            <Notice outcome="look" text={grn("return.none")} />
          ) : (
            <ul class="rows return-rows">
              {all.map((row) => (
                <li key={row.key}>
                  <div>
                    <strong>{row.item.name}</strong>
                    <small>
                      <code>{row.item.sku}</code>
                      {row.lot && ` · ${grn("lot.n", { lot: row.lot })}`} ·{" "}
                      {grn("return.have", { n: formatQuantity(row.quantity, row.item.unit.scale) })}
                    </small>
                  </div>
                  <Field
                    label={grn("return.quantity", { item: `${row.item.name} ${row.lot}`.trim() })}
                    inputMode="decimal"
                    placeholder="0"
                    value={form.values.quantities[row.key] ?? ""}
                    error={form.error(row.key) ?? form.error(`lines.${keyed.indexOf(row)}`)}
                    onText={(text) => form.set("quantities", { ...form.values.quantities, [row.key]: text })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Show>
      {form.error("none") && <Notice outcome="alarm" text={form.error("none")} />}
      <Combo<Option>
        label={grn("return.place")}
        hint={grn("return.place.hint")}
        value={form.values.location_id}
        find={placeFinder(receipt.site_id, ["site", "zone", "bin"])}
        error={form.error("location_id")}
        onChoose={(place) => form.set("location_id", place)}
      />
      <ReasonFields form={reasonForm} at="goods_in" down />
    </FormDialog>
  );
}

function check(values: Values, rows: readonly Returnable[]): Partial<Record<string, string>> {
  const wrong: Partial<Record<string, string>> = {};
  let any = false;
  for (const row of rows) {
    const text = values.quantities[row.key] ?? "";
    if (!text.trim()) continue;
    const { scale } = row.item.unit;
    const parsed = parseQuantity(text, scale);
    if (parsed.error) wrong[row.key] = quantityError(parsed.error, scale);
    else if (parsed.quantity > row.quantity) wrong[row.key] = grn("return.too_many");
    any ||= (parsed.quantity ?? 0) > 0;
  }
  if (!any) wrong.none = grn("return.need");
  if (!values.location_id) wrong.location_id = desk("form.choose");
  if (!values.reason_code) wrong.reason_code = bench("decide.reason.need");
  return wrong;
}
