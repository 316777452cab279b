// Choosing why, with a note: of every decision and reversal.
import { bench } from "../../../i18n/desk/bench";
import { language } from "../../../i18n/language";
import { Select } from "../../components";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Reason } from "../types";
import { TextArea, type useForm } from "./form";

/** Those the system gives itself are nobody's to choose. */
const SYSTEM = new Set(["tolerance", "explained_late", "not_counted"]);

/** Whether somebody may give it; with `at`, in a decision about counts or about goods that come in. */
export function isGiven(reason: Reason, at?: "count" | "goods_in"): boolean {
  const elsewhere = at !== undefined && reason.used_for !== "both" && reason.used_for !== at;
  return reason.active && !SYSTEM.has(reason.code) && !elsewhere;
}

function fits({ direction }: Reason, down: boolean): boolean {
  return direction === "both" || (down && direction === "loss");
}

export function ReasonSelect({
  among,
  hint,
  error,
  value,
  onText,
}: {
  among: readonly Reason[];
  hint?: string;
  error?: string;
  value: string;
  onText: (code: string) => void;
}) {
  return (
    <Select
      label={bench("decide.reason")}
      hint={hint}
      error={error}
      value={value}
      onText={onText}
      options={[
        { value: "", label: bench("decide.reason.pick"), disabled: true },
        ...among.map((reason) => ({
          value: reason.code,
          label: language.value === "zh" ? reason.name_zh : reason.name_en,
        })),
      ]}
    />
  );
}

/** Why, with a note: of every reversal, and of whatever else moves stock; `down` where it can only go down. */
export function ReasonFields({
  form,
  at,
  down = false,
}: {
  form: ReturnType<typeof useForm<{ reason_code: string; note: string }>>;
  at?: "count" | "goods_in";
  down?: boolean;
}) {
  useLoad("reasons", loadReasons);
  return (
    <>
      <ReasonSelect
        among={reasons.value.filter((reason) => isGiven(reason, at) && fits(reason, down))}
        error={form.error("reason_code")}
        value={form.values.reason_code}
        onText={(code) => form.set("reason_code", code)}
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
