// Drafting a stocktake: what, how, and which differences pass by themselves.
import { api, type Page } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { count } from "../../../i18n/desk/count";
import { word } from "../../../i18n/desk/words";
import { languageTag } from "../../../i18n/language";
import { Field, Notice } from "../../components";
import { navigate } from "../../router";
import { Choices, Ticks } from "../kit/Choices";
import { FormDialog, useForm } from "../kit/form";
import { useLoad } from "../load";
import { placeName } from "../place_name";
import type { Place, Site, Stocktake } from "../types";
import {
  ToleranceFields,
  type ToleranceTexts,
  toleranceBody,
  toleranceMistakes,
  toleranceTexts,
} from "./ToleranceFields";
import { toleranceParts } from "./tolerance";

interface Values extends ToleranceTexts {
  name: string;
  kind: "full" | "zone";
  zone_ids: string[];
  blind: "blind" | "open";
}

function usualName(kind: "full" | "zone"): string {
  const month = new Intl.DateTimeFormat(languageTag(), { year: "numeric", month: "long" }).format(new Date());
  return count("new.name.default", { month, kind: word(`kind.${kind}`) });
}

function check(values: Values, currency: string): Partial<Record<keyof Values, string>> {
  return {
    name: values.name.trim() ? undefined : desk("form.required"),
    zone_ids: values.kind === "zone" && values.zone_ids.length === 0 ? count("new.zones.need") : undefined,
    ...toleranceMistakes(values, currency),
  };
}

export function NewStocktake({ site, onClose }: { site: Site; onClose: () => void }) {
  const zones = useLoad(`zones:${site.id}`, () =>
    api.get<Page<Place>>(`/sites/${site.id}/locations`, { kind: "zone", limit: 1000 }),
  );
  const form = useForm<Values>(
    {
      name: usualName("full"),
      kind: "full",
      zone_ids: [],
      blind: "blind",
      ...toleranceTexts(null, site.currency),
    },
    (values) => check(values, site.currency),
  );
  const { values, set, error } = form;
  const send = async () => {
    const made = await api.post<Stocktake>("/stocktakes", {
      site_id: site.id,
      name: values.name.trim(),
      kind: values.kind,
      zone_ids: values.kind === "zone" ? values.zone_ids : [],
      blind: values.blind === "blind",
      ...toleranceBody(values, site.currency),
    });
    navigate(`/stocktakes/${made.id}`);
  };
  const chooseKind = (kind: "full" | "zone") => {
    if (values.name === usualName(values.kind)) set("name", usualName(kind));
    set("kind", kind);
  };
  const ofSite = toleranceParts(site, site.currency) || count("new.tolerance.none");
  return (
    <FormDialog
      title={count("new.title")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={count("new.submit")}
      wide
    >
      <Field
        label={count("new.name")}
        value={values.name}
        onText={(text) => set("name", text)}
        error={error("name")}
        maxLength={200}
      />
      <div class="form-columns">
        <Choices
          label={count("new.kind")}
          value={values.kind}
          onChoose={chooseKind}
          options={[
            { value: "full", label: count("new.full") },
            { value: "zone", label: count("new.zone") },
          ]}
        />
        <Choices
          label={count("new.mode")}
          value={values.blind}
          onChoose={(blind) => set("blind", blind)}
          options={[
            { value: "blind", label: count("new.blind"), hint: count("new.blind.hint") },
            { value: "open", label: count("new.open"), hint: count("new.open.hint") },
          ]}
        />
      </div>
      {values.kind === "zone" && zones.data?.rows.length === 0 && (
        <Notice outcome="look" text={count("new.zones.none")} />
      )}
      {values.kind === "zone" && (zones.data?.rows.length ?? 0) > 0 && (
        <Ticks
          label={count("new.zones")}
          hint={count("new.zones.hint", { n: values.zone_ids.length })}
          error={error("zone_ids")}
          options={(zones.data?.rows ?? []).map((zone) => ({ value: zone.id, label: placeName(zone) }))}
          chosen={values.zone_ids}
          onChange={(chosen) => set("zone_ids", chosen)}
        />
      )}
      <ToleranceFields
        texts={values}
        currency={site.currency}
        hint={count("new.tolerance.hint", { site: ofSite })}
        error={error}
        onText={set}
      />
    </FormDialog>
  );
}
