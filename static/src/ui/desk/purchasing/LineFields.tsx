// The lines of an order or a delivery in its form: one row each, keyed by hand or scanned.
import { buy } from "../../../i18n/desk/purchasing";
import { Button, Field } from "../../components";
import { findItems } from "../finders";
import { costText } from "../items/cost";
import { Combo } from "../kit/Combo";
import { currency } from "../sites_here";
import type { SupplierTerms } from "../types";
import { blankLine, type LineValues, lineHint, nextKey, type RefOption, refOption } from "./lines";

const findRefs = async (text: string): Promise<RefOption[]> =>
  (await findItems(text)).map((found) => refOption(found.item));

export function LineFields({
  kind,
  fixed = false,
  lines,
  terms,
  error,
  onChange,
}: {
  kind: "order" | "delivery";
  /** The items and prices stand: only quantities change. */
  fixed?: boolean;
  lines: LineValues[];
  terms: ReadonlyMap<string, SupplierTerms>;
  error: (name: string) => string | undefined;
  onChange: (lines: LineValues[]) => void;
}) {
  const change = (key: number, part: Partial<LineValues>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  return (
    <fieldset class="group">
      <legend>{buy("line.caption")}</legend>
      {lines.map((line, index) => (
        <div key={line.key} class={`doc-line doc-line-${kind}`}>
          <div class="entry-item">
            {fixed ? (
              <Field label={buy("line.item")} value={line.item?.label} disabled />
            ) : (
              <Combo<RefOption>
                label={buy("line.item")}
                value={line.item}
                find={findRefs}
                error={error(`item${line.key}`)}
                onChoose={(item) => change(line.key, { item, ...priceFor(kind, line, item, terms) })}
              />
            )}
          </div>
          <div class="with-unit">
            <Field
              label={buy("line.quantity")}
              inputMode="decimal"
              value={line.quantity}
              error={error(`quantity${line.key}`)}
              hint={lineHint(line, lines, terms)}
              onText={(quantity) => change(line.key, { quantity })}
            />
            {line.item && <span class="with-unit-name">{line.item.item.unit.name}</span>}
          </div>
          {kind === "order" ? (
            <Field
              label={`${buy("line.price")} (${currency()})`}
              inputMode="decimal"
              value={line.price}
              disabled={fixed}
              error={error(`price${line.key}`)}
              onText={(price) => change(line.key, { price })}
            />
          ) : (
            <>
              <Field
                label={buy("line.lot")}
                value={line.lot}
                maxLength={128}
                onText={(lot) => change(line.key, { lot })}
              />
              <Field
                label={buy("line.expires")}
                type="date"
                value={line.expires_on}
                onText={(expires_on) => change(line.key, { expires_on })}
              />
              <Field
                label={buy("line.sscc")}
                inputMode="numeric"
                value={line.sscc}
                error={error(`sscc${line.key}`)}
                maxLength={24}
                onText={(sscc) => change(line.key, { sscc })}
              />
            </>
          )}
          {!fixed && (
            <Button
              kind="quiet"
              disabled={lines.length === 1}
              aria-label={buy("line.remove", { n: index + 1 })}
              onClick={() => onChange(lines.filter((other) => other.key !== line.key))}
            >
              ✕
            </Button>
          )}
        </div>
      ))}
      {!fixed && <Button onClick={() => onChange([...lines, blankLine(nextKey(lines))])}>{buy("line.add")}</Button>}
    </fieldset>
  );
}

/** The supplier's price, unless somebody keyed one. */
function priceFor(
  kind: "order" | "delivery",
  line: LineValues,
  item: RefOption | null,
  terms: ReadonlyMap<string, SupplierTerms>,
): Partial<LineValues> {
  const known = item && terms.get(item.id);
  return kind === "order" && known && known.price > 0 && !line.price.trim()
    ? { price: costText(known.price, currency()) }
    : {};
}
