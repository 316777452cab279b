// Nobody is missing: which device worked on a document, when it was last heard, what it still holds; ending over that.
import type { ComponentChildren } from "preact";
import { api } from "../../../api/client";
import { desk } from "../../../i18n/desk";
import { bench } from "../../../i18n/desk/bench";
import { formatAgo, formatInteger } from "../../../i18n/format";
import { LinkButton, Notice, Pill } from "../../components";
import { Dialog } from "../../components/Dialog";
import { href } from "../../router";
import { useLoad } from "../load";
import type { SyncHealth } from "../types";
import { FormDialog, TextArea, useForm } from "./form";
import { Show } from "./states";

/** `path` is the document's, "/stocktakes/1". */
export function HealthDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const health = useLoad(path, () => api.get<SyncHealth>(`${path}/sync-health`), 5_000);
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

/** One of the facts of a header: how many devices still hold something, opening to which. */
export function MissingFact({ devices, held, onOpen }: { devices: number; held: number; onOpen: () => void }) {
  const words = [devices > 0 && bench("fact.devices"), held > 0 && bench("fact.devices.held", { n: held })].filter(
    Boolean,
  );
  return (
    <div class="fact">
      <dt>{words.length > 0 ? words.join(" · ") : bench("fact.devices.complete")}</dt>
      <dd>
        <button type="button" class="fact-open" title={bench("fact.devices.open")} onClick={onOpen}>
          {devices > 0
            ? bench("fact.devices.n", { n: devices })
            : held > 0
              ? formatInteger(held)
              : bench("fact.devices.none")}
          <span class="hidden">{bench("fact.devices.open")}</span>
        </button>
      </dd>
    </div>
  );
}

/** Ending a document: over records that are still on devices only with a reason, which is written down. */
export function CloseDialog({
  path,
  title,
  text,
  submit,
  onDone,
  onClose,
  children,
}: {
  path: string;
  title: string;
  text: string;
  submit: string;
  onDone: () => Promise<void>;
  onClose: () => void;
  children?: ComponentChildren;
}) {
  const health = useLoad(path, () => api.get<SyncHealth>(`${path}/sync-health`));
  const missing = health.data?.devices.filter((device) => device.outstanding > 0) ?? [];
  const incomplete = health.data !== undefined && !health.data.complete;
  const form = useForm({ override_reason: "" }, (values) => ({
    override_reason: incomplete && !values.override_reason.trim() ? bench("close.override.need") : undefined,
  }));
  const send = async () => {
    await api.post(`${path}/close`, { override_reason: form.values.override_reason.trim() });
    await onDone();
  };
  const devices = missing
    .map((device) => `${device.label} ${bench("health.outstanding", { n: device.outstanding })}`)
    .join(", ");
  return (
    <FormDialog title={title} form={form} onSend={send} onClose={onClose} submit={submit}>
      <p>{text}</p>
      {children}
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
            onText={(reason) => form.set("override_reason", reason)}
          />
        </>
      )}
    </FormDialog>
  );
}
