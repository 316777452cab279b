// A code for one device: as a picture to scan and as letters to type, counting down; it tells when the device has come.
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../api/client";
import { core } from "../../../i18n/core";
import { masters } from "../../../i18n/desk/masters";
import { Button, Field, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { Failure, useForm } from "../kit/form";
import type { Device, Enrolment, Site } from "../types";

const CODE_LASTS_MS = 600_000;

function useClock(running: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

function minutes(ms: number): string {
  // The two clocks may differ by a little; a code is never good for more than its ten minutes.
  const seconds = Math.min(CODE_LASTS_MS / 1000, Math.max(0, Math.ceil(ms / 1000)));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function EnrolDialog({
  site,
  known,
  onEnrolled,
  onClose,
}: {
  site: Site;
  known: readonly Device[];
  onEnrolled: () => Promise<void>;
  onClose: () => void;
}) {
  const form = useForm({ label: "" });
  const [made, setMade] = useState<{ enrolment: Enrolment; before: Set<string> } | null>(null);
  const now = useClock(made !== null);
  // The list may have come after the code was asked for: what is older than the code is not the device that used it.
  const since = made ? new Date(made.enrolment.expires_at).getTime() - CODE_LASTS_MS : 0;
  const come =
    made &&
    known.find(
      (device) =>
        new Date(device.enrolled_at).getTime() >= since && !made.before.has(`${device.id}${device.enrolled_at}`),
    );
  const left = made ? new Date(made.enrolment.expires_at).getTime() - now : 0;
  useEffect(() => {
    if (!made || come) return;
    const timer = setInterval(() => void onEnrolled(), 2_000);
    return () => clearInterval(timer);
  }, [made, come, onEnrolled]);
  const ask = () =>
    form.submit(async (values) => {
      const enrolment = await api.post<Enrolment>("/enrolments", { site_id: site.id, label: values.label.trim() });
      setMade({ enrolment, before: new Set(known.map((device) => `${device.id}${device.enrolled_at}`)) });
    });
  return (
    <Dialog
      title={masters("enrol.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core(come ? "action.close" : "action.cancel")}</Button>
          {(!made || left <= 0) && (
            <Button kind="main" busy={form.busy} onClick={() => void ask()}>
              {masters(made ? "enrol.again" : "enrol.get")}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        {!made && (
          <Field
            label={masters("enrol.label")}
            hint={masters("enrol.label.hint")}
            value={form.values.label}
            onText={(text) => form.set("label", text)}
            error={form.error("label")}
            maxLength={100}
          />
        )}
        <Failure failure={form.failure} />
        {come ? (
          <Notice outcome="ok" text={masters("enrol.done", { label: come.label })} />
        ) : (
          made && (
            <div class="enrol">
              <img src={made.enrolment.qr} alt={masters("enrol.qr")} width="208" height="208" />
              <div class="enrol-text">
                <p>{masters("enrol.how")}</p>
                <p class="enrol-code">{made.enrolment.code}</p>
                <p class="soft" role="timer">
                  {left > 0 ? masters("enrol.left", { time: minutes(left) }) : masters("enrol.over")}
                </p>
              </div>
            </div>
          )
        )}
      </div>
    </Dialog>
  );
}
