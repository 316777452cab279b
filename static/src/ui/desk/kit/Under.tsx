// The line under a workbench's table: what it comes to and which keys there are; or what is chosen and what can be done.
import type { ComponentChildren } from "preact";
import { bench } from "../../../i18n/desk/bench";
import { Button } from "../../components";

/** One call takes no more lines. */
export const MOST = 5_000;

export function Under({
  chosen,
  total,
  sum,
  keys,
  worth,
  actions,
  onAll,
  onNone,
}: {
  /** How many are chosen; 0 shows the sum and the keys. */
  chosen: number;
  total: number;
  sum: ComponentChildren;
  keys: [string, string][];
  /** What the chosen ones come to. */
  worth: ComponentChildren;
  actions: ComponentChildren;
  onAll: () => void;
  onNone: () => void;
}) {
  if (chosen === 0) {
    return (
      <div class="under">
        <span>{total > 0 && sum}</span>
        <span class="keys" aria-hidden="true">
          {keys.map(([key, text]) => (
            <span key={key}>
              <kbd>{key}</kbd> {text}
            </span>
          ))}
        </span>
      </div>
    );
  }
  return (
    <div class="under under-chosen" role="status">
      <span>
        <strong>{bench("select.n", { n: chosen })}</strong>
        {worth && <> · {worth}</>}{" "}
        {chosen < total && (
          <Button kind="quiet" onClick={onAll}>
            {bench("select.all", { n: Math.min(total, MOST) })}
          </Button>
        )}
        <Button kind="quiet" onClick={onNone}>
          {bench("select.clear")}
        </Button>
      </span>
      {actions && <span class="bar">{actions}</span>}
    </div>
  );
}
