// Ending the counting, also over records that are still on devices; and taking a posted stocktake back.
import { api } from "../../../api/client";
import { bench } from "../../../i18n/desk/bench";
import { count } from "../../../i18n/desk/count";
import { language } from "../../../i18n/language";
import { Notice, Select } from "../../components";
import { FormDialog, TextArea, useForm } from "../kit/form";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { StocktakeDetail, SyncHealth } from "../types";

interface EndProps {
  stocktake: StocktakeDetail;
  onDone: () => Promise<void>;
  onClose: () => void;
}

export function CloseDialog({ stocktake, onDone, onClose }: EndProps) {
  const health = useLoad(stocktake.id, () => api.get<SyncHealth>(`/stocktakes/${stocktake.id}/sync-health`));
  const missing = health.data?.devices.filter((device) => device.outstanding > 0) ?? [];
  const incomplete = health.data !== undefined && !health.data.complete;
  const form = useForm({ override_reason: "" }, (values) => ({
    override_reason: incomplete && !values.override_reason.trim() ? bench("close.override.need") : undefined,
  }));
  const unfinished = stocktake.progress.places_open + stocktake.progress.places_counting;
  const send = async () => {
    await api.post(`/stocktakes/${stocktake.id}/close`, { override_reason: form.values.override_reason.trim() });
    await onDone();
  };
  const devices = missing
    .map((device) => `${device.label} ${bench("health.outstanding", { n: device.outstanding })}`)
    .join(", ");
  return (
    <FormDialog title={count("close.title")} form={form} onSend={send} onClose={onClose} submit={count("close.submit")}>
      <p>{count("close.text")}</p>
      {unfinished > 0 && <Notice outcome="look" text={count("close.open", { n: unfinished })} />}
      {incomplete && (
        <>
          <Notice outcome="look">
            {missing.length > 0 && <p>{bench("close.outstanding", { devices })}</p>}
            {(health.data?.held ?? 0) > 0 && <p>{bench("close.held", { n: health.data?.held ?? 0 })}</p>}
          </Notice>
          <TextArea
            label={bench("close.override")}
            hint={bench("close.override.hint")}
            error={form.error("override_reason")}
            value={form.values.override_reason}
            onText={(text) => form.set("override_reason", text)}
          />
        </>
      )}
    </FormDialog>
  );
}

export function ReverseDialog({ stocktake, onDone, onClose }: EndProps) {
  const form = useForm({ reason_code: "", note: "" }, (values) => ({
    reason_code: values.reason_code ? undefined : bench("decide.reason.need"),
  }));
  const send = async () => {
    await api.post(`/stocktakes/${stocktake.id}/reverse`, form.values);
    await onDone();
  };
  return (
    <FormDialog
      title={count("reverse.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={count("reverse.submit")}
      danger
    >
      <p>{count("reverse.text")}</p>
      <ReasonFields form={form} />
    </FormDialog>
  );
}

/** Why, with a note: of every reversal. */
export function ReasonFields({ form }: { form: ReturnType<typeof useForm<{ reason_code: string; note: string }>> }) {
  useLoad("reasons", loadReasons);
  return (
    <>
      <Select
        label={bench("decide.reason")}
        error={form.error("reason_code")}
        value={form.values.reason_code}
        onText={(code) => form.set("reason_code", code)}
        options={[
          { value: "", label: bench("decide.reason.pick"), disabled: true },
          ...reasons.value
            .filter(
              (reason) =>
                reason.active &&
                reason.direction === "both" &&
                reason.code !== "tolerance" &&
                reason.code !== "explained_late",
            )
            .map((reason) => ({
              value: reason.code,
              label: language.value === "zh" ? reason.name_zh : reason.name_en,
            })),
        ]}
      />
      <TextArea
        label={bench("decide.note")}
        hint={bench("decide.note.hint")}
        error={form.error("note")}
        value={form.values.note}
        onText={(note) => form.set("note", note)}
      />
    </>
  );
}
