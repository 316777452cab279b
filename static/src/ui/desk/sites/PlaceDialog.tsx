// A zone or a bin.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { masters } from "../../../i18n/desk/masters";
import { word } from "../../../i18n/desk/words";
import { Checkbox, Field, Select } from "../../components";
import { FormDialog, useForm } from "../kit/form";
import { placeName } from "../place_name";
import type { Place, Site } from "../types";

export function PlaceDialog({
  site,
  zones,
  place,
  kind,
  onDone,
  onClose,
}: {
  site: Site;
  zones: Place[];
  place: Place | null;
  kind: "zone" | "bin";
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const inZone = zones.some((zone) => zone.id === place?.parent_id);
  const form = useForm(
    {
      code: place?.code ?? "",
      name: place?.name ?? "",
      parent_id: place ? (inZone ? (place.parent_id ?? "") : "") : (zones[0]?.id ?? ""),
      barcode: place?.barcode ?? "",
      walk_order: String(place?.walk_order ?? 0),
      active: place?.active ?? true,
      mobile: place?.mobile ?? false,
    },
    (values) => ({
      code: values.code.trim() ? undefined : desk("form.required"),
      walk_order: /^[0-9]{1,6}$/.test(values.walk_order.trim()) ? undefined : desk("form.number"),
    }),
  );
  const { values, set, error } = form;
  const send = async () => {
    const body = {
      name: values.name.trim() || values.code.trim(),
      parent_id: kind === "bin" && values.parent_id ? values.parent_id : null,
      barcode: values.barcode.trim() || null,
      walk_order: Number(values.walk_order),
      mobile: values.mobile,
    };
    if (place) await api.patch(`/locations/${place.id}`, { ...body, active: values.active });
    else await api.post(`/sites/${site.id}/locations`, { ...body, kind, code: values.code.trim() });
    await onDone();
  };
  const title = place
    ? masters("places.edit", { kind: word(`location.${kind}`) })
    : masters(kind === "zone" ? "places.new.zone" : "places.new.bin");
  return (
    <FormDialog title={title} form={form} onSend={send} onClose={onClose}>
      <div class="form-columns">
        <Field
          label={masters("place.code")}
          hint={masters("place.code.hint")}
          value={values.code}
          onText={(text) => set("code", text)}
          error={error("code")}
          disabled={place !== null}
          maxLength={64}
        />
        <Field
          label={masters("place.name")}
          value={values.name}
          onText={(text) => set("name", text)}
          error={error("name")}
          maxLength={200}
        />
        {kind === "bin" && (
          <Select
            label={masters("place.parent")}
            value={values.parent_id}
            onText={(id) => set("parent_id", id)}
            error={error("parent_id")}
            options={[
              { value: "", label: masters("place.parent.site") },
              ...zones.map((zone) => ({ value: zone.id, label: placeName(zone) })),
            ]}
          />
        )}
        <Field
          label={masters("place.walk")}
          hint={masters("place.walk.hint")}
          inputMode="numeric"
          value={values.walk_order}
          onText={(text) => set("walk_order", text)}
          error={error("walk_order")}
        />
        <Field
          label={masters("place.barcode")}
          hint={masters("place.barcode.hint")}
          value={values.barcode}
          onText={(text) => set("barcode", text)}
          error={error("barcode")}
          maxLength={128}
        />
      </div>
      <Checkbox
        label={masters("place.mobile")}
        hint={masters("place.mobile.hint")}
        checked={values.mobile}
        onCheck={(on) => set("mobile", on)}
      />
      {place && (
        <Checkbox label={masters("place.active")} checked={values.active} onCheck={(on) => set("active", on)} />
      )}
    </FormDialog>
  );
}
