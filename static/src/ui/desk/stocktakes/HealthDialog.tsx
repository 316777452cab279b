// Nobody is missing: which device worked on this, when it was last heard, and what it still holds.
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { formatAgo } from "../../../i18n/format";
import { Dialog, LinkButton, Notice, Pill } from "../../components";
import { href } from "../../router";
import { Show } from "../kit/states";
import { useLoad } from "../load";
import type { StocktakeDetail, SyncHealth } from "../types";

export function HealthDialog({ stocktake, onClose }: { stocktake: StocktakeDetail; onClose: () => void }) {
  const health = useLoad(stocktake.id, () => api.get<SyncHealth>(`/stocktakes/${stocktake.id}/sync-health`), 5_000);
  return (
    <Dialog title={bench("health.title")} onClose={onClose}>
      <Show loaded={health}>
        {(data) => (
          <div class="form">
            {data.devices.length === 0 && <p class="soft">{bench("health.none")}</p>}
            {data.complete && data.devices.length > 0 && <Notice outcome="ok" text={bench("health.complete")} />}
            {data.held > 0 && (
              <Notice outcome="look" text={bench("health.held", { n: data.held })}>
                <LinkButton href={href("/held")}>{bench("health.held.open")}</LinkButton>
              </Notice>
            )}
            <ul class="rows">
              {data.devices.map((device) => (
                <li key={device.device_id}>
                  <div>
                    <strong>{device.label}</strong>
                    <small>
                      {[
                        device.persons.length > 0 && bench("health.people", { people: device.persons.join(", ") }),
                        device.last_contact_at
                          ? bench("health.contact", { time: formatAgo(device.last_contact_at) })
                          : desk("time.never"),
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                    </small>
                  </div>
                  <div class="end">
                    {device.revoked && <Pill outcome="alarm">{bench("health.revoked")}</Pill>}{" "}
                    {device.outstanding > 0 ? (
                      <Pill outcome="look">{bench("health.outstanding", { n: device.outstanding })}</Pill>
                    ) : (
                      <Pill outcome="ok">{bench("health.fine")}</Pill>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Show>
    </Dialog>
  );
}
