// The three limits of a tolerance, keyed with their units. Of a site and of a stocktake.
import { desk } from "../../../i18n/desk";
import { count } from "../../../i18n/desk/count";
import { Field } from "../../components";
import { minorDigits, scaled, unscaled } from "../kit/money";
import type { Tolerance } from "./tolerance";

export interface ToleranceTexts {
  tolerance_quantity: string;
  tolerance_percent_bp: string;
  tolerance_value: string;
}

export function toleranceTexts(tolerance: Tolerance | null, currency: string): ToleranceTexts {
  return {
    tolerance_quantity: unscaled(tolerance?.tolerance_quantity, 0),
    tolerance_percent_bp: unscaled(tolerance?.tolerance_percent_bp, 2),
    tolerance_value: unscaled(tolerance?.tolerance_value, minorDigits(currency)),
  };
}

function percent(text: string): number | null | undefined {
  const points = scaled(text.replace(/[%％]/, ""), 2);
  return typeof points === "number" && points > 10_000 ? undefined : points;
}

/** As the server takes it; only after `toleranceMistakes` found nothing. */
export function toleranceBody(texts: ToleranceTexts, currency: string): Tolerance {
  return {
    tolerance_quantity: scaled(texts.tolerance_quantity, 0) ?? null,
    tolerance_percent_bp: percent(texts.tolerance_percent_bp) ?? null,
    tolerance_value: scaled(texts.tolerance_value, minorDigits(currency)) ?? null,
  };
}

export function toleranceMistakes(
  texts: ToleranceTexts,
  currency: string,
): Partial<Record<keyof ToleranceTexts, string>> {
  const wrong = (value: unknown, text: string) => (value === undefined ? text : undefined);
  return {
    tolerance_quantity: wrong(scaled(texts.tolerance_quantity, 0), desk("form.number")),
    tolerance_percent_bp: wrong(percent(texts.tolerance_percent_bp), count("new.percent.wrong")),
    tolerance_value: wrong(scaled(texts.tolerance_value, minorDigits(currency)), desk("form.number")),
  };
}

export function ToleranceFields({
  texts,
  currency,
  hint,
  error,
  onText,
}: {
  texts: ToleranceTexts;
  currency: string;
  hint: string;
  error: (name: string) => string | undefined;
  onText: (name: keyof ToleranceTexts, text: string) => void;
}) {
  const field = (name: keyof ToleranceTexts, label: string, help: string) => (
    <Field
      label={label}
      hint={help}
      inputMode="decimal"
      value={texts[name]}
      onText={(text) => onText(name, text)}
      error={error(name)}
    />
  );
  return (
    <fieldset class="group">
      <legend>{count("new.tolerance")}</legend>
      <p class="soft">{hint}</p>
      <div class="form-columns form-columns-3">
        {field("tolerance_quantity", count("new.quantity"), count("new.quantity.hint"))}
        {field("tolerance_percent_bp", count("new.percent"), count("new.percent.hint"))}
        {field("tolerance_value", count("new.value", { currency }), count("new.value.hint"))}
      </div>
    </fieldset>
  );
}
