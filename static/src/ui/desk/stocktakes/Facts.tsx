// One row of facts: how far are we, how right is the book, what is open, who is missing.
import { api } from "../../../api/client";
import { count } from "../../../i18n/desk/count";
import { formatPercent } from "../../../i18n/format";
import { MissingFact } from "../kit/Health";
import { Amount } from "../kit/numbers";
import { useLoad } from "../load";
import type { LinePage, StocktakeDetail } from "../types";

export function Facts({ stocktake, onHealth }: { stocktake: StocktakeDetail; onHealth: () => void }) {
  const { progress } = stocktake;
  const all = progress.places_total;
  const share = all ? progress.places_closed / all : 0;
  return (
    <dl class="facts">
      <div class="fact">
        <dt>{count("fact.places", { done: progress.places_closed, all })}</dt>
        <dd>{formatPercent(Math.floor(share * 100) * 100)}</dd>
        <div class="meter" aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
          <i class="meter-now" style={{ width: `${all ? (progress.places_counting / all) * 100 : 0}%` }} />
        </div>
      </div>
      <div class="fact">
        <dt>
          {progress.accuracy_bp === null
            ? count("fact.accuracy.none")
            : count("fact.accuracy", { n: progress.lines_counted })}
        </dt>
        <dd>{progress.accuracy_bp === null ? "—" : formatPercent(Math.round(progress.accuracy_bp / 10) * 10)}</dd>
      </div>
      <Open stocktake={stocktake} />
      <MissingFact devices={progress.devices_outstanding} held={progress.held} onOpen={onHealth} />
    </dl>
  );
}

/** The value of what is still to decide; when nothing is, of all variances. */
function Open({ stocktake }: { stocktake: StocktakeDetail }) {
  const { progress } = stocktake;
  const waiting = progress.lines_by_state.needs_decision ?? 0;
  const key = waiting > 0 ? `${stocktake.id}:${waiting}:${progress.variance_value_absolute}` : null;
  const open = useLoad(key, () =>
    api.get<LinePage>(`/stocktakes/${stocktake.id}/lines?state=needs_decision&posted=false&limit=1`),
  );
  const minor = waiting > 0 ? open.data?.value : progress.variance_value;
  return (
    <div class="fact">
      <dt>{count(waiting > 0 ? "fact.variance" : "fact.variance.all")}</dt>
      <dd>{minor === undefined ? "…" : <Amount minor={minor} />}</dd>
    </div>
  );
}
