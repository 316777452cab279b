// A movement entered by hand: kind, document, lines. Quantities in the item's unit, exactly or not at all.
import { api } from "../../../api/client";
import { parseQuantity, type QuantityError } from "../../../domain/quantity";
import { uuid7 } from "../../../domain/uuid";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { book } from "../../../i18n/desk/book";
import { word } from "../../../i18n/desk/words";
import { language } from "../../../i18n/language";
import { Button, Field, Segmented, Select } from "../../components";
import { findItems, type ItemOption, type PlaceOption, placeFinder } from "../finders";
import { costFrom } from "../items/cost";
import { Combo } from "../kit/Combo";
import { FormDialog, useForm } from "../kit/form";
import { minorDigits } from "../kit/money";
import { useLoad } from "../load";
import { loadReasons, reasons } from "../reasons";
import type { Site } from "../types";
import { zonedInstant } from "../when";
import { MADE_BY_HAND } from "./Journals";

type Kind = (typeof MADE_BY_HAND)[number];

interface EntryValues {
  key: number;
  item: ItemOption | null;
  place: PlaceOption | null;
  to: PlaceOption | null;
  lot: string;
  quantity: string;
  cost: string;
}

interface Values {
  kind: Kind;
  document: string;
  note: string;
  reason_code: string;
  occurred_at: string;
  entries: EntryValues[];
}

export interface Written {
  id: string;
  entries: number;
  went_negative: unknown[];
}

function blank(key: number, before?: EntryValues): EntryValues {
  return { key, item: null, place: before?.place ?? null, to: before?.to ?? null, lot: "", quantity: "", cost: "" };
}

const takesCost = (kind: Kind) => kind === "receipt" || kind === "opening";
const untouched = (entry: EntryValues) => entry.item === null && entry.quantity === "";

function quantityError(error: QuantityError, scale: number): string {
  if (error === "empty") return desk("form.required");
  if (error === "too_precise") return desk("form.too_precise", { n: scale });
  return desk(error === "too_large" ? "form.too_large" : "form.number");
}

function check(values: Values, currency: string): Partial<Record<string, string>> {
  const wrong: Partial<Record<string, string>> = {};
  const used = values.entries.filter((entry) => !untouched(entry));
  for (const entry of used.length > 0 ? used : values.entries) {
    const { key, item } = entry;
    if (!item) wrong[`item${key}`] = desk("form.choose");
    if (!entry.place) wrong[`place${key}`] = desk("form.choose");
    if (values.kind === "move" && !entry.to) wrong[`to${key}`] = desk("form.choose");
    const parsed = parseQuantity(entry.quantity, item?.item.unit.scale ?? 0);
    if (parsed.error) wrong[`quantity${key}`] = quantityError(parsed.error, item?.item.unit.scale ?? 0);
    else if (parsed.quantity === 0) wrong[`quantity${key}`] = desk("form.number");
    if (takesCost(values.kind) && costFrom(entry.cost, currency) === undefined) {
      wrong[`cost${key}`] = desk("form.too_precise", { n: minorDigits(currency) + 4 });
    }
  }
  if (values.kind === "scrap" && !values.reason_code) wrong.reason_code = bench("decide.reason.need");
  return wrong;
}

export function JournalDialog({
  site,
  onDone,
  onClose,
}: {
  site: Site;
  onDone: (written: Written) => Promise<void>;
  onClose: () => void;
}) {
  useLoad("reasons", loadReasons);
  const form = useForm<Values & { source_key: string }>(
    {
      kind: "receipt",
      document: "",
      note: "",
      reason_code: "",
      occurred_at: "",
      entries: [blank(1)],
      // Made once per form: sending twice books once.
      source_key: `desk:${uuid7()}`,
    },
    (values) => check(values, site.currency),
  );
  const { values, set, error } = form;
  const used = values.entries.filter((entry) => !untouched(entry));
  const send = async () => {
    const written = await api.post<Written>("/journals", {
      site_id: site.id,
      kind: values.kind,
      source_key: values.source_key,
      document: values.document.trim(),
      note: values.note.trim(),
      reason_code: values.kind === "scrap" ? values.reason_code : "",
      occurred_at: values.occurred_at ? zonedInstant(values.occurred_at, site.time_zone) : null,
      entries: used.map((entry) => ({
        item_id: entry.item?.id,
        location_id: entry.place?.id,
        ...(values.kind === "move" ? { to_location_id: entry.to?.id } : {}),
        lot: entry.lot.trim(),
        quantity: parseQuantity(entry.quantity, entry.item?.item.unit.scale ?? 0).quantity,
        ...(takesCost(values.kind) ? { unit_cost: costFrom(entry.cost, site.currency) } : {}),
      })),
    });
    await onDone(written);
  };
  const change = (key: number, part: Partial<EntryValues>) =>
    set(
      "entries",
      values.entries.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)),
    );
  const last = values.entries[values.entries.length - 1];
  return (
    <FormDialog
      title={book("journals.new")}
      form={form}
      onSend={send}
      onClose={onClose}
      submit={book("journals.post", { n: Math.max(1, used.length) })}
      fields={["reason_code", "document"]}
      wide
    >
      <Segmented<Kind>
        label={book("journals.kind")}
        value={values.kind}
        options={MADE_BY_HAND.map((kind) => ({ value: kind, label: word(`journal.${kind}`) }))}
        onChoose={(kind) => set("kind", kind)}
      />
      <div class="form-columns form-columns-3">
        <Field
          label={book("journals.document")}
          hint={book("journals.document.hint")}
          value={values.document}
          onText={(text) => set("document", text)}
          error={error("document")}
          maxLength={128}
        />
        <Field
          label={book("journals.occurred")}
          hint={book("journals.occurred.hint")}
          type="datetime-local"
          value={values.occurred_at}
          onText={(text) => set("occurred_at", text)}
          error={error("occurred_at")}
        />
        {values.kind === "scrap" ? (
          <Select
            label={book("journals.reason")}
            value={values.reason_code}
            onText={(code) => set("reason_code", code)}
            error={error("reason_code")}
            options={[
              { value: "", label: bench("decide.reason.pick"), disabled: true },
              ...reasons.value
                .filter((reason) => reason.active && reason.direction !== "gain" && reason.code !== "not_counted")
                .map((reason) => ({
                  value: reason.code,
                  label: language.value === "zh" ? reason.name_zh : reason.name_en,
                })),
            ]}
          />
        ) : (
          <Field
            label={book("journals.note")}
            value={values.note}
            onText={(text) => set("note", text)}
            maxLength={1000}
          />
        )}
      </div>
      {values.entries.map((entry, index) => (
        <EntryLine
          key={entry.key}
          site={site}
          kind={values.kind}
          entry={entry}
          number={index + 1}
          error={error}
          onChange={(part) => change(entry.key, part)}
          onRemove={
            values.entries.length > 1
              ? () =>
                  set(
                    "entries",
                    values.entries.filter((other) => other.key !== entry.key),
                  )
              : undefined
          }
        />
      ))}
      <Button onClick={() => set("entries", [...values.entries, blank((last?.key ?? 0) + 1, last)])}>
        {book("journals.add")}
      </Button>
    </FormDialog>
  );
}

function EntryLine({
  site,
  kind,
  entry,
  number,
  error,
  onChange,
  onRemove,
}: {
  site: Site;
  kind: Kind;
  entry: EntryValues;
  number: number;
  error: (name: string) => string | undefined;
  onChange: (part: Partial<EntryValues>) => void;
  onRemove?: () => void;
}) {
  const find = placeFinder(site.id, ["site", "zone", "bin"]);
  const { key } = entry;
  const unit = entry.item?.item.unit;
  return (
    <div class="entry-line">
      <div class="entry-item">
        <Combo<ItemOption>
          label={book("journals.item")}
          value={entry.item}
          find={findItems}
          onChoose={(item) => onChange({ item })}
          error={error(`item${key}`)}
        />
      </div>
      <Combo<PlaceOption>
        label={book(takesCost(kind) ? "journals.place.into" : "journals.place.from")}
        value={entry.place}
        find={find}
        onChoose={(place) => onChange({ place })}
        error={error(`place${key}`)}
      />
      {kind === "move" && (
        <Combo<PlaceOption>
          label={book("journals.to")}
          value={entry.to}
          find={find}
          onChoose={(to) => onChange({ to })}
          error={error(`to${key}`)}
        />
      )}
      {entry.item?.item.tracks_lots && (
        <Field label={book("journals.lot")} value={entry.lot} onText={(lot) => onChange({ lot })} maxLength={128} />
      )}
      <Field
        label={unit ? `${book("journals.quantity")} (${unit.name})` : book("journals.quantity")}
        inputMode="decimal"
        value={entry.quantity}
        onText={(quantity) => onChange({ quantity })}
        error={error(`quantity${key}`)}
      />
      {takesCost(kind) && (
        <Field
          label={book("journals.cost")}
          placeholder={book("journals.cost.hint")}
          inputMode="decimal"
          value={entry.cost}
          onText={(cost) => onChange({ cost })}
          error={error(`cost${key}`)}
        />
      )}
      {onRemove && (
        <Button kind="quiet" aria-label={book("journals.remove", { n: number })} onClick={onRemove}>
          ✕
        </Button>
      )}
    </div>
  );
}
