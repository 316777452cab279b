// A device's log brought in a file: what is in it, then its batches one by one, with the verdicts of a push.
import { useState } from "preact/hooks";
import { api } from "../../../api/client";
import type { PushAnswer } from "../../../api/types";
import { type FileBatch, type ReadFile, readLogFile } from "../../../domain/log_file";
import { core } from "../../../i18n/core";
import { masters } from "../../../i18n/desk/masters";
import { heldReason } from "../../../i18n/device";
import { formatDateTime, formatInteger } from "../../../i18n/format";
import { Button, Notice } from "../../components";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../kit/form";

interface Brought {
  records: number;
  held: number;
  hwm: number;
  /** How many are held for each reason. */
  reasons: Map<string, number>;
}

const NOTHING: Brought = { records: 0, held: 0, hwm: 0, reasons: new Map() };

function bring({ body, signature }: FileBatch): Promise<PushAnswer> {
  const signed = { "X-Pandian-Signature": signature };
  return api.upload<PushAnswer>("/sync/import", body, {}, "application/json", signed);
}

export function afterBatch(before: Brought, { n, hwm, exceptions }: PushAnswer): Brought {
  const reasons = new Map(before.reasons);
  for (const { code } of exceptions) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  return { records: before.records + n, held: before.held + exceptions.length, hwm, reasons };
}

export function LogFileDialog({ onDone, onClose }: { onDone: () => unknown; onClose: () => void }) {
  const [file, setFile] = useState<ReadFile | null | undefined>(undefined);
  const [brought, setBrought] = useState<Brought | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(undefined);
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    setFailure(undefined);
    setFile(await readLogFile(await chosen.text()));
  };
  const submit = async () => {
    if (!file) return;
    setBusy(true);
    setFailure(undefined);
    try {
      let sum = NOTHING;
      for (const batch of file.batches) {
        sum = afterBatch(sum, await bring(batch));
        setBrought(sum);
      }
      await onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const done = brought !== null && !busy && failure === undefined;
  return (
    <Dialog
      title={masters("devices.file")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{core(done ? "action.close" : "action.cancel")}</Button>
          {file && file.batches.length > 0 && !done && (
            <Button kind="main" busy={busy} onClick={() => void submit()}>
              {masters("devices.file.submit", { n: file.head.records })}
            </Button>
          )}
        </>
      }
    >
      <div class="form">
        {!file && <Choose onFile={(chosen) => void choose(chosen)} />}
        {file === null && <Notice outcome="alarm" text={masters("devices.file.not_one")} />}
        {file && <Chosen file={file} />}
        {brought && <Verdicts brought={brought} done={done} />}
        <Failure failure={failure} />
      </div>
    </Dialog>
  );
}

function Choose({ onFile }: { onFile: (file: File | undefined) => void }) {
  const drop = (event: DragEvent) => {
    event.preventDefault();
    onFile(event.dataTransfer?.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the input below takes the keyboard
    <div class="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label class="drop-label">
        <strong>{masters("devices.file.pick")}</strong>
        <small>{masters("devices.file.hint")}</small>
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => onFile(event.currentTarget.files?.[0])}
        />
      </label>
    </div>
  );
}

function Chosen({ file }: { file: ReadFile }) {
  const { device, records, written_ms } = file.head;
  return (
    <>
      <p>
        <strong>{masters("devices.file.of", { label: `${device.label} (${device.number})`, n: records })}</strong>
        <br />
        <small>{masters("devices.file.written", { time: formatDateTime(written_ms) })}</small>
      </p>
      {file.damaged && <Notice outcome="look" text={masters("devices.file.damaged")} />}
    </>
  );
}

function Verdicts({ brought, done }: { brought: Brought; done: boolean }) {
  return (
    <>
      <dl class="figures figures-wide">
        <div>
          <dt>{masters("devices.file.records")}</dt>
          <dd>{formatInteger(brought.records)}</dd>
        </div>
        <div>
          <dt>{masters("devices.file.held")}</dt>
          <dd>{formatInteger(brought.held)}</dd>
        </div>
      </dl>
      {brought.reasons.size > 0 && (
        <ul>
          {[...brought.reasons].map(([code, n]) => (
            <li key={code}>
              {heldReason(code)}: {formatInteger(n)}
            </li>
          ))}
        </ul>
      )}
      {done && <Notice outcome="ok" text={masters("devices.file.done", { n: brought.hwm })} />}
    </>
  );
}
